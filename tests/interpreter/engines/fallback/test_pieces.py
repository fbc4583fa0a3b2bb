"""Speech in pieces, for who says nothing before an utterance is over."""

from itertools import count

import numpy as np
import pytest
from livekit import rtc

from interpreter.engines.fallback.kept import Item
from interpreter.engines.fallback.pieces import FIRST_S, LONGEST_S, SHORTEST_S, Pieces

FRAME_S = 0.032
_SIZE = round(16_000 * FRAME_S)


def frames(seconds: float, quiet_s: float) -> list[Item]:
    """Speech of which a moment is quiet."""
    items: list[Item] = []
    for number in range(round(seconds / FRAME_S)):
        starts_s = number * FRAME_S
        level = 0 if abs(starts_s - quiet_s) < 0.1 else 3000
        sound = np.full(_SIZE, level, np.int16).tobytes()
        items.append(Item(number, starts_s, rtc.AudioFrame(sound, 16_000, 1, _SIZE)))
    return items


def ends(items: list[Item], live_from_s: float = 0.0) -> list[float]:
    """Where pieces end."""
    pieces = Pieces()
    given = [
        one for item in items for one in pieces.push(item, is_live=item.starts_s >= live_from_s)
    ]
    numbers = (one.number for one in given if one.frame is not None)
    assert all(number == expected for number, expected in zip(numbers, count(), strict=False))
    return [one.starts_s for one in given if one.frame is None]


def test_what_was_kept_is_one_piece_as_soon_as_it_is_given() -> None:
    kept = frames(5.0, quiet_s=4.4)
    assert ends(kept, live_from_s=kept[-1].starts_s) == [pytest.approx(4.4, abs=0.1)]


def test_a_long_utterance_is_cut_where_it_is_quiet() -> None:
    first, second = ends(frames(FIRST_S + LONGEST_S, quiet_s=FIRST_S + SHORTEST_S))
    assert first <= FIRST_S
    assert second == pytest.approx(FIRST_S + SHORTEST_S, abs=0.15)


def test_all_is_given_at_the_end_of_an_utterance() -> None:
    items = frames(0.5, quiet_s=9.0)
    pieces = Pieces()
    assert [one for item in items for one in pieces.push(item, is_live=True)] == []
    end = Item(len(items), 0.5, None)
    assert list(pieces.push(end, is_live=True)) == [*items, end]
