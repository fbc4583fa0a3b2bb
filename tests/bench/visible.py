"""When a reader sees a word: the words that were committed against what the page drew, and when.
Pure."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from statistics import median
from typing import Any

from interpreter.talks import Sentence

_SIGNS = re.compile(r"[^\w']+")
NEAR_S = 0.4
"""A word that ends so near the end of a sentence is its last."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the page showed from `at_s` on: segment → its words."""

    at_s: float
    segments: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class SaidWord:
    """A word that the floor agent committed at `at_s`, and that ended at `end_s`."""

    text: str
    end_s: float
    at_s: float
    segment: str


def read_drawings(noted: Iterable[Mapping[str, Any]], zero: float) -> list[Drawing]:
    """The page's notes on the clock that is 0 at `zero` (seconds since 1970)."""
    return [
        Drawing(
            one["atMs"] / 1000 - zero,
            {segment: _plain(text) for segment, text in one["pieces"]},
        )
        for one in noted
    ]


def said_words(events: Iterable[Mapping[str, Any]]) -> list[SaidWord]:
    """The words that readers were to see, in order."""
    return [
        SaidWord(event["text"].lower(), event["end_s"], event["at_s"], event["segment"])
        for event in events
        if event["event"] == "commit"
    ]


def delays_s(said: Sequence[SaidWord], drawings: Sequence[Drawing]) -> list[float]:
    """From the end of each word to the first drawing that shows it; those never shown are left
    out. A number word counts as shown with its digits."""
    seen: dict[SaidWord, float] = {}
    for segment in dict.fromkeys(word.segment for word in said):
        words = [word for word in said if word.segment == segment]
        for drawing in drawings:
            committed = [word for word in words if word.at_s <= drawing.at_s]
            if segment in drawing.segments and not seen.keys() >= set(committed):
                for word in _shown(committed, drawing.segments[segment]):
                    seen.setdefault(word, drawing.at_s)
    return sorted(at_s - word.end_s for word, at_s in seen.items())


def corrected(events: Iterable[Mapping[str, Any]], said: Sequence[SaidWord]) -> float:
    """The share of words that the recogniser's final took back after they were shown."""
    finals = [
        text.lower() for one in events if one["event"] == "final" for text, *_ in one["words"]
    ]
    matcher = SequenceMatcher(None, [word.text for word in said], finals, autojunk=False)
    return 1 - sum(block.size for block in matcher.get_matching_blocks()) / len(said)


def lateness_s(said: Iterable[float], sentences: Iterable[Sentence], zero_s: float) -> float:
    """How much later than they were spoken words are said to end: the sound's way to the floor
    agent, and what the recogniser adds. Told by the sentences, whose ends are known."""
    ends = sorted(said)
    late = []
    for sentence in sentences:
        true_s = zero_s + sentence.end_s
        index = bisect_left(ends, true_s)
        near = [end - true_s for end in ends[max(0, index - 1) : index + 1]]
        late += [min(near, key=abs)] if near and min(map(abs, near)) < NEAR_S else []
    return median(late)


def _plain(text: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _SIGNS.split(text) if word)


def _shown(words: Sequence[SaidWord], text: Sequence[str]) -> Iterator[SaidWord]:
    """The words that a text shows, as they are or as something else in their place."""
    matcher = SequenceMatcher(None, [word.text for word in words], text, autojunk=False)
    for kind, begin, end, _, _ in matcher.get_opcodes():
        if kind in ("equal", "replace"):
            yield from words[begin:end]
