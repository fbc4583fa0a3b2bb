"""What a room wants: added at once, removed after a while, nothing right after a start."""

import pytest

from interpreter.room import Wanted
from web.wanted import WantedMemory

IDLE_S = 30.0
NOTHING = Wanted()


def wanted(voices: str = "", captions: str = "") -> Wanted:
    return Wanted(tuple(voices.split()), tuple(captions.split()))


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        pytest.param([(0, wanted("es", "es"))], wanted("es", "es"), id="added-at-once"),
        pytest.param([(0, wanted("es"))], wanted("es", "es"), id="a-voice-implies-captions"),
        pytest.param([(0, wanted("", "ca es"))], wanted("", "ca es"), id="reading-needs-no-voice"),
        pytest.param(
            [(0, wanted("es", "es")), (29, NOTHING)], wanted("es", "es"), id="stays-for-a-while"
        ),
        pytest.param([(0, wanted("es", "es")), (30, NOTHING)], NOTHING, id="then-it-goes"),
        pytest.param(
            [(0, wanted("es", "es")), (20, wanted("es", "es")), (49, NOTHING)],
            wanted("es", "es"),
            id="the-last-choice-counts",
        ),
        pytest.param(
            [(0, wanted("es", "es")), (10, wanted("", "es")), (30, wanted("", "es"))],
            wanted("", "es"),
            id="sound-off-keeps-the-captions",
        ),
        pytest.param(
            [(0, wanted("es", "es")), (10, wanted("ca", "ca"))],
            wanted("ca es", "ca es"),
            id="a-change-of-language-keeps-the-old-one-warm",
        ),
    ],
)
def test_what_is_wanted_follows_what_is_chosen(
    history: list[tuple[float, Wanted]], expected: Wanted
) -> None:
    memory = WantedMemory(IDLE_S, NOTHING, hold_until_s=60.0)
    assert [memory.update(now_s, chosen) for now_s, chosen in history][-1] == expected


@pytest.mark.parametrize(("now_s", "left"), [(1, "es"), (59, "es"), (60, "")])
def test_after_a_start_nothing_is_removed_until_pages_renewed(now_s: float, left: str) -> None:
    memory = WantedMemory(IDLE_S, wanted("es", "es"), hold_until_s=60.0)
    assert memory.update(now_s, NOTHING) == wanted(left, left)
