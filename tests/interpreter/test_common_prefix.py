"""How far two sequences begin alike."""

import pytest

from interpreter.common_prefix import common_prefix


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [("", "", 0), ("session", "sessions", 7), ("a b", "a c", 2), ("x", "y", 0)],
)
def test_it_ends_at_the_first_difference_or_the_shorter_end(
    one: str, other: str, count: int
) -> None:
    assert common_prefix(one, other) == common_prefix(other, one) == count


def test_what_is_alike_may_be_said() -> None:
    assert (
        common_prefix(["No", "we"], ["no", "WE", "all"], lambda a, b: a.lower() == b.lower()) == 2
    )
