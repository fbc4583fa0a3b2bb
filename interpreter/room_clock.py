"""The room clock, and how audio time is tied to it."""

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

utc_s: ContextVar[Callable[[], float]] = ContextVar("utc_s", default=time.time)
"""What tells the time, in seconds since 1970: the host's clock, but in a rehearsal its loop's."""


@dataclass(frozen=True, slots=True)
class RoomClock:
    """`at_s` = UTC now − clock_zero; hosts run NTP."""

    clock_zero: float

    def now_s(self) -> float:
        return utc_s.get()() - self.clock_zero


@dataclass(slots=True)
class TrackClock:
    """Ties a track's audio time to the room clock, from when its frames arrive. Pure.

    The earliest arrival of any frame is the best estimate (network and queues only ever add),
    until a gap: frames that stop for longer than `gap_s` start over.
    """

    gap_s: float = 0.4
    audio_time_s: float = 0.0
    _zero_s: float | None = None

    def frame(self, duration_s: float, now_s: float) -> float:
        """Count a frame that has just arrived; return the `at_s` at which its sound ends."""
        self.audio_time_s += duration_s
        zero_s = now_s - self.audio_time_s
        if self._zero_s is None or zero_s - self._zero_s > self.gap_s:
            self._zero_s = zero_s
        self._zero_s = min(self._zero_s, zero_s)
        return self._zero_s + self.audio_time_s


@dataclass(slots=True)
class StreamClock:
    """Maps a recogniser's stream time (sound pushed so far) to `at_s`; what was pushed may have
    gaps. Pure.

    Sound that arrived late and then all at once was no gap: the earliest of its frames' arrivals
    tells when all of it was said. So no moment of the stream is later than one after it. What is
    over has been told at its time: that stays, and what follows is no earlier.
    """

    pushed_s: float = 0.0
    _over_s: float = 0.0
    _anchors: list[tuple[float, float]] = field(default_factory=list)

    def push(self, duration_s: float, ends_s: float) -> None:
        """Sound of this length, ending at this `at_s`, goes to the recogniser."""
        zero_s, since_s = ends_s - duration_s - self.pushed_s, self.pushed_s
        while self._anchors and self._anchors[-1][1] >= zero_s:
            if self._anchors[-1][0] < self._over_s:
                zero_s = self._anchors[-1][1]
                break
            since_s, _ = self._anchors.pop()
        if not self._anchors or since_s < self.pushed_s or zero_s - self._anchors[-1][1] > 0.02:
            self._anchors.append((since_s, zero_s))
            del self._anchors[:-200]
        self.pushed_s += duration_s

    def utterance_over(self) -> None:
        """All that was pushed has been told, or is about to be."""
        self._over_s = self.pushed_s

    def at_s(self, stream_s: float) -> float:
        """The room's time of a moment of the stream."""
        zero_s = self._anchors[0][1] if self._anchors else 0.0
        for start, anchor in self._anchors:
            if start > stream_s + 1e-6:
                break
            zero_s = anchor
        return zero_s + stream_s
