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


def test_a_capital_that_begins_a_sentence_is_no_name() -> None:
    full = "Es tarde. Mañana seguimos con todo lo demás"
    assert says_the_same(full, "Es tarde. Seguimos con lo demás", SPANISH, load("es"))


def test_it_is_due_two_seconds_beyond_the_modes_lag() -> None:
    assert not is_due(4.4, 2.5)
    assert is_due(4.5, 2.5)


def test_short_units_have_nothing_to_leave_out() -> None:
    assert not is_worth_asking("La ciudad necesita agua")
    assert is_worth_asking(FULL)
