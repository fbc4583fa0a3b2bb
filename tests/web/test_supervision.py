"""What the organiser changes is in the room's metadata at once, whichever web process is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine

from glossaries import Entry, Glossary, Rendering
from interpreter.room import Staff
from interpreter.store import Interpreter, Meeting, OnAirWish, add_room, open_store
from tests.web.conftest import web_settings
from tests.web.scripted_media_server import BoothServer, ScriptedMediaServer
from tests.web.test_booths import interpreter
from web import booths, relays
from web.db import Database, migrate
from web.errors import MediaServerAway
from web.floors import Floors
from web.glossaries import add_glossary, drop_entry
from web.limits import Limits
from web.modes import ModeChange, apply_change
from web.rendering import Pages
from web.rooms import Rooms
from web.services import Services
from web.settings import WebSettings
from web.supervision import Supervisor

FAST_SPANISH = partial(apply_change, change=ModeChange(None, {"es": "fast"}))
LIKE_THE_MEETING = partial(apply_change, change=ModeChange(None, {"es": None}))
ACCURATE = partial(apply_change, change=ModeChange("accurate", {}))


@pytest.fixture
def settings(tmp_path: Path) -> WebSettings:
    return web_settings(tmp_path)


@pytest.fixture
async def db(settings: WebSettings) -> AsyncIterator[Database]:
    """A meeting whose session goes on; its metadata has not been written since it began."""
    migrate(settings.database_url)
    store: Engine = open_store(settings.database_url)
    database = Database(store)
    meeting = Meeting(id="m1", name="M", spoken=["en"], offered=["es", "ca"], speaker_key="k1")
    await database.run(lambda session: add_room(session, meeting, "r1", 0.0))
    yield database
    database.close()
    store.dispose()


@asynccontextmanager
async def web(
    settings: WebSettings, db: Database, media: ScriptedMediaServer
) -> AsyncIterator[Services]:
    """A web process that looks at all rooms once, and then only when it is told of something."""
    server = media.as_media_server()
    floors = Floors(db, server)
    rooms = Rooms(settings, db, server, floors)
    supervisor = Supervisor(settings, db, rooms, floors)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(supervisor.run(), name="supervision")
        yield Services(settings, db, rooms, supervisor, Pages(), Limits(settings))
        running.cancel()


async def test_a_running_room_follows_one_version_further(
    settings: WebSettings, db: Database
) -> None:
    media = ScriptedMediaServer("r1")
    async with web(settings, db, media) as process:
        before = await media.until_written(1)
        await process.change_meeting("m1", FAST_SPANISH)
        one = await media.until_written(2)
        await process.change_meeting("m1", ACCURATE)
        both = await media.until_written(3)
    assert (before.policy, before.policies) == ("balanced", {})
    assert (one.policy, one.policies) == ("balanced", {"es": "fast"})
    assert (both.policy_of("es"), both.policy_of("ca")) == ("fast", "accurate")
    assert (one.version, both.version) == (before.version + 1, before.version + 2)


async def test_a_process_without_the_lease_tells_the_room_too(
    settings: WebSettings, db: Database
) -> None:
    media = ScriptedMediaServer("r1")
    async with web(settings, db, media):
        await media.until_written(1)
        async with web(settings, db, media) as second:
            await second.change_meeting("m1", FAST_SPANISH)
            told = await media.until_written(2)
    assert told.policies == {"es": "fast"}


async def test_processes_take_turns_and_the_last_word_counts(
    settings: WebSettings, db: Database
) -> None:
    media = ScriptedMediaServer("r1")
    async with web(settings, db, media) as first:
        await media.until_written(1)
        async with web(settings, db, media) as second:
            await second.change_meeting("m1", FAST_SPANISH)
            await media.until_written(2)
            await first.change_meeting("m1", LIKE_THE_MEETING)
            told = await media.until_written(3)
    assert told.policies == {}


async def test_a_change_is_there_after_a_restart_of_web(
    settings: WebSettings, db: Database
) -> None:
    media = ScriptedMediaServer("r1")
    async with web(settings, db, media) as process:
        await media.until_written(1)
        await process.change_meeting("m1", FAST_SPANISH)
        before = await media.until_written(2)
    async with web(settings, db, media) as process:
        await process.change_meeting("m1", ACCURATE)
        after = await media.until_written(3)
    assert after.policies == before.policies == {"es": "fast"}
    assert (after.policy, after.version) == ("accurate", before.version + 1)


async def test_a_change_that_nobody_told_the_room_is_told_at_the_next_start(
    settings: WebSettings, db: Database
) -> None:
    media = ScriptedMediaServer("r1")
    async with web(settings, db, media):
        await media.until_written(1)
    stopped = Services(settings, db, *unused(settings, db, media), Pages(), Limits(settings))
    await stopped.change_meeting("m1", FAST_SPANISH)
    async with web(settings, db, media):
        told = await media.until_written(2)
    assert told.policies == {"es": "fast"}


def unused(
    settings: WebSettings, db: Database, media: ScriptedMediaServer
) -> tuple[Rooms, Supervisor]:
    """Of a process that is killed before it looks."""
    floors = Floors(db, media.as_media_server())
    rooms = Rooms(settings, db, media.as_media_server(), floors)
    return rooms, Supervisor(settings, db, rooms, floors)


async def test_saying_the_same_again_writes_nothing(settings: WebSettings, db: Database) -> None:
    media = ScriptedMediaServer("r1")
    async with web(settings, db, media) as process:
        await media.until_written(1)
        await process.change_meeting("m1", FAST_SPANISH)
        await media.until_written(2)
        await process.change_meeting("m1", FAST_SPANISH)
        await process.change_meeting("m1", ACCURATE)
        last = await media.until_written(3)
    assert (last.policy, len(media.written)) == ("accurate", 3)


async def test_booths_of_who_was_removed_are_ended_at_the_next_look(
    settings: WebSettings, db: Database
) -> None:
    media = BoothServer("r1")
    gone = interpreter("joan1", "Joan", "es")
    await db.run(lambda session: session.add(gone))
    async with web(settings, db, media) as process:
        await media.until_written(1)
        before = await process.rooms.booths.open_for("r1", "es")
        await db.run(lambda session: booths.remove_interpreter(session, "m1", "joan1"))
        await process.staff_changed("m1")
        await media.until_ended(before)
        after = await process.rooms.booths.open_for("r1", "es")
    assert media.booths == {after}
    assert after != before


async def removed(db: Database) -> None:
    """Maria and Joan interpret; the organiser removes Maria."""
    people = [
        Interpreter(id=one, meeting_id="m1", name=one, key=one, channels=["es"], covers=[])
        for one in ("maria", "joan")
    ]
    await db.run(lambda session: session.add_all(people))
    await db.run(lambda session: booths.remove_interpreter(session, "m1", "maria"))


async def test_an_interpreter_who_is_removed_is_put_out_at_once(
    settings: WebSettings, db: Database
) -> None:
    media = BoothServer("r1", interpreters=["interpreter-joan"])
    await removed(db)
    async with web(settings, db, media) as process:
        await media.until_written(1)
        media.interpreters.append("interpreter-maria")
        await process.interpreter_removed("m1", "interpreter-maria")
        assert media.put_out == ["interpreter-maria"]
        assert media.interpreters == ["interpreter-joan"]


async def test_one_who_was_removed_does_not_come_back_by_their_old_token(
    settings: WebSettings, db: Database
) -> None:
    media = BoothServer("r1", interpreters=["interpreter-maria", "interpreter-joan"])
    await removed(db)
    async with web(settings, db, media):
        assert await media.until_put_out(1) == ["interpreter-maria"]


async def test_nobody_should_be_on_air_who_is_removed(settings: WebSettings, db: Database) -> None:
    media = ScriptedMediaServer("r1")
    await removed(db)
    wish = OnAirWish(room_id="r1", language="es", interpreter_id="maria", number=4)
    await db.run(lambda session: session.add(wish))
    async with web(settings, db, media):
        told = await media.until_written(1)
    assert told.staff["es"] == Staff("", 4)


async def test_booths_of_a_session_that_the_media_server_lost_end_with_it(
    settings: WebSettings, db: Database
) -> None:
    media = BoothServer("another")
    rooms, supervisor = unused(settings, db, media)
    await db.run(lambda session: session.add(interpreter("maria1", "Maria", "es")))
    booth = await rooms.booths.open_for("r1", "es")
    await supervisor.look(0.0)
    assert media.booths == {booth}
    await supervisor.look(20.0)
    assert media.booths == set()


async def test_what_the_media_server_did_not_end_with_its_session_is_ended_at_a_later_look(
    settings: WebSettings, db: Database
) -> None:
    media = BoothServer("another", booths={"r1"}, is_away=True)
    rooms, supervisor = unused(settings, db, media)
    await db.run(lambda session: session.add(interpreter("maria1", "Maria", "es")))
    await rooms.booths.open_for("r1", "es")
    with pytest.raises(MediaServerAway):
        await rooms.end("r1")
    with pytest.raises(MediaServerAway):
        await supervisor.look(0.0)
    media.is_away = False
    await supervisor.look(5.0)
    assert media.booths == set()


async def test_an_edited_glossary_is_in_the_rooms_metadata(
    settings: WebSettings, db: Database
) -> None:
    media = ScriptedMediaServer("r1")
    entry = Entry("en", "plant", {"es": Rendering("planta")})
    async with web(settings, db, media) as process:
        before = await media.until_written(1)
        glossary_id = await db.run(
            lambda session: add_glossary(session, "m1", "Water", Glossary((entry,)))
        )
        await process.glossaries_chosen("m1")
        chosen = await media.until_written(2)
        await db.run(lambda session: drop_entry(session, glossary_id, 1))
        await process.glossary_changed(glossary_id)
        edited = await media.until_written(3)
    assert before.glossaries == {}
    assert chosen.glossaries == {glossary_id: 1}
    assert edited.glossaries == {glossary_id: 2}


async def test_a_running_room_is_told_what_channels_are_interpreted_from(
    settings: WebSettings, db: Database
) -> None:
    media = ScriptedMediaServer("r1")
    change = partial(relays.apply_change, change=relays.RelayChange({"ca": "es"}, 2))
    async with web(settings, db, media) as process:
        await media.until_written(1)
        await process.change_meeting("m1", change)
        told = await media.until_written(2)
    assert (told.sources, told.relay_depth) == ({"ca": "es"}, 2)
