"""Whether a recogniser has stalled, or falls behind, by what it was given and what it says. Pure:
times are given.

Only sound that a detector takes for speech is given to a recogniser, so one that is well says
something every second or so; how often, is learnt. Music is no words to anybody: who doubts here
asks another engine before it believes (recogniser.py).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from interpreter.engines.rhythm import FINISH_S, TAIL_S, Rhythm, is_live

LAST_SLACK, SILENT_SLACK = 2.5, 1.5
"""The last one that is well is given more time: a busy machine may only be slow. So is one before
another that says nothing until an utterance ends: it may be back with its words by then."""
BEGINS_S = 0.4
"""So much more after a pause: it is given the sound just before speech too, at once."""
AGAIN_S = 0.6
"""Who is connected again has been silent for long: so much longer it is waited for."""
OFTEN_S = 15.0
"""Connected again twice in so long it would be a third time, and be late each time."""
BEHIND_S = 1.4
"""Words that are heard so much later fall behind what listeners bear …"""
BEHIND_FOR_S, CATCHES_UP_S = 1.2, 4.0
"""… for so long, once what was kept has been heard again, …"""
WORDLESS_S = 1.6
"""So much sound of speech without a new word: it is late, though it says something, or there are
none."""
CATCHES_UP = 0.1
"""… unless it catches up by so much a second: another one would have to do that from further
behind."""


@dataclass(slots=True)
class Doubts:
    """One stream of one engine; `given_s` is how much sound it has been given."""

    rhythm: Rhythm
    opened_at_s: float
    is_silent_before_end: bool = False
    """Says nothing before an utterance ends: recordings are recognised whole."""
    slack: Callable[[], float] = lambda: 1.0
    """It is waited for so many times as long now."""
    hears_whole: bool = False
    """Its last word is of the whole utterance, whatever it has said of it before."""
    sign_at_s: float = field(init=False)
    _given_s: float = 0.0
    """How much it had been given at its last sign, …"""
    spoke_given_s: float = 0.0
    """… and at the last one before it was asked for its last words."""
    _is_new: bool = True
    """It has said nothing yet, …"""
    _is_beginning: bool = False
    """… or nothing since a pause."""
    _is_again: bool = False
    """It is connected again, and has said nothing since."""
    _again_at_s: float = -math.inf
    """When it last was, …"""
    _is_often_again: bool = False
    """… and not long before, too."""
    _flushed_at_s: float | None = None
    _behind: tuple[float, float] | None = None
    """Since when it is behind, and how far it was then."""
    _judged_s: float = 0.0
    """The end of the newest word that was judged so."""
    _word_s: float = 0.0
    """The end of the newest word, …"""
    _word_at_s: float = field(init=False)
    """… when it was told, or nothing more was to be told, …"""
    _word_given_s: float = 0.0
    """… and what it had been given then."""

    def __post_init__(self) -> None:
        self.sign_at_s = self._word_at_s = self.opened_at_s

    def sign(self, now_s: float, given_s: float) -> None:
        """It says something, whatever it is."""
        if self._flushed_at_s is None:
            self.spoke_given_s = given_s
        else:
            self.rhythm.learn_end(now_s - max(self._flushed_at_s, self.sign_at_s))
        waited_s, sound_s = now_s - self.sign_at_s, given_s - self._given_s
        if sound_s > 0.05 and is_live(waited_s, sound_s):
            self._learn(min(waited_s, sound_s))
        self._is_new = self._is_beginning = self._is_again = False
        self.sign_at_s, self._given_s = now_s, given_s

    def word(self, now_s: float, given_s: float, ends_s: float) -> None:
        """Its newest word ends there."""
        if ends_s > self._word_s:
            self._word_s, self._word_at_s, self._word_given_s = ends_s, now_s, given_s

    def _learn(self, wait_s: float) -> None:
        if self._is_again:
            return  # it has waited for longer
        if self._is_new or self._is_beginning:
            self.rhythm.learn_beginning(wait_s)
        else:
            self.rhythm.learn(wait_s)

    def connected_again(self, now_s: float, given_s: float) -> None:
        """It has found by itself that it said nothing; not for the first time, it has stalled."""
        self._is_often_again |= now_s - self._again_at_s < OFTEN_S
        self._again_at_s = now_s
        if not self._is_again:
            self._is_again = True
            self.sign_at_s, self._given_s = now_s, given_s
            self._word_at_s, self._word_given_s = now_s, given_s

    def flushed(self, now_s: float) -> None:
        """It is asked for its last words."""
        self._flushed_at_s = now_s

    def finished(self, now_s: float, given_s: float) -> None:
        """It has said them."""
        if self._flushed_at_s is not None:
            self.rhythm.learn_end(now_s - max(self._flushed_at_s, self.sign_at_s))
        self._flushed_at_s = None
        self._is_beginning = True
        self.sign_at_s, self._given_s = now_s, given_s
        self._word_at_s, self._word_given_s = now_s, given_s

    def has_stalled(self, now_s: float, given_s: float) -> bool:
        slack = self.slack()
        if self._is_often_again and slack < LAST_SLACK:
            return True
        if self._flushed_at_s is not None:
            limit_s = self.rhythm.finish_s
            if slack > 1.0:
                limit_s = max(limit_s, FINISH_S) * slack
            return now_s - max(self._flushed_at_s, self.sign_at_s) > limit_s
        if self.is_silent_before_end:
            return False
        waited_s = min(now_s - self.sign_at_s, given_s - self._given_s)
        if self._is_again:
            return waited_s > AGAIN_S * slack
        if self._is_new:
            return waited_s > self.rhythm.beginning_s * slack
        if self._is_beginning:
            return waited_s > self.rhythm.beginning_s * slack + BEGINS_S
        return waited_s > self.rhythm.patience_s * slack

    def is_wordless(self, now_s: float, given_s: float) -> bool:
        """Whether it says something, but no new word of speech, which is late or has none."""
        if self._flushed_at_s is not None or self.is_silent_before_end:
            return False
        waited_s = min(now_s - self._word_at_s, given_s - self._word_given_s)
        return waited_s > max(WORDLESS_S, self.rhythm.patience_s) * self.slack()

    def has_left_out(self, over_s: float, heard_s: float) -> bool:
        """Whether it has ended an utterance without hearing its last second: it says it is done,
        and its last word or sign was long before."""
        if self.hears_whole or self.rhythm.own_s:
            return False
        return over_s - heard_s > TAIL_S

    def is_behind(self, now_s: float, last_word_s: float, pushed_s: float) -> bool:
        """Whether new words come too late, and no less so; of the stream's own time."""
        if last_word_s <= self._judged_s:
            return False
        self._judged_s = last_word_s
        late_s = pushed_s - last_word_s
        if late_s <= BEHIND_S or now_s - self.opened_at_s <= CATCHES_UP_S:
            self._behind = None
            return False
        since_s, late_before_s = self._behind or (now_s, late_s)
        self._behind = since_s, late_before_s
        catches_up_s = late_before_s - late_s
        if catches_up_s > CATCHES_UP * (now_s - since_s):
            return False
        return now_s - since_s >= BEHIND_FOR_S
