"""How relays are in, which are lost out."""

from interpreter.floor.relay_watch import BACK_S, LOST_S, RelayWatch

RELAY = "en>es"


def lost_after(*looks: tuple[float, bool]) -> frozenset[str]:
    watch = RelayWatch()
    for now_s, lives in looks:
        watch.look({RELAY: lives}, now_s)
    return watch.lost


def test_a_relay_is_lost_after_some_seconds_and_no_earlier() -> None:
    assert lost_after((0.0, True), (1.0, False), (1.0 + LOST_S - 0.1, False)) == frozenset()
    assert lost_after((0.0, True), (1.0, False), (1.0 + LOST_S, False)) == {RELAY}


def test_a_relay_that_comes_and_goes_is_not_lost() -> None:
    assert lost_after((0.0, False), (4.0, True), (5.0, False), (10.0, False)) == frozenset()


def test_a_relay_is_back_when_it_has_stayed() -> None:
    gone = (0.0, False), (LOST_S, False)
    assert lost_after(*gone, (10.0, True), (10.0 + BACK_S - 0.1, True)) == {RELAY}
    assert lost_after(*gone, (10.0, True), (20.0, False), (26.0, True)) == {RELAY}
    assert lost_after(*gone, (10.0, True), (10.0 + BACK_S, True)) == frozenset()


def test_what_nobody_wishes_any_more_is_forgotten() -> None:
    watch = RelayWatch()
    watch.look({RELAY: False}, 0.0)
    watch.look({RELAY: False}, LOST_S)
    watch.look({}, LOST_S + 1.0)
    assert watch.lost == frozenset()
