"""How long a recogniser may say nothing, by how long it has waited between its signs of late.
Pure."""

from collections import deque
from dataclasses import dataclass, field

SHORTEST_S, LONGEST_S = 1.1, 6.0
"""Between these a recogniser is waited for, before another one is asked, …"""
UNKNOWN_S = 1.2
"""… so long before anything is known of it, and each time twice as long where that was wrong."""
SHORTEST_AGAIN_S = 0.75
"""The first of these where it is only connected again, which costs little should it be well."""
RHYTHMS = 1.5
"""It is late when it takes so many times its longest wait of late."""
KNOWN_WAITS = 3
SHORTEST_FINISH_S, FINISH_S = 0.8, 1.4
"""It says something on the end of an utterance by then: by the second where that is not learnt."""
LONGEST_FINISH_S = 4.0


@dataclass(slots=True)
class Rhythm:
    """How long an engine has waited between signs, in whatever stream."""

    own_s: float = 0.0
    """Where somebody has said it; 0: it is learnt."""
    shortest_s: float = SHORTEST_S
    _waits_s: deque[float] = field(default_factory=lambda: deque(maxlen=12))
    _ends_s: deque[float] = field(default_factory=lambda: deque(maxlen=8))
    _unknown_s: float = UNKNOWN_S
    is_ending: bool = True
    """It says a last word on each utterance by itself, as far as is known."""

    def learn(self, wait_s: float) -> None:
        self._waits_s.append(min(wait_s, LONGEST_S))

    def learn_end(self, wait_s: float) -> None:
        self._ends_s.append(min(wait_s, LONGEST_FINISH_S))
        self.is_ending = True

    def doubted(self) -> None:
        """It was late; perhaps it always is."""
        self._unknown_s = min(2 * self._unknown_s, LONGEST_S)

    @property
    def finish_s(self) -> float:
        """How long it may say nothing when it is asked for its last words."""
        if not self._ends_s:
            return max(FINISH_S, self.own_s)
        return max(RHYTHMS * max(self._ends_s), SHORTEST_FINISH_S, self.own_s)

    @property
    def patience_s(self) -> float:
        if self.own_s:
            return self.own_s
        if len(self._waits_s) < KNOWN_WAITS:
            return self._unknown_s
        return min(max(RHYTHMS * max(self._waits_s), self.shortest_s), LONGEST_S)
