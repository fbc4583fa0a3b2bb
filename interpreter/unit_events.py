"""The event log → what happened to each unit of a target. Pure; the fields are in
docs/architecture.md.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Event = Mapping[str, object]


@dataclass(slots=True)
class SpokenUnit:
    """What happened to one unit, in the order it happens; None where it has not."""

    source: str
    last_seq: int
    source_ends: list[float]
    first_token_s: float | None = None
    text_s: float | None = None
    first_byte_s: float | None = None
    start_s: float | None = None
    duration_s: float = 0.0
    text: str = ""
    offsets: list[float] = field(default_factory=list)


def read_units(events: Sequence[Event], target: str) -> list[SpokenUnit]:
    """The units of a target in the order they closed; a replaced pair counts from 0 again."""
    units: list[SpokenUnit] = []
    open_units: dict[int, SpokenUnit] = {}
    for event in events_of(events, target):
        number = int_of(event, "unit") if "unit" in event else -1
        if event["event"] == "unit":
            ends = [end_s for _, (_, end_s) in words_of(event)]
            units.append(SpokenUnit(text_of(event, "source"), int_of(event, "last_seq"), ends))
            open_units[number] = units[-1]
        elif number in open_units:
            _note(open_units[number], event)
    return units


def _note(unit: SpokenUnit, event: Event) -> None:
    match event["event"]:
        case "translation_first_token":
            unit.first_token_s = number_of(event, "at_s")
        case "translation":
            unit.text_s = number_of(event, "at_s")
        case "speech_first_byte":
            unit.first_byte_s = number_of(event, "at_s")
        case "playout":
            unit.start_s = number_of(event, "start_s")
            unit.duration_s = number_of(event, "duration_s")
            unit.text = text_of(event, "text")
            unit.offsets = _offsets(event, unit.text, unit.duration_s)


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
