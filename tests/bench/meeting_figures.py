"""Two meetings with the same talk, one with faults and one without → what listeners noticed of each
fault. Pure; times are the talk's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from interpreter.heard import Interval

LASTS_S = 12.0
"""So long what is heard is looked at for traces of a fault, where the next one is not before."""
CHANCE_S = 2.0
"""The same pause comes so much earlier or later in another meeting."""
BEGUN_S = 1.0
"""A pause that began so long before a fault may last longer because of it."""
LONGEST_S = 2.0


@dataclass(frozen=True, slots=True)
class Happened:
    """One fault."""

    at_s: float
    place: str
    engine: str
    fault: str
    told: int
    """How often it happened; 0: nobody asked meanwhile."""


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one fault."""

    fault: Happened
    silence_s: float
    """Longest silence it added, of all channels …"""
    channel: str
    """… and in which."""
    later_s: float
    """So much later than without it something was heard."""
    took_over: tuple[str, ...]
    back_s: float | None
    """Until all channels were served again by who served before; None: not in this meeting, or
    nobody else has."""
    told: tuple[str, ...]
    """What listeners read of it."""


@dataclass(frozen=True, slots=True)
class Held:
    """One meeting."""

    voice: Mapping[str, Sequence[Interval]]
    """By channel, when its voice sounded."""
    lags: Mapping[str, Sequence[tuple[float, float]]]
    """By channel: a source word's end, and how much later its translation was heard."""
    faults: Sequence[Happened] = ()
    switches: Sequence[tuple[float, str, str, str, str, str]] = ()
    """When; kind, language, before, after, why."""
    told: Sequence[tuple[float, str]] = ()
    """When listeners read what."""
    length_s: float = field(default=0.0)


def rows(held: Held, reference: Held) -> list[Row]:
    """Of every fault."""
    begins = [one.at_s for one in held.faults]
    ends = [min(after, before + LASTS_S) for before, after in pairwise([*begins, held.length_s])]
    return [_row(one, end_s, held, reference) for one, end_s in zip(held.faults, ends, strict=True)]


def _row(fault: Happened, end_s: float, held: Held, reference: Held) -> Row:
    window = Interval(fault.at_s, end_s)
    wide = Interval(window.start_s - CHANCE_S, window.end_s + CHANCE_S)
    silent = Interval(window.start_s - BEGUN_S, window.end_s - BEGUN_S)
    added = {
        tag: longest_silence(voice, silent) - longest_silence(reference.voice[tag], wide)
        for tag, voice in held.voice.items()
    }
    channel = max(added, key=lambda tag: added[tag])
    later = [
        _latest(held.lags[tag], window) - _latest(reference.lags[tag], wide) for tag in held.lags
    ]
    kind = {"stt": "recogniser", "translator": "translator", "tts": "voice"}[
        fault.place.partition("-")[0]
    ]
    own = [one for one in held.switches if one[1] == kind and one[3]]
    over = [one for one in own if fault.at_s <= one[0] < end_s and one[3] == fault.engine]
    back = [one for one in own if one[0] > fault.at_s and one[4] == fault.engine]
    names = [f"{after or 'nobody'} ({why})" for _, _, _, _, after, why in over]
    return Row(
        fault,
        max(added[channel], 0.0),
        channel,
        max([*later, 0.0]),
        tuple(dict.fromkeys(names)),
        back[0][0] - fault.at_s if over and back else None,
        tuple(dict.fromkeys(text for at_s, text in held.told if fault.at_s <= at_s < end_s)),
    )


def longest_silence(voice: Sequence[Interval], window: Interval) -> float:
    """Of the silences that begin in this time, the longest, whole."""
    gaps = (Interval(one.end_s, other.start_s) for one, other in pairwise(voice))
    inside = (gap for gap in gaps if window.start_s <= gap.start_s < window.end_s)
    return max((gap.end_s - gap.start_s for gap in inside), default=0.0)


def _latest(lags: Sequence[tuple[float, float]], window: Interval) -> float:
    return max(
        (lag_s for at_s, lag_s in lags if window.start_s - CHANCE_S <= at_s < window.end_s),
        default=0.0,
    )
