"""The sound that has no final yet."""

import pytest
from livekit import rtc

from interpreter.engines.fallback.kept import LONGEST_S, Kept


def frame() -> rtc.AudioFrame:
    """A tenth of a second."""
    return rtc.AudioFrame(bytes(3200), 16_000, 1, 1600)


def kept(seconds: float) -> Kept:
    sound = Kept()
    for _ in range(round(seconds * 10)):
        sound.push(frame())
    return sound


def first_s(sound: Kept) -> float:
    item = sound.after(-1)
    assert item is not None
    return round(item.starts_s, 2)


def test_what_is_final_goes_but_for_a_little_before_its_end() -> None:
    sound = kept(5.0)
    sound.final_until(3.0)
    assert first_s(sound) == pytest.approx(2.8, abs=0.11)


def test_an_end_that_nobody_has_answered_stays() -> None:
    sound = kept(1.0)
    sound.flush()
    sound.push(frame())
    sound.final_until(5.0)
    assert sound.open_flushes == 1
    assert sound.first_flush_s == pytest.approx(1.0)


def test_an_answered_end_takes_all_before_it_along() -> None:
    sound = kept(1.0)
    sound.flush()
    sound.push(frame())
    assert round(sound.answered(), 2) == 1.0
    assert first_s(sound) == 1.0


def test_half_a_minute_is_kept() -> None:
    sound = kept(40.0)
    assert first_s(sound) == pytest.approx(40.0 - LONGEST_S, abs=0.11)


def test_who_has_not_been_given_what_went_gets_the_first_that_is_there() -> None:
    sound = kept(5.0)
    sound.final_until(3.0)
    item = sound.after(3)
    assert item is not None
    assert item.starts_s == pytest.approx(2.8, abs=0.11)
    assert sound.after(49) is None
