"""Fewer words that say the same."""

import pytest

from interpreter.pair.commit import Weights
from interpreter.pair.condensing import is_due, is_worth_asking, says_the_same
from languages import load

SPANISH = Weights(frozenset({"el", "la", "de", "los"}), frozenset({"no", "nunca"}))
FULL = "El consejo de la ciudad no ha aprobado hoy las 25 obras de Carmen"


@pytest.mark.parametrize(
    ("concise", "expected"),
    [
        pytest.param("El consejo no ha aprobado las 25 obras de Carmen", True, id="shorter"),
        pytest.param("Consejo no ha aprobado 25 obras. Carmen", True, id="telegram"),
        pytest.param("El consejo ha aprobado hoy las 25 obras de Carmen", False, id="lost-not"),
        pytest.param("El consejo no ha aprobado las obras de Carmen", False, id="lost-figure"),
        pytest.param("El consejo no ha aprobado 52 obras de Carmen", False, id="other-figure"),
        pytest.param("El consejo no ha aprobado las 25 obras", False, id="lost-name"),
        pytest.param("El consejo nunca ha aprobado 25 obras, Carmen", False, id="another-negation"),
        pytest.param(FULL, False, id="nothing-gained"),
        pytest.param("", False, id="no-answer"),
    ],
)
def test_no_negation_figure_or_name_is_left_out(concise: str, expected: bool) -> None:
    assert says_the_same(FULL, concise, SPANISH, load("es")) is expected


def test_a_number_in_words_is_not_left_out() -> None:
    full = "El consejo de la ciudad ha aprobado hoy catorce obras nuevas"
    assert says_the_same(full, "El consejo ha aprobado catorce obras", SPANISH, load("es"))
    assert not says_the_same(full, "El consejo ha aprobado las obras", SPANISH, load("es"))


@pytest.mark.parametrize(
    ("tag", "full", "concise", "expected"),
    [
        pytest.param(
            "ja",
            "申し訳ありません、この薬は今日は飲まないでください。",
            "この薬を飲んでください。",
            False,
            id="ja-lost-not",
        ),
        pytest.param(
            "ja", "この薬は今日は絶対に飲まないでください。", "この薬は飲まないで。", True, id="ja"
        ),
        pytest.param(
            "zh", "请注意今天还没有批准这个项目", "今天批准这个项目", False, id="zh-lost-not"
        ),
        pytest.param("zh", "请注意今天还没有批准这个项目", "今天没有批准项目", True, id="zh"),
        pytest.param(
            "zh", "大约有三百个人参加了会议", "有三千个人参加", False, id="zh-other-figure"
        ),
        pytest.param("zh", "大家一起有三百个人参加了会议", "有三百个人参加", True, id="zh-figure"),
        pytest.param("th", "กรุณาอย่ากินยานี้ในวันนี้", "กินยานี้วันนี้", False, id="th-lost-not"),
        pytest.param("th", "กรุณาอย่ากินยานี้ในวันนี้", "อย่ากินยานี้วันนี้", True, id="th"),
        pytest.param(
            "ko",
            "이 약은 오늘 절대로 먹지 않습니다 여러분",
            "이 약은 오늘 먹습니다",
            False,
            id="ko-lost-not",
        ),
        pytest.param(
            "ko", "이 약은 오늘 절대로 먹지 않습니다 여러분", "이 약은 먹지 않습니다", True, id="ko"
        ),
        pytest.param(
            "tr",
            "Bu ilacı bugün kesinlikle almayın",
            "Bu ilacı bugün alın",
            False,
            id="tr-lost-not",
        ),
    ],
)
def test_no_negation_inside_a_word_or_between_no_spaces_is_left_out(
    tag: str, full: str, concise: str, expected: bool
) -> None:
    language = load(tag)
    assert says_the_same(full, concise, Weights.of(language), language) is expected


def test_a_capital_that_begins_a_sentence_is_no_name() -> None:
    full = "Es tarde. Mañana seguimos con todo lo demás"
    assert says_the_same(full, "Es tarde. Seguimos con lo demás", SPANISH, load("es"))


def test_it_is_due_two_seconds_beyond_the_modes_lag() -> None:
    assert not is_due(4.4, 2.5)
    assert is_due(4.5, 2.5)


def test_short_units_have_nothing_to_leave_out() -> None:
    assert not is_worth_asking("La ciudad necesita agua")
    assert is_worth_asking(FULL)
