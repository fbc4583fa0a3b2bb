"""How much later an utterance begins where voices run dry."""

import pytest

from interpreter.pair.cushion import MOST_S, Cushion


def test_an_utterance_begins_with_its_first_sound_while_all_is_well() -> None:
    cushion = Cushion()
    cushion.played(0.0, [])
    assert cushion.seconds == 0.0


def test_the_holes_of_an_utterance_are_made_up_for_before_the_next_one() -> None:
    cushion = Cushion()
    cushion.played(0.0, [0.1, 0.2])
    assert cushion.seconds == pytest.approx(0.3)


def test_who_waited_and_ran_dry_all_the_same_waits_longer() -> None:
    cushion = Cushion()
    cushion.played(0.0, [0.3])
    cushion.played(cushion.seconds, [0.1])
    assert cushion.seconds == pytest.approx(0.4)


def test_it_shrinks_to_nothing_with_what_goes_well() -> None:
    cushion = Cushion()
    cushion.played(0.0, [0.3])
    seconds = []
    while cushion.seconds:
        seconds.append(cushion.seconds)
        cushion.played(cushion.seconds, [])
    assert seconds == sorted(seconds, reverse=True)
    assert 10 < len(seconds) < 30


def test_a_small_hole_does_not_make_it_smaller() -> None:
    cushion = Cushion()
    cushion.played(0.0, [0.5])
    cushion.played(0.0, [0.05])
    assert cushion.seconds == pytest.approx(0.45)


def test_a_stalled_engine_is_no_reason_to_wait() -> None:
    cushion = Cushion()
    cushion.played(0.0, [1.4])
    assert cushion.seconds == 0.0


def test_it_is_never_longer_than_people_would_wait() -> None:
    cushion = Cushion()
    cushion.played(0.0, [0.5, 0.5, 0.5])
    assert cushion.seconds == MOST_S
