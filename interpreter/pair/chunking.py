"""Committed words → units worth translating. Pure: no clock but the words' own times.

A unit closes at a pause, at a short gap between words, before a clause word, and always at the
hard caps: 8 words or 2.5 s for the first unit after silence, 10 words or 4 s after. A cut that a
cap forces falls at the best place among the last words: never between a negation and its verb,
never inside a number.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from interpreter.events import ItemKind, LineItem

SENTENCE_PAUSE_S = 0.6
"""A pause so long ends a sentence."""
OPENING_SILENCE_S = 1.5
"""After so much silence the voice has nothing left to say."""


class CloseReason(StrEnum):
    PAUSE = "pause"
    GAP = "gap"
    CLAUSE = "clause"
    CAP = "cap"
    SPEAKER = "speaker"
    LOST = "lost"
    """Not heard: the unit's one item stands for the time."""
    END = "end"


@dataclass(frozen=True, slots=True)
class ChunkPolicy:
    """When units close. `math.inf` or a huge number switches a rule off."""

    opening_max_words: int = 4
    opening_max_s: float = 0.95
    """After a silence in which a listener has begun to wait, the first unit is short."""
    first_max_words: int = 8
    first_max_s: float = 2.5
    max_words: int = 10
    max_s: float = 4.0
    gap_s: float = 0.12
    gap_min_words: int = 3
    clause_min_words: int = 5
    waits_for_final: bool = False
    """Whether only the recogniser's final words are read."""
    is_paced: bool = True
    """Whether the voice may speed up to catch up."""


POLICIES = {
    "chunks": ChunkPolicy(),
    "sentence-final": ChunkPolicy(
        opening_max_words=10_000,
        opening_max_s=1e9,
        first_max_words=10_000,
        first_max_s=1e9,
        max_words=10_000,
        max_s=1e9,
        gap_s=1e9,
        clause_min_words=10_000,
        waits_for_final=True,
        is_paced=False,
    ),
}
"""`sentence-final`: only finished utterances, spoken one after another at natural pace."""


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
    def last_place(self) -> tuple[int, int]:
        """Epoch and number of the last word: places of one line can be compared."""
        return self.line_epoch, self.words[-1].seq

    @property
    def text(self) -> str:
        return " ".join(w.text for w in self.words)

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
    splits_number: Callable[[list[str], int], bool]
    """Whether a cut before this index would split a number."""


class Chunker:
    """Builds the units of one speaker."""

    def __init__(self, policy: ChunkPolicy, grammar: Grammar, number: Callable[[], int]) -> None:
        self._policy = policy
        self._grammar = grammar
        self._number = number
        self._open: list[LineItem] = []
        self._is_first = True
        self._starts_sentence = True
        self._spoken_until_s = -math.inf

    @property
    def open_words(self) -> tuple[LineItem, ...]:
        """The words of the unit that is still open."""
        return tuple(self._open)

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
        closed = self._close_before(item)
        self._open.append(item)
        return closed + self._close_at_cap()

    def finish(self, reason: CloseReason = CloseReason.END) -> list[Unit]:
        """Close what is open."""
        if not self._open:
            return []
        return [self._close(len(self._open), reason)]

    def _pause(self, item: LineItem) -> list[Unit]:
        closed = self.finish(CloseReason.PAUSE)
        self._is_first = True
        if item.end_s - item.start_s >= SENTENCE_PAUSE_S:
            self._starts_sentence = True
        return closed

    def _lost(self, item: LineItem) -> list[Unit]:
        closed = self.finish(CloseReason.LOST)
        self._starts_sentence, self._is_first = True, True
        return [*closed, Unit(self._number(), (item,), CloseReason.LOST, True)]

    def _close_before(self, item: LineItem) -> list[Unit]:
        """Close the open unit where the new word shows a gap, or begins a clause."""
        count = len(self._open)
        if count == 0:
            return []
        gap_s = item.start_s - self._open[-1].end_s
        wanted_s = self._policy.gap_s * (1 if count >= self._policy.gap_min_words else 2)
        if not self._may_cut([*self._open, item], count):
            return []
        if gap_s >= wanted_s:
            unit = self._close(count, CloseReason.GAP)
            self._starts_sentence = gap_s >= SENTENCE_PAUSE_S
            return [unit]
        is_clause = item.text.lower() in self._grammar.clause_words
        if is_clause and count >= self._policy.clause_min_words:
            return [self._close(count, CloseReason.CLAUSE)]
        return []

    def _close_at_cap(self) -> list[Unit]:
        max_words, max_s = self._caps()
        if self._is_opening() and self._reaches(*self._opening_caps()):
            return [self._close(self._best_cut(), CloseReason.CAP)]
        if not self._reaches(max_words, max_s):
            return []
        return [self._close(self._best_cut(), CloseReason.CAP)]

    def _reaches(self, max_words: int, max_s: float) -> bool:
        long_s = self._open[-1].end_s - self._open[0].start_s
        return len(self._open) >= max_words or long_s >= max_s

    def _is_opening(self) -> bool:
        return self._open[0].start_s - self._spoken_until_s >= OPENING_SILENCE_S

    def _opening_caps(self) -> tuple[int, float]:
        return self._policy.opening_max_words, self._policy.opening_max_s

    def _caps(self) -> tuple[int, float]:
        if self._is_first:
            return self._policy.first_max_words, self._policy.first_max_s
        return self._policy.max_words, self._policy.max_s

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
        return not negates and not self._grammar.splits_number(words, index)

    def _may_cut(self, words: list[LineItem], index: int) -> bool:
        if words[index - 1].text.lower() in self._grammar.never_cut_after:
            return False
        return not self._grammar.splits_number([w.text for w in words], index)

    def _close(self, count: int, reason: CloseReason) -> Unit:
        unit = Unit(self._number(), tuple(self._open[:count]), reason, self._starts_sentence)
        self._spoken_until_s = unit.end_s
        self._open = self._open[count:]
        self._is_first = False
        self._starts_sentence = False
        return unit
