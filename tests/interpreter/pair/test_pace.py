"""How far behind in, how fast to speak out."""

import pytest

from interpreter.pair.pace import MAX_RATE, next_rate, pause_s


@pytest.mark.parametrize(
    ("lag_s", "previous", "rate"),
    [
        pytest.param(1.0, 1.0, 1.0, id="natural while on time"),
        pytest.param(3.6, 1.05, 1.125, id="between, in proportion"),
        pytest.param(9.0, 1.2, MAX_RATE, id="never above the cap"),
        pytest.param(9.0, 1.0, 1.1, id="no leap up"),
        pytest.param(0.0, 1.25, 1.15, id="no leap down"),
    ],
)
def test_the_rate_follows_the_lag(lag_s: float, previous: float, rate: float) -> None:
    assert next_rate(lag_s, previous, target_lag_s=3.0) == pytest.approx(rate)


def test_pauses_are_trimmed_first() -> None:
    assert pause_s(3.0, True, 3.0) < pause_s(1.0, False, 3.0)
