"""When a recogniser that says nothing, or says it late, is doubted."""

import pytest

from interpreter.engines.fallback.doubts import (
    AGAIN_S,
    BEGINS_S,
    BEHIND_S,
    CATCHES_UP_S,
    LAST_SLACK,
    OFTEN_S,
    WORDLESS_S,
    Doubts,
)
from interpreter.engines.rhythm import (
    FINISH_S,
    LONGEST_S,
    SHORTEST_S,
    TAIL_S,
    UNKNOWN_S,
    Rhythm,
)


def known(*waits_s: float) -> Rhythm:
    rhythm = Rhythm()
    for wait_s in waits_s:
        rhythm.learn(wait_s)
    return rhythm


@pytest.mark.parametrize(
    ("rhythm", "patience_s"),
    [
        (known(), UNKNOWN_S),
        (known(0.1, 0.1), UNKNOWN_S),
        (known(0.1, 0.1, 0.1), SHORTEST_S),
        (known(1.0, 0.5, 2.0), 3.0),
        (known(9.0, 9.0, 9.0), LONGEST_S),
        (Rhythm(own_s=5.0), 5.0),
    ],
)
def test_it_is_waited_for_as_long_as_it_usually_takes(rhythm: Rhythm, patience_s: float) -> None:
    assert rhythm.patience_s == pytest.approx(patience_s)


def test_signs_of_a_recording_are_not_its_rhythm() -> None:
    """Given twelve times faster than it was spoken, it says something every few hundredths."""
    rhythm = known(1.0, 1.0, 1.0)
    doubts = Doubts(rhythm, 0.0)
    for count in range(1, 31):
        doubts.sign(0.15 * count, 1.8 * count)
    assert rhythm.patience_s == pytest.approx(1.5)
    doubts.sign(4.5 + 0.9, 54.0 + 0.9)
    assert rhythm.beginning_s == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("now_s", "given_s", "has_stalled"),
    [
        (10.0 + UNKNOWN_S + 0.1, UNKNOWN_S + 0.1, True),
        (10.0 + UNKNOWN_S - 0.1, UNKNOWN_S - 0.1, False),
        (60.0, 0.5, False),  # nobody speaks
        (10.5, 20.0, False),  # it has been given a recording
    ],
)
def test_speech_without_a_sign_is_a_stall(now_s: float, given_s: float, has_stalled: bool) -> None:
    assert Doubts(Rhythm(), 10.0).has_stalled(now_s, given_s) is has_stalled


def test_any_sign_begins_the_wait_again() -> None:
    doubts = Doubts(Rhythm(), 0.0)
    doubts.sign(1.2, 1.2)
    assert not doubts.has_stalled(2.4, 2.4)


def test_the_first_word_after_a_pause_is_waited_for_as_long_as_it_usually_takes() -> None:
    rhythm = known(0.3, 0.3, 0.3)
    rhythm.learn_beginning(1.0)
    doubts = Doubts(rhythm, 0.0)
    doubts.sign(0.3, 0.3)
    assert doubts.has_stalled(0.3 + SHORTEST_S + 0.1, 0.3 + SHORTEST_S + 0.1)
    doubts.finished(0.4, 0.4)
    assert not doubts.has_stalled(0.4 + 1.5 + BEGINS_S - 0.1, 0.4 + 1.5 + BEGINS_S - 0.1)
    assert doubts.has_stalled(0.4 + 1.5 + BEGINS_S + 0.1, 0.4 + 1.5 + BEGINS_S + 0.1)


def test_who_is_connected_again_by_itself_has_a_moment_once() -> None:
    doubts = Doubts(known(0.3, 0.3, 0.3), 0.0)
    doubts.sign(0.3, 0.3)
    doubts.connected_again(1.0, 1.0)
    assert not doubts.has_stalled(1.0 + AGAIN_S - 0.1, 1.0 + AGAIN_S - 0.1)
    doubts.connected_again(1.5, 1.5)
    assert doubts.has_stalled(1.0 + AGAIN_S + 0.1, 1.0 + AGAIN_S + 0.1)


@pytest.mark.parametrize(("is_silent", "limit_s"), [(False, FINISH_S), (True, FINISH_S)])
def test_it_must_answer_the_end_of_an_utterance(is_silent: bool, limit_s: float) -> None:
    doubts = Doubts(Rhythm(), 0.0, is_silent)
    doubts.flushed(5.0)
    assert not doubts.has_stalled(5.0 + limit_s - 0.1, 5.0)
    assert doubts.has_stalled(5.0 + limit_s + 0.1, 5.0)


