"""The checker stays as good as `docs/decisions.md` says."""

import pytest

from tests.bench.facts import Figures, measure, right_pairs, spoilt


@pytest.fixture(scope="module")
def figures() -> dict[str, Figures]:
    right = right_pairs()
    return measure(right, spoilt(right))


@pytest.mark.parametrize(
    ("kind", "precision", "recall"),
    [
        ("number", 0.99, 0.99),
        ("date", 1.0, 1.0),
        ("currency", 1.0, 1.0),
        ("unit", 1.0, 0.88),
        ("name", 1.0, 1.0),
        ("negation", 1.0, 0.93),
    ],
)
def test_wrong_translations_are_found_and_right_ones_raise_no_alarm(
    figures: dict[str, Figures], kind: str, precision: float, recall: float
) -> None:
    found = figures[kind]
    assert found.wrong >= 10
    assert found.precision >= precision
    assert found.recall >= recall


def test_the_same_seed_spoils_the_same() -> None:
    right = right_pairs()[:40]
    assert spoilt(right) == spoilt(right)
