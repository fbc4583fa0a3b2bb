"""Prometheus reads of a worker what all its jobs count, living and dead."""

import asyncio
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.mmap_dict import MmapedDict, mmap_key

from interpreter.engines import metrics
from interpreter.errors import RequirementMissing
from interpreter.metrics_endpoint import JobMetrics, metrics_endpoint

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
JOB = """
import sys
from pathlib import Path

from interpreter.settings import count_in

count_in(Path(sys.argv[1]))

from interpreter.engines.fallback.health import Health
from interpreter.engines.fallback.trouble import Told
from interpreter.engines.fallback.breaker import Trouble
from interpreter.cost import Cost
from interpreter.engines.metrics import answered, count_cost, count_usage
from interpreter.events import EngineKind, EngineSwitch
from interpreter.usage import Amounts
import asyncio

TRANSLATOR = EngineKind.TRANSLATOR


async def work():
    health = Health()
    health.failed(TRANSLATOR, "one", Told(Trouble.KEY))
    health.switched(EngineSwitch(TRANSLATOR, "es", "one", "two", "key"))
    running = asyncio.ensure_future(health.run())
    await asyncio.sleep(0.01)
    running.cancel()


asyncio.run(work())
count_usage(TRANSLATOR, "two", Amounts(1, input_tokens=100, cached_tokens=40, output_tokens=7))
count_cost(TRANSLATOR, "two", Cost(0.25, is_whole=False))
answered(TRANSLATOR, "two", 0.25)
answered(TRANSLATOR, "two", 4.0)
print("counted", flush=True)
sys.stdin.read()
"""
ENGINE = 'engine="two",kind="translator"'
SWITCHED = (
    'interpreter_engine_switches_total{engine_from="one",engine_to="two",kind="translator",'
    'trouble="key"}'
)
OPEN = 'interpreter_engine_state{engine="one",kind="translator",state="open"}'


class Job:
    """A process that counts once, and lives until it is ended."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-c", JOB, str(folder)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "counted\n"

    def close(self) -> None:
        """Killed, as a job may be: nothing is written at its end."""
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()


@pytest.fixture
def ending() -> Iterator[ExitStack]:
    with ExitStack() as ending:
        yield ending


def samples(text: str) -> dict[str, float]:
    rows = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in rows}


def scraped(jobs: JobMetrics) -> dict[str, float]:
    registry = CollectorRegistry()
    registry.register(jobs)
    return samples(generate_latest(registry).decode())


def files_of(job: Job, folder: Path) -> list[Path]:
    return list(folder.glob(f"*_{job.process.pid}.db"))


async def asked(port: int) -> str:
    def ask() -> str:
        with urllib.request.urlopen(f"http://{HOST}:{port}/metrics", timeout=20) as answer:
            text: bytes = answer.read()
            return text.decode()

    return await asyncio.to_thread(ask)


@pytest.mark.timeout(240)
async def test_two_jobs_are_added_up_and_one_that_has_died_is_still_counted(
    tmp_path: Path, ending: ExitStack
) -> None:
    first = ending.enter_context(closing(await asyncio.to_thread(Job, tmp_path)))
    ending.enter_context(closing(await asyncio.to_thread(Job, tmp_path)))
    async with metrics_endpoint(tmp_path, HOST, 0) as port:
        both = await asked(port)
        await asyncio.to_thread(first.close)
        one = await asked(port)

    assert "# TYPE interpreter_engine_switches_total counter" in both
    alive, later = samples(both), samples(one)
    assert alive[SWITCHED] == later[SWITCHED] == 2
    assert alive[OPEN] == 2
    assert later[OPEN] == 1
    assert later[f'interpreter_engine_tokens_total{{{ENGINE},type="input"}}'] == 120
    assert later[f'interpreter_engine_tokens_total{{{ENGINE},type="cached"}}'] == 80
    assert later[f"interpreter_engine_first_answer_seconds_count{{{ENGINE}}}"] == 4
    assert later[f"interpreter_engine_first_answer_seconds_sum{{{ENGINE}}}"] == 8.5
    bucket = 'interpreter_engine_first_answer_seconds_bucket{engine="two",kind="translator",le="'
    assert later[f'{bucket}0.2"}}'] == 0
    assert later[f'{bucket}0.3"}}'] == 2
    assert later[f'{bucket}+Inf"}}'] == 4
    assert files_of(first, tmp_path) == []


def write(folder: Path, name: str, value: float) -> None:
    file = MmapedDict(str(folder / name))
    file.write_value(mmap_key("things", "things_total", ["kind"], ["a"], "Things"), value, 0.0)
    file.close()


def test_a_thousand_dead_jobs_leave_one_file_and_their_sum(tmp_path: Path) -> None:
    jobs = JobMetrics(tmp_path, is_alive=lambda pid: pid == 1)
    write(tmp_path, "counter_1.db", 5)
    for pid in range(2, 502):
        write(tmp_path, f"counter_{pid}.db", 1)
    jobs.fold()
    for pid in range(502, 1002):
        write(tmp_path, f"counter_{pid}.db", 1)

    assert scraped(jobs) == {'things_total{kind="a"}': 1005}
    assert scraped(jobs) == {'things_total{kind="a"}': 1005}
    files = {file.name for file in tmp_path.iterdir()}
    assert files == {"counter_1.db", "counter_dead.db"}


def test_a_file_that_a_job_is_just_making_disturbs_nobody(tmp_path: Path) -> None:
    write(tmp_path, "counter_1.db", 5)
    (tmp_path / "counter_2.db").touch()
    jobs = JobMetrics(tmp_path, is_alive=lambda _pid: True)
    assert scraped(jobs) == {'things_total{kind="a"}': 5}


async def test_a_port_that_is_taken_is_said_with_what_to_do(tmp_path: Path) -> None:
    async with metrics_endpoint(tmp_path, HOST, 0) as port:
        with pytest.raises(RequirementMissing, match="INTERPRETER_METRICS_PORT"):
            async with metrics_endpoint(tmp_path, HOST, port):
                pass


def test_every_metric_is_in_the_operators_page() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    ours = [one for one in vars(metrics).values() if isinstance(one, Counter | Gauge | Histogram)]
    names = {metric.name for one in ours for metric in one.describe()}
    assert len(names) == len(ours)
    assert {name for name in names if f"| `{name}" not in page} == set()


@pytest.mark.timeout(120)
def test_the_worker_command_says_where_to_count_before_anything_can_count() -> None:
    code = (
        "import sys, interpreter.__main__, interpreter.commands.worker; "
        "sys.exit('prometheus_client' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
