"""Delays of words are told by what the page drew, and when."""

import pytest

from interpreter.talks import Sentence
from tests.bench.visible import Drawing, SaidWord, corrected, delays_s, lateness_s

SAID = [
    SaidWord("the", 1.0, 1.4, "en.1.1"),
    SaidWord("three", 1.3, 1.8, "en.1.1"),
    SaidWord("hundred", 1.6, 2.2, "en.1.1"),
    SaidWord("houses", 2.0, 2.5, "en.1.1"),
]


def drawn(at_s: float, text: str, segment: str = "en.1.1") -> Drawing:
    return Drawing(at_s, {segment: tuple(text.split())})


def test_a_word_is_visible_from_the_first_drawing_that_shows_it() -> None:
    drawings = [drawn(1.5, "the"), drawn(2.0, "the three"), drawn(2.6, "the three hundred houses")]
    assert delays_s(SAID, drawings) == pytest.approx([0.5, 0.6, 0.7, 1.0])


def test_number_words_are_visible_as_digits() -> None:
    drawings = [drawn(1.5, "the"), drawn(2.6, "the 300 houses")]
    assert delays_s(SAID, drawings) == pytest.approx([0.5, 0.6, 1.0, 1.3])


def test_a_word_that_is_never_shown_has_no_delay() -> None:
    assert len(delays_s(SAID, [drawn(1.5, "the"), drawn(9.0, "other", "en.1.2")])) == 1


def test_words_that_the_final_took_back_are_counted() -> None:
    words = [["the", 0.7, 1.0], ["tree", 1.0, 1.3], ["hundred", 1.3, 1.6], ["houses", 1.6, 2.0]]
    assert corrected([{"event": "final", "words": words}], SAID) == 0.25


def test_lateness_is_told_by_sentences_whose_end_is_known() -> None:
    sentences = [Sentence("a", 0.0, 1.0), Sentence("b", 1.0, 2.0), Sentence("unheard", 2.0, 9.0)]
    assert lateness_s([6.1, 6.5, 7.2], sentences, zero_s=5.0) == pytest.approx(0.15)
