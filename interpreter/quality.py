"""How much of the meaning is kept: what was spoken against whole sentences by the same translator.

The reference is the translation of each true sentence of the words that the recogniser heard in
the end, so it blames chunking and commits alone: neither recogniser nor translator.
"""

import re
from collections.abc import Sequence

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from interpreter.events import Word
from interpreter.heard import Interval
from interpreter.readable import readable
from interpreter.unit_events import Event, read_units, text_of, words_of
from languages import Language

_SIGNS = re.compile(r"[^\w\s%€$£]+")


def heard_sentences(
    events: Sequence[Event], source: Language, floor: Sequence[Interval]
) -> list[str]:
    """The true sentences as the recogniser heard them in the end, readable; `floor` has their
    times. Empty where it heard nothing."""
    parts = cut_at(final_words(events, source.tag), floor)
    return [readable(part, source, ends_sentence=True) if part else "" for part in parts]


def audible(text: str) -> str:
    """The words alone, in small letters."""
    return " ".join(_SIGNS.sub("", text.casefold()).split())


def spoken_text(events: Sequence[Event], target: str) -> str:
    """All that the voice said."""
    return " ".join(unit.text for unit in read_units(events, target) if unit.text)


def chrf(text: str, reference: str) -> float:
    """sacrebleu's chrF2 of a whole text, 0..100, as it is heard: a voice has neither capitals nor
    punctuation."""
    return float(CHRF().corpus_score([audible(text)], [[audible(reference)]]).score)


def bleu(text: str, reference: str) -> float:
    """sacrebleu's BLEU of a whole text, 0..100."""
    return float(BLEU().corpus_score([text], [[reference]]).score)


def final_words(events: Sequence[Event], line: str) -> list[Word]:
    """What the recogniser heard in the end, in order of time."""
    words = [
        Word(text, start_s, end_s)
        for event in events
        if event["event"] == "final" and text_of(event, "line") == line
        for text, (start_s, end_s) in words_of(event)
    ]
    return sorted(words, key=lambda word: word.start_s)


def cut_at(words: Sequence[Word], floor: Sequence[Interval]) -> list[list[Word]]:
    """The words of each sentence; a word belongs where its middle is."""
    ends = [
        (before.end_s + after.start_s) / 2 for before, after in zip(floor, floor[1:], strict=False)
    ]
    parts: list[list[Word]] = [[] for _ in floor]
    for word in words:
        middle_s = (word.start_s + word.end_s) / 2
        parts[sum(end_s < middle_s for end_s in ends)].append(word)
    return parts
