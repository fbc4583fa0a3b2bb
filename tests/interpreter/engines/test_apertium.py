"""Text on its way to Apertium: nothing breaks its stream, and words are as it knows them."""

import pytest

from interpreter.engines.apertium import prepared
from interpreter.engines.apertium_pipeline import escape, stages, unescape

HOSTILE = [
    "a^b$c/d<e>f{g}h[i]j@k\\l",
    "[][17]",
    "][\\",
    "^word/lemma<n>$",
    "~ * # @ \\0",
    "<b>&amp; --> 😀 ñ 日本",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_comes_back_from_its_escaped_form(text: str) -> None:
    assert unescape(escape(text)) == text


@pytest.mark.parametrize("text", ["one\0two", "one\ntwo", "one\u2028two", "one\x1b\x07two"])
def test_nothing_in_a_text_can_end_it(text: str) -> None:
    assert escape(text) == "one two"


def test_a_mode_file_becomes_programs_that_flush_and_mark_no_unknown_word() -> None:
    mode = "lt-proc '/a b/x.bin' | apertium-tagger -g $2 '/x.prob' | lt-proc $1 '/gen.bin'\n"

    assert list(stages(mode)) == [
        ["lt-proc", "-z", "/a b/x.bin"],
        ["apertium-tagger", "-z", "-g", "/x.prob"],
        ["lt-proc", "-z", "-n", "/gen.bin"],
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i think i'm late, said i", "I think I'm late, said I"),
        ("i'd say i've seen it", "I'd say I've seen it"),
        ("the i-beam and part i.", "the i-beam and part I."),
        ("it is in rio", "it is in rio"),
    ],
)
def test_english_i_is_written_large(text: str, expected: str) -> None:
    assert prepared(text, "en") == expected
    assert prepared(text, "ca") == text


def test_signs_that_open_a_spanish_question_stay_in_spanish() -> None:
    assert prepared("¿Es cierto? ¡Sí!", "es") == "Es cierto? Sí!"
