"""How memory grows: a line through samples, and programs that are replaced."""

import pytest

from tests.bench.memory import Sample, growth_mb_an_hour, together


def saw(first_s: int, last_s: int) -> list[Sample]:
    """A process that grows by 36 MB an hour as long as it runs."""
    return [Sample(at_s, 5 + 0.01 * (at_s - first_s), 9) for at_s in range(first_s, last_s, 15)]


def test_growth_is_the_slope_after_the_warm_up() -> None:
    assert growth_mb_an_hour(saw(0, 1800), warm_up_s=600) == pytest.approx(36)
    assert growth_mb_an_hour(saw(0, 700), warm_up_s=600) is None


def test_programs_that_are_replaced_are_one() -> None:
    programs = [saw(at_s, at_s + 600) for at_s in range(0, 7200, 600)]
    whole = together(programs)
    assert [sample.at_s for sample in whole] == list(range(0, 7200, 15))
    assert abs(growth_mb_an_hour(whole, warm_up_s=600) or 9) < 0.5


def test_programs_that_run_side_by_side_add_up() -> None:
    whole = together([saw(0, 30), saw(15, 45)])
    assert [(one.private_mb, one.resident_mb) for one in whole] == [(5, 9), (10.15, 18), (5.15, 9)]
