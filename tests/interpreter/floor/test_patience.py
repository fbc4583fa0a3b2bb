"""What is late on machines that are too busy is waited for; what is dead is replaced."""

from dataclasses import replace
from itertools import pairwise

import pytest

from interpreter.floor.patience import (
    BUSY_PATIENCE_S,
    BUSY_START_LIMIT_S,
    BUSY_STARTS,
    FIRST_REPORT_S,
    HOLDS_UP_S,
    PATIENCE_S,
    START_LIMIT_S,
    STEADY_S,
    patience_s,
)
from interpreter.floor.supervision import (
    AWAY_S,
    KEPT_WAITING_S,
    Action,
    Pair,
    PairBook,
    PresentPair,
    Remove,
    Start,
)
from interpreter.kept_waiting import BUSY_S
from interpreter.line import ReaderMessage

LOOK_S = 0.25
TARGETS = ("ca", "de", "es", "fr", "it")
PAIRS = tuple(Pair("en", target) for target in TARGETS)
CA, DE, *_ = PAIRS


class Room:
    """Five pairs, looked at four times a second; whoever is not `silent` reports at each look."""

    def __init__(self) -> None:
        self.book = PairBook(idle_s=30.0)
        self.now_s = 0.0
        self.here: dict[Pair, int] = {}
        self.silent: set[Pair] = set()
        self.coming_s: float | None = 1.0
        """So long a pair that is sent takes to report; None: it comes, and says nothing."""
        self._due: list[tuple[float, Start]] = []
        self.actions: list[tuple[float, Action]] = []

    def run(self, seconds: float, *, kept_waiting: Pair | None = None) -> None:
        for _ in range(round(seconds / LOOK_S)):
            self.now_s += LOOK_S
            self._come()
            for pair in self.here.keys() - self.silent:
                self.book.report(pair, self._identity(pair), self._word(pair), self.now_s)
            if kept_waiting is not None:
                busy = replace(self._word(kept_waiting), kept_waiting_s=KEPT_WAITING_S)
                self.book.report(kept_waiting, self._identity(kept_waiting), busy, self.now_s)
            present = [
                PresentPair(pair, self._identity(pair), self.here[pair]) for pair in self.here
            ]
            for action in self.book.decide(PAIRS, present, self.now_s):
                self.actions.append((self.now_s, action))
                if isinstance(action, Start):
                    self._due.append((self.now_s + (self.coming_s or LOOK_S), action))

    def _come(self) -> None:
        for due_s, start in list(self._due):
            if due_s <= self.now_s:
                self._due.remove((due_s, start))
                self.here[start.pair] = start.epoch
                if self.coming_s is not None:
                    self.silent.discard(start.pair)

    def _identity(self, pair: Pair) -> str:
        return f"pair-{pair.target}-{self.here[pair]}"

    def _word(self, pair: Pair) -> ReaderMessage:
        return ReaderMessage("en", 1, 10, 9, 2.0, "live", pair.target, self.here[pair])

    def started(self, after_s: float = 0.0) -> list[tuple[float, str]]:
        return [
            (at_s - after_s, action.pair.target)
            for at_s, action in self.actions
            if isinstance(action, Start) and at_s > after_s
        ]

    @property
    def removed(self) -> list[str]:
        return [one.identity for _, one in self.actions if isinstance(one, Remove)]


@pytest.fixture
def room() -> Room:
    """All five run, and have for a minute."""
    room = Room()
    room.run(60.0)
    assert len(room.started()) == len(PAIRS)
    return room


def test_one_that_hangs_on_a_healthy_machine_is_replaced_as_ever(room: Room) -> None:
    room.silent = {CA}
    room.run(10.0)
    assert room.removed == ["pair-ca-1"]
    assert room.started(60.0) == [(PATIENCE_S, "ca")]


def test_one_that_is_silent_on_a_busy_machine_is_waited_for(room: Room) -> None:
    room.silent = {CA}
    room.run(BUSY_PATIENCE_S - LOOK_S, kept_waiting=DE)
    assert room.started(60.0) == []
    assert room.book.running[CA].is_late
    room.run(2 * LOOK_S, kept_waiting=DE)
    assert room.started(60.0) == [(BUSY_PATIENCE_S, "ca")]


def test_one_that_goes_on_after_all_is_not_late_any_more(room: Room) -> None:
    room.silent = {CA}
    room.run(5.0, kept_waiting=DE)
    room.silent = set()
    room.run(1.0)
    assert (room.book.running[CA].is_late, room.started(60.0)) == (False, [])


