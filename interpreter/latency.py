"""The event log of a talk → the figures that listeners feel; pure.

One `Scores` per target language: offsets, speech lag, gaps, flicker, pace, and the time that each
stage took. Times are those of the talk: its second 0 is `at_s` 0. The fields of the events are in
docs/architecture.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from interpreter.errors import InterpretationError
from interpreter.heard import Interval, heard_starts
from interpreter.stage_times import Percentiles, percentiles, stages
from interpreter.steadiness import append_only_violations, captions_of, flicker
from interpreter.unit_events import (
    Event,
    SpokenUnit,
    events_of,
    number_of,
    read_units,
)

FLOOR_PAUSE_S = 1.0
"""Shorter pauses do not interrupt the floor's speech, when gaps are counted."""


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
    drift_s_a_minute: float = 0.0
    """How much the lag grows in a minute: the slope of a line through all words' lags."""
    duration_ratio: float = 0.0
    """Seconds of speech in the target per second of speech on the floor."""
    silence_ratio: float = 0.0
    """Share of silence between the first sound and the last."""
    requests_a_minute: float = 0.0
    """Questions to the translator, per minute of the talk."""
    turns: Percentiles | None = None
    """From the end of each stretch of speech to the first sound that renders it; negative where
    interpretation began before."""
    append_only_violations: int = 0
    """Times that something was taken back: speech out of order, or a final caption changed."""


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
    lags = word_lags(units, heard)
    lags_s = [word.lag_s for word in lags]
    first, last = floor[0].start_s, floor[-1].end_s
    of_target = events_of(events, target)
    requests = sum(event["event"] == "translation_request" for event in of_target)
    return Scores(
        target=target,
        start_offset_s=heard[0].start_s - first,
        lag_median_s=median(lags_s),
        lag_p90_s=float(np.percentile(lags_s, 90)),
        lag_max_s=max(lags_s),
        end_offset_s=heard[-1].end_s - last,
        longest_gap_s=longest_gap(text_moments(of_target), floor),
        longest_silence_s=longest_silence(heard),
        flicker=flicker(captions_of(events, target)),
        floor_flicker=flicker(captions_of(events, units[0].source)),
        mean_pace=mean_pace(units, natural_pace_cps),
        recogniser_ratio=_seconds(events, "recogniser_usage", "audio_s") / (last - first),
        skipped_s=_seconds(of_target, "skipped", "seconds"),
        condensed_s=_seconds(of_target, "condensed", "seconds"),
        spoken_words=len(lags),
        stages=stages(events, units[0].source, target),
        underruns=sum(event["event"] == "underrun" for event in of_target),
        drift_s_a_minute=drift_s_a_minute(lags),
        duration_ratio=_total_s(heard) / _total_s(floor),
        silence_ratio=1 - _total_s(heard) / (heard[-1].end_s - heard[0].start_s),
        requests_a_minute=requests / (last - first) * 60,
        turns=percentiles(turn_delays(lags, floor)),
        append_only_violations=append_only_violations(events, target),
    )


@dataclass(frozen=True, slots=True)
class WordLag:
    """One target word as it was heard."""

    source_end_s: float
    """End of the source word at the same place of its unit."""
    heard_s: float

    @property
    def lag_s(self) -> float:
        return self.heard_s - self.source_end_s


def word_lags(units: Iterable[SpokenUnit], heard: Sequence[Interval]) -> list[WordLag]:
    """Every target word with the source word at its place, in the order of their units."""
    units = list(units)
    began = [one.start_s + one.offsets[0] for unit in units for one in unit.utterances]
    onsets = iter(heard_starts(began, heard))
    found: list[WordLag] = []
    for unit in units:
        moments = [
            onset_s + offset_s - one.offsets[0]
            for one, onset_s in zip(unit.utterances, onsets, strict=False)
            for offset_s in one.offsets
        ]
        found += [
            WordLag(_aligned_end(unit, (place + 0.5) / len(moments)), heard_s)
            for place, heard_s in enumerate(moments)
        ]
    return found


def _aligned_end(unit: SpokenUnit, share: float) -> float:
    """End of the source word so far into its unit."""
    return unit.source_ends[int(share * len(unit.source_ends))]


def speech_lags(units: Iterable[SpokenUnit], heard: Sequence[Interval]) -> list[float]:
    """For every target word: its heard start − the end of the source word at its place."""
    return [word.lag_s for word in word_lags(units, heard)]


def turn_delays(lags: Sequence[WordLag], floor: Sequence[Interval]) -> list[float]:
    """From the end of each stretch of speech to the first target word of it that was heard."""
    delays: list[float] = []
    for stretch in _stretches(floor):
        inside = [
            word.heard_s
            for word in lags
            if stretch.start_s <= word.source_end_s <= stretch.end_s + FLOOR_PAUSE_S / 2
        ]
        if inside:
            delays.append(min(inside) - stretch.end_s)
    return delays


def drift_s_a_minute(lags: Sequence[WordLag]) -> float:
    """The slope of the lag over the talk; 0 where there is too little to tell."""
    if len(lags) < 2:
        return 0.0
    minutes = np.array([word.source_end_s for word in lags]) / 60
    if np.ptp(minutes) == 0:
        return 0.0
    return float(np.polyfit(minutes, np.array([word.lag_s for word in lags]), 1)[0])


def text_moments(events: Sequence[Event]) -> list[float]:
    """When new target text was committed: given to the voice, or translated where nobody has sound
    on."""
    for name in ("target_commit", "speech_request", "translation"):
        moments = [number_of(event, "at_s") for event in events if event["event"] == name]
        if moments:
            return moments
    return []


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


def mean_pace(units: Iterable[SpokenUnit], natural_pace_cps: float) -> float:
    """Natural duration of all that was spoken / how long it took."""
    spoken = [unit for unit in units if unit.duration_s > 0]
    natural_s = sum(len(unit.text) for unit in spoken) / natural_pace_cps
    return natural_s / sum(unit.duration_s for unit in spoken)


def _seconds(events: Iterable[Event], name: str, field: str) -> float:
    return sum(number_of(event, field) for event in events if event["event"] == name)


def _total_s(intervals: Sequence[Interval]) -> float:
    return sum(one.end_s - one.start_s for one in intervals)
