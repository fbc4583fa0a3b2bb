"""During an upgrade workers of the release before go on writing rows into the newest tables."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlmodel import Session, select

from interpreter.store import Meeting, Participant, Room, open_store, segments_of
from web.db import alembic_config

VALUES: dict[type, object] = {
    str: "x",
    int: 0,
    float: 1.5,
    bool: False,
    list: [],
    dict: [],
}
KNOWN: dict[str, object] = {"origin": "speech", "language": "en", "meeting_id": "x", "room_id": "x"}
PARENTS_FIRST = ("meeting", "room", "participant", "segment")


def _to(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _previous() -> str:
    scripts = ScriptDirectory.from_config(alembic_config())
    head = scripts.get_current_head()
    assert head is not None
    return str(scripts.get_revision(head).down_revision)


def _row(table: sa.Table, identity: str) -> dict[str, object]:
    """A row as a program writes it that knows these columns and no others."""
    row: dict[str, object] = {}
    for column in table.columns:
        if not column.nullable:
            row[column.name] = KNOWN.get(column.name, VALUES.get(column.type.python_type, "x"))
        if column.primary_key and not column.foreign_keys:
            row[column.name] = identity
    for name in ("created_at", "started_at", "joined_at"):
        if name in row:
            row[name] = sa.func.now()
    return row


def _write(engine: Engine, tables: sa.MetaData, identity: str) -> None:
    with engine.begin() as connection:
        for name in PARENTS_FIRST:
            row = _row(tables.tables[name], identity)
            if "meeting_id" in row:
                row["meeting_id"] = identity
            if "room_id" in row:
                row["room_id"] = identity
            connection.execute(tables.tables[name].insert().values(row))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_store(f"sqlite:///{tmp_path / 'words.db'}")
    yield engine
    engine.dispose()


def test_rows_of_the_release_before_are_kept_and_more_are_taken(engine: Engine) -> None:
    _to(engine, _previous())
    known_before = sa.MetaData()
    known_before.reflect(engine, only=PARENTS_FIRST)
    _write(engine, known_before, "before")
    _to(engine, "head")
    _write(engine, known_before, "meanwhile")
    with Session(engine) as session:
        assert {one.id for one in session.exec(select(Meeting))} == {"before", "meanwhile"}
        assert {one.id for one in session.exec(select(Room))} == {"before", "meanwhile"}
        assert {one.identity for one in session.exec(select(Participant))} == {
            "before",
            "meanwhile",
        }
        assert [one.text for one in segments_of(session, "before")] == ["x"]
        assert [one.text for one in segments_of(session, "meanwhile")] == ["x"]
