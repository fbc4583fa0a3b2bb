"""A translation is written as a person would: case, spaces, the signs of numbers and questions."""

import pytest

import languages
from interpreter.engines.writing import (
    polished,
    with_number_signs,
    with_opening_signs,
    without_opening_capitals,
)


@pytest.mark.parametrize(
    ("source", "translation", "expected"),
    [
        ("Good morning everyone.", "buenos días Todo el mundo.", "Buenos días todo el mundo."),
        ("Good morning Peter.", "Buenos días Peter.", "Buenos días Peter."),
        ("Zorblax is here.", "Aquí está Zorblax.", "Aquí está Zorblax."),
        ("the red cars", "Los coches rojos", "los coches rojos"),
        ("the Zorblax", "Zorblax el", "Zorblax el"),
        ("i think so", "Pienso que sí", "pienso que sí"),
        ("the red cars", "los coches rojos", "los coches rojos"),
        ("It works. It is new.", "funciona. es nuevo.", "Funciona. Es nuevo."),
        ("What do you want?", "Qué   quieres ?", "Qué quieres?"),
        ("The NATO report", "el informe de NATO", "El informe de NATO"),
        ("It is from p. 4 on.", "Es de pág. cuatro.", "Es de pág. cuatro."),
        ("“We go”, she said", "“vamos”, dijo", "“Vamos”, dijo"),
    ],
)
def test_sentences_begin_large_and_names_stay(source: str, translation: str, expected: str) -> None:
    assert polished(translation, source) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Qué quieres?", "¿Qué quieres?"),
        ("Hola. Qué quieres? Nada!", "Hola. ¿Qué quieres? ¡Nada!"),
        ("que quieres?", "que quieres?"),
        ("¿Qué quieres?", "¿Qué quieres?"),
        ("Nada.", "Nada."),
        ("?", "?"),
    ],
)
def test_spanish_questions_and_calls_open_as_they_close(text: str, expected: str) -> None:
    assert with_opening_signs(text) == expected


@pytest.mark.parametrize(
    ("target", "text", "expected"),
    [
        ("pt", "3.5 milhões", "3,5 milhões"),
        ("pt", "12,500 euros", "12.500 euros"),
        ("fr", "12,500 euros", "12\u202f500 euros"),
        ("it", "$1,250,000.75.", "$1.250.000,75."),
        ("es", "5% y 3.5%, no 0.5", "5% y 3,5%, no 0,5"),
        ("es", "1998, 2019, 12500", "1998, 2019, 12500"),
        ("es", "1,2,3 y 2019,100", "1,2,3 y 2019,100"),
        ("es", "versión 1.2.3, A4.5, 10.0.0.1", "versión 1.2.3, A4.5, 10.0.0.1"),
        ("es", "10:30 el 5.", "10:30 el 5."),
        ("en", "3.5 of 12,500", "3.5 of 12,500"),
    ],
)
def test_numbers_get_the_signs_of_the_language_they_are_read_in(
    target: str, text: str, expected: str
) -> None:
    assert with_number_signs(text, languages.load("en"), languages.load(target)) == expected


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("Mai he estat en Seattle.", "I have never been in Seattle.", "mai he estat en Seattle."),
        ("Margaret ho sap. El pont no.", "Margaret knows it.", "Margaret ho sap. el pont no."),
        ("NATO", "the alliance", "NATO"),
        ("3 ponts. 5 % més", "3 bridges", "3 ponts. 5 % més"),
        ("", "", ""),
    ],
)
def test_a_sentence_begins_small_where_it_begins_with_no_name(
    text: str, names: str, expected: str
) -> None:
    assert without_opening_capitals(text, names) == expected
