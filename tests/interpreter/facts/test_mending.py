"""A wrong number is put right without the translator where nothing else can be meant."""

import pytest

from interpreter.facts import fact_check, mended
from languages import load

CHECK = fact_check(load("en"), load("es"))


def mend(source: str, target: str) -> str:
    return mended(target, CHECK(source, target))


@pytest.mark.parametrize(
    ("source", "wrong", "right"),
    [
        ("They asked 16 questions.", "Hicieron 17 preguntas.", "Hicieron 16 preguntas."),
        ("It costs 14 dollars.", "Cuesta 40 dólares.", "Cuesta 14 dólares."),
        ("It costs 14 dollars.", "Cuesta 40.", "Cuesta 14."),
        (
            "Taxes rose by 16 %.",
            "Los impuestos subieron un 17 %.",
            "Los impuestos subieron un 16 %.",
        ),
        ("In 30 days 16 came.", "En 30 días vinieron 17.", "En 30 días vinieron 16."),
        ("Sixteen people came.", "Vinieron 17 personas.", "Vinieron 16 personas."),
        ("It begins in April.", "Empieza en April.", "Empieza en abril."),
        ("April is the end.", "April es el fin.", "Abril es el fin."),
        (
            "We meet on Monday, May 5.",
            "Nos vemos el Monday 5 de mayo.",
            "Nos vemos el lunes 5 de mayo.",
        ),
    ],
)
def test_digits_that_stand_for_others_are_exchanged(source: str, wrong: str, right: str) -> None:
    assert mend(source, wrong) == right


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("It is 5 miles away.", "Está a 8 kilómetros."),
        ("16 came and 30 left.", "Vinieron 17 y se fueron 31."),
        ("They asked 16 questions.", "Hicieron preguntas."),
        ("They asked questions.", "Hicieron 17 preguntas."),
        ("They asked 16 questions.", "Hicieron diecisiete preguntas."),
        ("It costs 2 million.", "Cuesta 3 millones."),
        ("We need 16 and nothing else.", "Necesitamos 17, 17 y nada más."),
        ("It is 2.5 metres.", "Son 3 metros."),
        ("He came 16th.", "Llegó el 17º."),
        ("The meeting is at 3:15.", "La reunión es a las 3:50."),
        ("They asked 16 questions.", "Hicieron 16 preguntas."),
        ("It begins in April.", "Empieza."),
        ("It begins in April.", "Empieza en marzo."),
        ("In April April came.", "En abril vino April."),
        ("It begins in April.", "April empieza en April."),
    ],
)
def test_what_may_mean_something_else_is_left_alone(source: str, target: str) -> None:
    assert mend(source, target) == target
