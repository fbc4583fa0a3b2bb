"""The prepared talk of the capacity benches: what is said, when each word is said, and what every
translation of a part of it is. Pure, but for reading its file."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from interpreter.talks import RATE_HZ, Sentence, Sound, read_talk

SOURCE = "en"
TARGETS = ("es", "ca", "pt", "it", "fr")
LOUD = 250 / 32_768
"""Mean level in which there is speech."""
STEP = 80
"""Samples, 5 ms."""
FILE = Path(__file__).with_suffix(".toml")
_NO_LETTER = re.compile(r"[^\w']+")


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word with its times in the sentence that it is of."""

    text: str
    start_s: float
    end_s: float


@cache
def sentences() -> tuple[dict[str, str], ...]:
    """Each in every language."""
    return tuple(tomllib.loads(FILE.read_text(encoding="utf-8"))["sentence"])


def read_prepared(wav: Path) -> list[Sentence]:
    """The sentences of a spoken talk, from the first sound of each to its last."""
    sound, spoken = read_talk(wav)
    return [sounding(sentence, sound) for sentence in spoken]


def sounding(sentence: Sentence, sound: Sound) -> Sentence:
    """Without the silence that its voice puts around it."""
    begin = round(sentence.start_s * RATE_HZ)
    said = np.abs(sound[begin : round(sentence.end_s * RATE_HZ)])
    steps = said[: len(said) // STEP * STEP].reshape(-1, STEP).mean(axis=1)
    loud = np.flatnonzero(steps >= LOUD)
    first, last = begin + int(loud[0]) * STEP, begin + int(loud[-1] + 1) * STEP
    return replace(sentence, start_s=first / RATE_HZ, end_s=last / RATE_HZ)


def spoken_words(sentence: Sentence) -> tuple[SpokenWord, ...]:
    """A spoken sentence's words from its first sound on; each takes its share of the letters."""
    words = sentence.text.split()
    letters = [0, *(len(word) + 1 for word in words)]
    whole, length_s = sum(letters), sentence.end_s - sentence.start_s
    marks = [sum(letters[: place + 1]) / whole * length_s for place in range(len(letters))]
    return tuple(
        SpokenWord(word, start_s, end_s)
        for word, (start_s, end_s) in zip(words, pairwise(marks), strict=True)
    )


def prepared_translation(text: str, target: str) -> str | None:
    """Of a sentence, or of a part of one: the words of its translation at the same place; None for
    what nobody has prepared."""
    asked = _plain(text)
    for sentence in sentences():
        source = _plain(sentence[SOURCE])
        place = _place(asked, source)
        if place is not None:
            words = sentence[target].split()
            begin, end = (round(n / len(source) * len(words)) for n in (place, place + len(asked)))
            return " ".join(words[begin:end])
    return None


def _place(part: Sequence[str], whole: Sequence[str]) -> int | None:
    if not part:
        return None
    places = range(len(whole) - len(part) + 1)
    return next((n for n in places if whole[n : n + len(part)] == part), None)


def _plain(text: str) -> list[str]:
    return _NO_LETTER.sub(" ", text.casefold()).split()
