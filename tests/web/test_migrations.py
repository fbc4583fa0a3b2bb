"""Migrations alone make the database's tables, and these are the tables that the code uses."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlmodel import Session, SQLModel, select

from interpreter.errors import RequirementMissing
from interpreter.store import Meeting, Participant, Room, open_store
from web.db import alembic_config, migrate, require_newest
from web.queries import open_room


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'new' / 'test.db'}"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_store(url)
    yield engine
    engine.dispose()


def test_migrations_from_an_empty_database_give_the_tables_of_the_code(
    url: str, engine: Engine
) -> None:
    migrate(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    require_newest(engine)


def test_migrating_again_changes_nothing(url: str, engine: Engine) -> None:
    migrate(url)
    migrate(url)
    require_newest(engine)


def test_a_database_without_tables_is_refused_with_the_remedy(engine: Engine) -> None:
    with pytest.raises(RequirementMissing, match="python -m web migrate"):
        require_newest(engine)


def test_migrations_can_be_taken_back(url: str, engine: Engine) -> None:
    migrate(url)
    with engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]


def test_a_database_of_the_version_before_keeps_what_it_holds(url: str, engine: Engine) -> None:
    to_version(engine, "0001")
    with engine.begin() as connection:
        for statement in BEFORE:
            connection.execute(text(statement))
    migrate(url)
    with Session(engine) as session:
        still_open, _ = open_room(session, "m1")
        ended = session.get_one(Room, "older").ended_at
        people = session.exec(select(Participant.identity)).all()
    assert still_open is not None
    assert still_open.id == "newer"
    assert ended is not None
    assert sorted(people) == ["chose", "spoke"]
    require_newest(engine)


def test_a_meeting_from_before_modes_is_balanced(url: str, engine: Engine) -> None:
    to_version(engine, "0002")
    with engine.begin() as connection:
        connection.execute(text(BEFORE[0]))
    migrate(url)
    with Session(engine) as session:
        meeting = session.get_one(Meeting, "m1")
        assert (meeting.name, meeting.mode, meeting.channel_modes) == ("M", "balanced", {})
    require_newest(engine)


BEFORE = [
    "INSERT INTO meeting VALUES ('m1', 'M', '[\"en\"]', '[\"es\"]', 'k', '2026-01-01', NULL)",
    "INSERT INTO room VALUES ('older', 'm1', 1.0, 0, '2026-01-01 10:00:00', NULL)",
    "INSERT INTO room VALUES ('newer', 'm1', 1.0, 7, '2026-01-01 11:00:00', NULL)",
    *(
        f"INSERT INTO participant VALUES ('newer', '{identity}', '{role}', '', '{language}', "
        "false, NULL, '2026-01-01', NULL)"
        for identity, role, language in [
            ("spoke", "speaker", "en"),
            ("chose", "listener", "es"),
            ("left", "listener", ""),
        ]
    ),
]


def to_version(engine: Engine, version: str) -> None:
    with engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, version)
