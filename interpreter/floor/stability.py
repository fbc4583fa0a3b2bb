"""Hypotheses → committed words. Pure: no I/O, no clock but the hypotheses' own times.

A word is committed when all hypotheses over the last 0.35 s of sound agree on it and it is not the
last word, when silence follows it, or when the recogniser finalises it. Numbers wait until the
number is over. What is committed never changes; where a later hypothesis contradicts it, the
contradiction shows in the final captions only.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from interpreter.common_prefix import common_prefix
from interpreter.events import Hypothesis, LineItem, Word

AGREE_S = 0.35
"""Hypotheses so far apart must agree: on four talks 11 % of the committed words then differ from
the recogniser's final ones, at 0.52 s after a word's end; with 0 s, that is with any two successive
hypotheses of an engine that makes ten a second, 23 % at 0.28 s; with 0.6 s, 10.5 % at 0.71 s."""
LONGEST_AGREE_S = 0.9
"""The same for a recogniser that has lately contradicted much of what was committed: noise, a
telephone, an accent it does not know."""
USUAL_REVISED, MUCH_REVISED = 0.12, 0.24
"""Shares of the committed words that it contradicts in the end: from the first the wait grows, at
the second it is the longest."""
REMEMBERED_WORDS = 60
SILENCE_S = 0.35
"""So much heard silence after the last word ends the wait for its successor."""
NUMBER_SILENCE_S = 0.7
"""The same after a number word, which more often goes on."""
MISTIMED_S = 0.35
"""A recogniser that hears a word again may believe that it was so much earlier."""
SHORTEST_S = 0.01
"""Of a word, where it is committed after another that it overlaps."""

SplitsNumber = Callable[[Sequence[str], int], bool]
"""(words, index) → whether a cut before the index parts a number, or at the end one that may go
on."""


class Stability:
    """Commits the words of one speaker, utterance after utterance."""

    def __init__(self, splits_number: SplitsNumber) -> None:
        self._splits_number = splits_number
        self._committed: list[Word] = []
        self._said: list[str] = []
        """What the recogniser said in place of them as it committed the last of them: it may have
        revised them, or have begun after the first ones."""
        self._recent: list[Hypothesis] = []
        self._revised = 0.0
        """The share of committed words that finals have contradicted lately."""
        self._last: Word | None = None
        """The newest committed word, of whatever utterance: one that never ends is cut by the
        recogniser, which then believes the last words once more."""
        self._repeats = 0
        """How many times in a row that word was committed."""
        self._heard_until_s = -math.inf
        """What is heard by then is committed: its end, or where a final that ends with it says that
        it ended, as its own time may have been guessed."""
        self.final_until_s = -math.inf
        """Up to here, by the times of committed words, the newest final hypothesis reaches."""
        self._is_over = False
        """Whether the utterance has ended, with a last word or without one."""
        self._is_another = False
        """Whether the speaker has begun again since."""

    def utterance_over(self) -> None:
        """The speaker has stopped; its last word may still come."""
        self._is_over = True

    def utterance_begins(self) -> None:
        """The speaker speaks, perhaps again: then what begins after the committed words is another
        utterance, with whatever words it begins."""
        self._is_another = self._is_over

    def push(self, hypothesis: Hypothesis) -> list[Word]:
        """Return the words that this hypothesis commits, in order; a final one closes the
        utterance."""
        self._begin_anew(hypothesis.words)
        tail = self._uncommitted(hypothesis.words)
        if hypothesis.is_final:
            self._learn(hypothesis)
            self._recent = []
            covered, self._committed = self._parted(hypothesis)
            has_all = bool(self._said) and _texts(hypothesis.words)[: len(self._said)] == self._said
            self._said = _texts(self._committed)
            words = self._commit(tail)
            self._correct_end(hypothesis)
            known = [self._until_s] if has_all else [word.end_s for word in covered[-1:]]
            told = [word.end_s for word in hypothesis.words[-1:]]
            self.final_until_s = max([*told, *known], default=-math.inf)
            return words
        self._remember(hypothesis)
        agreed = self._agreement(tail, hypothesis.heard_s)
        count = max(self._settled(tail, agreed), self._before_silence(tail, hypothesis.heard_s))
        words = self._commit(tail[:count])
        if words:
            self._committed.extend(words)
            newest = next(at for at, w in enumerate(hypothesis.words) if w is tail[count - 1])
            self._said = _texts(hypothesis.words[: newest + 1])
        return words

    def _begin_anew(self, words: Sequence[Word]) -> None:
        """Forget an utterance that ended without a last word as another one begins."""
        if self._is_another and words and words[0].start_s >= self._until_s:
            self._committed, self._said, self._recent = [], [], []
            self._is_over = self._is_another = False

    def _parted(self, final: Hypothesis) -> tuple[list[Word], list[Word]]:
        """The committed words that a final one is known to have, and those that it says nothing of
        yet: it ends before them, or has only the first ones, by guessed times, and the others are
        heard again."""
        if final.is_settled and self._is_known(final.words):
            left = len(self._said) - len(final.words)
            place = max(len(self._committed) - left, 0)
            return self._committed[:place], self._committed[place:]
        return [], [word for word in self._committed if _middle_s(word) > final.heard_s]

    def _is_known(self, words: Sequence[Word]) -> bool:
        """Whether these are the first ones of the committed words, and no others."""
        return 0 < len(words) and _texts(words) == self._said[: len(words)]

    def _commit(self, words: Sequence[Word]) -> list[Word]:
        """Each after the one before it, whatever the recogniser believes by now."""
        found = list[Word]()
        for word in words:
            if _middle_s(word) <= self._until_s:
                ends_s = max(word.end_s, self._until_s + SHORTEST_S)
                word = replace(word, start_s=self._until_s, end_s=ends_s)
            elif self._last is not None and word.start_s < self._last.start_s:
                word = replace(word, start_s=self._last.start_s)
            is_repeated = self._last is not None and self._last.text == word.text
            self._repeats = self._repeats + 1 if is_repeated else 1
            self._last = word
            self._heard_until_s = word.end_s
            found.append(word)
        return found

    def _correct_end(self, final: Hypothesis) -> None:
        """Take the end of the newest committed word from a final one that ends with it, and has
        heard no more."""
        ends = final.words[-1:]
        if ends and self._last and ends[0].text == self._last.text and not self._committed:
            self._heard_until_s = min(self._heard_until_s, ends[0].end_s, final.heard_s)

    @property
    def _until_s(self) -> float:
        """No word that is committed from now on begins before."""
        return -math.inf if self._last is None else self._last.end_s

    @property
    def agree_s(self) -> float:
        """Hypotheses so far apart must agree, as this recogniser does with this speaker."""
        share = (self._revised - USUAL_REVISED) / (MUCH_REVISED - USUAL_REVISED)
        return AGREE_S + (LONGEST_AGREE_S - AGREE_S) * min(max(share, 0.0), 1.0)

    def _learn(self, final: Hypothesis) -> None:
        """How much of what was committed stands in the end; words after the end of what is final
        are the next utterance's."""
        committed = [word.text for word in self._committed if _middle_s(word) < final.heard_s]
        if not committed:
            return
        texts = [word.text for word in final.words]
        blocks = SequenceMatcher(None, committed, texts, autojunk=False).get_matching_blocks()
        kept = sum(block.size for block in blocks)
        weight = min(len(committed) / REMEMBERED_WORDS, 1.0)
        self._revised += weight * (1 - kept / len(committed) - self._revised)

    def _remember(self, hypothesis: Hypothesis) -> None:
        """Keep what was believed within the last `agree_s` of sound, and the one before."""
        heard_s = hypothesis.heard_s
        recent = [h for h in self._recent if h.heard_s < heard_s]
        before = [h for h in recent if h.heard_s <= heard_s - self.agree_s + 1e-6]
        within = recent[len(before) :]
        self._recent = [*before[-1:], *within, hypothesis]

    def _agreement(self, tail: Sequence[Word], heard_s: float) -> int:
        """How many words of the tail every remembered hypothesis has, if they span long enough."""
        if self._recent[0].heard_s > heard_s - self.agree_s + 1e-6:
            return 0
        tails = [self._uncommitted(hypothesis.words) for hypothesis in self._recent[:-1]]
        return min(common_prefix(earlier, tail, _has_same_text) for earlier in tails)

    def _uncommitted(self, words: tuple[Word, ...]) -> tuple[Word, ...]:
        """The words after the committed ones: by count where the texts still match, else after the
        last committed one where it is heard again, else by time."""
        if self._is_known(words):
            return ()
        done = len(self._said)
        if done and _texts(words[:done]) == self._said:
            return words[done:]
        again = self._heard_again(words)
        if again is not None:
            return words[again + 1 :]
        return tuple(w for w in words if _middle_s(w) > self._heard_until_s)

    def _heard_again(self, words: Sequence[Word]) -> int | None:
        """Where the last committed word is among these; None: nowhere near its time."""
        last = self._last
        if last is None:
            return None
        places = [
            place
            for place, word in enumerate(words)
            if word.text == last.text and last.start_s - MISTIMED_S < word.start_s < last.end_s
        ]
        if not places:
            return None
        nearest = min(places, key=lambda at: abs(words[at].start_s - last.start_s))
        first = nearest
        while first - 1 in places:
            first -= 1
        return min(nearest, first + self._repeats - 1)  # a word said twice was committed once

    def _settled(self, tail: Sequence[Word], agreed: int) -> int:
        """How many agreed words may go: never the last word, never into an open number."""
        count = min(agreed, len(tail) - 1)
        texts = [word.text for word in tail[:agreed]]
        while count > 0 and self._splits_number(texts, count):
            count -= 1
        return max(count, 0)

    def _before_silence(self, tail: Sequence[Word], heard_s: float) -> int:
        if not tail:
            return 0
        texts = [word.text for word in tail]
        is_open = self._splits_number(texts, len(texts))
        wait_s = NUMBER_SILENCE_S if is_open else SILENCE_S
        return len(tail) if heard_s - tail[-1].end_s >= wait_s else 0


def is_beyond(word: Word | LineItem, until_s: float) -> bool:
    """Whether a committed word is none of those that a final one reaches; one without any length
    that is at its very end is."""
    return word.start_s >= until_s and word.end_s > until_s


def _texts(words: Sequence[Word]) -> list[str]:
    return [word.text for word in words]


def _middle_s(word: Word) -> float:
    return (word.start_s + word.end_s) / 2


def _has_same_text(one: Word, other: Word) -> bool:
    return one.text == other.text
