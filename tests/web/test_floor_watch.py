"""What web does about a room's floor agents, as tables of what is seen and heard."""

from collections.abc import Callable

import pytest

from web.floor_watch import (
    AWAY_S,
    BUSY_FOR_S,
    BUSY_TIMES,
    DEAF_S,
    MISSES,
    Floor,
    FloorState,
    FloorWatch,
    Plan,
    Pulse,
    read_pulse,
)

OLD, NEW = Floor("old", 1), Floor("new", 2)
LEAVES = Floor("old", 1, is_leaving=True)

Step = Callable[[FloorWatch, float], None]


def there(*floors: Floor) -> Step:
    return lambda watch, now_s: watch.present(floors, now_s)


def says(state: FloorState, identity: str = "old") -> Step:
    return lambda watch, now_s: watch.answered(identity, Pulse(state), now_s)


def silent(identity: str = "old") -> Step:
    return lambda watch, now_s: watch.missed(identity, now_s)


def sent(watch: FloorWatch, now_s: float) -> None:
    watch.sent(now_s)


def taken(watch: FloorWatch, now_s: float) -> None:
    watch.taken()


OK, DEAF = says(FloorState.OK), says(FloorState.DEAF)
NOTHING = Plan()


def last_plan(history: list[tuple[float, Step]], end_s: float) -> Plan:
    """The plan at the end, when every one before was carried out but for the sendings."""
    watch = FloorWatch(0.0)
    for now_s, step in history:
        step(watch, now_s)
        watch.plan(now_s)
    return watch.plan(end_s)


@pytest.mark.parametrize(
    ("history", "end_s", "expected"),
    [
        pytest.param([], 6.0, NOTHING, id="one-may-be-on-its-way-at-first"),
        pytest.param([], 6.5, Plan(send=True), id="one-that-does-not-come-is-sent"),
        pytest.param([(0, taken)], 19.0, NOTHING, id="a-slow-machine-that-took-the-job-has-time"),
        pytest.param([(0, taken)], 20.0, Plan(send=True), id="but-not-for-ever"),
        pytest.param([(0, there(OLD)), (1, OK)], 2, NOTHING, id="all-is-well"),
        pytest.param([(0, there(OLD)), (1, OK), (2, silent())], 2, NOTHING, id="one-miss"),
        pytest.param(
            [(0, there(OLD)), (1, OK), (2, silent()), (3, OK), (4, silent())],
            4,
            NOTHING,
            id="two-misses-not-in-a-row",
        ),
        pytest.param(
            [(0, there(OLD)), (1, silent()), (2, silent()), (3, silent())],
            4,
            NOTHING,
            id="one-that-has-just-come-may-be-silent",
        ),
        pytest.param([(0, there(OLD)), (1, OK), (2, there())], 3, Plan(send=True), id="it-left"),
        pytest.param(
            [(0, there(OLD)), (1, OK), (2, DEAF), (6, DEAF)], 6.9, NOTHING, id="deaf-for-a-moment"
        ),
        pytest.param(
            [(0, there(OLD)), (1, OK), (2, DEAF), (6, OK), (6, DEAF)],
            10,
            NOTHING,
            id="deaf-twice-for-a-moment",
        ),
        pytest.param(
            [(0, there(OLD)), (1, OK), (2, DEAF)], 7, Plan(("old",), send=True), id="deaf-for-long"
        ),
        pytest.param(
            [(0, there(OLD)), (1, OK), (2, there(LEAVES))],
            2,
            Plan(send=True),
            id="one-that-leaves-stays",
        ),
        pytest.param(
            [(0, there(OLD)), (1, OK), (2, there(LEAVES)), (2, sent)],
            5,
            NOTHING,
            id="until-another-came",
        ),
        pytest.param([(0, there(OLD, NEW))], 3, NOTHING, id="two-and-the-newer-not-proven"),
        pytest.param(
            [(0, there(OLD, NEW)), (1, OK)],
            3,
            NOTHING,
            id="the-older-stays-until-the-newer-answers",
        ),
        pytest.param(
            [(0, there(Floor("a", 1, 10), Floor("b", 1, 20))), (1, silent("b"))],
            1,
            NOTHING,
            id="two-of-one-epoch-and-neither-proven",
        ),
    ],
)
def test_what_is_seen_and_heard_decides(
    history: list[tuple[float, Step]], end_s: float, expected: Plan
) -> None:
    assert last_plan(history, end_s) == expected


