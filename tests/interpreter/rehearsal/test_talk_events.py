"""When a talk is over, and its events on its own clock."""

import pytest

from interpreter.rehearsal.talk_events import is_all_spoken, shifted

UNIT = {"event": "unit", "at_s": 3.0, "target": "es", "unit": 0}
PLAYOUT = {
    "event": "playout",
    "at_s": 4.0,
    "target": "es",
    "unit": 0,
    "start_s": 4.0,
    "duration_s": 2.0,
}
FAILED = {"event": "engine_failed", "at_s": 4.0, "target": "es", "unit": 0}


@pytest.mark.parametrize(
    ("events", "now_s", "is_over"),
    [
        pytest.param([UNIT], 9.0, False, id="a unit still waits for its voice"),
        pytest.param([UNIT, PLAYOUT], 5.5, False, id="it is being spoken"),
        pytest.param([UNIT, PLAYOUT], 6.5, True, id="it has been spoken"),
        pytest.param([UNIT, PLAYOUT], 4.5, False, id="words came a moment ago"),
        pytest.param([UNIT, FAILED], 6.5, True, id="its voice failed"),
        pytest.param([], 6.5, True, id="nothing was said"),
    ],
)
def test_the_end_of_a_talk(events: list[dict[str, object]], now_s: float, is_over: bool) -> None:
    assert is_all_spoken(events, now_s) is is_over


def test_events_move_to_the_talks_clock() -> None:
    event = {
        "event": "unit",
        "at_s": 12.5,
        "start_s": 11.0,
        "end_s": 12.0,
        "words": [["hola", 11.0, 11.5]],
    }
    assert shifted(event, 10.0) == {
        "event": "unit",
        "at_s": 2.5,
        "start_s": 1.0,
        "end_s": 2.0,
        "words": [["hola", 1.0, 1.5]],
    }


def test_offsets_within_a_unit_stay() -> None:
    event = {"event": "playout", "at_s": 12.5, "start_s": 12.5, "words": [["hola", 0.25]]}
    assert shifted(event, 10.0)["words"] == [["hola", 0.25]]
