"""Holes in a voice, and when it begins to sound, from what a listener's ears had."""

from interpreter.captions import CaptionFrame
from interpreter.events import Origin
from interpreter.heard import Interval
from tests.bench.audible import HeardVoice, holes
from tests.bench.overhead import delays, shown_at
from tests.bench.overhead_room import Onsets, Published


def heard(signs: str) -> HeardVoice:
    voice = HeardVoice()
    for number, sign in enumerate(signs, start=1):
        voice.frame(number * 0.02, 0.02, sign == "#")
    return voice


def test_a_hole_is_longer_than_two_frames() -> None:
    assert heard("##..##").silences == []
    (silence,) = heard("##...##").silences
    assert round(silence.end_s - silence.start_s, 3) == 0.06


def test_silence_between_two_units_is_no_hole() -> None:
    spoken = [Interval(0.0, 2.0), Interval(2.3, 5.0)]
    between, inside = Interval(2.0, 2.3), Interval(3.5, 3.6)
    assert holes([between, inside], spoken) == [inside]


def test_sound_begins_after_silence() -> None:
    onsets = Onsets()
    for number, sign in enumerate(".###.##" + "." * 12 + "##"):
        onsets.frame(number * 0.01, 0.01, sign == "#")
    assert [round(at, 2) for at in onsets.at] == [0.01, 0.19]


def test_a_moment_of_the_talk_was_published_with_its_step() -> None:
    published = Published([100.0, 100.01, 100.05])
    assert [published.at(0.0), published.at(0.019), published.at(9.0)] == [100.0, 100.01, 100.05]


def frame(segment: int, text: str, stable: str) -> CaptionFrame:
    return CaptionFrame(
        f"en.1.{segment}", 0, 0, False, "en", Origin.SPEECH, "", 0, 0, 0, text, 1,
        stable_length=len(stable),
    )  # fmt: skip


def test_a_word_is_shown_with_the_first_frame_in_which_it_stays() -> None:
    frames = [
        (1.0, frame(1, "The river", "The")),
        (2.0, frame(1, "The river is", "The river is")),
        (2.5, frame(1, "The river", "The river")),
        (3.0, frame(2, "No", "No")),
    ]
    shown = [("The", 1.0), ("river", 2.0), ("is", 2.0), ("No", 3.0)]
    assert shown_at(frames) == shown


def test_a_word_that_never_came_shifts_no_other() -> None:
    said = [("The", 1.0), ("river", 2.0), ("is", 3.0)]
    assert delays(said, [("the", 1.5), ("is.", 3.5)]) == [0.5, 0.5]
