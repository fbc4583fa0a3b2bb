"""What processes cost over a while: processor time and memory, each by what the process is."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil

from tests.bench.memory import read_memory

MEMORY_EVERY_S = 20.0


@dataclass(slots=True)
class Cost:
    """Of one process."""

    name: str
    cpu_s: float = 0.0
    pss_mb: list[float] = field(default_factory=list)
    private_mb: list[float] = field(default_factory=list)
    threads_s: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Processor time by the threads' names."""

    @property
    def pss(self) -> float:
        return median(self.pss_mb) if self.pss_mb else 0.0

    @property
    def private(self) -> float:
        return median(self.private_mb) if self.private_mb else 0.0


@dataclass(slots=True)
class Costs:
    """Of many processes over the same time."""

    seconds: float = 0.0
    by_pid: dict[int, Cost] = field(default_factory=dict)

    def of(self, kind: str) -> list[Cost]:
        """Those whose name begins with this word."""
        return [cost for cost in self.by_pid.values() if cost.name.split()[0] == kind]

    def cpu(self, cost: Cost) -> float:
        """Percent of one core."""
        return cost.cpu_s / self.seconds * 100 if self.seconds else 0.0


async def measure(find: Callable[[], Mapping[int, str]], costs: Costs) -> None:
    """Until cancelled: what runs when it begins, told by `find` as process → name."""
    names = await asyncio.to_thread(find)
    began_s = time.monotonic()
    before = {pid: used for pid in names if (used := _cpu_s(pid)) is not None}
    threads = {pid: _threads_s(pid) for pid in before}
    costs.by_pid = {pid: Cost(names[pid]) for pid in before}
    try:
        while True:
            await asyncio.sleep(MEMORY_EVERY_S)
            await asyncio.to_thread(_read_memory, costs)
    finally:
        costs.seconds = time.monotonic() - began_s
        for pid, cost in costs.by_pid.items():
            cost.cpu_s = (_cpu_s(pid) or before[pid]) - before[pid]
            for name, used in _threads_s(pid).items():
                cost.threads_s[name] += used - threads[pid].get(name, 0.0)


def _read_memory(costs: Costs) -> None:
    for pid, cost in costs.by_pid.items():
        with suppress(psutil.Error):
            memory = read_memory(pid)
            cost.pss_mb.append(memory.pss_mb)
            cost.private_mb.append(memory.private_mb)


def _cpu_s(pid: int) -> float | None:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return None
    return float(times.user + times.system)


def _threads_s(pid: int) -> Mapping[str, float]:
    used: dict[str, float] = defaultdict(float)
    with suppress(psutil.Error, OSError):
        for thread in psutil.Process(pid).threads():
            name = Path(f"/proc/{pid}/task/{thread.id}/comm").read_text().strip()
            used[name] += thread.user_time + thread.system_time
    return used
