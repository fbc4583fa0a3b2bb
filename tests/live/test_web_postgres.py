"""What several web processes ask one PostgreSQL at once, and journals while it is away."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from interpreter.journal import Journal
from interpreter.store import Meeting, Participant, Room, segments_of
from tests.interpreter.conftest import ROOM
from tests.interpreter.test_store import segment
from tests.live.test_postgres import server, store  # noqa: F401  (fixtures)
from tests.web.takers import ROUNDS, winners
from web import queries
from web.db import Database
from web.lease import Lease
from web.modes import ModeChange, apply_change

pytestmark = pytest.mark.live


@pytest.fixture
def db(store: Engine) -> Iterator[Database]:  # noqa: F811
    database = Database(store)
    yield database
    database.close()


async def test_of_many_processes_one_holds_the_lease(db: Database) -> None:
    taken: list[int] = []
    now_s = 0.0

    def lease(number: int) -> Lease:
        return Lease(db, "rooms", 4.0, lambda: taken.append(number), lambda: now_s)

    leases = [lease(number) for number in range(6)]
    await asyncio.gather(*(one.beat() for one in leases))
    first = list(taken)
    now_s = 4.0
    await asyncio.gather(
        *(one.beat() for one in leases if not one.is_held and one is not leases[first[0]])
    )
    assert len(first) == 1
    assert len(taken) == 2
    assert taken[0] != taken[1]


async def test_one_of_many_begins_a_meetings_session(db: Database) -> None:
    await db.run(lambda session: queries.end_room(session, ROOM))

    async def begin(number: int) -> Room | None:
        return await db.run(lambda s: queries.begin_room(s, "m1", f"new{number}", 1.0))

    begun = await asyncio.gather(*(begin(number) for number in range(6)))
    still_open = await db.run(
        lambda session: session.exec(select(Room).where(col(Room.ended_at).is_(None))).all()
    )
    assert [room.id for room in begun if room] == [room.id for room in still_open]


async def test_of_two_who_take_a_channel_at_once_one_is_first_each_time(
    db: Database,
    store: Engine,  # noqa: F811
) -> None:
    other = Database(store)
    rounds = await winners((db, other), ROOM)
    other.close()
    assert [len(one) for one in rounds] == [1] * ROUNDS


async def test_a_choice_told_many_times_at_once_is_kept_once(db: Database) -> None:
    await asyncio.gather(
        *(
            db.run(lambda session: queries.choose(session, ROOM, "lis", "es", True))
            for _ in range(8)
        )
    )
    kept = await db.run(lambda session: session.exec(select(Participant)).all())
    assert [(one.identity, one.language) for one in kept] == [("lis", "es")]


async def test_of_many_changes_of_modes_at_once_none_is_lost(db: Database) -> None:
    changes = [ModeChange("fast", {}), *(ModeChange(None, {tag: "fast"}) for tag in "abcdef")]

    async def make(change: ModeChange) -> None:
        made = partial(apply_change, change=change)
        await db.run(lambda session: queries.change_meeting(session, "m1", made))

    await asyncio.gather(*(make(change) for change in changes))
    meeting = await db.run(lambda session: session.get_one(Meeting, "m1"))
    assert (meeting.mode, set(meeting.channel_modes)) == ("fast", set("abcdef"))


async def test_floor_agents_are_counted_on(db: Database) -> None:
    epochs = await asyncio.gather(
        *(db.run(lambda session: queries.next_floor_epoch(session, ROOM)) for _ in range(4))
    )
    above = await db.run(lambda session: queries.next_floor_epoch(session, ROOM, above=9))
    assert set(epochs) == {1, 2, 3, 4}
    assert above == 10


async def test_the_databases_clock_counts(db: Database) -> None:
    now = await db.run(queries.now)
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)
    room, age_s = await db.run(lambda session: queries.open_room(session, "m1"))
    assert room is not None
    assert 0.0 <= age_s < 60.0


async def test_segments_wait_while_the_database_lets_nobody_in(
    store: Engine,  # noqa: F811
    tmp_path: Path,
) -> None:
    journal = Journal.open(tmp_path, ROOM, "pair-1", store)
    with store.connect() as other, other.begin():
        other.execute(text("LOCK TABLE segment IN ACCESS EXCLUSIVE MODE"))
        journal.append(segment(1, 0, 4))
        assert not await journal.finish(limit_s=0.3)
    journal = Journal.open(tmp_path, ROOM, "pair-1", store)
    assert await journal.finish()
    with Session(store) as session:
        assert segments_of(session, ROOM) == [segment(1, 0, 4)]


async def test_segments_survive_that_the_database_throws_everybody_out(
    store: Engine,  # noqa: F811
    tmp_path: Path,
) -> None:
    journal = Journal.open(tmp_path, ROOM, "pair-1", store)
    with Session(store) as warm:
        warm.execute(text("SELECT 1"))
    with store.connect() as killer:
        killer.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )
        journal.append(segment(1, 0, 4))
        assert await journal.finish()
    with Session(store) as session:
        assert segments_of(session, ROOM) == [segment(1, 0, 4)]
