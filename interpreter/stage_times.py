"""The event log of a talk → how long each stage took; pure."""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from interpreter.unit_events import Event, events_of, int_of, number_of


@dataclass(frozen=True, slots=True)
class Percentiles:
    """How long one stage took, in seconds."""

    p50_s: float
    p95_s: float
    p99_s: float
    count: int


def stages(events: Sequence[Event], source: str, target: str) -> dict[str, Percentiles]:
    """How long each stage took.

    hypothesis: sound heard → hypothesis; commit: word's end → commit; request: newest commit →
    question to the translator; then each from the one before: first_token, speech_request (from
    the unit's newest translation), first_byte, playout.
    """
    of_target = events_of(events, target)
    took = {
        "hypothesis": _since(events, "hypothesis", "heard_s"),
        "commit": _since(events, "commit", "end_s"),
        "request": _request_delays(events, source, target),
        "first_token": _pairs(of_target, "translation_request", "translation_first_token"),
        "speech_request": _speech_delays(of_target),
        "first_byte": _pairs(of_target, "speech_request", "speech_first_byte"),
        "playout": _pairs(of_target, "speech_first_byte", "playout"),
    }
    found = {stage: percentiles(seconds) for stage, seconds in took.items()}
    return {stage: one for stage, one in found.items() if one is not None}


def _since(events: Sequence[Event], name: str, since: str) -> list[float]:
    return [
        number_of(event, "at_s") - number_of(event, since)
        for event in events
        if event["event"] == name
    ]


def _request_delays(events: Sequence[Event], source: str, target: str) -> list[float]:
    committed_s: float | None = None
    delays: list[float] = []
    for event in events:
        if event["event"] == "commit" and event.get("line") == source:
            committed_s = number_of(event, "at_s")
        elif event["event"] == "translation_request" and event.get("target") == target:
            if committed_s is not None:
                delays.append(number_of(event, "at_s") - committed_s)
    return delays


def _speech_delays(events: Sequence[Event]) -> list[float]:
    """From the newest translation of a unit to each request to speak some of it."""
    translated_s: dict[int, float] = {}
    delays: list[float] = []
    for event in events:
        if event["event"] == "translation":
            translated_s[int_of(event, "unit")] = number_of(event, "at_s")
        elif event["event"] == "speech_request" and int_of(event, "unit") in translated_s:
            delays.append(number_of(event, "at_s") - translated_s[int_of(event, "unit")])
    return delays


def _pairs(events: Sequence[Event], first: str, second: str) -> list[float]:
    """From each `first` to the `second` that answers it: in their order, unit by unit."""
    waiting: defaultdict[int, deque[float]] = defaultdict(deque)
    delays: list[float] = []
    for event in events:
        if event["event"] == first:
            waiting[int_of(event, "unit")].append(number_of(event, "at_s"))
        elif event["event"] == second and waiting[int_of(event, "unit")]:
            since_s = waiting[int_of(event, "unit")].popleft()
            delays.append(number_of(event, "at_s") - since_s)
    return delays


def percentiles(seconds: Sequence[float]) -> Percentiles | None:
    """The percentiles of these times; none of none."""
    if not seconds:
        return None
    p50_s, p95_s, p99_s = np.percentile(seconds, [50, 95, 99]).tolist()
    return Percentiles(p50_s, p95_s, p99_s, len(seconds))
