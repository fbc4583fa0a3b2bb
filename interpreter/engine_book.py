"""Beside an agent: its engines' switches go to its event log and into its attributes, and engines
that have failed are probed."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict

from livekit import rtc

from interpreter.engines.fallback.health import Health, process_health
from interpreter.event_log import EventLog
from interpreter.events import EngineSwitch
from interpreter.serving_engines import ATTRIBUTE, ServingEngines, encode_engines

logger = logging.getLogger(__name__)

TELL_LIMIT_S = 1.0
TELL_AGAIN_S = 1.0


class EngineBook:
    """Of one agent; `run` beside it."""

    def __init__(
        self,
        room: rtc.Room,
        events: EventLog,
        now_s: Callable[[], float],
        on_switch: Callable[[EngineSwitch], None] = lambda _switch: None,
        health: Health | None = None,
    ) -> None:
        self._room = room
        self._events = events
        self._now_s = now_s
        self._on_switch = on_switch
        self._health = health or process_health()
        self._serving = ServingEngines()
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled."""
        with self._health.telling(self._note):
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._health.run(), name="engines:health")
                tasks.create_task(self._tell(), name="engines:tell")

    def _note(self, switch: EngineSwitch) -> None:
        self._events.write("engine_switch", **asdict(switch))
        self._serving.note(switch, self._now_s())
        self._on_switch(switch)
        self._changed.set()

    async def _tell(self) -> None:
        """Pages of organisers read it there: at once, and again where it did not get there."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            if not await self._is_told(encode_engines(self._serving.rows)):
                logger.warning("pages are not told yet which engines serve")
                self._changed.set()
                await asyncio.sleep(TELL_AGAIN_S)

    async def _is_told(self, text: str) -> bool:
        """Whether the server has it: its answer is lost where it comes faster than LiveKit's
        library begins to wait for it, but what it has comes back to everybody in the room."""
        me = self._room.local_participant
        with suppress(TimeoutError):
            async with asyncio.timeout(TELL_LIMIT_S):
                await me.set_attributes({ATTRIBUTE: text})
            return True
        return me.attributes.get(ATTRIBUTE) == text
