"""What a recogniser goes on believing."""

import pytest
from livekit.agents.types import TimedString

from interpreter.engines.agreed import Agreed

Heard = tuple[str, float]
"""A hypothesis, and up to where its engine had heard."""


@pytest.mark.parametrize(
    ("heard", "agreed"),
    [
        pytest.param([], "", id="nothing"),
        pytest.param([("we want clean", 1.0)], "", id="once"),
        pytest.param([("we want", 1.0), ("we want clean", 1.2)], "", id="too soon"),
        pytest.param(
            [("we want clean", 1.0), ("we want clean", 1.5)], "we want", id="but the newest"
        ),
        pytest.param([("we want", 1.0), ("We want clean water", 1.4)], "We want", id="as far"),
        pytest.param(
            [("we want", 1.0), ("we wand", 1.3), ("we want clean", 1.5)], "we", id="in between"
        ),
        pytest.param(
            [("he went", 0.2), ("we want", 1.0), ("we want clean", 1.5)], "we want", id="of late"
        ),
        pytest.param([("we want", 1.0), ("", 1.5)], "", id="taken back"),
    ],
)
def test_what_all_hypotheses_of_late_have_is_agreed(heard: list[Heard], agreed: str) -> None:
    agreeing = Agreed()
    for text, heard_s in heard:
        agreeing.push([TimedString(word) for word in text.split()], heard_s)
    assert " ".join(agreeing.words) == agreed


def test_nothing_is_agreed_after_a_final() -> None:
    agreeing = Agreed()
    for heard_s in (1.0, 2.0):
        agreeing.push([TimedString("we"), TimedString("want")], heard_s)
    agreeing.clear()
    assert agreeing.words == ()


def test_where_words_ended_at_the_latest_is_known() -> None:
    agreeing = Agreed()
    for end_s in (2.2, 1.9):
        words = [TimedString("we", end_time=end_s - 0.3), TimedString("want", end_time=end_s)]
        agreeing.push(words, 3.0, is_believed=False)
    assert (agreeing.latest_s(1), agreeing.latest_s(2)) == pytest.approx((1.9, 2.2))
    assert agreeing.words == ()
