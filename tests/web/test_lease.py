"""One of several web processes looks after the rooms; another when it dies."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from interpreter.store import create_schema, open_store
from web.db import Database
from web.lease import Lease

TIME_S = 4.0


class Clock:
    """A process's own clock: it may show any time, only its pace is that of the others."""

    def __init__(self, zero_s: float) -> None:
        self.zero_s = zero_s
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.zero_s + self.now_s


class Process:
    """A web process with a clock of its own."""

    def __init__(self, store: Engine, zero_s: float) -> None:
        self.clock = Clock(zero_s)
        self.taken = 0
        self.lease = Lease(Database(store), "rooms", TIME_S, self._on_taken, self.clock)

    def _on_taken(self) -> None:
        self.taken += 1

    async def beat(self, now_s: float) -> bool:
        self.clock.now_s = now_s
        await self.lease.beat()
        return self.lease.is_held


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    store = open_store(f"sqlite:///{tmp_path / 'test.db'}")
    create_schema(store)
    yield store
    store.dispose()


@pytest.fixture
def one(store: Engine) -> Process:
    return Process(store, zero_s=0.0)


@pytest.fixture
def other(store: Engine) -> Process:
    """Its clock is ten minutes ahead."""
    return Process(store, zero_s=600.0)


async def test_only_one_process_holds_it_whatever_their_clocks_show(
    one: Process, other: Process
) -> None:
    held = [(await one.beat(now_s), await other.beat(now_s)) for now_s in (0.0, 3.0, 6.0, 9.0)]
    assert held == [(True, False)] * 4
    assert (one.taken, other.taken) == (1, 0)


async def test_a_dead_holder_is_followed_within_five_seconds(one: Process, other: Process) -> None:
    assert await one.beat(0.0)
    held = {half / 2: await other.beat(half / 2) for half in range(10)}
    assert [now_s for now_s, is_held in held.items() if is_held] == [4.0, 4.5]


async def test_a_holder_that_froze_has_nothing_any_more(one: Process, other: Process) -> None:
    await one.beat(0.0)
    one.clock.now_s = 3.9
    assert one.lease.is_held
    one.clock.now_s = 4.0
    assert not one.lease.is_held
    await other.beat(0.0)
    assert await other.beat(4.0)
    assert not await one.beat(5.0)
    assert await other.beat(6.0)


@pytest.mark.parametrize("turns", [1, 2, 20])
async def test_a_lease_given_back_is_taken_at_once(
    one: Process, other: Process, turns: int
) -> None:
    await one.beat(0.0)
    assert not await other.beat(0.0)
    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(one.lease.keep())
        for _ in range(turns):
            await asyncio.sleep(0)
        keeping.cancel()
    assert not one.lease.is_held
    assert await other.beat(0.1)


async def test_of_two_that_take_a_lapsed_lease_one_gets_it(store: Engine, one: Process) -> None:
    await one.beat(0.0)
    heirs = [Process(store, zero_s=100.0 * number) for number in range(4)]
    for heir in heirs:
        await heir.beat(0.0)
    await asyncio.gather(*(heir.beat(4.0) for heir in heirs))
    assert sum(heir.taken for heir in heirs) == 1


async def test_all_that_start_at_once_agree_on_one(store: Engine) -> None:
    processes = [Process(store, zero_s=float(number)) for number in range(4)]
    await asyncio.gather(*(process.beat(0.0) for process in processes))
    assert sum(process.taken for process in processes) == 1


async def test_others_know_whether_anybody_holds_it(one: Process, other: Process) -> None:
    await one.beat(0.0)
    await other.beat(0.0)
    other.clock.now_s = 7.9
    assert other.lease.is_kept
    other.clock.now_s = 8.0
    assert not other.lease.is_kept
