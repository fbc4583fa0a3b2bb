"""A captioner types the floor's line: segments as they read now → numbered words on the line,
captions of the spoken language, segments for the store.

Words are on the line as soon as the captioner is two words further, at most as fast as people
speak; a segment's final tells readers how it was sent. The last one that was sent may be corrected
until the next one is: its caption is whole, but not final so long. A word's time is the time at
which it was typed; how long before it was spoken nobody knows.

Knows nothing of rooms or messages' ways (captioners.py), and of the clock only what it is told.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from interpreter.events import ItemKind, LineItem, Origin, Segment, Word
from interpreter.floor.captioning import Caption, Captioning
from interpreter.floor.speaker import LONG_PAUSE_S, Speaker
from interpreter.typed import TypedAnswer, TypedMessage
from languages import Language

HELD_WORDS = 2
"""The last complete words of an open segment are shown, and not on the line yet."""
WORDS_A_SECOND = 3.0
"""As fast speech: no voice could follow a page that was pasted …"""
BURST_WORDS = 24
"""… while a stenographer's haste passes."""
FIXABLE_S = 30.0
"""So long after it was sent, and no longer than until the next one is, a segment can be changed."""
SENTENCE_S = LONG_PAUSE_S + 0.05
"""Between two segments: a long pause still, when its ends are rounded on their way."""
FIRST_WORD_S = 0.3
SHORTEST_WORD_S = 0.02

_CLAUSE_ENDS = re.compile(r"(?<=[、，；：。！？…,;:!?])")


def words_of(text: str, language: Language) -> list[str]:
    """The words of a typed text as they go on the line, with their marks; in a language without
    spaces, its clauses."""
    if language.has_spaces:
        return text.split()
    return [part for part in _CLAUSE_ENDS.split(text) if part.strip()]


def covered(taken: Sequence[str], words: Sequence[str]) -> int:
    """How many of the words stand for those that were taken, though the captioner may have changed
    some since."""
    if list(words[: len(taken)]) == list(taken):
        return len(taken)
    matcher = SequenceMatcher(None, taken, words, autojunk=False)
    last = max(matcher.get_matching_blocks(), key=lambda block: (block.size > 0, block.a))
    left = len(taken) - (last.a + last.size if last.size else 0)
    return min((last.b + last.size if last.size else 0) + left, len(words))


@dataclass(slots=True)
class Pace:
    """How many words may go now."""

    _until_s: float = -math.inf
    """Up to here the time is used up."""

    def take(self, count: int, now_s: float) -> int:
        """How many of so many words may go."""
        since_s = max(self._until_s, now_s - BURST_WORDS / WORDS_A_SECOND)
        taken = min(count, int((now_s - since_s) * WORDS_A_SECOND + 1e-6))
        self._until_s = since_s + taken / WORDS_A_SECOND
        return taken


@dataclass(slots=True)
class _Open:
    """The segment that is being typed, or is on its way to the line."""

    number: int = 0
    """0: nobody has typed any yet."""
    revision: int = -1
    text: str = ""
    is_end: bool = False
    since_s: float = 0.0


@dataclass(slots=True)
class _Sent:
    """The last segment that is whole on the line; its caption is not final."""

    number: int
    revision: int
    items: tuple[LineItem, ...]
    caption: Caption
    at_s: float


