"""A long text is spoken in parts, each a whole sentence where there is one."""

import pytest

from interpreter.engines.parts import parts

SENTENCE = "The council didn't approve 14 plans, and the old school stays open. "


def test_a_short_text_is_one_part() -> None:
    assert list(parts(SENTENCE)) == [SENTENCE.strip()]


def test_a_long_text_is_cut_after_sentences_and_loses_nothing() -> None:
    text = (SENTENCE * 150).strip()
    found = list(parts(text, 1000))
    assert " ".join(found) == text
    assert {part[-1] for part in found} == {"."}
    assert max(map(len, found)) <= 1000


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("one, two three " * 20, {",", "e", "o"}),
        ("word " * 100, {"d"}),
        ("今天我们讨论新桥。" * 30, {"。"}),
        ("x" * 250, {"x"}),
    ],
)
def test_a_text_without_sentences_is_cut_at_clauses_words_or_anywhere(
    text: str, ends: set[str]
) -> None:
    found = list(parts(text, 100))
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
    assert {part[-1] for part in found} <= ends
    assert max(map(len, found)) <= 100


@pytest.mark.parametrize("text", ["", "   ", "…", "—", "\x00", "\ud83d"])
def test_nothing_to_say_is_no_part(text: str) -> None:
    assert list(parts(text)) == []


@pytest.mark.parametrize("number", ["12,500", "10:30", "3;4"])
def test_no_number_is_cut_at_a_sign_inside_it(number: str) -> None:
    text = " ".join(["word word", number] * 20)
    assert all(number in part for part in parts(text, longest=24))


def test_chinese_is_cut_at_its_own_signs() -> None:
    assert list(parts("今天不开会，明天再说！好，再见", longest=12)) == [
        "今天不开会，明天再说！",
        "好，再见",
    ]
    assert list(parts("今天我们不开会，明天再说", longest=10)) == ["今天我们不开会，", "明天再说"]
