"""Committed words → units worth translating. Pure: no clock but the words' own times.

A unit closes at a pause, at a gap between words, before a clause word when it is long, and always
at the hard caps. A cut that a cap forces falls at the best place among the last words: never
between a negation and its verb, never inside a number, and inside a term of a glossary only where
there is no other place. While a unit is open, the recogniser's last word on an utterance replaces
what was committed of it.
"""

import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil

from interpreter.events import ItemKind, LineItem
from interpreter.pair.confirmed import begins_at, corrected
from interpreter.pair.policy import ChunkPolicy
from languages.spacing import joined, letters

SENTENCE_PAUSE_S = 0.6
"""A pause so long ends a sentence."""
REMEMBERED_WORDS = 100
"""Of closed units: the recogniser's last word on an utterance may begin with them."""


class CloseReason(StrEnum):
    OPEN = "open"
    """Not closed yet."""
    PAUSE = "pause"
    GAP = "gap"
    CLAUSE = "clause"
    CAP = "cap"
    SPEAKER = "speaker"
    LOST = "lost"
    """Not heard: the unit's one item stands for the time."""
    END = "end"


@dataclass(frozen=True, slots=True)
class Unit:
    """Consecutive words of one speaker, translated and spoken as one piece."""

    number: int
    words: tuple[LineItem, ...]
    reason: CloseReason
    starts_sentence: bool
    line_epoch: int = 0
    """Of its words: their numbers start over with each epoch of their line."""

    @property
    def is_open(self) -> bool:
        """Whether more words may follow."""
        return self.reason is CloseReason.OPEN

    @property
    def last_place(self) -> tuple[int, int]:
        """Epoch and number of the last word: places of one line can be compared."""
        return self.line_epoch, self.last_seq

    @property
    def first_seq(self) -> int:
        """Number of the first committed word that this renders."""
        return min((first for first, last in self._covered if first <= last), default=self._any)

    @property
    def last_seq(self) -> int:
        """Number of the last one."""
        return max((last for first, last in self._covered if first <= last), default=self._any)

    @property
    def _covered(self) -> list[tuple[int, int]]:
        return [(w.seq, w.seq) if w.covers == (-1, -1) else w.covers for w in self.words]

    @property
    def _any(self) -> int:
        return self.words[0].seq

    @property
    def text(self) -> str:
        return joined(w.text for w in self.words)

    @property
    def start_s(self) -> float:
        return self.words[0].start_s

    @property
    def end_s(self) -> float:
        return self.words[-1].end_s

    @property
    def speaker(self) -> str:
        return self.words[0].speaker

    @property
    def is_lost(self) -> bool:
        """Whether this stands for speech that nobody heard."""
        return self.words[0].kind is ItemKind.LOST

    def lost_since(self, start_s: float) -> "Unit":
        """The same gap, begun earlier."""
        return replace(self, words=(replace(self.words[0], start_s=start_s), *self.words[1:]))

    @property
    def source_segments(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(w.segment for w in self.words))


@dataclass(frozen=True, slots=True)
class Grammar:
    """What the source language says about cutting."""

    clause_words: frozenset[str]
    never_cut_after: frozenset[str]
    negations: frozenset[str]
    """Each belongs to what comes after it."""
    splits_number: Callable[[list[str], int], bool]
    """Whether a cut before this index would split a number."""
    letters_a_word: float | None = None
    """Where nobody writes spaces, a recogniser's words may be single letters or whole phrases:
    letters are counted. None counts words."""
    splits_term: Callable[[list[str], int], bool] = lambda _words, _index: False
    """The same as `splits_number` for a term of a glossary: such a cut is made only where one must
    be."""
    negations_after: tuple[str, ...] = ()
    """What begins like this belongs to what came before it, and negates that."""

    def parts_negation(self, words: Sequence[str], index: int) -> bool:
        """Whether a cut before this word would part a negation from the word before it."""
        if self.letters_a_word is None:
            return index < len(words) and words[index].lower().startswith(self.negations_after)
        cut, text = len("".join(words[:index])), "".join(words)
        around = ((one, text[max(cut - len(one) + 1, 0) :]) for one in self.negations_after)
        return any(one in near[: 2 * len(one) - 1] for one, near in around)

    def count(self, words: Sequence[LineItem]) -> int:
        """How many words these are, as policies count them."""
        if self.letters_a_word is None:
            return len(words)
        return ceil(sum(letters(word.text) for word in words) / self.letters_a_word)