def test_who_is_silent_before_the_end_is_not_doubted_before() -> None:
    assert not Doubts(Rhythm(), 0.0, is_silent_before_end=True).has_stalled(20.0, 20.0)


def test_how_long_an_end_takes_is_learnt() -> None:
    rhythm = Rhythm()
    doubts = Doubts(rhythm, 0.0)
    doubts.flushed(5.0)
    doubts.finished(7.0, 5.0)
    assert rhythm.finish_s == pytest.approx(3.0)


@pytest.mark.parametrize(("heard_s", "has"), [(5.0, False), (3.9 - TAIL_S, True)])
def test_an_end_long_after_its_last_sign_has_left_something_out(heard_s: float, has: bool) -> None:
    assert Doubts(Rhythm(), 0.0).has_left_out(4.0, heard_s) is has


def test_words_that_come_too_late_for_a_while_are_behind() -> None:
    doubts, late_s = Doubts(Rhythm(), 0.0), BEHIND_S + 0.1
    now_s = CATCHES_UP_S + 1.0
    assert not doubts.is_behind(now_s, 3.0, 3.0 + late_s)
    assert not doubts.is_behind(now_s + 2.0, 3.0, 4.0 + late_s)  # nothing new
    assert doubts.is_behind(now_s + 2.0, 5.0, 5.0 + late_s)


@pytest.mark.parametrize(
    ("slack", "waits_s", "longer_s", "is_wordless"),
    [
        (1.0, (), 0.1, True),
        (1.0, (), -0.1, False),
        (1.5, (), 0.1, False),
        (1.0, (1.6, 1.6, 1.6), 0.1, False),  # it is as seldom heard when it is well
    ],
)
def test_signs_of_life_are_no_words(
    slack: float, waits_s: tuple[float, ...], longer_s: float, is_wordless: bool
) -> None:
    doubts = Doubts(known(*waits_s), 0.0, slack=lambda: slack)
    doubts.word(1.0, 1.0, 0.8)
    over_s = 1.0 + WORDLESS_S + longer_s
    for at_s in (1.5, 2.0, 2.5, over_s - 0.2):
        doubts.sign(at_s, at_s)
        doubts.word(at_s, at_s, 0.8)
    assert not doubts.has_stalled(over_s, over_s)
    assert doubts.is_wordless(over_s, over_s) is is_wordless
    assert not doubts.is_wordless(over_s, 1.5)  # nobody speaks


def test_who_is_connected_again_hears_its_words_again_first() -> None:
    doubts = Doubts(Rhythm(), 0.0)
    doubts.connected_again(1.5, 1.5)
    assert not doubts.is_wordless(WORDLESS_S + 0.1, WORDLESS_S + 0.1)
    assert doubts.is_wordless(1.6 + WORDLESS_S, 1.6 + WORDLESS_S)


def test_who_is_asked_for_its_last_words_has_time_for_them() -> None:
    doubts = Doubts(Rhythm(), 0.0)
    doubts.flushed(1.5)
    assert not doubts.is_wordless(9.0, 9.0)
    doubts.finished(9.0, 9.0)
    assert not doubts.is_wordless(10.0, 10.0)
    assert doubts.is_wordless(9.1 + WORDLESS_S, 9.1 + WORDLESS_S)


def test_who_catches_up_is_not_behind() -> None:
    doubts = Doubts(Rhythm(), 0.0)
    now_s = CATCHES_UP_S + 1.0
    behind = [doubts.is_behind(now_s + n, 3.0 + 1.2 * n, 6.0 + n) for n in range(6)]
    assert not any(behind)


def test_who_hears_again_what_was_kept_is_not_behind() -> None:
    doubts = Doubts(Rhythm(), 0.0)
    assert not any(doubts.is_behind(1.0, float(word), 30.0) for word in range(1, 9))


@pytest.mark.parametrize(
    ("slack", "apart_s", "has"),
    [(1.0, OFTEN_S - 1.0, True), (1.0, OFTEN_S + 1.0, False), (LAST_SLACK, 1.0, False)],
)
def test_one_that_is_connected_again_twice_in_a_short_time_is_left_for_another(
    slack: float, apart_s: float, has: bool
) -> None:
    doubts = Doubts(Rhythm(), 0.0, slack=lambda: slack)
    doubts.connected_again(4.0, 4.0)
    doubts.sign(4.5, 4.5)
    assert not doubts.has_stalled(4.6, 4.6)
    doubts.sign(3.9 + apart_s, 3.9 + apart_s)
    doubts.connected_again(4.0 + apart_s, 4.0 + apart_s)
    doubts.sign(4.1 + apart_s, 4.1 + apart_s)
    assert doubts.has_stalled(4.2 + apart_s, 4.2 + apart_s) is has
