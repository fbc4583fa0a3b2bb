"""What a hurt product has kept: rooms on one clock, and whether the journals are stored."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import Session

from interpreter.children import Children
from interpreter.events import Origin, Segment
from interpreter.heard import Interval
from interpreter.processes import private_plan
from interpreter.recovery import CommittedWord, Rendered, RoomRecord
from interpreter.rehearsal.product import Product
from interpreter.store import Meeting, add_room, add_segments, create_schema, open_store

SPANISH = Segment(
    id="en-es.1.1",
    language="es",
    origin=Origin.MACHINE,
    speaker="Talk",
    text="Sí.",
    start_s=1.0,
    end_s=2.0,
    engine="apertium",
    epoch=1,
    source_line="en/p1/2",
    first_seq=4,
    last_seq=5,
)

GAP = replace(
    SPANISH,
    id="en-es.1.0",
    origin=Origin.SPEECH,
    text="[no se han oído 5 s]",
    start_s=3.0,
    end_s=8.0,
    engine="",
    first_seq=0,
    last_seq=0,
)
"""What readers of the target are told; what only the floor's transcript marks does not count."""


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    plan = private_plan(tmp_path)
    store = open_store(plan.settings.database_url)
    create_schema(store)
    yield Product(plan, Children(tmp_path / "log", print), store)
    store.dispose()


def begin(product: Product, room: str, clock_zero: float, *events: dict[str, object]) -> None:
    with Session(product.store) as session:
        meeting = session.get(Meeting, "m") or Meeting(
            id="m", name="Talk", spoken=["en"], offered=["es"], speaker_key="k"
        )
        add_room(session, meeting, room, clock_zero).ended_at = meeting.created_at
        session.commit()
    folder = product.plan.settings.events_dir / room
    folder.mkdir(parents=True)
    lines = "".join(json.dumps(event) + "\n" for event in events)
    (folder / "job.jsonl").write_text(lines)


def test_all_rooms_of_a_meeting_are_kept_on_one_clock(product: Product) -> None:
    commit = {"event": "commit", "line": "en", "seq": 4, "segment": "en.2.7", "at_s": 2.0}
    begin(product, "later", 2000.0, {**commit, "start_s": 1.0, "end_s": 1.5})
    unread = {"event": "not_heard", "language": "en", "at_s": 9.0, "start_s": 1.0, "end_s": 8.0}
    begin(product, "first", 1000.0, unread)
    with Session(product.store) as session:
        add_segments(session, "first", [GAP])
        add_segments(session, "later", [SPANISH])
    assert product.records("m", "en", "es") == (
        RoomRecord((), (Rendered(2, 0, 0),), (Interval(1003.0, 1008.0),)),
        RoomRecord((CommittedWord(2, 4, 2001.0, 2001.5),), (Rendered(2, 4, 5),)),
    )


@pytest.mark.parametrize(("stored", "is_all"), [(None, False), ("3", False), ("12", True)])
def test_a_journal_is_stored_when_its_sidecar_says_so(
    product: Product, stored: str | None, is_all: bool
) -> None:
    journal = product.plan.settings.journal_dir / "room" / "job.jsonl"
    journal.parent.mkdir(parents=True)
    journal.write_text("twelve bytes")
    if stored is not None:
        journal.with_suffix(".stored").write_text(stored)
    assert product.is_all_stored() is is_all
