"""Where Prometheus asks a worker: what its jobs count, each in files of its own, added up.

A worker runs thousands of jobs, so what dead ones have counted is added to one file, and theirs go.
Knows no metric by name. To be imported when `settings.count_in` has said where the files are: the
library looks for that when it is imported.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Lock

import psutil
from prometheus_client import CollectorRegistry, Metric, start_http_server
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from interpreter.errors import RequirementMissing

FOLD_EVERY_S = 60.0
_ADDED_UP = ("counter", "histogram", "summary")
_DEAD = "dead"


class JobMetrics(Collector):
    """The metrics of all processes that count in this folder, and of those that did."""

    def __init__(self, folder: Path, is_alive: Callable[[int], bool] = psutil.pid_exists) -> None:
        self._folder = folder
        self._is_alive = is_alive
        self._turn = Lock()
        """Nobody reads what is half moved: a sum that falls is a restart to Prometheus."""

    def collect(self) -> Iterable[Metric]:
        with self._turn:
            self._fold()
            return _merged(self._files(), accumulate=True)

    def fold(self) -> None:
        """Add what dead processes counted to one file; how they were goes with them."""
        with self._turn:
            self._fold()

    async def keep_folding(self) -> None:
        """Until cancelled, also where nobody asks."""
        while True:
            await asyncio.sleep(FOLD_EVERY_S)
            await asyncio.to_thread(self.fold)

    def _files(self) -> list[Path]:
        """Without those that are just being made."""
        return [one for one in sorted(self._folder.glob("*.db")) if one.stat().st_size]

    def _fold(self) -> None:
        """`mark_process_dead` of the library would leave all but live gauges behind."""
        dead = [one for one in self._files() if self._is_of_dead(one)]
        for kind in _ADDED_UP:
            if ended := [one for one in dead if one.name.startswith(f"{kind}_")]:
                self._add_up(kind, ended)
        for one in dead:
            one.unlink()

    def _is_of_dead(self, file: Path) -> bool:
        pid = file.stem.rpartition("_")[2]
        return pid != _DEAD and not self._is_alive(int(pid))

    def _add_up(self, kind: str, ended: Sequence[Path]) -> None:
        sums, new = self._folder / f"{kind}_{_DEAD}.db", self._folder / f"{kind}_{_DEAD}.new"
        new.unlink(missing_ok=True)
        written = MmapedDict(str(new))
        for metric in _merged([*ended, *([sums] if sums.exists() else [])], accumulate=False):
            for sample in metric.samples:
                names, values = list(sample.labels), list(sample.labels.values())
                key = mmap_key(metric.name, sample.name, names, values, metric.documentation)
                written.write_value(key, sample.value, 0.0)
        written.close()
        new.replace(sums)


@asynccontextmanager
async def metrics_endpoint(folder: Path, host: str, port: int) -> AsyncIterator[int]:
    """Answer `GET /metrics` while the block runs; gives the port. Raises RequirementMissing where
    it is taken."""
    counted, registry = JobMetrics(folder), CollectorRegistry()
    registry.register(counted)
    try:
        server, thread = start_http_server(port, host, registry)
    except OSError as error:
        raise RequirementMissing(
            f"Metrics cannot be served at {host}:{port}: {error.strerror}. "
            "Give another INTERPRETER_METRICS_PORT, or 0 for none."
        ) from error
    try:
        async with asyncio.TaskGroup() as tasks:
            folding = tasks.create_task(counted.keep_folding(), name="metrics:fold")
            yield int(server.server_port)
            folding.cancel()
    finally:
        await asyncio.to_thread(server.shutdown)
        server.server_close()
        await asyncio.to_thread(thread.join)


def _merged(files: Sequence[Path], *, accumulate: bool) -> Iterable[Metric]:
    names = [str(one) for one in files]
    merged: Iterable[Metric] = MultiProcessCollector.merge(names, accumulate=accumulate)
    return merged
