"""Deepgram's results over several connections → what was said on the stream's one clock, every
word once. Pure: no clock but the results' own.

A stream's results are of one stretch of sound after the other; interim ones grow until a final one
closes the stretch. A final one that is missing shows as a gap before the next result: nothing after
the gap is told until it has come, as a word may be in it that nobody has told of yet.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from interpreter.events import Word

LEAD_S = 0.5
"""Sound before what is not settled yet that another connection gets too, as far as it holds no
settled word: a word without any sound before it is misheard."""
_ABOUT_S = 0.05
_SHORTEST_S = 0.02
"""Of a word."""


@dataclass(frozen=True, slots=True)
class Result:
    """What was heard in a stretch of sound."""

    start_s: float
    end_s: float
    words: tuple[Word, ...]
    is_final: bool = False
    is_flush: bool = False
    """Whether it is the last one before a flush."""
    confidence: float = 0.0
    language: str = ""

    def later(self, by_s: float) -> "Result":
        words = tuple(
            replace(word, start_s=word.start_s + by_s, end_s=word.end_s + by_s)
            for word in self.words
        )
        return replace(self, start_s=self.start_s + by_s, end_s=self.end_s + by_s, words=words)


class Settling:
    """The results of one stream."""

    def __init__(self) -> None:
        self.settled_s = 0.0
        """Up to here all is final."""
        self.open: tuple[Word, ...] = ()
        """Words after that, as they were believed last."""
        self._believed: tuple[Word, ...] = ()
        """As they were believed before that."""
        self._last_word_s = 0.0
        self._from_s = 0.0
        self._said_s = 0.0
        """Before this there is no word that was not told."""
        self._told_s = 0.0
        """Up to here was heard what was told last."""
        self._held: list[Result] = []
        self._is_late = False
        """A final is missing before an interim result."""
        self._excused_s = -1.0
        self._skipped: tuple[float, float] | None = None
        """A stretch without a final, before one that is told."""

    @property
    def keep_from_s(self) -> float:
        """The sound from here on is needed again should the connection be lost."""
        return max(self._last_word_s, self.settled_s - LEAD_S)

    @property
    def is_holding(self) -> bool:
        """Whether a result waits for the final before it."""
        return bool(self._held) or self._is_late

    def lost(self) -> Result | None:
        """The connection is lost: what two results agreed on, but for the newest word, is final, so
        that the next one need not hear it again, which takes time."""
        most = min(len(self.open) - 1, len(self._believed))
        count = 0
        while count < most and self.open[count].text == self._believed[count].text:
            count += 1
        if self._held or count == 0:
            return None
        words = self.open[:count]
        return self._settled(Result(self.settled_s, words[-1].end_s, words, is_final=True))

    def connect(self, from_s: float) -> None:
        """Another connection hears the stream from there on; its clock starts at 0."""
        if self.is_holding:
            self._excused_s = self.settled_s  # what is missing again will never come
        self._from_s, self._said_s = from_s, self._last_word_s
        self._held.clear()
        self._is_late = False
        self._believed = ()

    def flush(self, at_s: float) -> None:
        """All up to a flush is settled; a final that is still to come says what it has to say."""
        if at_s > self.settled_s + _ABOUT_S:
            self._skipped = self.settled_s, at_s
        self.settled_s, self._is_late = max(self.settled_s, at_s), False
        self.open = _after(self.settled_s, self.open)

    def closed(self, at_s: float) -> Result:
        """The open words as a final, where none comes."""
        return self._settled(Result(self.settled_s, at_s, self.open, is_final=True))

    def push(self, result: Result) -> list[Result]:
        """What the result tells, on the stream's clock; nothing where it is late or too early."""
        heard = result.later(self._from_s)
        if heard.end_s <= self.settled_s + _ABOUT_S and not heard.is_flush:
            return self._belated(heard)
        heard = replace(heard, words=self._new(heard))
        if not heard.is_final:
            return [self._grown(heard)]
        self._held.append(heard)
        self._held.sort(key=lambda one: one.start_s)
        told: list[Result] = []
        while self._held and (missing := self._missing_before(self._held[0])) is not None:
            told.extend(self._settled(one) for one in (*missing, self._held.pop(0)))
        return told

    def _belated(self, heard: Result) -> list[Result]:
        """A final that comes after the next one is told all the same, where nothing else was."""
        if not heard.is_final or self._skipped is None:
            return []
        since_s, until_s = self._skipped
        if heard.start_s < since_s - _ABOUT_S or heard.end_s > until_s + _ABOUT_S:
            return []
        self._skipped = None
        return [heard]

    def _new(self, heard: Result) -> tuple[Word, ...]:
        """Without what was told already, by time: what another connection has heard again, or a
        result of a stretch that was closed. In a stretch of its own all words are new."""
        if heard.start_s < self.settled_s - _ABOUT_S:
            return _after(self._said_s, heard.words)
        return tuple(_no_earlier(word, self._said_s) for word in heard.words)

    def _grown(self, interim: Result) -> Result:
        """An interim one, with the words of a stretch before it that is still open; without its own
        while a final is missing."""
        if self._held or self._is_final_missing(interim):
            self._is_late = not self._held
            start_s, end_s = self.settled_s, max(self._told_s, self.settled_s)
            return replace(interim, start_s=start_s, end_s=end_s, words=self.open)
        before = tuple(word for word in self.open if _middle_s(word) < interim.start_s)
        self._believed, self.open = self.open, (*before, *interim.words)
        self._told_s = interim.end_s
        return replace(interim, words=self.open)

    def _is_final_missing(self, heard: Result) -> bool:
        """Whether one may still come of the sound before this."""
        has_gap = heard.start_s > self.settled_s + _ABOUT_S
        return has_gap and self._excused_s != self.settled_s

    def _missing_before(self, final: Result) -> list[Result] | None:
        """What stands for the final before this one; None while it may still come."""
        if self._is_final_missing(final):
            return None
        gap = tuple(word for word in self.open if _middle_s(word) < final.start_s - _ABOUT_S)
        if not gap:
            return []
        return [Result(self.settled_s, final.start_s, gap, is_final=True, language=final.language)]

    def _settled(self, final: Result) -> Result:
        if final.start_s > self.settled_s + _ABOUT_S:
            self._skipped = self.settled_s, final.start_s
        self.settled_s = self._said_s = max(self.settled_s, final.end_s)
        self._is_late = False
        if final.words:
            self._last_word_s = max(self._last_word_s, final.words[-1].end_s)
        self.open = _after(self.settled_s, self.open)
        self._believed = _after(self.settled_s, self._believed)
        return final


def _after(at_s: float, words: Iterable[Word]) -> tuple[Word, ...]:
    return tuple(word for word in words if _middle_s(word) >= at_s)


def _no_earlier(word: Word, at_s: float) -> Word:
    start_s = max(word.start_s, at_s)
    return replace(word, start_s=start_s, end_s=max(word.end_s, start_s + _SHORTEST_S))


def _middle_s(word: Word) -> float:
    return (word.start_s + word.end_s) / 2
