"""Sound that was pushed and that no last word covers yet: told again to the next connection. Pure.

It also knows a connection's own time: engines count the silence that they are given to finish, and
begin at zero with every connection.
"""

from collections import deque
from collections.abc import Iterator

from livekit import rtc

LONGEST_S = 45.0
"""More is not told again: it would take an engine too long to catch up."""


class Unheard:
    """Frames in order, each with the second of the stream at which it ends."""

    def __init__(self, longest_s: float = LONGEST_S) -> None:
        self._frames: deque[tuple[rtc.AudioFrame, float]] = deque()
        self._longest_s = longest_s
        self._ends_s = 0.0

    def __iter__(self) -> Iterator[rtc.AudioFrame]:
        return iter([frame for frame, _ in self._frames])

    @property
    def starts_s(self) -> float:
        """Where the oldest frame begins; the end of all sound where there is none."""
        if not self._frames:
            return self._ends_s
        frame, ends_s = self._frames[0]
        return ends_s - frame.duration

    def push(self, frame: rtc.AudioFrame) -> None:
        self._ends_s += frame.duration
        self._frames.append((frame, self._ends_s))
        self.cover(self._ends_s - self._longest_s)

    def cover(self, at_s: float) -> None:
        """Forget what ends by then."""
        while self._frames and self._frames[0][1] <= at_s + 1e-6:
            self._frames.popleft()


class ConnectionTime:
    """Seconds of a connection ↔ of the stream whose sound is pushed into it."""

    def __init__(self, begins_s: float) -> None:
        self._begins_s = begins_s
        self._passed_s = 0.0
        self._silences: list[tuple[float, float]] = []
        """Where silence was put in, and how much there is by its end."""

    @property
    def now_s(self) -> float:
        """Of the stream, without the silence."""
        return self._begins_s + self._passed_s - self._silence_s

    @property
    def passed_s(self) -> float:
        """Of the connection."""
        return self._passed_s

    def sound(self, seconds: float) -> None:
        self._passed_s += seconds

    def silence(self, seconds: float) -> None:
        self._silences.append((self._passed_s, self._silence_s + seconds))
        self._passed_s += seconds

    def ours(self, at_s: float) -> float:
        """A moment of the connection, as the stream counts."""
        silent_s = 0.0
        for since_s, much_s in self._silences:
            if since_s >= at_s:
                break
            silent_s = min(much_s, silent_s + at_s - since_s)
        return min(max(self._begins_s + at_s - silent_s, self._begins_s), self.now_s)

    def ours_before_now(self, seconds: float) -> float:
        """So long before all that was pushed, silence included."""
        return self.ours(self._passed_s - seconds)

    @property
    def _silence_s(self) -> float:
        return self._silences[-1][1] if self._silences else 0.0
