"""The event log of a talk → the figures that listeners feel; pure.

One `Scores` per target language: offsets, speech lag, gaps, flicker, pace, and the time that each
stage took. Times are those of the talk: its second 0 is `at_s` 0. The fields of the events are in
docs/architecture.md.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median

import numpy as np

from interpreter.errors import InterpretationError
from interpreter.heard import Interval, heard_starts
from interpreter.unit_events import (
    Event,
    SpokenUnit,
    events_of,
    int_of,
    number_of,
    read_units,
    text_of,
)

FLOOR_PAUSE_S = 1.0
"""Shorter pauses do not interrupt the floor's speech, when gaps are counted."""


@dataclass(frozen=True, slots=True)
class Percentiles:
    """How long one stage took, in seconds."""

    p50_s: float
    p95_s: float
    p99_s: float
    count: int


@dataclass(frozen=True, slots=True)
class Scores:
    """What one talk was like in one target language."""

    target: str
    start_offset_s: float
    """First sound heard after the first source word began."""
    lag_median_s: float
    """Of every target word: heard start − end of the source word at the same place of its unit."""
    lag_p90_s: float
    lag_max_s: float
    end_offset_s: float
    """Last sound heard after the last source word ended."""
    longest_gap_s: float
    """Without new target text, while the floor spoke."""
    longest_silence_s: float
    """Between two heard sounds."""
    flicker: float
    """Normalised erasure of the target's captions: words taken back per word that stayed."""
    floor_flicker: float
    """The same of the spoken language's captions."""
    mean_pace: float
    """How much faster than the language's natural pace the voice spoke on average."""
    recogniser_ratio: float
    """Minutes recognised per minute of the talk, from its first word to its last."""
    skipped_s: float
    condensed_s: float
    spoken_words: int
    stages: dict[str, Percentiles]
    underruns: int = 0
    """Times the voice ran dry inside a unit."""

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def score(
    events: Sequence[Event],
    target: str,
    floor: Sequence[Interval],
    heard: Sequence[Interval],
    natural_pace_cps: float,
) -> Scores:
    """The figures of one target.

    `floor` are the true sentences, `heard` the sounds of the recording.
    """
    units = read_units(events, target)
    spoken = [unit for unit in units if unit.start_s is not None]
    if not heard or not spoken:
        raise InterpretationError(
            f"Nothing was heard in {target}. The event log says whether translator or voice failed."
        )
    lags = speech_lags(units, heard)
    first, last = floor[0].start_s, floor[-1].end_s
    texts_s = [unit.text_s for unit in units if unit.text_s is not None]
    return Scores(
        target=target,
        start_offset_s=heard[0].start_s - first,
        lag_median_s=median(lags),
        lag_p90_s=float(np.percentile(lags, 90)),
        lag_max_s=max(lags),
        end_offset_s=heard[-1].end_s - last,
        longest_gap_s=longest_gap(texts_s, floor),
        longest_silence_s=longest_silence(heard),
        flicker=flicker(_captions(events, target)),
        floor_flicker=flicker(_captions(events, units[0].source)),
        mean_pace=mean_pace(units, natural_pace_cps),
        recogniser_ratio=_seconds(events, "recogniser_usage", "audio_s") / (last - first),
        skipped_s=_seconds(events_of(events, target), "skipped", "seconds"),
        condensed_s=_seconds(events_of(events, target), "condensed", "seconds"),
        spoken_words=len(lags),
        stages=stages(events, units),
        underruns=sum(event["event"] == "underrun" for event in events_of(events, target)),
    )


def speech_lags(units: Iterable[SpokenUnit], heard: Sequence[Interval]) -> list[float]:
    """For every target word: its heard start − the end of the source word at its place."""
    spoken = [(unit, unit.start_s) for unit in units if unit.start_s is not None]
    onsets = [start_s + unit.offsets[0] for unit, start_s in spoken]
    return [
        onset_s + offset_s - unit.offsets[0] - _aligned_end(unit, place)
        for (unit, _), onset_s in zip(spoken, heard_starts(onsets, heard), strict=True)
        for place, offset_s in enumerate(unit.offsets)
    ]


