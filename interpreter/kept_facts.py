"""The event log → how many numbers and negations of a talk were heard in the target. Pure.

Unit by unit, against what the recogniser heard and the speaker meant: a unit that the voice left
out, or a translator or policy that loses a "not", shows here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from interpreter.events import Word
from interpreter.facts import Difference, Kind, checked, counts, differences
from interpreter.readable import readable
from interpreter.repairs import without_repairs
from interpreter.unit_events import Event, events_of, read_units, words_of
from languages import Language

NUMBERS = frozenset({Kind.NUMBER, Kind.ORDINAL, Kind.PERCENT, Kind.TIME})
"""What is a number of one sort or another."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many were asked for, how many were there, and how many were there that nobody said."""

    asked: int = 0
    kept: int = 0
    invented: int = 0

    def __add__(self, other: "Share") -> "Share":
        return Share(
            self.asked + other.asked, self.kept + other.kept, self.invented + other.invented
        )


@dataclass(frozen=True, slots=True)
class KeptFacts:
    """Of one talk in one target; None where it is not checked."""

    numbers: Share | None
    negations: Share | None


def kept_facts(events: Sequence[Event], source: Language, target: Language) -> KeptFacts:
    """What was heard of the numbers and negations of a talk."""
    kinds = checked(source, target)
    units = [event for event in events_of(events, target.tag) if event["event"] == "unit"]
    numbers, negations = Share(), Share()
    for event, unit in zip(units, read_units(events, target.tag), strict=True):
        if event.get("source") != source.tag:
            continue
        text, translation = _meant(event, source), unit.text
        found = differences(text, translation, source, target)
        asked = counts(text, source)
        numbers += _share(asked[Kind.NUMBER], [one for one in found if one.kind in NUMBERS])
        negations += _share(
            asked[Kind.NEGATION], [one for one in found if one.kind is Kind.NEGATION]
        )
    return KeptFacts(
        numbers if Kind.NUMBER in kinds else None, negations if Kind.NEGATION in kinds else None
    )


def _share(asked: int, found: Sequence[Difference]) -> Share:
    lost = sum(one.count for one in found if one.source)
    invented = sum(one.count for one in found if one.target)
    return Share(asked, max(asked - lost, 0), invented)


def _meant(event: Event, source: Language) -> str:
    words = [Word(text, start_s, end_s) for text, (start_s, end_s) in words_of(event)]
    return readable(without_repairs(words, source), source, ends_sentence=True)
