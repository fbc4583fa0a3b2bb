"""Audio time on the room's clock."""

import pytest

from interpreter.room_clock import StreamClock, TrackClock


def test_jitter_only_adds_and_is_taken_off() -> None:
    clock = TrackClock()
    ends = [clock.frame(0.1, now_s) for now_s in (10.15, 10.2, 10.45)]
    assert ends == pytest.approx([10.15, 10.2, 10.3])


def test_a_gap_starts_over() -> None:
    clock = TrackClock()
    clock.frame(0.1, 10.1)
    assert clock.frame(0.1, 15.0) == pytest.approx(15.0)


def test_sound_that_came_late_and_at_once_was_no_gap() -> None:
    track, stream = TrackClock(), StreamClock()
    arrivals = [10.1, 10.2, *[12.0 + 0.001 * n for n in range(18)], 12.1, 12.2]
    for now_s in arrivals:
        stream.push(0.1, track.frame(0.1, now_s))
    times = [stream.at_s(0.1 * n) for n in range(23)]
    assert times == sorted(times)
    assert times[5] == pytest.approx(10.5, abs=0.05)
    assert times[22] == pytest.approx(12.2, abs=0.05)


def test_what_is_over_keeps_the_time_that_it_was_told_at() -> None:
    """A machine that stood still learns too late that the sound was no gap: a word after it that
    seems to be before it would be taken for one that was said already."""
    clock = StreamClock()
    for n in range(10):
        clock.push(0.1, ends_s=15.0 + 0.001 * n)
    told = [clock.at_s(0.1 * n) for n in range(11)]
    clock.utterance_over()
    for n in range(10):
        clock.push(0.1, ends_s=14.0 + 0.1 * n)
    times = [clock.at_s(0.1 * n) for n in range(21)]
    assert times == sorted(times)
    assert times[:11] == told
    clock.push(0.1, ends_s=20.0)
    assert clock.at_s(2.1) == pytest.approx(20.0)


def test_stream_time_skips_what_was_not_pushed() -> None:
    clock = StreamClock()
    clock.push(1.0, ends_s=11.0)
    clock.push(1.0, ends_s=21.0)
    assert [clock.at_s(t) for t in (0.5, 1.5, 2.0)] == pytest.approx([10.5, 20.5, 21.0])
