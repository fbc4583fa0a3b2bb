"""Words → the caption segments of the spoken language. Pure.

A segment is a sentence as far as pauses tell: it closes at a long pause, or at a shorter one when
it is long enough to read. While an utterance is open it shows the committed words (all that is
believed would rewrite itself 2.5 words for each word said, these 0.4); its final text is the
recogniser's last word on it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from interpreter.common_prefix import common_prefix
from interpreter.events import Word
from interpreter.floor.stability import is_beyond

SENTENCE_PAUSE_S = 0.6
LONG_SEGMENT_LETTERS = 84
"""Two caption lines: from here on any pause closes the segment."""

Readable = Callable[[Sequence[Word], bool, bool], str]
"""(words, starts_sentence, ends_sentence) → text as a person would write it."""


@dataclass(frozen=True, slots=True)
class Caption:
    """The open segment as it reads now, or its final form."""

    segment: str
    text: str
    start_s: float
    end_s: float
    is_final: bool
    stable_length: int = 0


@dataclass(slots=True)
class Captioning:
    """Builds the segments of one speaker, in one language."""

    readable: Readable
    next_segment: Callable[[], str]
    _segment: str = ""
    _final: list[Word] = field(default_factory=list)
    _open: tuple[Word, ...] = ()
    _starts_sentence: bool = True

    @property
    def segment(self) -> str:
        """Id of the segment that words belong to now."""
        if not self._segment:
            self._segment = self.next_segment()
        return self._segment

    def committed(self, words: Sequence[Word]) -> Caption | None:
        """Words of the open utterance have been committed; return the open segment."""
        if not words:
            return None
        self._open = (*self._open, *words)
        return self._caption()

    def utterance(self, words: Sequence[Word], until_s: float) -> Caption | None:
        """The recogniser's last word on an utterance, which reaches up to `until_s`; what was
        committed beyond it stays open.

        (It closes speech that never pauses a little before where it is. One that takes back all
        words leaves those that were committed: other languages have heard them.)
        """
        rest = tuple(word for word in self._open if is_beyond(word, until_s)) if words else ()
        words, self._open = words or self._open, rest
        self._final.extend(words)
        return self._caption() if self._final else None

    def _caption(self) -> Caption:
        words = [*self._final, *self._open]
        stable = self.readable(self._final, self._starts_sentence, False) if self._final else ""
        text = self.readable(words, self._starts_sentence, False)
        kept = common_prefix(stable, text)
        return Caption(self.segment, text, words[0].start_s, words[-1].end_s, False, kept)

    def pause(self, silence_s: float) -> Caption | None:
        """The speaker has been silent for so long: what is committed is final, whether or not the
        recogniser had a last word on it. Return the segment if it closes."""
        self._final.extend(self._open)
        self._open = ()
        if not self._final:
            return None
        ends_sentence = silence_s >= SENTENCE_PAUSE_S
        text = self.readable(self._final, self._starts_sentence, ends_sentence)
        if not ends_sentence and len(text) < LONG_SEGMENT_LETTERS:
            return None
        caption = Caption(
            self.segment, text, self._final[0].start_s, self._final[-1].end_s, True, len(text)
        )
        self._segment, self._final = "", []
        self._starts_sentence = ends_sentence
        return caption
