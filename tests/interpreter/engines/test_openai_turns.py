"""A turn of somebody who makes no pause is cut between two words, as late as there is none."""

import numpy
import pytest
from numpy.typing import NDArray

from interpreter.engines.openai_turns import LONGEST_S, TURN_S, Turn

RATE_HZ = 24_000
PIECE = RATE_HZ // 20
Sound = NDArray[numpy.float64]


def loud(seconds: float, level: float = 5000.0) -> Sound:
    return level * numpy.sin(numpy.arange(round(RATE_HZ * seconds)))


def cut_s(*sound: Sound) -> float | None:
    """After how many seconds it is cut."""
    turn, samples = Turn(RATE_HZ), numpy.concatenate(sound)
    starts = range(0, len(samples), PIECE)
    cuts = ((start, turn.push(samples[start : start + PIECE])) for start in starts)
    return next(((start + cut) / RATE_HZ for start, cut in cuts if cut is not None), None)


def test_a_short_turn_is_not_cut() -> None:
    assert cut_s(loud(TURN_S - 1.0), loud(0.9, 0.0)) is None


def test_a_pause_cuts_a_turn_that_has_lasted() -> None:
    assert cut_s(loud(5.0), loud(0.3, 0.0), loud(1.0)) == pytest.approx(5.2, abs=0.02)


@pytest.mark.parametrize(("said_s", "gap_s"), [(8.0, 0.18), (10.0, 0.11), (11.4, 0.06)])
def test_who_makes_no_pause_is_cut_between_words_at_ever_shorter_gaps(
    said_s: float, gap_s: float
) -> None:
    cut = cut_s(loud(said_s), loud(gap_s, 0.0), loud(5.0))
    assert said_s < (cut or 0.0) <= said_s + gap_s


def test_the_gap_of_a_stop_within_a_word_cuts_no_turn_that_may_wait() -> None:
    assert cut_s(loud(7.5), loud(0.08, 0.0), loud(1.0)) is None


def test_a_gap_in_a_noisy_room_is_quieter_than_the_speaker() -> None:
    assert cut_s(loud(10.0, 12_000.0), loud(0.2, 900.0), loud(1.0)) is not None


def test_who_never_stops_is_cut_anyway() -> None:
    assert cut_s(loud(20.0)) == pytest.approx(LONGEST_S, abs=0.02)
