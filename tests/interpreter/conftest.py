"""A store with one session of one meeting."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from interpreter.store import Meeting, add_room, create_schema, open_store

ROOM = "r1"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    engine = open_store(f"sqlite:///{tmp_path / 'new' / 'test.db'}")
    create_schema(engine)
    begin_session(engine)
    yield engine
    engine.dispose()


def begin_session(engine: Engine) -> None:
    with Session(engine) as session:
        meeting = Meeting(id="m1", name="Council", spoken=["en"], offered=["es"], speaker_key="k")
        add_room(session, meeting, ROOM, clock_zero=1000.0)
        session.commit()
