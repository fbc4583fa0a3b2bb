"""Words that two recognisers hear keep the times that they were told with first."""

import pytest
from livekit.agents.types import TimedString

from interpreter.engines.fallback.retimed import Seam, ends_s, retimed, starts_s

Row = tuple[str, float, float]


def words(*rows: Row) -> list[TimedString]:
    return [TimedString(text, start_time=start, end_time=end) for text, start, end in rows]


@pytest.mark.parametrize(
    ("known", "heard", "told"),
    [
        ([], [("one", 0.0, 0.3)], [("one", 0.0, 0.3)]),
        ([("one", 1.0, 1.3)], [("One,", 1.2, 1.6)], [("One,", 1.0, 1.3)]),
        (
            [("one", 1.0, 1.3), ("two", 1.3, 1.6)],
            [("one", 1.1, 1.5), ("or", 1.5, 1.55), ("two", 1.55, 1.9)],
            [("one", 1.0, 1.3), ("or", 1.5, 1.55), ("two", 1.5, 1.6)],
        ),
        (
            [("two", 1.3, 1.6)],
            [("one", 1.0, 1.3), ("two", 1.2, 1.4), ("three", 1.4, 1.8)],
            [("one", 1.0, 1.3), ("two", 1.3, 1.6), ("three", 1.6, 1.8)],
        ),
    ],
)
def test_what_was_told_stays_where_it_was(
    known: list[Row], heard: list[Row], told: list[Row]
) -> None:
    found = retimed(words(*heard), words(*known))
    assert [(str(one), starts_s(one), ends_s(one)) for one in found] == told


@pytest.mark.parametrize(
    ("heard", "new"),
    [
        pytest.param([("water", 1.8, 2.0), ("all", 2.0, 2.3)], ["all"], id="as before"),
        pytest.param([("ter", 1.85, 2.02), ("all", 2.1, 2.3)], ["all"], id="its end alone"),
        pytest.param([("water", 1.95, 2.25), ("all", 2.3, 2.5)], ["all"], id="it seems later"),
        pytest.param(
            [("all", 1.85, 2.1), ("of", 2.1, 2.3)], ["all", "of"], id="straddles the seam"
        ),
        pytest.param([("all", 2.3, 2.5)], ["all"], id="after it"),
        pytest.param([("water", 2.02, 2.3)], ["water"], id="said twice"),
        pytest.param([("water", 1.8, 2.0), ("water", 2.02, 2.3)], ["water"], id="twice, whole"),
    ],
)
def test_a_word_at_the_seam_is_new_or_not(heard: list[Row], new: list[str]) -> None:
    found = Seam(2.0, "Water").beyond(words(*heard))
    assert [str(word) for word in found] == new
    assert all(starts_s(word) + ends_s(word) > 4.0 for word in found)
