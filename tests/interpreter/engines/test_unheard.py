"""Sound that no last word covers is kept; a connection's own time is the stream's."""

import pytest
from livekit import rtc

from interpreter.engines.unheard import ConnectionTime, Unheard

RATE_HZ = 16_000
FRAME = rtc.AudioFrame(bytes(2 * 1600), RATE_HZ, 1, 1600)


def test_what_a_last_word_covers_is_forgotten() -> None:
    unheard = Unheard()
    for _ in range(10):
        unheard.push(FRAME)
    unheard.cover(0.35)
    assert len(list(unheard)) == 7
    assert unheard.starts_s == pytest.approx(0.3)
    unheard.cover(2.0)
    assert not list(unheard)
    assert unheard.starts_s == pytest.approx(1.0)


def test_no_more_is_kept_than_an_engine_can_catch_up_with() -> None:
    unheard = Unheard(longest_s=0.5)
    for _ in range(10):
        unheard.push(FRAME)
    assert unheard.starts_s == pytest.approx(0.5)


def test_a_connection_counts_silence_that_the_stream_does_not() -> None:
    time = ConnectionTime(begins_s=10.0)
    time.sound(2.0)
    time.silence(0.5)
    time.sound(1.0)
    assert [time.ours(at_s) for at_s in (0.0, 1.0, 2.3, 3.0, 9.0)] == [10.0, 11.0, 12.0, 12.5, 13.0]
    assert time.now_s == 13.0
    assert time.ours_before_now(0.2) == pytest.approx(12.8)