def _aligned_end(unit: SpokenUnit, place: int) -> float:
    """End of the source word as far into its unit as the middle of this target word."""
    share = (place + 0.5) / len(unit.offsets)
    return unit.source_ends[int(share * len(unit.source_ends))]


def longest_gap(moments: Sequence[float], floor: Sequence[Interval]) -> float:
    """The longest time without one of the moments while the floor speaks."""
    gaps = []
    for stretch in _stretches(floor):
        inside = [at_s for at_s in sorted(moments) if stretch.start_s < at_s < stretch.end_s]
        edges = [stretch.start_s, *inside, stretch.end_s]
        gaps += [after - before for before, after in zip(edges, edges[1:], strict=False)]
    return max(gaps)


def _stretches(floor: Sequence[Interval]) -> list[Interval]:
    joined: list[Interval] = []
    for one in floor:
        if joined and one.start_s - joined[-1].end_s < FLOOR_PAUSE_S:
            joined[-1] = Interval(joined[-1].start_s, one.end_s)
        else:
            joined.append(one)
    return joined


def longest_silence(heard: Sequence[Interval]) -> float:
    """The longest time between two sounds."""
    return max(
        (after.start_s - before.end_s for before, after in zip(heard, heard[1:], strict=False)),
        default=0.0,
    )


def flicker(captions: Mapping[str, Sequence[str]]) -> float:
    """Normalised erasure: words that vanished, in whole or in part, per word of the final texts.

    `captions` are the texts of each segment in the order they were shown.
    """
    erased = sum(
        _erased_words(before, after)
        for texts in captions.values()
        for before, after in zip(texts, texts[1:], strict=False)
    )
    final = sum(len(texts[-1].split()) for texts in captions.values())
    return erased / final if final else 0.0


def _erased_words(before: str, after: str) -> int:
    kept = 0
    while kept < min(len(before), len(after)) and before[kept] == after[kept]:
        kept += 1
    return sum(word.end() > kept for word in re.finditer(r"\S+", before))


def mean_pace(units: Iterable[SpokenUnit], natural_pace_cps: float) -> float:
    """Natural duration of all that was spoken / how long it took."""
    spoken = [unit for unit in units if unit.duration_s > 0]
    natural_s = sum(len(unit.text) for unit in spoken) / natural_pace_cps
    return natural_s / sum(unit.duration_s for unit in spoken)


def stages(events: Sequence[Event], units: Iterable[SpokenUnit]) -> dict[str, Percentiles]:
    """How long each stage took.

    hypothesis: sound heard → hypothesis; commit: word's end → commit; first_token: commit of the
    unit's last word → first token; first_byte: → first byte of speech; playout: → first sample.
    """
    commits = {
        (text_of(event, "line"), int_of(event, "seq")): number_of(event, "at_s")
        for event in events
        if event["event"] == "commit"
    }
    units = list(units)
    took = {
        "hypothesis": [
            number_of(event, "at_s") - number_of(event, "heard_s")
            for event in events
            if event["event"] == "hypothesis"
        ],
        "commit": [
            number_of(event, "at_s") - number_of(event, "end_s")
            for event in events
            if event["event"] == "commit"
        ],
        "first_token": _differences(
            (commits.get((unit.source, unit.last_seq)), unit.first_token_s) for unit in units
        ),
        "first_byte": _differences((unit.first_token_s, unit.first_byte_s) for unit in units),
        "playout": _differences((unit.first_byte_s, unit.start_s) for unit in units),
    }
    return {stage: _percentiles(seconds) for stage, seconds in took.items() if seconds}


def _captions(events: Iterable[Event], language: str) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for event in events:
        if event["event"] == "caption" and event.get("language") == language:
            texts.setdefault(text_of(event, "segment"), []).append(text_of(event, "text"))
    return texts


def _seconds(events: Iterable[Event], name: str, field: str) -> float:
    return sum(number_of(event, field) for event in events if event["event"] == name)


def _differences(pairs: Iterable[tuple[float | None, float | None]]) -> list[float]:
    return [after - before for before, after in pairs if before is not None and after is not None]


def _percentiles(seconds: Sequence[float]) -> Percentiles:
    p50_s, p95_s, p99_s = np.percentile(seconds, [50, 95, 99]).tolist()
    return Percentiles(p50_s, p95_s, p99_s, len(seconds))
