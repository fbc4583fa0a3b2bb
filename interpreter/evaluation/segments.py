"""What was played, sentence by sentence: what was said, what was recognised of it, what was heard
in the target language. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import languages
from interpreter.evaluation.run import Played
from interpreter.heard import Interval
from interpreter.quality import heard_sentences
from interpreter.unit_events import SpokenUnit, read_units


@dataclass(frozen=True, slots=True)
class Rendered:
    """One sentence and its rendering."""

    case: str
    source: str
    target: str
    policy: str
    number: int
    """Of the sentence in its case."""
    said: str
    recognised: str
    heard: str


def rendered(played: Played) -> list[Rendered]:
    """The sentences of a talk with what was heard of each."""
    plan = played.plan
    part = plan.case.in_language(plan.source)
    recognised = heard_sentences(played.replayed.events, languages.load(plan.source), part.floor)
    heard = spoken_by_sentence(read_units(played.replayed.events, plan.target), part.floor)
    return [
        Rendered(
            plan.case.name,
            plan.source,
            plan.target,
            plan.policy,
            number,
            sentence.text,
            recognised[number],
            heard[number],
        )
        for number, sentence in enumerate(part.sentences)
    ]


def spoken_by_sentence(units: Sequence[SpokenUnit], floor: Sequence[Interval]) -> list[str]:
    """The spoken words of each sentence: each belongs where the source word at its place does."""
    words: list[list[str]] = [[] for _ in floor]
    for unit in units:
        own = unit.text.split()
        for place, word in enumerate(own):
            share = (place + 0.5) / len(own)
            end_s = unit.source_ends[int(share * len(unit.source_ends))]
            words[_sentence_at(end_s, floor)].append(word)
    return [" ".join(one) for one in words]


def _sentence_at(end_s: float, floor: Sequence[Interval]) -> int:
    """The sentence that a word belongs to that ends then: the last one begun by then."""
    return max(sum(one.start_s < end_s - 0.05 for one in floor) - 1, 0)
