"""Child processes by a table: each is started, awaited until it is ready, watched, and ended.

A child that dies is said plainly and started again; one that keeps dying ends everything. No child
outlives this process. Knows nothing of what the children do.
"""

import asyncio
import subprocess
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from interpreter.errors import InterpretationError
from interpreter.local_server import dies_with_parent, last_line

_LOOK_S = 0.05
_RESTARTS_WITHIN_S = 60.0


class ChildFailed(InterpretationError):
    """A child ended and could not be kept running, or did not become ready."""

    code = "child_failed"


async def at_once() -> bool:
    """For a child that nobody waits for."""
    return True


@dataclass(frozen=True, slots=True)
class Child:
    """One row of the table."""

    name: str
    command: list[str]
    is_ready: Callable[[], Awaitable[bool]] = at_once
    ready_s: float = 90.0
    """Generous: a busy machine may take ten times as long as an idle one."""
    restarts: int = 3
    """Times within a minute that it is started again; at 0 its end is the end of everything."""
    restart_pause_s: float = 1.0
    stop_s: float = 8.0
    """After SIGTERM; then it is killed."""
    environment: dict[str, str] = field(default_factory=dict, repr=False)


class Children:
    """`async with` starts none, `start` starts one, and leaving stops them, newest first."""

    def __init__(self, logs: Path, say: Callable[[str], None]) -> None:
        self._logs = logs
        self._say = say
        self._tasks = asyncio.TaskGroup()
        self._running: list[asyncio.Task[None]] = []
        self._pids: dict[str, int] = {}

    async def __aenter__(self) -> "Children":
        self._logs.mkdir(parents=True, exist_ok=True)
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in reversed(self._running):
            if not task.cancelling():  # a second time would cut short how it ends its process
                task.cancel()
            with suppress(asyncio.CancelledError):  # ours again, of an impatient Ctrl-C
                await asyncio.wait([task])
        await self._tasks.__aexit__(kind, error, trace)

    async def start(self, child: Child) -> None:
        """Start a child and wait until it is ready; raises ChildFailed (in a group) if it is not.

        From then on the child is kept running.
        """
        ready = asyncio.Event()
        self.log(child.name).write_bytes(b"")
        task = self._tasks.create_task(self._keep(child, ready), name=f"child:{child.name}")
        self._running.append(task)
        await ready.wait()

    def log(self, name: str) -> Path:
        """Where a child of this name writes."""
        return self._logs / f"{name}.log"

    def pid(self, name: str) -> int:
        """The process of the child of this name that was started last."""
        return self._pids[name]

    async def _keep(self, child: Child, ready: asyncio.Event) -> None:
        starts: deque[float] = deque(maxlen=child.restarts + 1)
        clock = asyncio.get_running_loop()
        while True:
            starts.append(clock.time())
            ended = await self._run_once(child, ready)
            words = last_line(self.log(child.name))
            sentence = f"{child.name} ended ({ended}): {words}" if words else f"{child.name} ended"
            is_too_often = len(starts) > child.restarts
            if is_too_often and clock.time() - starts[0] < _RESTARTS_WITHIN_S:
                raise ChildFailed(f"{sentence}\nIts log is {self.log(child.name)}.")
            if child.restarts == 0:
                raise ChildFailed(f"{sentence}\nIts log is {self.log(child.name)}.")
            self._say(f"{sentence}. It is started again.")
            await asyncio.sleep(child.restart_pause_s)

    async def _run_once(self, child: Child, ready: asyncio.Event) -> str:
        """From its start to its own end; says how it ended."""
        with self.log(child.name).open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *dies_with_parent(),
                *child.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=child.environment,
                start_new_session=True,  # Ctrl-C is for us: we stop the children in order
            )
        self._pids[child.name] = process.pid
        try:
            if await self._becomes_ready(child, process):
                ready.set()
            await process.wait()
        finally:
            await _stop(process, child.stop_s)
        return f"exit code {process.returncode}"

    async def _becomes_ready(self, child: Child, process: asyncio.subprocess.Process) -> bool:
        """Wait for it; False when the child ends before."""
        try:
            async with asyncio.timeout(child.ready_s):
                while process.returncode is None:
                    if await child.is_ready():
                        return True
                    await asyncio.sleep(_LOOK_S)
        except TimeoutError as error:
            raise ChildFailed(
                f"{child.name} was not ready after {child.ready_s:.0f} s. "
                f"Its log is {self.log(child.name)}: {last_line(self.log(child.name))}"
            ) from error
        return False


async def _stop(process: asyncio.subprocess.Process, stop_s: float) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(stop_s):
            await process.wait()
    except TimeoutError:
        pass
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
