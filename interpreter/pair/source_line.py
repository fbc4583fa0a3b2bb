"""The source's line as one pair reads it: messages in, closed units out. Pure.

Items come in order and once (line.py). Each speaker has a chunker of their own: nobody's words
stand in another's unit, and people who talk at once do not cut each other's sentences to pieces.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

from interpreter.events import ItemKind, LineItem, Word
from interpreter.line import LineMessage, LineReader
from interpreter.pair.chunking import (
    SENTENCE_PAUSE_S,
    Chunker,
    CloseReason,
    Grammar,
    Unit,
)
from interpreter.pair.confirmed import ConfirmedWords
from interpreter.pair.job import PairJob
from interpreter.pair.policy import NEVER, ChunkPolicy
from interpreter.readable import is_inside_number, readable
from interpreter.repairs import MayCorrect, always, without_repairs
from languages import Language

TURN_S = 1.0
"""Who says nothing while another says so much has fallen silent, though nobody heard the pause."""
SentenceEnded = Callable[[str, int], None]
"""(speaker, number of their last unit): a long pause followed it."""


class SourceLine:
    """Makes units of a line; `epoch` and `next_seq` are what its writer is told."""

    def __init__(
        self,
        job: PairJob,
        policy: ChunkPolicy,
        sentence_ended: SentenceEnded,
        *,
        waits_for_final: bool = False,
        splits_term: Callable[[list[str], int], bool] = lambda _words, _index: False,
    ) -> None:
        """`waits_for_final`: whether only the recogniser's final words are read; `splits_term`:
        whether a cut before this word parts a term."""
        self._splits_term = splits_term
        self._job = job
        self._waits_for_final = waits_for_final
        self._language = job.source
        self._policy = capped(policy, job)
        self._sentence_ended = sentence_ended
        self._captioned_seq = job.captioned_seq
        self._reader = LineReader(job.line, job.line_epoch, job.next_seq)
        self._chunkers: dict[str, Chunker] = {}
        self._unconfirmed: dict[str, ConfirmedWords] = {}
        self._silent_since: dict[str, float] = {}
        """By speaker: when another began who came on the line after their last word."""
        self._speaking: set[str] = set()
        self._numbers = count()
        self._last_numbers: dict[str, int] = {}
        """By speaker."""

    def use(self, policy: ChunkPolicy, *, waits_for_final: bool) -> list[Unit]:
        """Read by another mode from now on; return the units that this closes."""
        closed: list[Unit] = []
        if self._waits_for_final and not waits_for_final:
            closed = self._read_waiting()
        self._policy, self._waits_for_final = capped(policy, self._job), waits_for_final
        for chunker in self._chunkers.values():
            chunker.policy = self._policy
        return [replace(unit, line_epoch=self.epoch) for unit in closed]

    @property
    def is_somebodys_turn(self) -> bool:
        """Whether somebody has spoken, and made no long pause since."""
        return bool(self._speaking)

    @property
    def name(self) -> str:
        return self._reader.line

    @property
    def epoch(self) -> int:
        return self._reader.epoch

    @property
    def next_seq(self) -> int:
        return self._reader.next_seq

    def is_captioned(self, unit: Unit) -> bool:
        """Whether the pair before this one has captioned the unit's words: they are only spoken."""
        return unit.line_epoch == self._job.line_epoch and (
            unit.last_seq <= self._job.captioned_seq
        )

    def display_name(self, speaker: str) -> str:
        """A speaker's name as the line's writer gave it."""
        return self._reader.names.get(speaker, "")

    def relay_of(self, speaker: str) -> int:
        """The relay depth of what is made from a speaker's words."""
        return self._reader.relays.get(speaker, 0)

    def open_units(self) -> list[Unit]:
        """The units that are still open, one a speaker at most, as they are now."""
        found = (chunker.open_unit for chunker in self._chunkers.values())
        return [replace(unit, line_epoch=self.epoch) for unit in found if unit is not None]

    def push(self, message: LineMessage) -> list[Unit]:
        """Take a message; return the units that it closes. A new epoch closes what is open."""
        closed: list[Unit] = []
        if message.line == self.name and message.epoch > self.epoch:
            self._captioned_seq = -1
            self._speaking.clear()
            closed = self._read_waiting()
            closed += [unit for chunker in self._chunkers.values() for unit in chunker.finish()]
            closed = [replace(unit, line_epoch=self.epoch) for unit in closed]
        for item in self._reader.push(message):
            closed += [replace(unit, line_epoch=self.epoch) for unit in self._take(item)]
        return closed

    def _read_waiting(self) -> list[Unit]:
        """Read what waits for the recogniser's last word as it is; return the units that this
        closes."""
        return [
            unit
            for speaker, waiting in self._unconfirmed.items()
            for item in waiting.flush()
            for unit in self._chunker(speaker).push(item)
        ]

    def _take(self, item: LineItem) -> list[Unit]:
        chunker = self._chunker(item.speaker)
        self._note_turn(item)
        closed = [] if item.kind is ItemKind.FINAL else self._close_silent(item)
        closed += [unit for one in self._confirmed(item) for unit in chunker.push(one)]
        if item.seq == self._captioned_seq:
            closed += chunker.finish()
        for unit in closed:
            self._last_numbers[unit.speaker] = unit.number
        is_over = item.kind in (ItemKind.PAUSE, ItemKind.LOST)
        if is_over and chunker.starts_sentence and not chunker.open_words:
            self._sentence_ended(item.speaker, self._last_numbers.get(item.speaker, -1))
        return closed

    def _note_turn(self, item: LineItem) -> None:
        if item.kind is ItemKind.WORD:
            self._speaking.add(item.speaker)
        elif item.kind is ItemKind.LOST or item.end_s - item.start_s >= SENTENCE_PAUSE_S:
            if item.kind is not ItemKind.FINAL:
                self._speaking.discard(item.speaker)

    def _confirmed(self, item: LineItem) -> list[LineItem]:
        """The items that may be read now."""
        if not self._waits_for_final:
            return [item]
        waiting = self._unconfirmed.setdefault(item.speaker, ConfirmedWords())
        return waiting.push(item, self._chunker(item.speaker).read)

    def _close_silent(self, item: LineItem) -> list[Unit]:
        """Close the units of those who said nothing while this one spoke, or paused.

        By what came on the line since their last word, not by that word's time: the recogniser of
        one may be far behind the other's.
        """
        closed: list[Unit] = []
        until_s = item.end_s if item.kind is ItemKind.PAUSE else item.start_s
        self._silent_since.pop(item.speaker, None)
        for speaker, chunker in self._chunkers.items():
            if speaker == item.speaker or not chunker.open_words:
                continue
            since_s = max(
                self._silent_since.setdefault(speaker, item.start_s), chunker.open_words[-1].end_s
            )
            if until_s - since_s >= TURN_S:
                closed += chunker.finish(CloseReason.SPEAKER)
        return closed

    def _chunker(self, speaker: str) -> Chunker:
        if speaker not in self._chunkers:
            self._chunkers[speaker] = Chunker(
                self._policy,
                grammar_of(self._language, self._splits_term),
                lambda: next(self._numbers),
            )
        return self._chunkers[speaker]


