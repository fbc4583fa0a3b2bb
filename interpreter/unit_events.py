"""The event log → what happened to each unit of a target. Pure; the fields are in
docs/architecture.md.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Event = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was spoken of a unit in one go."""

    start_s: float
    duration_s: float
    text: str
    rate: float
    offsets: tuple[float, ...]
    """When each target word begins, in seconds from `start_s`."""

    @property
    def end_s(self) -> float:
        return self.start_s + self.duration_s


@dataclass(slots=True)
class SpokenUnit:
    """What happened to one unit; None where it has not."""

    source: str = ""
    last_seq: int = -1
    source_ends: list[float] = field(default_factory=list)
    first_token_s: float | None = None
    utterances: list[Utterance] = field(default_factory=list)

    @property
    def start_s(self) -> float | None:
        """When it was first heard."""
        return self.utterances[0].start_s if self.utterances else None

    @property
    def duration_s(self) -> float:
        return sum(one.duration_s for one in self.utterances)

    @property
    def text(self) -> str:
        """All that was spoken of it."""
        return " ".join(one.text for one in self.utterances)


def read_units(events: Sequence[Event], target: str) -> list[SpokenUnit]:
    """The units of a target in the order they closed; a replaced pair counts from 0 again.

    What happens to a unit while it is still open comes before its `unit` event.
    """
    units: list[SpokenUnit] = []
    by_number: dict[int, SpokenUnit] = {}
    for event in events_of(events, target):
        if "unit" not in event:
            continue
        number = int_of(event, "unit")
        known = by_number.setdefault(number, SpokenUnit())
        if event["event"] != "unit":
            _note(known, event)
            continue
        unit = by_number[number] = SpokenUnit() if known.source_ends else known
        unit.source = text_of(event, "source")
        unit.last_seq = int_of(event, "last_seq")
        unit.source_ends = [end_s for _, (_, end_s) in words_of(event)]
        units.append(unit)
    return units


def _note(unit: SpokenUnit, event: Event) -> None:
    match event["event"]:
        case "translation_first_token" if unit.first_token_s is None:
            unit.first_token_s = number_of(event, "at_s")
        case "playout" if text_of(event, "text"):
            text, duration_s = text_of(event, "text"), number_of(event, "duration_s")
            unit.utterances.append(
                Utterance(
                    number_of(event, "start_s"),
                    duration_s,
                    text,
                    number_of(event, "rate") if "rate" in event else 1.0,
                    tuple(_offsets(event, text, duration_s)),
                )
            )


def events_of(events: Iterable[Event], target: str) -> list[Event]:
    """The events of one target."""
    return [event for event in events if event.get("target") == target]


def number_of(event: Event, name: str) -> float:
    """A field that must be a number."""
    value = event.get(name)
    if not isinstance(value, int | float):
        raise ValueError(f"event {event.get('event')!r}: {name} is {value!r}, no number")
    return float(value)


def int_of(event: Event, name: str) -> int:
    """A field that must be a whole number."""
    return int(number_of(event, name))


def text_of(event: Event, name: str) -> str:
    """A field that must be text."""
    value = event.get(name)
    if not isinstance(value, str):
        raise ValueError(f"event {event.get('event')!r}: {name} is {value!r}, no text")
    return value


def words_of(event: Event) -> list[tuple[str, list[float]]]:
    """`words`: rows of a text and its times."""
    rows = event.get("words")
    if not isinstance(rows, list):
        raise ValueError(f"event {event.get('event')!r}: words is {rows!r}, no list")
    return [(str(text), [float(second) for second in times]) for text, *times in rows]


def _offsets(event: Event, text: str, duration_s: float) -> list[float]:
    """When each target word begins; spread by letters where the voice tells no word times."""
    told = [times[0] for _, times in words_of(event)] if event.get("words") else []
    if told:
        return told
    return [match.start() / len(text) * duration_s for match in re.finditer(r"\S+", text)]
