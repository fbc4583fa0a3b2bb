"""Words become text as the language writes them: no space where it writes none."""

import pytest

from languages.spacing import gap, joined, tokens


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["clean", "water"], "clean water"),
        (["깨끗한", "물은"], "깨끗한 물은"),
        (["مياه", "نظيفة"], "مياه نظيفة"),
        (["きれいな", "水", "は", "大切です", "。"], "きれいな水は大切です。"),
        (["干净", "的", "水", "，", "2026", "年"], "干净的水，2026年"),
        (["น้ำ", "สะอาด", "สำคัญ"], "น้ำสะอาดสำคัญ"),
        (["iPhone", "15", "を", "買う"], "iPhone 15を買う"),
        (["Ana", "García", "说"], "Ana García说"),
        ([], ""),
        (["水"], "水"),
    ],
)
def test_words_are_joined_as_people_write_them(words: list[str], text: str) -> None:
    assert joined(words) == text


@pytest.mark.parametrize(
    ("before", "after", "between"),
    [
        ("水", "は", ""),
        ("水", "A", ""),
        ("A", "水", ""),
        ("A", "B", " "),
        ("。", "A", ""),
        ("", "A", ""),
    ],
)
def test_a_space_parts_foreign_words_alone(before: str, after: str, between: str) -> None:
    assert gap(before, after) == between


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no se puede", ["no ", "se ", "puede"]),
        ("水は大切です。", ["水", "は", "大", "切", "で", "す。"]),
        ("น้ำสะอาด ดี", ["น้ำ", "ส", "ะ", "อ", "า", "ด ", "ดี"]),
        ("Ana García说，好", ["Ana ", "García", "说，", "好"]),
        ("깨끗한 물은", ["깨끗한 ", "물은"]),
        ("", []),
    ],
)
def test_words_are_found_with_what_clings_to_them(text: str, words: list[str]) -> None:
    assert tokens(text) == words
    assert "".join(tokens(text)) == text
