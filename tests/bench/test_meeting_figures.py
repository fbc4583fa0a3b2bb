"""What a fault added, beside the same talk without it."""

from interpreter.heard import Interval
from tests.bench.meeting_figures import Happened, Held, longest_silence, rows

SOUND = [Interval(0.0, 4.0), Interval(5.0, 9.0), Interval(10.0, 30.0)]
BROKEN = [Interval(0.0, 4.0), Interval(5.0, 9.0), Interval(13.0, 30.0)]
FAULT = Happened(9.2, "tts-1", "openai tts", "stall", 1)


def held(voice: list[Interval], **more: object) -> Held:
    return Held({"es": voice}, {"es": [(8.0, 2.0), (10.0, 5.0)]}, length_s=30.0, **more)  # type: ignore[arg-type]


def test_a_silence_counts_where_it_begins() -> None:
    assert longest_silence(BROKEN, Interval(8.5, 12.0)) == 4.0
    assert longest_silence(BROKEN, Interval(9.5, 20.0)) == 0.0


def test_what_is_silent_anyway_is_not_added() -> None:
    (row,) = rows(held(BROKEN, faults=[FAULT]), held(SOUND))
    assert row.silence_s == 3.0
    (row,) = rows(held(BROKEN, faults=[FAULT]), held(BROKEN))
    assert row.silence_s == 0.0


def test_who_took_over_and_when_the_first_was_back() -> None:
    switches = [
        (9.9, "voice", "es", "openai tts", "espeak", "stall"),
        (20.2, "voice", "es", "espeak", "openai tts", "healthy"),
    ]
    (row,) = rows(held(BROKEN, faults=[FAULT], switches=switches), held(SOUND))
    assert row.took_over == ("espeak (stall)",)
    assert row.back_s == 11.0


def test_a_fault_is_looked_at_until_the_next() -> None:
    next_one = Happened(12.5, "stt-1", "deepgram", "drop", 1)
    first, _ = rows(held(BROKEN, faults=[FAULT, next_one], told=[(13.0, "es: live")]), held(SOUND))
    assert first.told == ()