class Chunker:
    """Builds the units of one speaker."""

    def __init__(self, policy: ChunkPolicy, grammar: Grammar, number: Callable[[], int]) -> None:
        self.policy = policy
        self._grammar = grammar
        self._number = number
        self._open: list[LineItem] = []
        self._open_number = -1
        self._closed = deque[LineItem](maxlen=REMEMBERED_WORDS)
        self._closed_until_s = -math.inf
        self._starts_sentence = True

    @property
    def open_words(self) -> tuple[LineItem, ...]:
        """The words of the unit that is still open."""
        return tuple(self._open)

    @property
    def read(self) -> tuple[LineItem, ...]:
        """The last words that it was given, of closed units too."""
        return (*self._closed, *self._open)

    @property
    def open_unit(self) -> Unit | None:
        """The unit that is still open, as it is now."""
        if not self._open:
            return None
        words = tuple(self._open)
        return Unit(self._open_number, words, CloseReason.OPEN, self._starts_sentence)

    @property
    def starts_sentence(self) -> bool:
        """Whether the next word begins a sentence."""
        return self._starts_sentence

    def push(self, item: LineItem) -> list[Unit]:
        """Take one item of the line; return the units that it closes."""
        if item.kind is ItemKind.PAUSE:
            return self._pause(item)
        if item.kind is ItemKind.LOST:
            return self._lost(item)
        if item.kind is ItemKind.FINAL:
            self._revise(item)
            return []
        closed = self._close_before(item)
        self._append(item)
        return closed + self._close_at_cap()

    def finish(self, reason: CloseReason = CloseReason.END) -> list[Unit]:
        """Close what is open."""
        if not self._open:
            return []
        return [self._close(len(self._open), reason)]

    def _append(self, item: LineItem) -> None:
        if not self._open:
            self._open_number = self._number()
        if self._closed and item.seq < self._closed[-1].seq:
            self._closed.clear()  # a new epoch
        self._open.append(item)

    def _revise(self, item: LineItem) -> None:
        """Put the recogniser's last words in the place of those that are still open."""
        first, last = item.covers
        begin = next((i for i, word in enumerate(self._open) if word.seq >= first), 0)
        covered = [word for word in self._open if first <= word.seq <= last]
        if not covered:
            return
        before = [word for word in self._closed if first <= word.seq <= last]
        words = item.words[begins_at(item.words, before, covered, self._closed_until_s) :]
        if not words:
            return
        self._open[begin : begin + len(covered)] = corrected(covered, words)

    def _pause(self, item: LineItem) -> list[Unit]:
        long_s = item.end_s - item.start_s
        is_sentence = long_s >= SENTENCE_PAUSE_S
        closes = is_sentence or long_s >= self.policy.pause_s
        closed = self.finish(CloseReason.PAUSE) if closes else []
        self._starts_sentence = is_sentence or self._starts_sentence
        return closed

    def _lost(self, item: LineItem) -> list[Unit]:
        closed = self.finish(CloseReason.LOST)
        self._starts_sentence = True
        return [*closed, Unit(self._number(), (item,), CloseReason.LOST, True)]

    def _close_before(self, item: LineItem) -> list[Unit]:
        """Close the open unit where the new word shows a gap, or begins a clause."""
        count = len(self._open)
        if count == 0:
            return []
        gap_s = item.start_s - self._open[-1].end_s
        many = self._grammar.count(self._open)
        wanted_s = self.policy.gap_s * (1 if many >= self.policy.gap_min_words else 2)
        if not self._may_cut([*self._open, item], count):
            return []
        if gap_s >= wanted_s:
            unit = self._close(count, CloseReason.GAP)
            self._starts_sentence = gap_s >= SENTENCE_PAUSE_S
            return [unit]
        is_clause = item.text.lower() in self._grammar.clause_words
        if is_clause and many >= self.policy.clause_min_words:
            return [self._close(count, CloseReason.CLAUSE)]
        return []

    def _close_at_cap(self) -> list[Unit]:
        long_s = self._open[-1].end_s - self._open[0].start_s
        many = self._grammar.count(self._open)
        if many < self.policy.max_words and long_s < self.policy.max_s:
            return []
        return [self._close(self._best_cut(), CloseReason.CAP)]

    def _best_cut(self) -> int:
        """Where to cut the open unit: before the latest clause word of the last words, else at the
        latest admissible place."""
        count = len(self._open)
        for index in range(count - 1, max(2, count - 4) - 1, -1):
            is_clause = self._open[index].text.lower() in self._grammar.clause_words
            if is_clause and self._may_cut(self._open, index):
                return index
        places = range(count, 1, -1)
        admissible = (index for index in places if self._may_cut(self._open, index))
        bearable = (index for index in places if self._can_cut(index))
        return next(admissible, next(bearable, count))

    def _can_cut(self, index: int) -> bool:
        """Whether a cut that must be made somewhere may be made here: no negation, no number."""
        words = [word.text.lower() for word in self._open]
        negates = self._grammar.negations.intersection(words[max(index - 2, 0) : index])
        return not (
            negates
            or self._grammar.parts_negation(words, index)
            or self._grammar.splits_number(words, index)
        )

    def _may_cut(self, words: list[LineItem], index: int) -> bool:
        if words[index - 1].text.lower() in self._grammar.never_cut_after:
            return False
        texts = [word.text for word in words]
        return not (
            self._grammar.parts_negation(texts, index)
            or self._grammar.splits_number(texts, index)
            or self._grammar.splits_term(texts, index)
        )

    def _close(self, count: int, reason: CloseReason) -> Unit:
        words, left = tuple(self._open[:count]), self._open[count:]
        unit = Unit(self._open_number, words, reason, self._starts_sentence)
        self._closed.extend(words)
        self._closed_until_s = unit.end_s
        self._open, self._starts_sentence = [], False
        for item in left:
            self._append(item)
        return unit