@dataclass
class Typist(Speaker):
    """One captioner, in one language, from page to page (`stream`)."""

    stream: str = ""
    origin: Origin = Origin.TYPED
    _open: _Open = field(default_factory=_Open)
    _sent: _Sent | None = None
    _before: list[str] = field(default_factory=list)
    """Words of the open segment that are in the captions already: the captioner was away."""
    _pace: Pace = field(default_factory=Pace)
    _taken: tuple[int, int] = (0, -1)
    _not_before_s: float = -math.inf

    def __post_init__(self) -> None:
        super().__post_init__()
        self._captioning = self._new_captioning()

    @property
    def answer(self) -> TypedAnswer:
        """What the page is told."""
        done = max(self._open.number - 1, 0)
        return TypedAnswer(self.stream, *self._taken, done, self._sent.number if self._sent else 0)

    def take(self, message: TypedMessage, now_s: float) -> bool:
        """What the page says of a segment; whether it is news."""
        is_news = self._fix(message) if message.is_fix else self._type(message, now_s)
        if is_news:
            self._taken = message.segment, message.revision
            self.tick(now_s)
        return is_news

    def tick(self, now_s: float) -> None:
        """Let time pass: what waits goes on, as fast as people speak; what was sent is final."""
        self._advance(now_s)
        if self._sent is not None and now_s - self._sent.at_s >= FIXABLE_S:
            self._make_final()

    def finish(self, now_s: float) -> None:
        """The captioner is away: all that they typed is captioned, and final."""
        words = self._words
        if self._open.text and words:
            self._commit(self._timed(words[self._covered(words) :], now_s), now_s)
            shown = words[covered(self._before, words) :]
            self._close(shown, now_s)
            self._before = words
        if self._open.is_end:
            self._open, self._before = _Open(self._open.number + 1), []
        self._make_final()

    # --- what the page says

    def _type(self, message: TypedMessage, now_s: float) -> bool:
        known = self._open
        if known.number == 0:
            known.number = message.segment
        is_next = message.segment == known.number and not known.is_end
        if not is_next or message.revision <= known.revision:
            return False
        if not known.text:
            known.since_s = now_s
        known.revision, known.text, known.is_end = message.revision, message.text, message.is_end
        self._show_open()
        return True

    def _fix(self, message: TypedMessage) -> bool:
        """Correct what was sent last: readers correct what they have not spoken yet."""
        sent, words = self._sent, words_of(message.text, self.spoken.language)
        if sent is None or message.segment != sent.number or message.revision <= sent.revision:
            return False
        if not words:
            return False
        sent.revision = message.revision
        sent.caption = replace(
            sent.caption, text=message.text, stable_length=len(message.text), is_final=False
        )
        item = self._append(
            ItemKind.FINAL,
            "",
            sent.caption.start_s,
            sent.caption.end_s,
            covers=(sent.items[0].seq, sent.items[-1].seq),
            words=_as_long_as(sent.items, words),
        )
        self.spoken.send(self.spoken, [item])
        self._show_segment(sent.caption, sent.items)
        return True

    # --- on to the line

    @property
    def _words(self) -> list[str]:
        return words_of(self._open.text, self.spoken.language)

    def _covered(self, words: list[str]) -> int:
        return covered([*self._before, *(item.text for item in self._utterance)], words)

    def _advance(self, now_s: float) -> None:
        if not self._open.text or now_s < self._not_before_s:
            return
        words = self._words
        ready = words if self._open.is_end else words[:-HELD_WORDS]
        new = ready[self._covered(words) :]
        going = new[: self._pace.take(len(new), now_s)]
        if going:
            self._commit(self._timed(going, now_s), now_s)
            self._show_open()
        if self._open.is_end and len(going) == len(new):
            self._close(words[covered(self._before, words) :], now_s)
            self._open, self._before = _Open(self._open.number + 1), []

    def _timed(self, words: Sequence[str], now_s: float) -> list[Word]:
        """Words side by side, up to now: somebody who types slowly makes no pauses."""
        since_s = self._utterance[-1].end_s if self._utterance else now_s - FIRST_WORD_S
        since_s = max(since_s, self._not_before_s)
        step_s = max((now_s - since_s) / max(len(words), 1), SHORTEST_WORD_S)
        return [
            Word(text, since_s + index * step_s, since_s + (index + 1) * step_s)
            for index, text in enumerate(words)
        ]

    def _close(self, words: list[str], now_s: float) -> None:
        """The segment is whole on the line: tell readers how it reads, and that it ends."""
        items = tuple(self._utterance)
        if not items or not words:
            return
        self._make_final()
        timed = _as_long_as(items, words)
        self._confirm(timed, timed[-1].end_s)
        ends_s = items[-1].end_s
        self._not_before_s = ends_s + SENTENCE_S
        pause = self._append(ItemKind.PAUSE, "", ends_s, self._not_before_s)
        self.spoken.send(self.spoken, [pause])
        text = self._shown_text(words)
        caption = Caption(self._captioning.segment, text, items[0].start_s, ends_s, False)
        caption = replace(caption, stable_length=len(text))
        self._sent = _Sent(self._open.number, self._open.revision, items, caption, now_s)
        self._show_segment(caption, items)
        self._utterance, self._captioning = [], self._new_captioning()
        self._first_seq = self._last_seq = -1

    # --- captions

    def _show_open(self) -> None:
        """The complete words, the last ones as what may change."""
        words = self._words
        shown = words[covered(self._before, words) :]
        if not shown:
            return
        stable = self._shown_text(shown[: len(self._utterance)])
        text = self._shown_text(shown)
        items = tuple(self._utterance)
        start_s = items[0].start_s if items else self._open.since_s
        end_s = max(items[-1].end_s if items else start_s, start_s)
        is_stable = text.startswith(stable)
        length = len(stable) if is_stable else 0
        caption = Caption(self._captioning.segment, text, start_s, end_s, False, length)
        self._show_segment(caption, items)

    def _make_final(self) -> None:
        sent, self._sent = self._sent, None
        if sent is not None:
            self._show_segment(replace(sent.caption, is_final=True), sent.items)

    def _show_segment(self, caption: Caption, items: Sequence[LineItem]) -> None:
        kept = self._first_seq, self._last_seq
        if items:
            self._first_seq, self._last_seq = items[0].seq, items[-1].seq
        self._show(caption)
        self._first_seq, self._last_seq = kept

    def _segment(self, caption: Caption) -> Segment:
        return replace(super()._segment(caption), engine="")

    def _shown_text(self, words: Sequence[str]) -> str:
        return (" " if self.spoken.language.has_spaces else "").join(words)

    def _new_captioning(self) -> Captioning:
        return Captioning(
            lambda words, _starts, _ends: self._shown_text([word.text for word in words]),
            self.spoken.next_segment,
        )


def _as_long_as(items: Sequence[LineItem], words: Sequence[str]) -> tuple[Word, ...]:
    """The words in the time of the items that they are about, each in its own where as many."""
    if len(items) == len(words):
        return tuple(
            Word(text, item.start_s, item.end_s) for text, item in zip(words, items, strict=True)
        )
    start_s, end_s = items[0].start_s, items[-1].end_s
    step_s = (end_s - start_s) / len(words)
    return tuple(
        Word(text, start_s + index * step_s, start_s + (index + 1) * step_s)
        for index, text in enumerate(words)
    )
