"""A text's own words, timed by those that an engine lists beside it."""

import pytest
from livekit.agents.types import TimedString

from interpreter.engines.listed import timed

Listed = list[tuple[str, float, float]]


@pytest.mark.parametrize(
    ("text", "listed", "found"),
    [
        (
            "We meet on May 5th.",
            [("we", 0, 1), ("meet", 1, 2), ("on", 2, 3), ("May", 3, 4), ("fifth", 4, 5)],
            [("We", 0, 1), ("meet", 1, 2), ("on", 2, 3), ("May", 3, 4), ("5th.", 4, 5)],
        ),
        (
            "not 25 euros",
            [("not", 0, 1), ("twenty", 1, 2), ("five", 2, 3), ("euros", 3, 4)],
            [("not", 0, 1), ("25", 1, 3), ("euros", 3, 4)],
        ),
        (
            "not four of them",
            [("not", 0, 1), ("4", 1, 2), ("them", 3, 4)],
            [("not", 0, 1), ("four", 1, 1 + 2 / 3), ("of", 1 + 2 / 3, 2), ("them", 3, 4)],
        ),
        (
            "今日は水。",
            [("今日", 0, 1), ("は", 1, 2), ("水", 2, 3)],
            [("今", 0, 0.5), ("日", 0.5, 1), ("は", 1, 2), ("水。", 2, 3)],
        ),
        (
            "그거 있잖아",
            [("그거", 0, 1), ("있", 1, 2), ("잖아", 2, 3)],
            [("그거", 0, 1), ("있잖아", 1, 3)],
        ),
        ("no, not so", [("no", 1, 2)], [("no,", 1, 2), ("not", 2, 3.2), ("so", 3.2, 4)]),
        ("so not", [], [("so", 0, 1.6), ("not", 1.6, 4)]),
        ("", [("so", 0, 1)], []),
    ],
)
def test_words_that_both_have_keep_their_times_and_others_share_what_is_between(
    text: str, listed: Listed, found: Listed
) -> None:
    words = timed(
        text, [TimedString(word, start_time=a, end_time=b) for word, a, b in listed], 0.0, 4.0
    )
    assert [str(word) for word in words] == [word for word, _, _ in found]
    times = [(word.start_time, word.end_time) for word in words]
    assert times == [pytest.approx((a, b)) for _, a, b in found]
