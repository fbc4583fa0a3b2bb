"""What was said for good is found again in what an engine goes on to say, by its text."""

import pytest
from livekit.agents.types import TimedString

from interpreter.engines.said import FRESH_S, LONG_S, Said, overlap, ripe

TEN = "the city needs more water than the river has today".split()


def timed(words: list[str], since_s: float = 0.0, word_s: float = 0.5) -> list[TimedString]:
    return [
        TimedString(word, start_time=since_s + n * word_s, end_time=since_s + (n + 1) * word_s)
        for n, word in enumerate(words)
    ]


def said(text: str) -> Said:
    found = Said()
    found.add(timed(text.split()))
    return found


@pytest.mark.parametrize(
    ("before", "now", "new"),
    [
        ("the city needs", "the city needs water", "water"),
        ("the city needs", "The City, needs water", "water"),
        ("the city needs", "the city", ""),
        ("the city needs", "the city need water", "water"),
        ("twenty one trees in a row", "21 trees in a row and", "and"),
        ("no", "yes", "yes"),
        ("no water", "water is here", "water is here"),
        ("", "the city", "the city"),
        ("and the", "and the the city", "the city"),
    ],
)
def test_an_engine_goes_on_about_what_was_said(before: str, now: str, new: str) -> None:
    words = now.split()
    assert words[said(before).again(words) :] == new.split()


@pytest.mark.parametrize(
    ("now", "new"),
    [
        ("the", ""),
        ("ver has", ""),
        ("the river has today", ""),
        ("the river has today a", "a"),
        ("xx river has today a bridge", "a bridge"),
        ("riv er has today a bridge", "a bridge"),
        ("today a bridge", "a bridge"),
    ],
)
def test_another_connection_hears_the_last_words_again(now: str, new: str) -> None:
    before = said(" ".join(TEN))
    before.hears_from(4.0)
    words = now.split()
    assert words[before.again(words) :] == new.split()


def test_who_hears_nothing_again_says_only_what_is_new() -> None:
    before = said("the city")
    before.hears_from(1.0)
    assert before.again("the city".split()) == 0


def test_a_last_word_on_the_half_leaves_the_other_half() -> None:
    before = said("the city needs water")
    before.ended("the city".split())
    assert before.again("needs water today".split()) == 2
    before.ended("needs water today".split())
    assert before.again("needs water".split()) == 0


def test_an_hour_of_words_is_found_as_the_first_ones_are() -> None:
    many = [f"word{n}" for n in range(9000)]
    before = said(" ".join(many))
    assert before.again([*many, "new"]) == 9000
    assert before.again([*many[:50], "one", "more", *many[50:], "new"]) == 9002


def test_an_hour_after_another_connection_heard_the_last_words_again_they_are_found() -> None:
    before = said(" ".join(f"old{n}" for n in range(100)))
    before.hears_from(47.0)
    many = [f"word{n}" for n in range(900)]
    heard = ["ld93", *(f"old{n}" for n in range(94, 100)), *many]
    for start in range(0, 900, 30):
        before.add(timed(many[start : start + 30], 50.0 + start / 2))
        assert before.again(heard[: start + 44]) == start + 37
    assert before.again(heard) == 907


def test_what_an_engine_does_not_end_is_said_when_it_stands() -> None:
    words = timed([f"word{n}" for n in range(30)])
    count = ripe(words, words, 15.0)
    assert count == (15.0 - FRESH_S) / 0.5
    assert ripe(words, words, LONG_S - 0.1) == 0
    assert ripe(words, [*words[:4], *timed(["other"]), *words[5:]], 15.0) == 4
    assert ripe([], words, 15.0) == 0


def test_nothing_is_the_same_as_nothing() -> None:
    assert overlap([], [], is_begun=True) == (0, 0)
    assert overlap(["one"], ["two"], is_begun=False) == (0, 0)
