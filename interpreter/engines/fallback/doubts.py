"""Whether a recogniser has stalled, or falls behind, by what it was given and what it says. Pure:
times are given.

Only sound that a detector takes for speech is given to a recogniser, so one that is well says
something every second or so; how often, is learnt. Music is no words to anybody: who doubts here
asks another engine before it believes (recogniser.py).
"""

from collections import deque
from dataclasses import dataclass, field

SHORTEST_S, LONGEST_S = 1.1, 6.0
"""Between these a recogniser is waited for, …"""
UNKNOWN_S = 2.0
"""… so long before anything is known of it."""
RHYTHMS = 1.5
"""It is late when it takes so many times its longest wait of late."""
SHORTEST_FINISH_S, FINISH_S = 0.8, 1.5
"""It says something on the end of an utterance by then: by the second where that is not learnt …"""
FINISH_SILENT_S = 4.0
"""… or it says nothing before an end."""
TAIL_S = 0.9
"""Speech without a word at an utterance's end: that long it is hardly a breath."""
BEHIND_S = 1.4
"""Words that are heard so much later fall behind what listeners bear …"""
BEHIND_TIMES, CATCHES_UP_S = 2, 4.0
"""… so many times in a row, once what was kept has been heard again."""


@dataclass(slots=True)
class Rhythm:
    """How long an engine has waited between signs, in whatever stream."""

    own_s: float = 0.0
    """Where somebody has said it; 0: it is learnt."""
    _waits_s: deque[float] = field(default_factory=lambda: deque(maxlen=12))

    _ends_s: deque[float] = field(default_factory=lambda: deque(maxlen=8))

    def learn(self, wait_s: float) -> None:
        self._waits_s.append(min(wait_s, LONGEST_S))

    def learn_end(self, wait_s: float) -> None:
        self._ends_s.append(min(wait_s, FINISH_SILENT_S))

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
        if len(self._waits_s) < 3:
            return UNKNOWN_S
        return min(max(RHYTHMS * max(self._waits_s), SHORTEST_S), LONGEST_S)


@dataclass(slots=True)
class Doubts:
    """One stream of one engine; `given_s` is how much sound it has been given."""

    rhythm: Rhythm
    opened_at_s: float
    is_silent_before_end: bool = False
    """Says nothing before an utterance ends: recordings are recognised whole."""
    slack: float = 1.0
    """It is waited for so many times as long."""
    sign_at_s: float = field(init=False)
    _given_s: float = 0.0
    """How much it had been given at its last sign, …"""
    spoke_given_s: float = 0.0
    """… and at the last one before it was asked for its last words."""
    _flushed_at_s: float | None = None
    _behind: int = 0
    _last_word_s: float = 0.0

    def __post_init__(self) -> None:
        self.sign_at_s = self.opened_at_s

    def sign(self, now_s: float, given_s: float) -> None:
        """It says something, whatever it is."""
        if self._flushed_at_s is None:
            self.spoke_given_s = given_s
        else:
            self.rhythm.learn_end(now_s - max(self._flushed_at_s, self.sign_at_s))
        if given_s - self._given_s > 0.05:
            self.rhythm.learn(min(now_s - self.sign_at_s, given_s - self._given_s))
        self.sign_at_s, self._given_s = now_s, given_s

    def flushed(self, now_s: float) -> None:
        """It is asked for its last words."""
        self._flushed_at_s = now_s

    def finished(self, now_s: float, given_s: float) -> None:
        """It has said them."""
        if self._flushed_at_s is not None:
            self.rhythm.learn_end(now_s - max(self._flushed_at_s, self.sign_at_s))
        self._flushed_at_s = None
        self.sign_at_s, self._given_s = now_s, given_s

    def has_stalled(self, now_s: float, given_s: float) -> bool:
        if self._flushed_at_s is not None:
            is_silent = self.is_silent_before_end
            limit_s = FINISH_SILENT_S if is_silent else self.rhythm.finish_s
            if self.slack > 1.0:
                limit_s = max(limit_s, FINISH_S) * self.slack
            return now_s - max(self._flushed_at_s, self.sign_at_s) > limit_s
        if self.is_silent_before_end:
            return False
        waited_s = min(now_s - self.sign_at_s, given_s - self._given_s)
        return waited_s > self.rhythm.patience_s * self.slack

    def has_left_out(self, over_s: float, heard_s: float) -> bool:
        """Whether it has ended an utterance without hearing its last second: it says it is done,
        and its last word or sign was long before."""
        if self.is_silent_before_end or self.rhythm.own_s:
            return False
        return over_s - heard_s > TAIL_S

    def is_behind(self, now_s: float, last_word_s: float, pushed_s: float) -> bool:
        """Whether new words have come too late again and again; of the stream's own time."""
        if last_word_s <= self._last_word_s:
            return False
        self._last_word_s = last_word_s
        is_late = pushed_s - last_word_s > BEHIND_S and now_s - self.opened_at_s > CATCHES_UP_S
        self._behind = self._behind + 1 if is_late else 0
        return self._behind >= BEHIND_TIMES
