"""What a switch sounded like, from levels."""

import numpy as np
import pytest

from tests.bench.turns import STEP_S, Switch, outcome
from tests.sound import Sound

LENGTH_S = 20.0


def level(*turns: tuple[float, float], db: float = -12.0) -> Sound:
    """A voice that is heard in these seconds."""
    steps = np.full(round(LENGTH_S / STEP_S), -90.0)
    for begin_s, end_s in turns:
        steps[round(begin_s / STEP_S) : round(end_s / STEP_S)] = db
    return steps


@pytest.mark.parametrize(
    ("machine", "human", "gap_s", "overlap_s"),
    [
        pytest.param([(0, 5.0)], [(5.4, 20)], 0.4, 0.0, id="silence"),
        pytest.param([(0, 5.5)], [(5.35, 20)], 0.0, 0.15, id="a-cross-fade"),
        pytest.param([(0, 3.0)], [(5.4, 20)], 0.4, 0.0, id="its-own-pause-before"),
        pytest.param([(0, 5.2)], [(5.1, 5.15), (5.6, 20)], 0.4, 0.05, id="a-crackle-is-no-turn"),
        pytest.param([(0, 5.2), (5.5, 5.52), (8, 8.02)], [(5.6, 20)], 0.4, 0.0, id="clicks"),
        pytest.param([(0, 5.5), (8, 9)], [(5.5, 20)], 0.0, 1.0, id="an-intrusion-later"),
    ],
)
def test_gap_and_overlap(
    machine: list[tuple[float, float]],
    human: list[tuple[float, float]],
    gap_s: float,
    overlap_s: float,
) -> None:
    levels = {"machine": level(*machine), "human": level(*human)}
    found = outcome(Switch("take", 5.0, "machine", "human"), levels)
    assert found is not None
    assert (found.gap_s, found.overlap_s) == pytest.approx((gap_s, overlap_s), abs=STEP_S)


def test_what_the_next_switch_does_is_not_this_ones() -> None:
    levels = {"machine": level((0, 5.5), (9, 20)), "human": level((5.4, 9.2))}
    found = outcome(Switch("take", 5.0, "machine", "human"), levels, until_s=9.0)
    assert found is not None
    assert found.overlap_s == pytest.approx(0.1, abs=STEP_S)


def test_a_voice_that_never_came() -> None:
    levels = {"machine": level((0, 5)), "human": level()}
    assert outcome(Switch("take", 5.0, "machine", "human"), levels) is None


def test_how_much_louder_the_next_voice_is() -> None:
    levels = {"machine": level((0, 5)), "human": level((5, 20), db=-15.0)}
    found = outcome(Switch("take", 5.0, "machine", "human"), levels)
    assert found is not None
    assert found.loudness_db == pytest.approx(-3.0)
