"""Words that two recognisers hear keep the times that they were told with first."""

import pytest
from livekit.agents.types import TimedString

from interpreter.engines.fallback.retimed import retimed
from interpreter.engines.timed_words import ends_s, starts_s

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
