"""Children: awaited until ready, started again when they die, ended in order, never left behind."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from interpreter.children import Child, ChildFailed, Children


def _shell(name: str, script: str, ready: Path | None = None, **options: float | int) -> Child:
    async def is_ready() -> bool:
        return ready is None or ready.exists()  # noqa: ASYNC240

    child = Child(name, ["/bin/sh", "-c", script], is_ready, environment={"PATH": "/usr/bin:/bin"})
    return _with(child, **options)


def _with(child: Child, **options: float | int) -> Child:
    return Child(
        child.name,
        child.command,
        child.is_ready,
        ready_s=options.get("ready_s", 20.0),
        restarts=int(options.get("restarts", 3)),
        restart_pause_s=0.0,
        stop_s=options.get("stop_s", 20.0),
        environment=child.environment,
    )


async def _run(logs: Path, say: Callable[[str], None], *rows: Child) -> None:
    async with Children(logs, say) as children:
        for row in rows:
            await children.start(row)
        await asyncio.Event().wait()


async def test_start_returns_when_the_child_is_ready_and_leaving_ends_it(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    async with Children(tmp_path, pytest.fail) as children:
        await children.start(
            _shell("web", f"echo $$ > {ready}.new; mv {ready}.new {ready}; exec sleep 60", ready)
        )
        pid = int(ready.read_text())
        os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_children_end_newest_first(tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    script = "trap 'echo {0} >> {1}; exit 0' TERM; touch {2}; while :; do sleep 0.05; done"
    async with Children(tmp_path, pytest.fail) as children:
        for name in ("media", "web", "speaker"):
            ready = tmp_path / name
            await children.start(_shell(name, script.format(name, ended, ready), ready))
    assert ended.read_text().split() == ["speaker", "web", "media"]


async def test_a_child_that_dies_is_said_and_started_again(tmp_path: Path) -> None:
    said = asyncio.Queue[str]()
    second = tmp_path / "second"
    script = (
        f"if [ -e {second} ]; then exec sleep 60; fi; touch {second}; echo out of memory; exit 7"
    )
    async with Children(tmp_path, said.put_nowait) as children:
        await children.start(_shell("worker", script))
        assert await said.get() == (
            "worker ended (exit code 7): out of memory. It is started again."
        )


async def test_a_child_that_dies_before_it_is_ready_is_awaited_again(tmp_path: Path) -> None:
    said = asyncio.Queue[str]()
    first, ready = tmp_path / "first", tmp_path / "ready"
    script = f"if [ -e {first} ]; then touch {ready}; exec sleep 60; fi; touch {first}; exit 1"
    async with Children(tmp_path, said.put_nowait) as children:
        await children.start(_shell("web", script, ready))
        assert said.qsize() == 1
        assert ready.exists()


async def test_a_child_that_keeps_dying_ends_everything_with_its_last_words(tmp_path: Path) -> None:
    said: list[str] = []
    media = _shell("media", "exec sleep 60")
    worker = _shell("worker", "echo no engine; exit 1", restarts=2)
    with pytest.raises(ExceptionGroup) as ended:
        await _run(tmp_path, said.append, media, worker)
    (error,) = ended.value.exceptions
    assert isinstance(error, ChildFailed)
    assert str(error).startswith("worker ended (exit code 1): no engine")
    assert str(tmp_path / "worker.log") in str(error)
    assert len(said) == 2


async def test_the_end_of_a_child_that_cannot_be_replaced_ends_everything(tmp_path: Path) -> None:
    with pytest.raises(ExceptionGroup) as ended:
        await _run(tmp_path, pytest.fail, _shell("media", "exit 3", restarts=0))
    assert "media ended" in str(ended.value.exceptions[0])


async def test_a_child_that_never_becomes_ready_is_named(tmp_path: Path) -> None:
    never = tmp_path / "never"
    with pytest.raises(ExceptionGroup) as ended:
        await _run(tmp_path, pytest.fail, _shell("web", "exec sleep 60", never, ready_s=0.2))
    assert str(ended.value.exceptions[0]).startswith("web was not ready after 0 s")


async def test_a_child_that_ignores_the_signal_is_killed(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    script = (
        f"trap '' TERM; echo $$ > {ready}.new; mv {ready}.new {ready}; while :; do sleep 0.05; done"
    )
    async with Children(tmp_path, pytest.fail) as children:
        await children.start(_shell("deaf", script, ready, stop_s=0.2))
        pid = int(ready.read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
