"""A server's own voice detection: when a turn begins and ends, by loudness alone. Pure."""

from dataclasses import dataclass

import numpy

WINDOW_MS = 20
LOUD = 200.0


@dataclass(frozen=True, slots=True)
class Turned:
    """The speaker has begun, or has stopped."""

    is_speech: bool
    at_s: float
    """Of the connection's sound: with the padding before, or the silence after."""


class Turns:
    """Fed with a connection's sound in any pieces."""

    def __init__(self, rate_hz: int, silence_s: float = 0.35, padding_s: float = 0.6) -> None:
        self.is_speech = False
        self._rate_hz = rate_hz
        self._silence_s = silence_s
        self._padding_s = padding_s
        self._window = rate_hz * WINDOW_MS // 1000
        self._rest = b""
        self._heard_s = 0.0
        self._silent_s = 0.0

    def push(self, pcm: bytes) -> list[Turned]:
        pcm, size = self._rest + pcm, 2 * self._window
        found: list[Turned] = []
        for start in range(0, len(pcm) - size + 1, size):
            samples = numpy.frombuffer(pcm[start : start + size], numpy.int16)
            found += self._window_heard(float(abs(samples.astype(numpy.float64)).mean()) > LOUD)
        self._rest = pcm[len(pcm) // size * size :]
        return found

    def _window_heard(self, is_loud: bool) -> list[Turned]:
        self._heard_s += WINDOW_MS / 1000
        self._silent_s = 0.0 if is_loud else self._silent_s + WINDOW_MS / 1000
        if is_loud and not self.is_speech:
            self.is_speech = True
            return [Turned(True, max(self._heard_s - self._padding_s, 0.0))]
        if self.is_speech and self._silent_s >= self._silence_s - 1e-9:
            self.is_speech = False
            return [Turned(False, self._heard_s)]
        return []
