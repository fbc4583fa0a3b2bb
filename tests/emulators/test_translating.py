"""How the emulated LLM goes on with words that were said already."""

import pytest

from tests.emulators.translating import Asked


@pytest.mark.parametrize(
    ("said", "whole", "rest"),
    [
        ("y ellos", "y ellos no creen que", " no creen que"),
        ("y ellos", "y no creen que", " no creen que"),
        ("Los ingenieros finalizaron", "Los ingenieros acabaron su informe", " su informe"),
        ("Cuesta sobre", "Cuesta 12 millones", " 12 millones"),
        ("Buenas noches", "La reunión", " La reunión"),
    ],
)
def test_words_said_otherwise_stand_for_as_many_but_for_no_negation(
    said: str, whole: str, rest: str
) -> None:
    assert Asked("", "en", "es", said, "").rest_of(whole) == rest
