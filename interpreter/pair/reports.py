"""What a pair tells the floor agent, again and again: subscription, heartbeat and resume point."""

import asyncio
import logging
import math
from collections.abc import Callable

from livekit import rtc
from livekit.rtc.participant import PublishDataError

from interpreter.kept_waiting import BUSY_S, Nap
from interpreter.line import ReaderMessage, encode_reader
from interpreter.participants import floor_identity
from interpreter.room import READER_TOPIC

logger = logging.getLogger(__name__)

EVERY_S = 0.5
HELD_UP_S = 0.15
"""Who is let run so much too late shares its processors with too many: what can be left is left for
a while."""


class Reports:
    """Sends what `message` says every 500 ms, and at each `news`."""

    def __init__(
        self,
        room: rtc.Room,
        message: Callable[[], ReaderMessage],
    ) -> None:
        self._room = room
        self._message = message
        self._news = asyncio.Event()
        self.kept_waiting_s = 0.0
        """How long this process was not let run at the end of the last wait."""
        self._busy_until_s = -math.inf

    @property
    def is_busy(self) -> bool:
        """Whether this process was lately not let run when it should have been."""
        return asyncio.get_running_loop().time() < self._busy_until_s

    def news(self) -> None:
        """A final goes at once: should this job die, its replacement must not say it again."""
        self._news.set()

    async def run(self) -> None:
        """Report until cancelled."""
        while True:
            floor = floor_identity(self._room)
            if floor:
                await self._send(floor)
            await self._wait()

    async def _send(self, floor: str) -> None:
        try:
            await self._room.local_participant.publish_data(
                encode_reader(self._message()),
                reliable=True,
                destination_identities=[floor],
                topic=READER_TOPIC,
            )
        except PublishDataError:
            logger.warning("reader message lost; the next one follows")

    async def _wait(self) -> None:
        nap = Nap.begin()
        try:
            async with asyncio.timeout(EVERY_S):
                await self._news.wait()
        except TimeoutError:
            return
        finally:
            self._note(nap.late_s(EVERY_S))
        self._news.clear()

    def _note(self, late_s: float) -> None:
        self.kept_waiting_s = late_s
        if late_s >= HELD_UP_S:
            self._busy_until_s = asyncio.get_running_loop().time() + BUSY_S
