"""Deepgram's results over several connections → what was said on the stream's one clock, every
word once. Pure: no clock but the results' own.

A stream's results are of one stretch of sound after the other; interim ones grow until a final one
closes the stretch. A final one that is missing shows as a gap before the next, with words in it
that interim ones have had.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from interpreter.events import Word

LEAD_S = 0.5
"""Sound before what is not settled yet that another connection gets too, as far as it holds no
settled word: a word without any sound before it is misheard."""
_ABOUT_S = 0.05


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
        self._guard_s = 0.0
        self._held: list[Result] = []
        self._excused_s = -1.0
        self._skipped: tuple[float, float] | None = None
        """A stretch without a final, before one that is told."""

    @property
    def keep_from_s(self) -> float:
        """The sound from here on is needed again should the connection be lost."""
        return max(self._last_word_s, self.settled_s - LEAD_S)

    @property
    def is_holding(self) -> bool:
        """Whether a final waits for the one before it."""
        return bool(self._held)

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
        if self._held:
            self._excused_s = self.settled_s  # what is missing again will never come
        self._from_s, self._guard_s = from_s, self._last_word_s
        self._held.clear()
        self._believed = ()

    def flush(self, at_s: float) -> None:
        """All up to a flush is settled."""
        self.settled_s = max(self.settled_s, at_s)
        self.open = _after(self.settled_s, self.open)

    def closed(self, at_s: float) -> Result:
        """The open words as a final, where none comes."""
        return self._settled(Result(self.settled_s, at_s, self.open, is_final=True))

    def push(self, result: Result) -> list[Result]:
        """What the result tells, on the stream's clock; nothing where it is late or too early."""
        heard = result.later(self._from_s)
        if heard.end_s <= self.settled_s + _ABOUT_S and not heard.is_flush:
            return self._belated(heard)
        heard = replace(heard, words=self._new(heard.words))
        if not heard.is_final:
            return [] if self._held else [self._grown(heard)]
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

    def _new(self, words: Iterable[Word]) -> tuple[Word, ...]:
        """Without what is final already, by time: what another connection has heard again, or a
        result of a stretch that was closed."""
        return _after(max(self._guard_s, self.settled_s), words)

    def _grown(self, interim: Result) -> Result:
        """An interim one, with the words of a stretch before it that is still open."""
        before = tuple(word for word in self.open if _middle_s(word) < interim.start_s)
        self._believed, self.open = self.open, (*before, *interim.words)
        return replace(interim, words=self.open)

    def _missing_before(self, final: Result) -> list[Result] | None:
        """What stands for the final before this one; None while it may still come."""
        gap = tuple(word for word in self.open if _middle_s(word) < final.start_s - _ABOUT_S)
        if not gap:
            return []
        if self._excused_s != self.settled_s:
            return None
        return [Result(self.settled_s, final.start_s, gap, is_final=True, language=final.language)]

    def _settled(self, final: Result) -> Result:
        if final.start_s > self.settled_s + _ABOUT_S:
            self._skipped = self.settled_s, final.start_s
        self.settled_s = max(self.settled_s, final.end_s)
        if final.words:
            self._last_word_s = max(self._last_word_s, final.words[-1].end_s)
        self.open = _after(self.settled_s, self.open)
        self._believed = _after(self.settled_s, self._believed)
        return final


def _after(at_s: float, words: Iterable[Word]) -> tuple[Word, ...]:
    return tuple(word for word in words if _middle_s(word) >= at_s)


def _middle_s(word: Word) -> float:
    return (word.start_s + word.end_s) / 2
