"""Grades are kept, more are given on a page, and a judge's are compared with them."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient
from livekit.agents import llm
from scipy.stats import spearmanr

from interpreter.errors import InputError
from interpreter.evaluation.agreement import agreement
from interpreter.evaluation.grades import (
    CRITERIA,
    GRADES,
    GradeBook,
    Graded,
    read_grades,
    ungraded,
    write_grades,
)
from interpreter.evaluation.grading_page import create_app
from interpreter.evaluation.judge import agreements, grades_in, judge, prompt_for
from interpreter.evaluation.segments import Rendered, spoken_by_sentence
from interpreter.heard import Interval
from interpreter.unit_events import SpokenUnit, Utterance

RENDERED = Rendered("council", "en", "es", "fast", 0, 'Say "hello".', "say hello", "di <b>hola</b>")
OTHER = Rendered("council", "en", "es", "fast", 1, "Good day.", "good day", "buen día")
GRADED = Graded(RENDERED, {"meaning": 4, "terms": 5, "omissions": 5, "tone": 3}, "ana", "short")
BOOK = GradeBook({name: f"what {name} means" for name in CRITERIA}, {"ana": "Ana"}, (GRADED,))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_grades(BOOK, tmp_path / "grades.json")
    return tmp_path / "grades.json"


def test_grades_are_read_as_they_were_written(path: Path) -> None:
    assert read_grades(path) == BOOK


def test_a_grade_out_of_range_is_refused(path: Path) -> None:
    path.write_text(path.read_text().replace('"meaning": 4', '"meaning": 6'))

    with pytest.raises(InputError, match="no file of grades"):
        read_grades(path)


def test_each_grader_grades_all() -> None:
    assert ungraded(BOOK, [RENDERED, OTHER], "ana") == [OTHER]
    assert ungraded(BOOK, [RENDERED, OTHER], "bob") == [RENDERED, OTHER]


def test_the_suite_has_sixty_graded_segments_and_says_by_whom() -> None:
    book = read_grades(GRADES)

    assert len(book.segments) >= 60
    assert {one.by for one in book.segments} <= book.graders.keys()
    assert book.scale.keys() == set(CRITERIA)


def page(path: Path) -> TestClient:
    return TestClient(create_app([RENDERED, OTHER], path, "bob"), base_url="http://127.0.0.1")


FORM = {"number": "0", "meaning": "2", "terms": "3", "omissions": "4", "tone": "5", "note": " x "}
SAME = {"origin": "http://127.0.0.1"}


def test_the_page_shows_the_next_sentence_as_text(path: Path) -> None:
    text = page(path).get("/").text

    assert "di &lt;b&gt;hola&lt;/b&gt;" in text
    assert "0 of 2 graded" in text


def test_a_grade_is_kept_and_the_next_sentence_comes(path: Path) -> None:
    text = page(path).post("/grades", data=FORM, headers=SAME).text

    last = read_grades(path).segments[-1]
    assert (last.by, last.note, dict(last.grades)["tone"]) == ("bob", "x", 5)
    assert "buen día" in text


def test_the_end_is_told(path: Path) -> None:
    client = page(path)
    client.post("/grades", data=FORM, headers=SAME)

    assert (
        "Everything is graded"
        in client.post("/grades", data=FORM | {"number": "1"}, headers=SAME).text
    )


@pytest.mark.parametrize(
    ("form", "headers", "status"),
    [
        (FORM | {"tone": "6"}, SAME, 422),
        (FORM | {"number": "7"}, SAME, 404),
        (FORM, {"origin": "https://elsewhere.example"}, 403),
        (FORM, {"host": "elsewhere.example"}, 400),
    ],
)
def test_nobody_else_and_nothing_else_is_kept(
    path: Path, form: dict[str, str], headers: dict[str, str], status: int
) -> None:
    assert page(path).post("/grades", data=form, headers=headers).status_code == status
    assert read_grades(path) == BOOK


def test_words_belong_to_the_sentence_of_their_source_word() -> None:
    unit = SpokenUnit("en", 3, [0.5, 1.0, 2.5, 3.0], None)
    unit.utterances.append(Utterance(2.0, 2.0, "uno dos tres cuatro", 1.0, (0.0, 0.5, 1.0, 1.5)))

    assert spoken_by_sentence([unit], [Interval(0.0, 1.0), Interval(2.0, 3.0)]) == [
        "uno dos",
        "tres cuatro",
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]),
        ([1, 2, 2, 4, 5], [2, 1, 2, 5, 3]),
        ([1, 2, 3], [3, 2, 1]),
    ],
)
def test_rank_correlation_is_spearmans(first: list[int], second: list[int]) -> None:
    assert agreement(first, second, 1, 5).spearman == pytest.approx(spearmanr(first, second)[0])


def test_kappa_is_one_for_the_same_and_none_by_chance() -> None:
    assert agreement([1, 3, 5], [1, 3, 5], 1, 5).kappa == 1.0
    assert agreement([1, 1, 5, 5], [1, 5, 1, 5], 1, 5).kappa == pytest.approx(0.0)
    assert agreement([1, 2], [2, 3], 1, 5).mean_difference == 1.0


@pytest.mark.parametrize(
    ("answer", "grades"),
    [
        ('{"meaning": 3, "terms": 4, "omissions": 5, "tone": 2}', [3, 4, 5, 2]),
        ('Sure!\n```json\n{"meaning":1,"terms":1,"omissions":1,"tone":1}\n```', [1, 1, 1, 1]),
    ],
)
def test_the_judges_grades_are_found_in_its_answer(answer: str, grades: list[int]) -> None:
    found = grades_in(answer)

    assert found is not None
    assert list(found.values()) == grades


@pytest.mark.parametrize("answer", ["", "4", '{"meaning": 3}', GRADED.note, '{"meaning": 9}'])
def test_anything_else_is_no_grade(answer: str) -> None:
    assert grades_in(answer) is None


def test_what_was_said_cannot_leave_its_quotes() -> None:
    prompt = prompt_for(RENDERED, BOOK.scale)

    assert r'said: "Say \"hello\"."' in prompt
    assert "what tone means" in prompt


class _Stream:
    def __init__(self, answer: str) -> None:
        self._answer = answer

    async def __aenter__(self) -> "_Stream":
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def __aiter__(self) -> AsyncIterator[llm.ChatChunk]:
        for piece in re.findall(r".{1,7}", self._answer):
            yield llm.ChatChunk(id="1", delta=llm.ChoiceDelta(role="assistant", content=piece))


class _Judge:
    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)

    def chat(self, *, chat_ctx: llm.ChatContext) -> _Stream:
        return _Stream(self._answers.pop(0))


async def test_a_judge_is_asked_once_more_and_then_left_out() -> None:
    good = '{"meaning": 5, "terms": 5, "omissions": 5, "tone": 2}'
    engine = cast(llm.LLM[Any], _Judge("hm", good, "hm", "hm"))

    judged = await judge(engine, [GRADED, GRADED], BOOK.scale)

    assert judged == [{"meaning": 5, "terms": 5, "omissions": 5, "tone": 2}, None]
    assert agreements([GRADED, GRADED], judged)["meaning"].count == 1
    assert agreements([GRADED], [None]) == {}
