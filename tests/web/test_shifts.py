"""Since when an interpreter has been working, from the record."""

from datetime import UTC, datetime, timedelta

import pytest

from interpreter.store import OnAirChange
from web.shifts import shifts_since

BEGAN = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def change(minute: int, language: str, interpreter_id: str) -> OnAirChange:
    return OnAirChange(
        room_id="r1",
        language=language,
        number=minute,
        interpreter_id=interpreter_id,
        before_id="",
        by_id="",
        at=BEGAN + timedelta(minutes=minute),
    )


@pytest.mark.parametrize(
    ("changes", "since"),
    [
        pytest.param([], {}, id="nobody-yet"),
        pytest.param([(1, "es", "maria")], {"maria": 1}, id="on-air"),
        pytest.param([(1, "es", "maria"), (9, "es", "")], {}, id="handed-back"),
        pytest.param([(1, "es", "maria"), (9, "es", "joan")], {"joan": 9}, id="handed-over"),
        pytest.param([(1, "es", "maria"), (9, "es", "maria")], {"maria": 1}, id="asked-again"),
        pytest.param(
            [(1, "es", "maria"), (5, "es", ""), (9, "es", "maria")], {"maria": 9}, id="after-a-rest"
        ),
        pytest.param(
            [(1, "es", "maria"), (9, "en", "maria"), (9, "es", "")],
            {"maria": 1},
            id="the-other-direction",
        ),
        pytest.param(
            [(1, "es", "maria"), (2, "ca", "anna")], {"maria": 1, "anna": 2}, id="two-booths"
        ),
    ],
)
def test_a_shift_begins_when_somebody_comes_on_air(
    changes: list[tuple[int, str, str]], since: dict[str, int]
) -> None:
    found = shifts_since(change(*one) for one in changes)
    assert found == {who: BEGAN + timedelta(minutes=minute) for who, minute in since.items()}
