"""Prometheus asks a worker that was started as its operator starts it, without a media server: what
its jobs count is there, each engine by name, in the units that Prometheus expects."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.interpreter.test_metrics_endpoint import Job

STARTS_S = 120.0
ENDS_S = 60.0
_FOLDER = re.compile(r"/\S*interpreter-metrics-\w+(?=/)")
NAME = re.compile(r"interpreter_engine(_[a-z]+)+")
NO_UNITS = ("_ms", "_milliseconds", "_minutes", "_percent", "_usd", "_cents")
"""Prometheus counts in base units: https://prometheus.io/docs/practices/naming."""


class Worker:
    """`interpreter worker`, whose media server does not answer."""

    def __init__(self, state: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        environment = {
            **os.environ,  # noqa: TID251  (as a shell would)
            "LIVEKIT_URL": "ws://127.0.0.1:9",
            "LIVEKIT_API_KEY": "key",
            "LIVEKIT_API_SECRET": "secret-of-a-test-that-nobody-uses",
            "INTERPRETER_METRICS_PORT": str(self.port),
            "INTERPRETER_STATE_DIR": str(state),
            "INTERPRETER_DATABASE_URL": f"sqlite:///{state}/meetings.db",
            "INTERPRETER_FLOOR_PORT": "0",
            "INTERPRETER_PAIR_PORT": "0",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "interpreter", "worker"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def folder(self) -> Path:
        """Where it has its jobs count."""
        until_s = time.monotonic() + STARTS_S
        while time.monotonic() < until_s and self.process.poll() is None:
            maps = Path(f"/proc/{self.process.pid}/maps").read_text(encoding="utf-8")
            if found := _FOLDER.search(maps):
                return Path(found[0])
            time.sleep(0.1)
        raise AssertionError(f"the worker counts nothing; it ended with {self.process.poll()}")

    def asked(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=20) as answer:
            text: bytes = answer.read()
            return text.decode()

    def close(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(ENDS_S)
        finally:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def ending() -> Iterator[ExitStack]:
    with ExitStack() as ending:
        yield ending


@pytest.mark.timeout(300)
async def test_a_workers_engines_are_counted_by_name_in_prometheus_units(
    tmp_path: Path, ending: ExitStack
) -> None:
    worker = ending.enter_context(closing(Worker(tmp_path)))
    folder = await asyncio.to_thread(worker.folder)
    ending.enter_context(closing(await asyncio.to_thread(Job, folder)))
    text = await asyncio.to_thread(worker.asked)
    await asyncio.to_thread(worker.close)

    ours = [one for one in text_string_to_metric_families(text) if NAME.fullmatch(one.name)]
    found = {sample.name: sample for one in ours for sample in one.samples if sample.value}
    assert found["interpreter_engine_switches_total"].labels == {
        "kind": "translator",
        "engine_from": "one",
        "engine_to": "two",
        "trouble": "key",
    }
    state = {"kind": "translator", "engine": "one", "state": "open"}
    assert found["interpreter_engine_state"].labels == state
    cost = found["interpreter_engine_cost_dollars_total"]
    assert (cost.labels, cost.value) == ({"kind": "translator", "engine": "two"}, 0.25)
    assert found["interpreter_engine_unpriced_requests_total"].value == 1
    assert found["interpreter_engine_first_answer_seconds_sum"].value == 4.25
    assert {sample.labels.get("kind") for sample in found.values()} == {"translator"}
    assert [one.name for one in ours if one.name.endswith(NO_UNITS) or not one.documentation] == []
    assert {one.type for one in ours} == {"counter", "gauge", "histogram"}
    counters = [sample.name for one in ours if one.type == "counter" for sample in one.samples]
    assert [name for name in counters if not name.endswith("_total")] == []
    assert not folder.exists()