def ready(*floors: Floor) -> FloorWatch:
    watch = FloorWatch(0.0)
    watch.present(floors, 0.0)
    for floor in floors:
        watch.answered(floor.identity, Pulse(FloorState.OK), 0.0)
    return watch


def miss(watch: FloorWatch, identity: str, from_s: float) -> float:
    """As many pings in a row as prove a death; returns when the last was missed."""
    for number in range(MISSES):
        watch.missed(identity, from_s + number)
    return from_s + MISSES - 1


def test_misses_in_a_row_remove_the_dead_one_before_another_is_sent() -> None:
    watch = ready(OLD)
    for number in range(MISSES - 1):
        watch.missed("old", 1.5 + number)
        assert watch.plan(1.5 + number) == NOTHING
    watch.missed("old", 5.0)
    assert watch.plan(5.0) == Plan(("old",), send=True)


def test_one_that_reconnects_anew_has_a_moment_to_come_back() -> None:
    watch = ready(OLD)
    watch.present([], 5.0)
    assert watch.plan(5.0) == NOTHING
    watch.present([OLD], 5.0 + AWAY_S / 2)
    assert watch.plan(5.0 + AWAY_S) == NOTHING


def test_one_that_has_left_is_followed_after_that_moment() -> None:
    watch = ready(OLD)
    watch.present([], 5.0)
    assert watch.plan(5.0 + AWAY_S) == Plan(send=True)


def test_of_two_floor_agents_the_newer_stays() -> None:
    assert ready(OLD, NEW).plan(1.0) == Plan(("old",))


def test_of_two_with_one_epoch_the_first_stays() -> None:
    assert ready(Floor("b", 1, 20), Floor("a", 1, 10)).plan(1.0) == Plan(("b",))


def test_a_zombie_that_comes_back_is_removed_even_while_nobody_else_is_there() -> None:
    watch = ready(OLD)
    end_s = miss(watch, "old", 1.0)
    watch.plan(end_s)
    watch.sent(end_s)
    watch.present([], end_s + 0.1)
    watch.present([OLD], end_s + 2.0)
    watch.answered("old", Pulse(FloorState.OK), end_s + 2.0)
    assert watch.plan(end_s + 2.0) == Plan(("old",))


def test_one_that_leaves_has_time_to_hand_over() -> None:
    watch = ready(LEAVES, NEW)
    assert watch.plan(1.0) == NOTHING
    assert watch.plan(5.0) == Plan(("old",))


def test_a_room_that_nobody_takes_is_asked_for_again_and_again() -> None:
    watch = FloorWatch(0.0)
    sendings: list[float] = []
    for tenth in range(600):
        if watch.plan(tenth / 10).send:
            watch.sent(tenth / 10)
            sendings.append(tenth / 10)
    assert sendings == [6.5, 13.0, 19.5, 26.0, 32.5, 39.0, 45.5, 52.0, 58.5]


def test_an_agent_that_ends_at_once_is_not_sent_more_often_than_every_few_seconds() -> None:
    watch = FloorWatch(0.0)
    watch.present([OLD], 0.0)
    sendings: list[float] = []
    for tenth in range(1, 200):
        watch.present([], tenth / 10)
        if watch.plan(tenth / 10).send:
            watch.sent(tenth / 10)
            watch.present([Floor(f"n{tenth}", tenth)], tenth / 10)
            sendings.append(tenth / 10)
    assert sendings == [0.8, 1.6, 2.6, 4.6, 8.6, 13.6, 18.6]


def test_where_every_agent_is_deaf_each_has_twice_the_time() -> None:
    watch = FloorWatch(0.0)
    watch.present([Floor("0", 0)], 0.0)
    watch.answered("0", Pulse(FloorState.DEAF), 0.0)
    removed: list[int] = []
    for now_s in range(200):
        if watch.plan(now_s).remove:
            removed.append(now_s)
            watch.sent(now_s)
            watch.present([Floor(str(now_s), now_s)], now_s)
            watch.answered(str(now_s), Pulse(FloorState.DEAF), now_s)
    assert removed == [5, 15, 35, 75, 155]


