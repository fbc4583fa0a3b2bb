"""Several web processes on one PostgreSQL, whose interpreters, clock and colleagues act at once."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from interpreter.store import HandoverRow, Interpreter, Meeting, OnAirChange, OnAirWish
from tests.interpreter.conftest import ROOM
from tests.live.test_postgres import server, store  # noqa: F401  (fixtures)
from web import booths, handovers
from web.booths import Wish
from web.db import Database
from web.errors import ChannelTaken, HandoverOver
from web.handover import Answer
from web.handovers import Channel, Proposal

pytestmark = pytest.mark.live

SPANISH = Channel(ROOM, "es")
MARIA, JOAN = "maria1", "joan1"


@pytest.fixture
def db(store: Engine) -> Iterator[Database]:  # noqa: F811
    database = Database(store)
    yield database
    database.close()


def people() -> list[Interpreter]:
    return [
        Interpreter(id=one, meeting_id="m1", name=one, key=one, channels=["es"], covers=[])
        for one in (MARIA, JOAN)
    ]


async def take(db: Database, who: str, seen: int) -> bool:
    wish = Wish("es", who, who, seen, is_forced=True)
    try:
        await db.run(
            lambda s: booths.change_wish(s, ROOM, s.get_one(Meeting, "m1"), wish),
        )
    except ChannelTaken:
        return False
    return True


async def answer(db: Database, number: int, who: str, word: Answer) -> bool:
    try:
        await db.run(lambda s: handovers.answer(s, SPANISH, number, who, word, None))
    except HandoverOver:
        return False
    return True


async def test_of_an_answer_a_cancellation_and_a_forced_take_one_comes_first(
    db: Database,
) -> None:
    await db.run(lambda session: session.add_all(people()))
    assert await take(db, MARIA, 0)
    giver, taker, seen = MARIA, JOAN, 1
    for number in range(1, 31):
        proposal = Proposal(giver, taker, 0, seen)
        await db.run(lambda s, asked=proposal: handovers.propose(s, SPANISH, asked))  # type: ignore[misc]
        accepted, cancelled, taken, _, _ = await asyncio.gather(
            answer(db, number, taker, Answer.ACCEPT),
            answer(db, number, giver, Answer.CANCEL),
            take(db, taker, seen),
            db.run(lambda session: handovers.settle(session, SPANISH, None)),
            db.run(lambda session: handovers.settle(session, SPANISH, None)),
        )
        assert accepted + cancelled <= 1
        assert accepted + taken == 1
        wish = await db.run(lambda session: session.get_one(OnAirWish, (ROOM, "es")))
        assert (wish.interpreter_id, wish.number) == (taker, seen + 1)
        giver, taker, seen = taker, giver, seen + 1
    changes = await db.run(lambda session: session.exec(select(OnAirChange)).all())
    offers = await db.run(lambda session: session.exec(select(HandoverRow)).all())
    assert len(changes) == 31
    assert [row.ended_at for row in offers if row.ended_at is None] == []
    done = {row.number for row in offers if row.step == "done"}
    assert {row.handover for row in changes if row.handover} == done
