"""A live meeting's event log becomes a case."""

import json
from pathlib import Path

import pytest

from interpreter.errors import InputError
from interpreter.evaluation.case import Case, SpeechEdge, read_case, write_case
from interpreter.evaluation.live_piece import case_of_events
from interpreter.events import Hypothesis

EVENTS = [
    {"event": "speech", "at_s": 100.4, "speaker": "p1", "state": "start"},
    {"event": "hypothesis", "at_s": 101.0, "speaker": "p1", "heard_s": 100.9, "words": ["good"]},
    {
        "event": "hypothesis",
        "at_s": 101.6,
        "speaker": "p1",
        "heard_s": 101.5,
        "words": ["good", "they"],
        "final": False,
    },
    {
        "event": "hypothesis",
        "at_s": 102.2,
        "speaker": "p1",
        "heard_s": 102.0,
        "words": ["good", "day", "all"],
        "final": True,
    },
    {
        "event": "final",
        "at_s": 102.2,
        "line": "en",
        "segment": "en.1.1",
        "words": [["good", 100.5, 100.8], ["day", 100.9, 101.4], ["all", 101.4, 101.8]],
    },
    {"event": "speech", "at_s": 102.2, "speaker": "p1", "state": "end"},
    {"event": "unit", "at_s": 102.3, "source": "en", "target": "es", "unit": 0},
]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "floor.jsonl"
    path.write_text("".join(json.dumps(event) + "\n" for event in EVENTS))
    return path


def words(case: Case, number: int) -> list[tuple[str, float, float]]:
    hypotheses = [one.what for one in case.heard if isinstance(one.what, Hypothesis)]
    return [(w.text, round(w.start_s, 2), round(w.end_s, 2)) for w in hypotheses[number].words]


def test_a_piece_begins_a_second_before_its_first_hypothesis(log: Path) -> None:
    case = case_of_events(log, "greeting", 0.0, 1e9)

    assert [round(one.at_s, 1) for one in case.heard] == [0.4, 1.0, 1.6, 2.2, 2.2]
    assert [isinstance(one.what, SpeechEdge) for one in case.heard] == [True, *[False] * 3, True]


def test_words_have_the_times_of_the_final(log: Path) -> None:
    case = case_of_events(log, "greeting", 0.0, 1e9)

    assert words(case, 1) == [("good", 0.5, 0.8), ("they", 0.8, 1.5)]
    assert words(case, 2) == [("good", 0.5, 0.8), ("day", 0.9, 1.4), ("all", 1.4, 1.8)]


def test_the_sentences_are_the_last_word_on_each_utterance(log: Path, tmp_path: Path) -> None:
    write_case(case_of_events(log.parent, "greeting", 0.0, 1e9), tmp_path / "greeting.jsonl")

    (sentence,) = read_case(tmp_path / "greeting.jsonl").sentences
    assert (sentence.text, sentence.speaker, sentence.language) == ("good day all", "p1", "en")


def test_a_time_without_speech_is_refused(log: Path) -> None:
    with pytest.raises(InputError, match="no recognised speech"):
        case_of_events(log, "silence", 200.0, 300.0)


def test_a_log_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no event log"):
        case_of_events(tmp_path / "none.jsonl", "none", 0.0, 1e9)
