"""Listeners on bad networks: captions are complete, the voice is intelligible, lag recovers."""

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from interpreter.local_server import dies_with_parent
from interpreter.requirements import ROOT
from tests.live.bad_networks import CUT_S, STARTS, TRUTH, Truth
from tests.live.far_listener import Reception
from tests.live.links import why_not
from tests.sound import RATE_HZ, Sound, find
from tests.speech import espeak

pytestmark = [pytest.mark.live, pytest.mark.soak, pytest.mark.timeout(240)]

BAD = [name for name in STARTS if name != "good"]
COMPARABLE_S = 0.8
"""A shorter unit is like some stretch of any speech."""
INTELLIGIBLE = 0.65
"""Between the same words through a good network (0.8 and more) and other words (0.3 to 0.55)."""
SPOKEN_WELL = 0.75
NEVER_SAID = "mañana comeremos pescado con limones amarillos"
BEFORE_S, AFTER_S = 1.0, 3.0
"""A unit is looked for so long before and after its time: it may come late, but not anywhere."""
RECOVERED_S = 0.3
"""So much later than on a good network is not noticed."""


@dataclass(frozen=True)
class Heard:
    """One unit as a listener heard it."""

    text: str
    likeness: float
    late_s: float
    """After the pair began to speak it."""
    ended: float
    """Unix time."""


@dataclass(frozen=True)
class Side:
    """One listener beside what really was said."""

    truth: Truth
    reception: Reception
    voice: Sound

    @cached_property
    def heard(self) -> list[Heard]:
        return [
            self._look_for(unit)
            for unit in self.truth.playouts
            if unit["duration_s"] >= COMPARABLE_S
        ]

    @property
    def misheard(self) -> float:
        return find(self.voice, espeak(NEVER_SAID, self.truth.speaker))[0]

    def _look_for(self, unit: dict[str, Any]) -> Heard:
        begins = unit["start_s"] - self.reception.voice_from
        first = max(int((begins - BEFORE_S) * RATE_HZ), 0)
        last = int((begins + unit["duration_s"] + AFTER_S) * RATE_HZ)
        said = espeak(unit["text"], self.truth.speaker, unit["rate"])
        likeness, at_s = find(self.voice[first:last], said)
        late_s = first / RATE_HZ + at_s - begins
        return Heard(unit["text"], likeness, late_s, unit["start_s"] + unit["duration_s"])


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Side]:
    """The same talk on every network."""
    if reason := why_not():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("networks")
    command = (sys.executable, "-m", "tests.live.bad_networks", str(folder))
    subprocess.run([*dies_with_parent(), *command], cwd=ROOT, check=True, timeout=200)
    return read_sides(folder)


def read_sides(folder: Path) -> dict[str, Side]:
    truth = Truth(**json.loads((folder / TRUTH).read_text()))
    return {name: Side(truth, *Reception.read(folder / name)) for name in STARTS}


def test_the_networks_are_as_bad_as_they_should_be(sides: dict[str, Side]) -> None:
    packets = sides["good"].truth.packets
    shares = {name: lost / (carried + lost) for name, (carried, lost) in packets.items()}
    assert shares["good"] == shares["jitter"] == 0.0
    assert 0.01 < shares["loss"] < 0.08
    assert min(shares["cut"], shares["no-udp"]) > 0.0


@pytest.mark.parametrize("network", STARTS)
def test_captions_are_complete(sides: dict[str, Side], network: str) -> None:
    assert sides[network].reception.finals == sides[network].truth.stored


@pytest.mark.parametrize("network", STARTS)
def test_the_voice_is_intelligible(sides: dict[str, Side], network: str) -> None:
    """Judged where the good network was good: a busy machine is no network's fault."""
    side = sides[network]
    heard = [
        unit
        for unit, as_it_should_be in zip(side.heard, sides["good"].heard, strict=True)
        if as_it_should_be.likeness > SPOKEN_WELL
        if network != "cut" or not _is_in_cut(side.truth, unit)
    ]
    assert len(heard) >= 4
    assert min(unit.likeness for unit in heard) > INTELLIGIBLE, heard
    assert side.misheard < 0.55


def _is_in_cut(truth: Truth, unit: Heard) -> bool:
    """Whether a part of the unit was spoken while nothing came through."""
    begun = next(one["start_s"] for one in truth.playouts if one["text"] == unit.text)
    return unit.ended > truth.cut_from and begun < truth.cut_from + CUT_S


@pytest.mark.parametrize("network", BAD)
def test_the_voice_is_on_time_again_when_the_network_is_good(
    sides: dict[str, Side], network: str
) -> None:
    last, as_it_should_be = sides[network].heard[-1], sides["good"].heard[-1]
    assert last.ended > last_change(sides[network].truth)
    assert last.late_s < as_it_should_be.late_s + RECOVERED_S


@pytest.mark.parametrize("network", BAD)
def test_captions_are_on_time_again_when_the_network_is_good(
    sides: dict[str, Side], network: str
) -> None:
    late_s = caption_delays(sides, network)
    assert late_s[-1] < RECOVERED_S, late_s


@pytest.mark.parametrize("network", ["loss", "jitter", "no-udp"])
def test_captions_are_little_later_while_the_network_is_bad(
    sides: dict[str, Side], network: str
) -> None:
    late_s = caption_delays(sides, network)
    assert max(late_s) < 1.0, late_s


def caption_delays(sides: dict[str, Side], network: str) -> list[float]:
    """How much later than on the good network each final was there, in order of time."""
    good, bad = sides["good"].reception.came, sides[network].reception.came
    return [bad[segment] - good[segment] for segment in sorted(good, key=lambda one: good[one])]


def last_change(truth: Truth) -> float:
    return max(truth.cleared, truth.cut_from + CUT_S)
