"""Where a turn that does not end is cut for OpenAI's realtime transcription: at a pause, which may
be the shorter the longer the turn lasts, so that no word is cut in two. Pure."""

import math

import numpy
from numpy.typing import NDArray

TURN_S, PAUSE_S = 4.0, 0.2
"""From this age on a turn is cut at a pause of this length …"""
BREATHLESS_S, LONGEST_S, SHORTEST_PAUSE_S = 7.0, 12.0, 0.03
"""… and from the first of these on at ever shorter ones, down to the gap between two words; at the
second it is cut anyway."""
QUIET, FAINT = 400.0, 0.12
"""A pause is below this (RMS), or below this share of the speaker's usual loudness, in a room that
is never quiet."""
WINDOW_S = 0.01


class Turn:
    """One turn, as its sound comes."""

    def __init__(self, rate_hz: int) -> None:
        self.quiet_s = 0.0
        """So long it has been quiet."""
        self._window = round(rate_hz * WINDOW_S)
        self._age_s = 0.0
        self._power = 0.0
        """The sum of its windows' mean squares."""
        self._windows = 0

    def push(self, samples: NDArray[numpy.float64]) -> int | None:
        """Its next piece; tells after how many samples of it the turn is cut, if it is."""
        for start in range(0, len(samples), self._window):
            self._hear(samples[start : start + self._window])
            if self.quiet_s >= self._pause_s:
                return min(start + self._window, len(samples))
        return None

    def _hear(self, window: NDArray[numpy.float64]) -> None:
        power = float(window @ window) / len(window)
        self._power, self._windows = self._power + power, self._windows + 1
        usual = math.sqrt(self._power / self._windows)
        is_quiet = math.sqrt(power) < max(QUIET, FAINT * usual)
        self.quiet_s = self.quiet_s + WINDOW_S if is_quiet else 0.0
        self._age_s += WINDOW_S

    @property
    def _pause_s(self) -> float:
        """So much quiet ends it now."""
        if self._age_s < TURN_S:
            return math.inf
        if self._age_s >= LONGEST_S:
            return 0.0
        late = max(self._age_s - BREATHLESS_S, 0.0) / (LONGEST_S - BREATHLESS_S)
        return PAUSE_S + (SHORTEST_PAUSE_S - PAUSE_S) * late - 1e-6
