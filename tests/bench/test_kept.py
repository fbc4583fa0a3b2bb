"""A word that was said is in the line and in one segment, or under a gap that readers see."""

from typing import Any

from interpreter.heard import Interval
from tests.bench.kept import in_line, in_segments, repeated
from tests.emulators.tones import Said

SAID = [
    Said(text, float(place), place + 0.8) for place, text in enumerate(("One", "two,", "3", "four"))
]


def commits(*places: int) -> list[dict[str, Any]]:
    return [
        {
            "text": SAID[place].text.lower().strip(","),
            "start_s": SAID[place].start_s,
            "end_s": SAID[place].end_s,
            "segment": "en.1.4",
            "seq": number,
        }
        for number, place in enumerate(places)
    ]


def test_words_that_are_there_once_are_well() -> None:
    found = in_line(SAID, commits(0, 1, 2, 3), [])
    assert (found.lost, found.doubled, found.marked) == ((), (), 0)


def test_words_that_nobody_committed_are_lost_unless_a_gap_says_so() -> None:
    found = in_line(SAID, commits(0, 3), [Interval(1.9, 3.0)])
    assert (found.lost, found.marked) == (("two, 1.0",), 1)


def test_a_word_twice_in_the_line_is_doubled() -> None:
    assert len(in_line(SAID, commits(0, 1, 2, 2, 3), []).doubled) == 1


def test_segments_render_each_word_once() -> None:
    line = commits(0, 1, 2, 3)
    found = in_segments(line, [(1, 0, 1), (1, 1, 2)], [])
    assert [one.split()[0] for one in found.lost] == ["four"]
    assert [one.split()[0] for one in found.doubled] == ["two"]


def test_what_is_said_twice_in_a_row_is_found() -> None:
    assert repeated(["No cerraremos la escuela vieja", "la escuela vieja antes"]) == []
    assert repeated(["No cerraremos la escuela", "no cerraremos la escuela vieja"]) == [
        "no cerraremos la escuela"
    ]
