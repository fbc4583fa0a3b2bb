"""What an organiser changes in a glossary reaches a running pair within a second."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from glossaries import Entry, Rendering
from interpreter.glossary_rows import GlossaryRow, add_entries
from interpreter.rehearsal.remembered_room import RememberedRoom
from interpreter.rehearsal.virtual_time import loop_time_s, run_in_virtual_time
from interpreter.room import RoomMetadata
from interpreter.room_glossary import Read, RoomGlossary, reader

ROOM = RoomMetadata("r1", 0.0, ("en",), ("es",), version=3, glossaries={"g1": 1})
EDITED = replace(ROOM, version=4, glossaries={"g1": 2})
READ_S = 0.4
"""A database that is slow."""


def entry(text: str) -> Entry:
    return Entry("en", "plant", {"es": Rendering(text)})


class ScriptedStore:
    """Answers late, or not at all."""

    def __init__(self) -> None:
        self.text = "planta"
        self.failures = 0
        self.asked: list[list[str]] = []

    async def read(self, glossary_ids: Sequence[str]) -> list[Entry]:
        self.asked.append(list(glossary_ids))
        text = self.text
        await asyncio.sleep(READ_S)
        if self.failures > 0:
            self.failures -= 1
            raise OperationalError("select", {}, Exception("away"))
        return [entry(text)] if glossary_ids else []


class Pair:
    """Whoever works with the entries."""

    def __init__(self) -> None:
        self.taken: list[tuple[float, list[Entry]]] = []

    async def take(self, entries: list[Entry]) -> None:
        self.taken.append((loop_time_s(), entries))

    @property
    def texts(self) -> list[list[str]]:
        return [[one.renderings["es"].text for one in entries] for _, entries in self.taken]


@asynccontextmanager
async def following(read: Read, room: RememberedRoom) -> AsyncIterator[Pair]:
    pair = Pair()
    async with asyncio.TaskGroup() as tasks:
        glossary = RoomGlossary(room.as_room, read, pair.take)
        running = tasks.create_task(glossary.run(), name="glossary")
        await asyncio.sleep(0)
        yield pair
        running.cancel()


def in_virtual_time(work: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await work()

    run_in_virtual_time(run())


def test_an_edit_reaches_a_running_pair_within_a_second() -> None:
    async def work() -> None:
        store, room = ScriptedStore(), RememberedRoom(ROOM)
        async with following(store.read, room) as pair:
            await asyncio.sleep(5)
            store.text = "fábrica"
            edited_s = loop_time_s()
            room.describe(EDITED)
            await asyncio.sleep(5)
        assert pair.texts == [["planta"], ["fábrica"]]
        assert pair.taken[0][0] < 1
        assert pair.taken[1][0] - edited_s < 1

    in_virtual_time(work)


def test_an_edit_while_the_store_is_read_is_read_too() -> None:
    async def work() -> None:
        store, room = ScriptedStore(), RememberedRoom(ROOM)
        async with following(store.read, room) as pair:
            await asyncio.sleep(READ_S / 2)
            store.text = "fábrica"
            room.describe(EDITED)
            await asyncio.sleep(5)
        assert pair.texts[-1] == ["fábrica"]

    in_virtual_time(work)


def test_what_changes_nothing_in_the_glossaries_asks_nobody() -> None:
    async def work() -> None:
        store, room = ScriptedStore(), RememberedRoom(ROOM)
        async with following(store.read, room):
            await asyncio.sleep(5)
            room.describe(replace(ROOM, version=5, policy="fast"))
            room.describe(replace(EDITED, version=2))
            await asyncio.sleep(5)
        assert store.asked == [["g1"]]

    in_virtual_time(work)


def test_a_meeting_that_takes_its_glossary_away_has_none() -> None:
    async def work() -> None:
        store, room = ScriptedStore(), RememberedRoom(ROOM)
        async with following(store.read, room) as pair:
            await asyncio.sleep(5)
            room.describe(replace(ROOM, version=4, glossaries={}))
            await asyncio.sleep(5)
        assert pair.texts == [["planta"], []]

    in_virtual_time(work)


def test_a_database_that_is_away_is_asked_again() -> None:
    async def work() -> None:
        store, room = ScriptedStore(), RememberedRoom(ROOM)
        store.failures = 2
        async with following(store.read, room) as pair:
            await asyncio.sleep(5)
        assert pair.texts == [["planta"]]

    in_virtual_time(work)


async def test_the_store_gives_the_terms_of_the_pair_alone(store: Engine) -> None:
    french = Entry("en", "mayor", {"fr": Rendering("maire")})
    with Session(store) as session:
        session.add(GlossaryRow(id="g1", name="Council"))
        session.flush()
        add_entries(session, "g1", [french, entry("planta")])
        session.commit()
    assert await reader(store, "en", "es")(["g1", "gone"]) == [entry("planta")]
    (turned,) = await reader(store, "es", "en")(["g1"])
    assert (turned.source, turned.renderings) == ("planta", {"en": Rendering("plant")})
    assert await reader(store, "en", "es")([]) == []
