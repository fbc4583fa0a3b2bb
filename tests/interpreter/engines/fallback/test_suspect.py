"""Who is suspected of being late is judged by the words of another one."""

import pytest
from livekit.agents.types import TimedString

from interpreter.engines.fallback import Named
from interpreter.engines.fallback.breaker import Trouble
from interpreter.engines.fallback.doubts import BEHIND_S
from interpreter.engines.fallback.suspect import NEW_S, Suspect
from tests.faulty import FaultyRecogniser, Spoken

LAST_S, AT_S = 10.0, 13.0


def words(*ends_s: float) -> list[TimedString]:
    return [TimedString("so", start_time=at_s - 0.2, end_time=at_s) for at_s in ends_s]


def suspected(trouble: Trouble) -> Suspect:
    return Suspect(Named("a", FaultyRecogniser(Spoken())), trouble, LAST_S, AT_S)


@pytest.mark.parametrize(
    ("heard_s", "is_undecided", "has_failed"),
    [
        ([9.5, LAST_S + NEW_S - 0.1], True, False),
        ([9.5, LAST_S + NEW_S + 0.1], False, True),
        ([AT_S - BEHIND_S + 0.1], False, False),  # that word it may still have told in time
        ([LAST_S, AT_S + 1.0], False, False),
        ([LAST_S, 11.0, AT_S + 1.0], False, True),
    ],
)
def test_who_is_late_has_missed_a_word(
    heard_s: list[float], is_undecided: bool, has_failed: bool
) -> None:
    suspect = suspected(Trouble.TOO_SLOW)
    assert suspect.is_undecided(words(*heard_s)) is is_undecided
    assert suspect.has_failed(words(*heard_s)) is has_failed


def test_who_says_nothing_at_all_has_failed_by_any_word() -> None:
    suspect = suspected(Trouble.STALL)
    assert not suspect.is_undecided(words(9.5))
    assert suspect.has_failed(words(9.5))
