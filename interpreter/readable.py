"""The recogniser's lower-case words → text that people and translators can read; pure.

Sentences, capitals and full stops are made here; `numbers.py` writes the digits. Given more words,
the text only grows at its end, but for a number that is still open.
"""

from collections.abc import Sequence
from functools import lru_cache

from interpreter.events import Word
from interpreter.numbers import is_inside_number, with_digits
from languages import Language
from languages.spacing import joined

__all__ = ["is_inside_number", "readable", "sentence_breaks"]

SENTENCE_PAUSE_S = 0.6
"""A pause from which on a sentence is taken to have ended."""
HELD_PAUSE_S = 1.2
"""The same inside a number, after "the", "of", "not"…, where speakers stop to think."""


def readable(
    words: Sequence[Word],
    language: Language,
    ends_sentence: bool = False,
    starts_sentence: bool = True,
) -> str:
    """The words as text; a sentence end follows the last one if `ends_sentence`."""
    breaks = sentence_breaks(words, language)
    texts = []
    for first, last in zip((0, *breaks), (*breaks, len(words)), strict=True):
        has_capital = language.has_capitals and (starts_sentence or first > 0)
        has_end = ends_sentence or last < len(words)
        text = _sentence([word.text for word in words[first:last]], language, has_capital)
        texts.append(language.ended(text) if has_end else text)
    return language.sentence_gap.join(text for text in texts if text)


def sentence_breaks(words: Sequence[Word], language: Language) -> tuple[int, ...]:
    """The indices of the words that begin a new sentence; 0 is never one of them."""
    breaks = []
    texts: list[str] = []
    pause_s = 0.0
    for index, word in enumerate(words):
        if index:
            pause_s = max(pause_s, word.start_s - words[index - 1].end_s)
        if word.text in language.fillers:
            continue
        texts.append(word.text)
        if index and _begins_sentence(texts, pause_s, language):
            breaks.append(index)
        pause_s = 0.0
    return tuple(breaks)


def _begins_sentence(texts: Sequence[str], pause_s: float, language: Language) -> bool:
    """Whether the last of the texts, after this pause, begins a sentence."""
    if pause_s < SENTENCE_PAUSE_S or pause_s >= HELD_PAUSE_S or len(texts) < 2:
        return pause_s >= HELD_PAUSE_S
    return not (
        texts[-2] in language.never_cut_after
        or texts[-1] in language.never_cut_before
        or is_inside_number(texts, len(texts) - 1, language)
    )


def _sentence(texts: Sequence[str], language: Language, has_capital: bool) -> str:
    spoken = [text for text in texts if text not in language.fillers]
    proper = _proper_forms(language)
    written = [proper.get(text, text) for text in with_digits(spoken, language)]
    sentence = joined(written)
    return sentence[:1].upper() + sentence[1:] if has_capital else sentence


@lru_cache(maxsize=32)
def _proper_forms(language: Language) -> dict[str, str]:
    return {word.lower(): word for word in language.proper_words}