@pytest.mark.parametrize(("now_s", "expected"), [(4.9, True), (5.0, False)])
def test_after_five_seconds_without_a_floor_agent_people_are_told(
    now_s: float, expected: bool
) -> None:
    assert FloorWatch(0.0).is_served(now_s) is expected


def test_a_room_is_served_again_when_a_floor_agent_is_there() -> None:
    watch = FloorWatch(0.0)
    watch.present([OLD], 60.0)
    assert watch.is_served(60.0)


def test_what_nobody_heard_is_counted_from_what_the_dead_one_heard_last() -> None:
    watch = ready(OLD)
    watch.answered("old", Pulse(told_s=0.5), 10.0)
    assert watch.is_heard
    end_s = miss(watch, "old", 11.5)
    watch.plan(end_s)
    assert not watch.is_heard
    assert watch.untold_s(end_s) == end_s - 9.5


def test_where_nobody_has_listened_yet_nothing_was_lost() -> None:
    watch = FloorWatch(0.0)
    assert watch.untold_s(60.0) is None


def test_while_one_that_leaves_hears_nothing_is_lost() -> None:
    assert ready(LEAVES).is_heard


@pytest.mark.parametrize(
    ("payload", "pulse"),
    [
        ('{"epoch": 1, "told_s": 0.2, "speech": true, "state": "ok"}', Pulse(told_s=0.2)),
        ('{"epoch": 1, "told_s": 7, "state": "deaf"}', Pulse(FloorState.DEAF, 7.0)),
        ('{"state": "deaf"}', Pulse(FloorState.DEAF)),
        ('{"state": "ok", "busy": true}', Pulse(is_busy=True)),
        ('{"state": "dancing"}', Pulse()),
        ('{"state": "ok", "told_s": "long"}', Pulse()),
        ("{}", Pulse()),
        ("[]", Pulse()),
        ("", Pulse()),
    ],
)
def test_an_answer_that_cannot_be_read_is_a_sign_of_life(payload: str, pulse: Pulse) -> None:
    assert read_pulse(payload) == pulse


def missed_from(said: Pulse, misses: int) -> FloorWatch:
    """It said this at second 10, and no ping was answered since."""
    watch = FloorWatch(0.0)
    watch.present([OLD], 0.0)
    watch.answered("old", said, 10.0)
    for miss in range(misses):
        watch.missed("old", 11.0 + miss)
    return watch


@pytest.mark.parametrize(
    ("said", "misses", "expected"),
    [
        pytest.param(Pulse(), MISSES, Plan(("old",), send=True), id="on a healthy machine"),
        pytest.param(Pulse(is_busy=True), MISSES, NOTHING, id="on a busy one"),
        pytest.param(
            Pulse(is_busy=True),
            BUSY_TIMES * MISSES,
            Plan(("old",), send=True),
            id="on a busy one, for long",
        ),
    ],
)
def test_who_said_that_its_machine_is_busy_is_given_more_time(
    said: Pulse, misses: int, expected: Plan
) -> None:
    assert missed_from(said, misses).plan(10.0 + misses) == expected


def test_what_it_said_of_its_machine_does_not_hold_for_ever() -> None:
    watch = missed_from(Pulse(is_busy=True), MISSES)
    assert watch.plan(10.0 + BUSY_FOR_S) == Plan(("old",), send=True)


def test_a_recogniser_that_is_late_on_a_busy_machine_is_not_deaf_so_soon() -> None:
    watch = FloorWatch(0.0)
    watch.present([OLD], 0.0)
    watch.answered("old", Pulse(FloorState.DEAF, is_busy=True), 10.0)
    assert watch.plan(10.0 + DEAF_S) == NOTHING
    watch.answered("old", Pulse(FloorState.DEAF, is_busy=True), 24.0)
    assert watch.plan(10.0 + BUSY_TIMES * DEAF_S) == Plan(("old",), send=True)
