"""When an engine is left alone, for how long, and when it is asked again."""

import pytest

from interpreter.engines.fallback.breaker import (
    LONG_S,
    MOST_SHORT_S,
    PROBE_EVERY_S,
    SHORT_S,
    Breaker,
    State,
    Trouble,
)


def opened(trouble: Trouble, wait_s: float | None = None) -> Breaker:
    breaker = Breaker()
    for _ in range(3):
        if breaker.failed(trouble, 100.0, wait_s):
            return breaker
    return breaker


def healed(breaker: Breaker, now_s: float) -> Breaker:
    breaker.probed(None, now_s)
    breaker.probed(None, now_s + PROBE_EVERY_S)
    return breaker


@pytest.mark.parametrize(
    ("trouble", "failures"),
    [
        (Trouble.ERROR, 1),
        (Trouble.TIMEOUT, 1),
        (Trouble.STALL, 1),
        (Trouble.RATE_LIMIT, 1),
        (Trouble.QUOTA, 1),
        (Trouble.KEY, 1),
        (Trouble.WRONG_LANGUAGE, 2),
        (Trouble.TOO_SLOW, 3),
        (Trouble.REFUSED, 3),
    ],
)
def test_so_many_failures_in_a_row_open_it(trouble: Trouble, failures: int) -> None:
    breaker = Breaker()
    opens = [breaker.failed(trouble, float(second)) for second in range(failures)]
    assert opens == [False] * (failures - 1) + [True]


def test_an_answer_in_between_begins_the_count_again() -> None:
    breaker = Breaker()
    breaker.failed(Trouble.TOO_SLOW, 1.0)
    breaker.failed(Trouble.TOO_SLOW, 2.0)
    breaker.succeeded(3.0)
    assert not breaker.failed(Trouble.TOO_SLOW, 4.0)


@pytest.mark.parametrize(
    ("trouble", "asked_s", "wait_s"),
    [
        (Trouble.ERROR, None, SHORT_S),
        (Trouble.TIMEOUT, None, SHORT_S),
        (Trouble.STALL, None, SHORT_S),
        (Trouble.RATE_LIMIT, None, 10.0),
        (Trouble.RATE_LIMIT, 45.0, 45.0),
        (Trouble.RATE_LIMIT, 1.0, 1.0),
        (Trouble.ERROR, 30.0, 30.0),
        (Trouble.RATE_LIMIT, 1e9, 3600.0),
        (Trouble.RATE_LIMIT, -5.0, 0.0),
        (Trouble.QUOTA, None, LONG_S),
        (Trouble.KEY, None, LONG_S),
    ],
)
def test_no_probe_before_the_wait_is_over(
    trouble: Trouble, asked_s: float | None, wait_s: float
) -> None:
    breaker = opened(trouble, asked_s)
    assert not breaker.is_probe_due(100.0 + wait_s - 0.01)
    assert breaker.is_probe_due(100.0 + wait_s)


def test_it_is_open_then_half_open_then_closed() -> None:
    breaker = opened(Trouble.ERROR)
    assert breaker.state(104.9) is State.OPEN
    assert breaker.state(105.0) is State.HALF_OPEN
    assert healed(breaker, 105.0).state(109.0) is State.CLOSED


def test_one_healthy_probe_is_not_enough() -> None:
    breaker = opened(Trouble.ERROR)
    assert not breaker.probed(None, 105.0)
    assert not breaker.is_probe_due(105.0 + PROBE_EVERY_S - 0.1)
    assert breaker.probed(None, 105.0 + PROBE_EVERY_S)


def test_a_failed_probe_doubles_the_wait() -> None:
    breaker = opened(Trouble.ERROR)
    breaker.probed(Trouble.ERROR, 105.0)
    assert not breaker.is_probe_due(114.9)
    assert breaker.is_probe_due(115.0)


def test_the_wait_grows_to_a_limit() -> None:
    breaker, now_s = opened(Trouble.ERROR), 1000.0
    for _ in range(12):
        now_s += 1000.0
        breaker.probed(Trouble.ERROR, now_s)
    assert breaker.is_probe_due(now_s + MOST_SHORT_S)


def test_a_probe_that_fails_after_a_healthy_one_begins_anew() -> None:
    breaker = opened(Trouble.STALL)
    breaker.probed(None, 105.0)
    breaker.probed(Trouble.STALL, 108.0)
    breaker.probed(None, 120.0)
    assert not breaker.is_closed


def test_who_fails_soon_after_coming_back_is_left_alone_for_longer() -> None:
    breaker = healed(opened(Trouble.ERROR), 105.0)
    breaker.failed(Trouble.ERROR, 120.0)
    assert not breaker.is_probe_due(129.9)
    assert breaker.is_probe_due(130.0)


def test_who_was_well_for_long_is_left_alone_shortly() -> None:
    breaker = healed(opened(Trouble.ERROR), 105.0)
    breaker.failed(Trouble.ERROR, 300.0)
    assert breaker.is_probe_due(305.0)


@pytest.mark.parametrize(
    ("trouble", "may"),
    [
        (Trouble.ERROR, True),
        (Trouble.STALL, True),
        (Trouble.TOO_SLOW, True),
        (Trouble.RATE_LIMIT, False),
        (Trouble.QUOTA, False),
        (Trouble.KEY, False),
    ],
)
def test_in_need_it_is_asked_where_that_can_help(trouble: Trouble, may: bool) -> None:
    assert opened(trouble, 60.0).may_be_asked_in_need(101.0) is may


def test_the_wait_of_a_rate_limit_is_over_some_time() -> None:
    assert opened(Trouble.RATE_LIMIT, 60.0).may_be_asked_in_need(160.0)


def test_live_answers_in_need_close_it_too() -> None:
    breaker = opened(Trouble.ERROR)
    assert not breaker.succeeded(101.0)
    assert not breaker.succeeded(105.0)
    assert breaker.succeeded(108.0)


def test_it_tells_what_opened_it_and_since_when() -> None:
    breaker = opened(Trouble.QUOTA)
    breaker.probed(Trouble.QUOTA, 800.0)
    assert (breaker.why, breaker.since_s) == (Trouble.QUOTA, 100.0)


def test_who_was_too_slow_while_it_warmed_up_was_cold() -> None:
    breaker = Breaker()
    breaker.failed(Trouble.STALL, 101.0)
    assert breaker.warmed(100.0, 105.0)
    assert breaker.is_closed


@pytest.mark.parametrize(("trouble", "at_s"), [(Trouble.STALL, 99.0), (Trouble.ERROR, 101.0)])
def test_a_warm_up_mends_nothing_else(trouble: Trouble, at_s: float) -> None:
    breaker = Breaker()
    breaker.failed(trouble, at_s)
    assert not breaker.warmed(100.0, 105.0)
    assert not breaker.is_closed
