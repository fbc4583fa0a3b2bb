"""A case's file says what was heard, and when."""

from pathlib import Path

import pytest

from interpreter.errors import InputError
from interpreter.evaluation.case import (
    Case,
    Heard,
    SpeechEdge,
    TrueSentence,
    joined,
    read_case,
    write_case,
)
from interpreter.events import Hypothesis, Word

GOOD = Word("good", 0.5, 0.8)
DAY = Word("day", 0.8, 1.1, 0.75)
CASE = Case(
    name="greeting",
    recogniser="scripted",
    sentences=(
        TrueSentence("Good day.", 0.5, 1.1, "ana", "en"),
        TrueSentence("Hola.", 1.5, 2.0, "bob", "es"),
    ),
    heard=(
        Heard(0.6, "ana", SpeechEdge(0.2, True)),
        Heard(0.9, "ana", Hypothesis((GOOD,), 0.8)),
        Heard(1.2, "ana", Hypothesis((GOOD, DAY), 1.1)),
        Heard(1.5, "ana", Hypothesis((GOOD, DAY), 1.4, True)),
        Heard(1.5, "ana", SpeechEdge(1.4, False)),
        Heard(2.1, "bob", Hypothesis((Word("hola", 1.5, 2.0),), 2.0)),
    ),
    languages={"ana": "en", "bob": "es"},
    is_clean=False,
    note="short",
)


def test_a_case_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_case(CASE, tmp_path / "greeting.jsonl")

    assert read_case(tmp_path / "greeting.jsonl") == CASE


def test_words_that_stay_are_written_once(tmp_path: Path) -> None:
    write_case(CASE, tmp_path / "greeting.jsonl")

    assert (tmp_path / "greeting.jsonl").read_text().count('"good"') == 1


def test_one_language_of_a_conversation() -> None:
    part = CASE.in_language("es")

    assert [one.speaker for one in part.heard] == ["bob"]
    assert [one.text for one in part.sentences] == ["Hola."]


def test_cases_are_joined_until_the_time_is_full() -> None:
    long = joined([CASE], 0.05)

    assert [round(one.start_s, 1) for one in long.sentences] == [0.5, 1.5, 3.1, 4.1]
    again = long.heard[8].what
    assert isinstance(again, Hypothesis)
    assert [round(word.start_s, 1) for word in again.words] == [3.1, 3.4]


@pytest.mark.parametrize("text", ["", "[]", '{"case":7}', '{"case":1}'])
def test_anything_else_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.jsonl").write_text(text)

    with pytest.raises(InputError, match="is no case"):
        read_case(tmp_path / "bad.jsonl")
