"""How often a server that is asked too often is asked about an open unit; pure: times are given.

Providers bound requests a minute. A pair asks about two a second, most of them about a unit that is
still open, which can wait for more words; else the bound is reached again as soon as the server is
asked again, and another engine comes, or none, in the middle of a meeting.
"""

import math
from dataclasses import dataclass

SAME_S = 10.0
"""Refusals within so short a time are of one bound."""
EASES_S = 60.0
"""Providers count by the minute: after one without a refusal twice as many requests are tried."""
MOST_WORDS = 8


@dataclass(slots=True)
class Scarcity:
    """Of one server, as one pair finds it."""

    _words: int = 1
    _refused_s: float = -math.inf

    def refused(self, now_s: float) -> None:
        """It has said that it is asked too often."""
        words = self.step_words(now_s)
        if now_s - self._refused_s >= SAME_S:
            words = min(2 * words, MOST_WORDS)
        self._words, self._refused_s = words, now_s

    def step_words(self, now_s: float) -> int:
        """So many more words of an open unit are worth asking again for: 1 where it never said
        so."""
        if self._words == 1:
            return 1
        minutes = int((now_s - self._refused_s) / EASES_S)
        return max(self._words >> minutes, 1)
