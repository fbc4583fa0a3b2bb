"""An event loop whose clock jumps to the next timer: minutes of a talk in seconds of work."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class TasksLeftBehind(RuntimeError):
    """Something that was started has not been ended."""


class _JumpingSelector(selectors.SelectSelector):
    """Never waits: what the loop would have slept is added to its clock."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            return super().select(None)
        events = super().select(0)
        if not events:
            self.now_s += max(timeout, 0.0)
        return events


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """A loop that starts at 0 s and passes waiting time at once."""

    def __init__(self) -> None:
        self._clock = _JumpingSelector()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now_s

    def stand_still(self, seconds: float) -> None:
        """Nothing runs for so long, and what is due meanwhile is late: a machine that is too
        busy."""
        self._clock.now_s += seconds


def loop_time_s() -> float:
    """The running loop's time."""
    return asyncio.get_running_loop().time()


def run_in_virtual_time(main: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end; raises TasksLeftBehind where it leaves one."""

    async def run() -> Result:
        result = await main
        await asyncio.sleep(0)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        if left:
            names = ", ".join(sorted(task.get_name() for task in left))
            raise TasksLeftBehind(f"tasks left behind: {names}")
        return result

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(run())
