"""How long a recogniser may say nothing, by how long it has waited between its signs of late.
Pure."""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field

SHORTEST_S, LONGEST_S = 1.1, 6.0
"""Between these a recogniser is waited for, before another one is asked, …"""
UNKNOWN_S = 1.2
"""… so long before anything is known of it, and each time twice as long where that was wrong."""
RHYTHMS = 1.5
"""It is late when it takes so many times its longest wait of late."""
SHORTEST_AGAIN_S, UNKNOWN_AGAIN_S, RHYTHMS_AGAIN = 0.7, 1.2, 1.4
"""The same where it is only connected again: that costs little should it be well, and is done
before another one is asked, who is to hear much of it once more."""
KNOWN_WAITS = 3
TAIL_S = 0.9
"""Speech without a word at an utterance's end: that long it is hardly a breath."""
SHORTEST_FINISH_S, FINISH_S = 0.9, 1.4
"""It says something on the end of an utterance by then: by the second where that is not learnt."""
SHORTEST_FINISH_AGAIN_S, FINISH_AGAIN_S = 0.6, 0.9
LONGEST_FINISH_S = 4.0
RECORDED, JITTER_S = 1.5, 0.1
"""Sound that comes so many times faster than it is spoken, beyond a network's jitter, is a
recording."""


def is_live(waited_s: float, given_s: float) -> bool:
    """Whether `given_s` of sound in `waited_s` came as it was spoken."""
    return given_s <= RECORDED * waited_s + JITTER_S


@dataclass(slots=True)
class Rhythm:
    """How long an engine has waited between signs, in whatever stream: of live sound, as signs of a
    recording come faster."""

    own_s: float = 0.0
    """Where somebody has said it; 0: it is learnt."""
    is_own: bool = False
    """Of one that is only connected again, and says something before a turn is over."""
    _waits_s: deque[float] = field(default_factory=lambda: deque(maxlen=24))
    _begins_s: deque[float] = field(default_factory=lambda: deque(maxlen=8))
    """Until a first sign, after a pause: longer than those between words."""
    _ends_s: deque[float] = field(default_factory=lambda: deque(maxlen=8))
    _times: int = 1
    """How many times as long it is waited for while nothing is known of it."""
    is_ending: bool = True
    """It says a last word on each utterance by itself, as far as is known."""

    def learn(self, wait_s: float) -> None:
        self._waits_s.append(min(wait_s, LONGEST_S))

    def learn_beginning(self, wait_s: float) -> None:
        self._begins_s.append(min(wait_s, LONGEST_S))

    def learn_end(self, wait_s: float) -> None:
        self._ends_s.append(min(wait_s, LONGEST_FINISH_S))
        self.is_ending = True

    def doubted(self) -> None:
        """It was late; perhaps it always is."""
        self._times *= 2

    @property
    def finish_s(self) -> float:
        """How long it may say nothing when it is asked for its last words."""
        shortest_s, unknown_s = SHORTEST_FINISH_S, FINISH_S
        if self.is_own:
            shortest_s, unknown_s = SHORTEST_FINISH_AGAIN_S, FINISH_AGAIN_S
        if not self._ends_s:
            return max(unknown_s, self.own_s)
        return max(self._rhythms * max(self._ends_s), shortest_s, self.own_s)

    @property
    def patience_s(self) -> float:
        """How long it may say nothing in the middle of an utterance."""
        return self._patience_s(self._waits_s)

    @property
    def beginning_s(self) -> float:
        """The same after a pause, and on a new connection."""
        return self._patience_s([*self._waits_s, *self._begins_s])

    def _patience_s(self, waits_s: Collection[float]) -> float:
        shortest_s, unknown_s = SHORTEST_S, UNKNOWN_S
        if self.is_own:
            shortest_s, unknown_s = SHORTEST_AGAIN_S, UNKNOWN_AGAIN_S
        if self.own_s:
            return self.own_s
        if len(waits_s) < KNOWN_WAITS:
            return min(unknown_s * self._times, LONGEST_S)
        return min(max(self._rhythms * max(waits_s), shortest_s), LONGEST_S)

    @property
    def _rhythms(self) -> float:
        return RHYTHMS_AGAIN if self.is_own else RHYTHMS
