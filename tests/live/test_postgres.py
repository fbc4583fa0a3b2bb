"""The same tables and queries on PostgreSQL."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel

from interpreter.journal import Journal
from interpreter.local_server import free_port
from interpreter.room import Role
from interpreter.store import Meeting, Participant, add_segments, open_store, segments_of
from tests.interpreter.conftest import ROOM, begin_session
from tests.interpreter.test_store import ranges, segment
from web import queries
from web.db import Database, alembic_config, migrate, require_newest

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL of our own on loopback; it refuses to run as root, so root lends it a user."""
    if shutil.which("initdb") is None or shutil.which("pg_ctl") is None:
        pytest.skip("PostgreSQL's initdb and pg_ctl are not on the PATH")
    folder = Path(tempfile.mkdtemp(prefix="interpreter-pg-"))
    user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    prefix = user if os.geteuid() == 0 else []
    if prefix:
        shutil.chown(folder, "nobody", "nogroup")
    port = free_port()
    options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off"
    start = ["pg_ctl", "-D", str(folder / "data"), "-o", options, "-l", str(folder / "log"), "-w"]
    initdb = ["initdb", "-D", str(folder / "data"), "-U", "me", "-A", "trust", "-E", "UTF8"]
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
    subprocess.run([*prefix, *initdb, "--locale=C.UTF-8"], **quiet)  # type: ignore[call-overload]
    subprocess.run([*prefix, *start, "start"], **quiet)  # type: ignore[call-overload]
    yield f"postgresql+psycopg://me@127.0.0.1:{port}/postgres"
    stop = [*prefix, "pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "stop"]
    subprocess.run(stop, **quiet)  # type: ignore[call-overload]
    shutil.rmtree(folder)


@pytest.fixture
def store(server: str) -> Iterator[Engine]:
    migrate(server)
    engine = open_store(server)
    begin_session(engine)
    yield engine
    SQLModel.metadata.drop_all(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    engine.dispose()


def test_migrations_give_the_tables_of_the_code(store: Engine) -> None:
    require_newest(store)
    with store.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_a_meeting_of_the_version_before_is_balanced(store: Engine) -> None:
    with store.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
    migrate(store.url.render_as_string(hide_password=False))
    with Session(store) as session:
        meeting = session.get_one(Meeting, "m1")
        assert (meeting.mode, meeting.channel_modes) == ("balanced", {})
    require_newest(store)


def test_writers_at_once_never_put_two_renderings_of_a_word_in_force(store: Engine) -> None:
    def write(epoch: int) -> None:
        with Session(store) as session:
            for first in range(0, 50, 5):
                add_segments(session, ROOM, [segment(epoch, first, first + 4)])

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, [1, 2, 3, 4]))
    with Session(store) as session:
        left = ranges(segments_of(session, ROOM))
    assert left == [f"4:{first}-{first + 4}" for first in range(0, 50, 5)]


async def test_a_journal_reaches_the_store(store: Engine, tmp_path: Path) -> None:
    journal = Journal.open(tmp_path, ROOM, "pair-1", store)
    journal.append(segment(1, 0, 4))
    assert await journal.finish()
    with Session(store) as session:
        assert segments_of(session, ROOM) == [segment(1, 0, 4)]


async def test_choices_are_counted_and_lapse(store: Engine) -> None:
    db = Database(store)
    listeners = [Participant(room_id=ROOM, identity=name, role=Role.LISTENER) for name in "ab"]
    await db.run(lambda session: session.add_all(listeners))
    await db.run(lambda session: queries.choose(session, ROOM, "a", "es", True))
    await db.run(lambda session: queries.choose(session, ROOM, "b", "es", False))
    before = await db.run(lambda session: queries.chosen(session, ROOM))
    await db.run(lambda session: _age(session.get_one(Participant, (ROOM, "a"))))
    await db.run(lambda session: queries.lapse_choices(session, ROOM, [], 45.0))
    after = await db.run(lambda session: queries.chosen(session, ROOM))
    assert (before.voices, before.captions) == (("es",), ("es",))
    assert (after.voices, after.captions) == ((), ("es",))


def _age(participant: Participant) -> None:
    participant.renewed_at = datetime.now(UTC) - timedelta(minutes=1)


async def test_each_change_of_metadata_counts_once(store: Engine) -> None:
    db = Database(store)
    versions = await asyncio.gather(
        *(db.run(lambda session: queries.next_metadata_version(session, ROOM)) for _ in range(8))
    )
    assert sorted(versions) == list(range(1, 9))