def test_who_has_left_is_replaced_at_once_on_a_busy_machine_too(room: Room) -> None:
    room.run(1.0, kept_waiting=DE)
    del room.here[CA]
    room.run(AWAY_S + 2 * LOOK_S, kept_waiting=DE)
    assert [target for _, target in room.started(60.0)] == ["ca"]


def test_the_machine_is_busy_only_for_a_while_after_the_last_proof(room: Room) -> None:
    room.run(LOOK_S, kept_waiting=DE)
    room.run(BUSY_S)
    room.silent = {CA}
    room.run(PATIENCE_S + LOOK_S)
    assert [target for _, target in room.started(60.0)] == ["ca"]


def test_the_floor_agents_own_delay_is_proof_too(room: Room) -> None:
    room.silent = {CA}
    room.run(2.0)
    room.book.kept_waiting(room.now_s)
    room.run(PATIENCE_S)
    assert room.started(60.0) == []


def test_of_several_that_fall_silent_one_is_replaced_and_when_it_comes_the_others(
    room: Room,
) -> None:
    room.silent = set(PAIRS)
    room.run(PATIENCE_S + LOOK_S)
    assert room.started(60.0) == [(PATIENCE_S, "ca")]
    room.run(2.0)
    assert [target for _, target in room.started(60.0)] == list(TARGETS)
    assert {at_s for at_s, _ in room.started(60.0)[1:]} == {PATIENCE_S + 1.0}


def test_where_the_replacement_is_silent_too_hardly_anybody_is_replaced(room: Room) -> None:
    room.silent, room.coming_s = set(PAIRS), None
    room.run(60.0)
    starts = [at_s for at_s, _ in room.started(60.0)]
    assert len(starts) <= 60.0 / HOLDS_UP_S
    assert min(later - before for before, later in pairwise(starts)) >= HOLDS_UP_S


def test_pairs_that_all_come_late_are_not_sent_again() -> None:
    room = Room()
    room.coming_s = None
    room.run(FIRST_REPORT_S + 3.0)
    room.silent = set()
    room.run(10.0)
    assert len(room.started()) == len(PAIRS)


def test_on_a_busy_machine_few_pairs_start_at_a_time() -> None:
    room = Room()
    room.book.kept_waiting(0.0)
    room.run(LOOK_S)
    assert len(room.started()) == BUSY_STARTS
    held_up = room.book.running[Pair("en", "it")]
    assert (held_up.is_dispatched, held_up.is_taken) == (False, False)
    room.run(5.0)
    assert sorted(target for _, target in room.started()) == list(TARGETS)


def test_a_start_that_takes_long_on_a_busy_machine_is_not_made_again() -> None:
    book = PairBook(idle_s=30.0)
    book.decide({CA}, [], 0.0)
    book.taken(CA, 1)
    book.kept_waiting(START_LIMIT_S - 1.0)
    assert book.decide({CA}, [], START_LIMIT_S) == []
    assert book.running[CA].is_late
    book.kept_waiting(BUSY_START_LIMIT_S - 1.0)
    assert book.decide({CA}, [], BUSY_START_LIMIT_S) == [Start(CA, 2, None, 0.0)]


@pytest.mark.parametrize(
    ("silences", "is_busy", "seconds"),
    [
        pytest.param(0, False, 4.0, id="the first"),
        pytest.param(1, False, 4.0, id="its replacement"),
        pytest.param(2, False, 8.0, id="the one after that"),
        pytest.param(9, False, 30.0, id="at most"),
        pytest.param(0, True, 15.0, id="the first, on a busy machine"),
        pytest.param(2, True, 30.0, id="the third, on a busy machine"),
    ],
)
def test_each_replacement_in_a_row_is_given_more_time(
    silences: int, is_busy: bool, seconds: float
) -> None:
    assert patience_s(has_reported=True, silences=silences, is_busy=is_busy) == seconds


def test_a_pair_that_hangs_again_and_again_is_replaced_less_and_less_often(room: Room) -> None:
    room.coming_s = None
    room.silent = {CA}
    room.run(40.0)
    starts = [at_s for at_s, _ in room.started(60.0)]
    waits = [later - before for before, later in pairwise([0.0, *starts])]
    assert waits == pytest.approx([4.0, 4.25, 8.25, 16.25])


def test_one_that_was_steady_is_waited_for_as_ever(room: Room) -> None:
    room.silent = {CA}
    room.run(6.0)
    room.run(STEADY_S + 1.0)
    again_s = room.now_s
    room.silent = {CA}
    room.run(PATIENCE_S + LOOK_S)
    assert room.started(again_s) == [(PATIENCE_S, "ca")]
