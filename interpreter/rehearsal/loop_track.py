"""A voice track that nobody hears: plays in the loop's time, and remembers what was heard when."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from livekit import rtc

from interpreter.rehearsal.virtual_time import loop_time_s


@dataclass(slots=True)
class LoopTrack:
    """Takes frames as a published track does: `queue_s` ahead of what is heard."""

    queue_s: float = 0.2
    heard: list[tuple[float, float]] = field(default_factory=list)
    """Start and end of each frame, in the loop's time."""
    _ends_s: float = 0.0

    @property
    def remaining_s(self) -> float:
        return max(self._ends_s - loop_time_s(), 0.0)

    async def play(self, frame: rtc.AudioFrame) -> float:
        starts_s = max(self._ends_s, loop_time_s())
        self._ends_s = starts_s + frame.duration
        self.heard.append((starts_s, self._ends_s))
        await asyncio.sleep(max(self._ends_s - self.queue_s - loop_time_s(), 0.0))
        return starts_s

    async def pause(self, seconds: float) -> None:
        self._ends_s = max(self._ends_s, loop_time_s()) + seconds

    async def aclose(self) -> None:
        return None

    async def publish(
        self, _room: rtc.Room, _name: str, _rate_hz: int, _now_s: Callable[[], float]
    ) -> "LoopTrack":
        """What a pair agent calls to publish its voice."""
        return self
