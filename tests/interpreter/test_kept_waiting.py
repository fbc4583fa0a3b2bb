"""A process that was not let run, beside one that worked."""

import pytest

from interpreter.kept_waiting import Nap, late_s


@pytest.mark.parametrize(
    ("slept_s", "worked_s", "seconds"),
    [
        pytest.param(0.5, 0.0, 0.0, id="woken in time"),
        pytest.param(0.1, 0.0, 0.0, id="woken early, by news"),
        pytest.param(1.5, 0.0, 1.0, id="not let run"),
        pytest.param(1.5, 1.0, 0.0, id="at work itself"),
        pytest.param(1.5, 0.25, 0.75, id="at work for a part of it"),
    ],
)
def test_who_works_itself_is_not_kept_waiting(
    slept_s: float, worked_s: float, seconds: float
) -> None:
    assert late_s(slept_s, 0.5, worked_s) == seconds


async def test_a_nap_that_ends_at_once_is_not_late() -> None:
    assert Nap.begin().late_s(0.5) == 0.0
