"""What engines used is in the event log at once and in the store soon, once, whatever happens."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from interpreter import usage_keeper
from interpreter.event_log import EventLog, read_events
from interpreter.store import Meeting, add_room, create_schema, open_store
from interpreter.usage import Amounts, UsedEngine
from interpreter.usage_keeper import UsageKeeper
from interpreter.usage_rows import usage_of

LLM = UsedEngine("translator", "some.where:LLM", "here", "m", "es")
STT = UsedEngine("stt", "pocketsphinx", "offline", "en-us", "en")


def make_tables(store: Engine) -> None:
    create_schema(store)
    with Session(store) as session:
        meeting = Meeting(id="m", name="", spoken=[], offered=[], speaker_key="")
        add_room(session, meeting, "r", clock_zero=0.0)
        session.commit()


@pytest.fixture(autouse=True)
def slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests may take the processor and the disk meanwhile."""
    monkeypatch.setattr(usage_keeper, "LAST_SAVE_S", 10.0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    store = open_store(f"sqlite:///{tmp_path / 'test.db'}")
    yield store
    store.dispose()


@pytest.fixture
def events(tmp_path: Path) -> Iterator[EventLog]:
    events = EventLog.open(tmp_path / "events", "r", "j", lambda: 7.0)
    yield events
    events.close()


def keeper(store: Engine, events: EventLog, job: str = "j1") -> UsageKeeper:
    return UsageKeeper(store, "r", job, events, lambda: 7.0)


async def kept(store: Engine) -> dict[UsedEngine, Amounts]:
    def read() -> dict[UsedEngine, Amounts]:
        with Session(store) as session:
            return {one.by: one.amounts for one in usage_of(session, "m").get("r", [])}

    return await asyncio.to_thread(read)


async def soon_kept(
    store: Engine, unlike: list[dict[UsedEngine, Amounts]]
) -> dict[UsedEngine, Amounts]:
    """What is kept as soon as it is something else."""
    async with asyncio.timeout(20):
        while True:
            found = await kept(store)
            if found and found not in unlike:
                return found
            await asyncio.sleep(0.01)


async def test_every_use_is_an_event_and_the_sums_are_in_the_store_at_the_end(
    store: Engine, events: EventLog, tmp_path: Path
) -> None:
    make_tables(store)
    usage = keeper(store, events)

    async def work() -> None:
        usage.note(LLM, Amounts(1, input_tokens=100, output_tokens=10))
        usage.note(LLM, Amounts(1, uncounted=1))
        usage.note(STT, Amounts(1, audio_s=5.0))

    await usage.during(work())

    said = read_events(tmp_path / "events" / "r")
    assert [event["event"] for event in said] == ["usage"] * 3
    assert said[0] == {
        "event": "usage",
        "at_s": 7.0,
        "kind": "translator",
        "engine": "some.where:LLM",
        "provider": "here",
        "model": "m",
        "language": "es",
        "requests": 1,
        "input_tokens": 100,
        "output_tokens": 10,
    }
    assert await kept(store) == {
        LLM: Amounts(2, 1, input_tokens=100, output_tokens=10),
        STT: Amounts(1, audio_s=5.0),
    }


async def test_usage_is_kept_while_the_job_goes_on_and_never_twice(
    store: Engine, events: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage_keeper, "SAVE_EVERY_S", 0.01)
    make_tables(store)
    usage = keeper(store, events)
    seen: list[dict[UsedEngine, Amounts]] = []

    async def work() -> None:
        for _ in range(3):
            usage.note(STT, Amounts(1, audio_s=1.0))
            seen.append(await soon_kept(store, unlike=seen[-1:]))

    await usage.during(work())
    assert seen == [{STT: Amounts(number, audio_s=float(number))} for number in (1, 2, 3)]


async def test_a_job_that_is_cancelled_or_dies_keeps_what_it_used(
    store: Engine, events: EventLog
) -> None:
    make_tables(store)
    cancelled, dead = keeper(store, events), keeper(store, events, "j2")

    async def is_cancelled() -> None:
        cancelled.note(STT, Amounts(1, audio_s=1.0))
        raise asyncio.CancelledError

    async def dies() -> None:
        dead.note(STT, Amounts(1, audio_s=2.0))
        raise RuntimeError("dead")

    with pytest.raises(asyncio.CancelledError):
        await cancelled.during(is_cancelled())
    with pytest.raises(ExceptionGroup):
        await dead.during(dies())

    with Session(store) as session:
        rows = usage_of(session, "m")["r"]
    assert sorted(row.amounts.audio_s for row in rows) == [1.0, 2.0]


async def test_a_database_that_is_away_holds_nobody_up_and_gets_all_of_it_later(
    store: Engine, events: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage_keeper, "SAVE_EVERY_S", 0.01)
    usage = keeper(store, events)

    async def work() -> None:
        usage.note(STT, Amounts(1, audio_s=1.0))
        await asyncio.sleep(0.05)
        make_tables(store)

    await usage.during(work())
    assert await kept(store) == {STT: Amounts(1, audio_s=1.0)}
