"""A process with engines of its own: what it tells, and its probes running."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from interpreter.engines.fallback.health import Health
from interpreter.events import EngineSwitch


class Process:
    """Switches as they are told."""

    def __init__(self) -> None:
        self.health = Health()
        self.switches: list[EngineSwitch] = []

    @property
    def told(self) -> list[tuple[str, str, str]]:
        return [(one.before, one.after, one.why) for one in self.switches]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        with self.health.telling(self.switches.append):
            async with asyncio.TaskGroup() as tasks:
                probing = tasks.create_task(self.health.run())
                yield
                probing.cancel()