def capped(policy: ChunkPolicy, job: PairJob) -> ChunkPolicy:
    """A mode's policy as the source's file wants it for this target: units as long, and the time
    that so many words take. A mode without a cap stays without."""
    words = job.source.unit_max_words_into.get(job.target.tag)
    if words is None or policy.max_s >= NEVER:
        return policy
    return replace(policy, max_words=words, max_s=policy.max_s * words / policy.max_words)


def grammar_of(
    language: Language,
    splits_term: Callable[[list[str], int], bool] = lambda _words, _index: False,
) -> Grammar:
    """What a language's file, and a glossary, say about cutting."""
    return Grammar(
        frozenset(language.clause_words),
        frozenset(language.never_cut_after),
        frozenset(language.negations),
        lambda words, index: is_inside_number(words, index, language),
        language.letters_a_word,
        splits_term,
        language.negations_after,
    )


def readable_unit(
    unit: Unit, language: Language, may_correct: MayCorrect = always, *, is_written: bool = False
) -> str:
    """A unit as a translator reads it best: what the speaker meant, without what they took back;
    without a full stop, as the sentence may go on. `is_written`: a machine wrote the words."""
    if is_written:
        return _written(unit, language)
    said = [Word(w.text, w.start_s, w.end_s) for w in unit.words]
    words = without_repairs(said, language, is_open=unit.is_open, may_correct=may_correct)
    return readable(words, language, starts_sentence=unit.starts_sentence, ends_sentence=False)


def _written(unit: Unit, language: Language) -> str:
    """What a machine wrote: it took nothing back, and its numbers and names are written already."""
    text = (" " if language.has_spaces else "").join(word.text for word in unit.words)
    return text[:1].upper() + text[1:] if unit.starts_sentence else text


def unit_event(unit: Unit, job: PairJob) -> dict[str, object]:
    """The fields of a `unit` event."""
    return {
        "source": job.line,
        "target": job.target.tag,
        "unit": unit.number,
        "first_seq": unit.first_seq,
        "last_seq": unit.last_seq,
        "text": unit.text,
        "start_s": round(unit.start_s, 3),
        "end_s": round(unit.end_s, 3),
        "reason": unit.reason.value,
        "words": [[w.text, round(w.start_s, 3), round(w.end_s, 3)] for w in unit.words],
    }
