"""During an upgrade old and new programs meet: what the release before wrote is read.

`tests/data/wire_of_previous_release.json` holds one message of each kind as that release wrote it;
a release replaces it by what the one before it writes.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from interpreter.captions import FRAME_VERSION, decode_frame
from interpreter.events import ItemKind, Origin
from interpreter.journal import drain_dead_journals
from interpreter.line import LINE_VERSION, decode_line, decode_reader
from interpreter.pair.job import decode_job
from interpreter.requirements import ROOT
from interpreter.room import METADATA_VERSION, decode_metadata
from interpreter.store import segments_of
from tests.interpreter.conftest import ROOM

Message = dict[str, Any]
PREVIOUS: dict[str, Message] = json.loads(
    (ROOT / "tests" / "data" / "wire_of_previous_release.json").read_text(encoding="utf-8")
)
READ: dict[str, tuple[int, Callable[[bytes], object]]] = {
    "caption_frame": (FRAME_VERSION, decode_frame),
    "line": (LINE_VERSION, decode_line),
    "reader": (LINE_VERSION, decode_reader),
    "metadata": (METADATA_VERSION, lambda payload: decode_metadata(payload.decode())),
}
"""Kind → the version that is written today, and how it is read."""

kinds = pytest.mark.parametrize("kind", sorted(READ))


def _read(kind: str, **changes: object) -> object:
    _, decode = READ[kind]
    return decode(json.dumps({**PREVIOUS[kind], **changes}).encode())


@kinds
def test_the_release_before_is_of_this_version_or_the_one_before(kind: str) -> None:
    assert PREVIOUS[kind]["v"] in (READ[kind][0], READ[kind][0] - 1)


def test_a_caption_of_the_release_before_is_read_whole() -> None:
    frame = decode_frame(json.dumps(PREVIOUS["caption_frame"]).encode())
    assert frame is not None
    assert (frame.segment, frame.revision, frame.seq, frame.epoch) == ("en-es.2.7", 3, 41, 2)
    assert (frame.is_final, frame.language, frame.origin) == (True, "es", Origin.MACHINE)
    assert (frame.start_s, frame.end_s, frame.sent_s) == (12.5, 14.25, 15.0)
    assert (frame.speaker, frame.text) == ("Ana", "El ayuntamiento se reúne hoy.")
    assert frame.source_segments == ("en.1.4", "en.1.5")


def test_words_of_the_release_before_are_read_whole() -> None:
    message = decode_line(json.dumps(PREVIOUS["line"]).encode())
    assert message is not None
    assert (message.line, message.epoch, message.names) == ("en", 1, {"spk": "Ana"})
    (item,) = message.items
    assert (item.seq, item.kind, item.text) == (5, ItemKind.WORD, "council")
    assert (item.start_s, item.end_s, item.speaker, item.segment) == (1.0, 1.4, "spk", "en.1.2")


def test_a_reader_of_the_release_before_is_understood() -> None:
    reader = decode_reader(json.dumps(PREVIOUS["reader"]).encode())
    assert reader is not None
    assert (reader.line, reader.epoch, reader.next_seq, reader.spoken_seq) == ("en", 1, 6, 4)
    assert (reader.lag_s, reader.state) == (1.25, "live")
    assert (reader.target, reader.pair_epoch) == ("es", 2)


def test_a_room_of_the_release_before_is_served() -> None:
    metadata = decode_metadata(json.dumps(PREVIOUS["metadata"]))
    assert metadata is not None
    assert (metadata.session, metadata.clock_zero, metadata.version) == ("r-1", 1000.5, 4)
    assert (metadata.spoken, metadata.offered) == (("en",), ("es", "ca"))
    assert (metadata.wanted.voices, metadata.wanted.captions) == (("es",), ("ca",))


def test_a_pair_that_the_release_before_dispatched_starts() -> None:
    job = decode_job(json.dumps(PREVIOUS["pair_job"]))
    assert (job.source.tag, job.target.tag) == ("en", "es")
    assert (job.epoch, job.line_epoch, job.next_seq) == (2, 1, 6)


async def test_a_journal_that_the_release_before_left_is_stored(
    tmp_path: Path, store: Engine
) -> None:
    await _leave_journal(tmp_path, store, PREVIOUS["journal"])
    with Session(store) as session:
        (segment,) = segments_of(session, ROOM)
    assert (segment.id, segment.text) == ("en-es.2.7", "El ayuntamiento se reúne hoy.")
    assert (segment.first_seq, segment.last_seq) == (3, 9)


async def test_a_journal_that_a_newer_release_left_is_stored(tmp_path: Path, store: Engine) -> None:
    await _leave_journal(tmp_path, store, {**PREVIOUS["journal"], "loudness": 0.5})
    with Session(store) as session:
        assert [segment.id for segment in segments_of(session, ROOM)] == ["en-es.2.7"]


async def _leave_journal(folder: Path, store: Engine, *lines: Message) -> None:
    journal = folder / ROOM / "pair-1.jsonl"
    journal.parent.mkdir()
    journal.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert await drain_dead_journals(folder, store) == 1


@kinds
def test_the_version_before_is_read(kind: str) -> None:
    assert _read(kind, v=READ[kind][0] - 1) == _read(kind)
    assert _read(kind) is not None


@kinds
def test_what_a_newer_release_adds_is_passed_over(kind: str) -> None:
    assert _read(kind, added_later={"x": 1}) == _read(kind)


@kinds
def test_a_version_that_nobody_knows_yet_is_refused(kind: str) -> None:
    assert _read(kind, v=READ[kind][0] + 1) is None
