"""How relays are in, which are lost out."""

from collections.abc import Iterator
from itertools import chain

from interpreter.floor.relay_watch import AWAY_S, BACK_S, LOOKS_BACK_S, LOSSES, LOST_S, RelayWatch

RELAY = "en>es"
LOOK_S = 0.25


def lost_after(*looks: tuple[float, bool]) -> frozenset[str]:
    watch = RelayWatch()
    for now_s, lives in looks:
        watch.look({RELAY: lives}, now_s)
    return watch.lost


def away(from_s: float, for_s: float) -> Iterator[tuple[float, bool]]:
    """It lives, is away for a while, and lives again."""
    return iter([(from_s - LOOK_S, True), (from_s, False), (from_s + for_s, True)])


def spells(count: int, every_s: float, for_s: float) -> list[tuple[float, bool]]:
    found = chain.from_iterable(away(n * every_s, for_s) for n in range(1, count + 1))
    return list(found)


def test_a_relay_is_lost_after_some_seconds_and_no_earlier() -> None:
    assert lost_after((0.0, True), (1.0, False), (1.0 + LOST_S - 0.1, False)) == frozenset()
    assert lost_after((0.0, True), (1.0, False), (1.0 + LOST_S, False)) == {RELAY}


def test_a_relay_that_goes_twice_is_not_lost() -> None:
    assert lost_after((0.0, False), (4.0, True), (5.0, False), (9.0, False)) == frozenset()


def test_a_relay_that_goes_again_and_again_is_lost_though_each_time_it_is_soon_back() -> None:
    assert lost_after(*spells(LOSSES - 1, 3.0, 1.0)) == frozenset()
    assert lost_after(*spells(LOSSES, 3.0, 1.0)) == {RELAY}


def test_what_has_yet_to_begin_has_not_gone() -> None:
    begins = [(0.0, False), (2.0, True)]
    assert lost_after(*begins, *spells(LOSSES - 1, 3.0, 1.0)) == frozenset()


def test_a_relay_that_goes_now_and_then_is_not_lost() -> None:
    assert lost_after(*spells(20, 2.0 + LOOKS_BACK_S / (LOSSES - 1), 2.0)) == frozenset()


def test_a_relay_that_was_away_too_long_in_sum_is_lost() -> None:
    each_s = AWAY_S / 2
    assert lost_after(*spells(2, 10.0, each_s - 0.1)) == frozenset()
    assert lost_after(*spells(2, 10.0, each_s)) == {RELAY}


def test_a_relay_is_back_when_it_has_stayed() -> None:
    gone = (0.0, False), (LOST_S, False)
    assert lost_after(*gone, (10.0, True), (10.0 + BACK_S - 0.1, True)) == {RELAY}
    assert lost_after(*gone, (10.0, True), (20.0, False), (26.0, True)) == {RELAY}
    assert lost_after(*gone, (10.0, True), (10.0 + BACK_S, True)) == frozenset()


def test_what_keeps_dying_is_no_relay_again_before_it_has_stayed() -> None:
    dying = spells(20, 3.0, 1.0)
    assert lost_after(*dying, (61.0 + BACK_S - 0.1, True)) == {RELAY}
    assert lost_after(*dying, (61.0 + BACK_S, True)) == frozenset()


def test_what_is_back_may_go_once_more() -> None:
    back_s = 61.0 + BACK_S
    back = [*spells(20, 3.0, 1.0), (back_s, True)]
    assert lost_after(*back, *away(back_s + 1.0, 2.0)) == frozenset()


def test_what_nobody_wishes_any_more_is_forgotten() -> None:
    watch = RelayWatch()
    watch.look({RELAY: False}, 0.0)
    watch.look({RELAY: False}, LOST_S)
    watch.look({}, LOST_S + 1.0)
    assert watch.lost == frozenset()
