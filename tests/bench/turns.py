"""From a recording in which everybody is a pitch of their own: what each switch sounded like."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.sound import Sound

STEP_S = 0.01
HEARD_DB = -40.0
"""Of full scale; every voice is at −10 to −20 dB."""
BEGUN_S = 0.1
"""A shorter sound is no turn."""
CLICK_S = 0.03
"""The recorder clicks where its blocks meet, every 0.37 s: for so long every pitch is there."""
EARLY_S = 0.3
"""The page's sound and this machine's clock are tied to each other so well."""
LATEST_S = 12.0
SETTLED_S = 1.5
"""Loudness is compared from so long after a voice has begun …"""
COMPARED_S = 2.0
"""… over so long."""


@dataclass(frozen=True, slots=True)
class Switch:
    """One change of who is to be heard."""

    what: str
    at_s: float
    """Of its cause, in the recording."""
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a listener heard of a switch."""

    switch: Switch
    gap_s: float
    """Silence after the cause, until the next voice; a pause of the voice before it is not its."""
    overlap_s: float
    loudness_db: float | None
    """Of the voice after it, beside the one before; None where one did not last."""


def outcome(
    switch: Switch, levels: Mapping[str, Sound], until_s: float = math.inf
) -> Outcome | None:
    """None where the next voice never came. `levels` are dB around each step, `until_s` is the
    next cause."""
    before, after = _heard(levels[switch.before]), _heard(levels[switch.after])
    cause = round(max(0.0, switch.at_s) / STEP_S)
    first = max(0, cause - round(EARLY_S / STEP_S))
    last = round(min(switch.at_s + LATEST_S, until_s - EARLY_S) / STEP_S)
    begin = _begin(after, first, last)
    if begin is None:
        return None
    both = slice(first, last)
    overlap = int((before[both] & after[both]).sum())
    ended = np.flatnonzero(before[:begin])
    end = max(int(ended[-1]) + 1 if ended.size else 0, cause)
    gap_s = max(0, begin - end) * STEP_S
    return Outcome(switch, gap_s, overlap * STEP_S, _louder_db(switch, levels, cause, begin))


def _heard(level: Sound) -> NDArray[np.bool_]:
    """When a voice sounds, without clicks."""
    heard: NDArray[np.bool_] = level > HEARD_DB
    edges = np.flatnonzero(np.diff(heard.astype(np.int8), prepend=0, append=0))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        if end - begin <= round(CLICK_S / STEP_S):
            heard[begin:end] = False
    return heard


def _begin(sounds: NDArray[np.bool_], first: int, last: int) -> int | None:
    """The first step from which it sounds for a while."""
    length = round(BEGUN_S / STEP_S)
    for step in range(first, min(last, len(sounds) - length)):
        if sounds[step : step + length].all():
            return step
    return None


def _louder_db(switch: Switch, levels: Mapping[str, Sound], cause: int, begin: int) -> float | None:
    compared, settled = round(COMPARED_S / STEP_S), round(SETTLED_S / STEP_S)
    old = levels[switch.before][max(0, cause - compared) : cause]
    new = levels[switch.after][begin + settled : begin + settled + compared]
    old, new = old[old > HEARD_DB], new[new > HEARD_DB]
    if min(len(old), len(new)) < compared / 4:
        return None
    return float(np.median(new) - np.median(old))
