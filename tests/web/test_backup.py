"""A backup of a running installation, restored elsewhere, exports the same transcript."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from interpreter.backup import back_up, restore
from interpreter.errors import InputError, RequirementMissing
from interpreter.journal import Journal, drain_dead_journals
from interpreter.store import Meeting, add_room, add_segments
from tests.web.conftest import Site, open_site, segment, web_settings

SAID = [segment("The council meets today.", 1.0), segment("It opens the school.", 5.0)]
JOURNALLED = segment("The bridge stays open.", 9.0)


async def _transcript(web: Site) -> str:
    answer = await web.http.get("/m/m1/export/en.vtt")
    return answer.raise_for_status().text


@contextmanager
def _somebody_else_speaks(store: Engine, room_id: str) -> Iterator[None]:
    """Segments of another meeting go into the database all the while."""
    begun, over = threading.Event(), threading.Event()

    def write() -> None:
        number = 0
        while not over.is_set():
            number += 1
            with Session(store) as session:
                add_segments(session, room_id, [segment(f"Sentence {number}.", float(number))])
            begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait()
    try:
        yield
    finally:
        over.set()
        writer.join()


async def test_a_running_installation_is_restored_with_every_word(tmp_path: Path) -> None:
    here, there = (web_settings(tmp_path / name) for name in ("here", "there"))
    async with open_site(here) as web:
        web.begin("r1", clock_zero=1000.0)
        web.keep(lambda session: add_room(session, _other_meeting(), "r2", 2000.0))
        web.say(*SAID)
        journal = Journal.open(here.journal_dir, "r1", "floor-1", web.store)
        journal.append(JOURNALLED)
        with _somebody_else_speaks(web.store, "r2"):
            back_up(here, tmp_path / "backup")
        await journal.finish()
        whole = await _transcript(web)
    restore(there, tmp_path / "backup")
    async with open_site(there) as web:
        drained = await drain_dead_journals(there.journal_dir, web.store)
        restored = await _transcript(web)
    assert drained == 1
    assert restored == whole
    assert "The bridge stays open." in restored


def _other_meeting() -> Meeting:
    return Meeting(id="m2", name="Clinic", spoken=["en"], offered=["es"], speaker_key="k2")


async def test_a_journal_that_is_stored_during_the_backup_is_not_lost(tmp_path: Path) -> None:
    """The copy of the journal and the copy of the database may both hold a segment."""
    here, there = (web_settings(tmp_path / name) for name in ("here", "there"))
    async with open_site(here) as web:
        web.begin("r1", clock_zero=1000.0)
        journal = Journal.open(here.journal_dir, "r1", "floor-1", web.store)
        journal.append(JOURNALLED)
        web.say(JOURNALLED)
        back_up(here, tmp_path / "backup")
        await journal.finish()
        whole = await _transcript(web)
    restore(there, tmp_path / "backup")
    async with open_site(there) as web:
        await drain_dead_journals(there.journal_dir, web.store)
        assert await _transcript(web) == whole


async def test_half_a_line_of_a_journal_is_left_for_the_next_backup(tmp_path: Path) -> None:
    here = web_settings(tmp_path / "here")
    async with open_site(here) as web:
        web.begin("r1")
        journal = here.journal_dir / "r1" / "floor-1.jsonl"
        journal.parent.mkdir(parents=True)
        journal.write_bytes(b'{"whole": 1}\n{"hal')
        back_up(here, tmp_path / "backup")
    copy = tmp_path / "backup" / "journal" / "r1" / "floor-1.jsonl"
    assert copy.read_bytes() == b'{"whole": 1}\n'


async def test_event_logs_are_backed_up_and_keys_are_not(tmp_path: Path) -> None:
    here, there = (web_settings(tmp_path / name) for name in ("here", "there"))
    async with open_site(here):
        (here.events_dir / "r1").mkdir(parents=True)
        (here.events_dir / "r1" / "floor-1.jsonl").write_text("{}\n")
        (here.state_dir / "env").write_text("LIVEKIT_API_SECRET=secret\n")
        back_up(here, tmp_path / "backup")
    restore(there, tmp_path / "backup")
    assert (there.events_dir / "r1" / "floor-1.jsonl").read_text() == "{}\n"
    assert not (tmp_path / "backup" / "env").exists()
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0


async def test_what_cannot_be_backed_up_is_said(tmp_path: Path) -> None:
    here = web_settings(tmp_path / "here")
    with pytest.raises(RequirementMissing, match="no database at"):
        back_up(here, tmp_path / "backup")
    async with open_site(here):
        with pytest.raises(InputError, match="Give a folder that is not there"):
            back_up(here, tmp_path)
    elsewhere = web_settings(tmp_path, database="postgresql+psycopg://me@127.0.0.1/words")
    with pytest.raises(RequirementMissing, match=r"pg_dump.*docs/operations\.md"):
        back_up(elsewhere, tmp_path / "backup")


async def test_what_cannot_be_restored_is_said(tmp_path: Path) -> None:
    here, there = (web_settings(tmp_path / name) for name in ("here", "there"))
    async with open_site(here):
        back_up(here, tmp_path / "backup")
    with pytest.raises(InputError, match="is no backup"):
        restore(there, tmp_path)
    with pytest.raises(InputError, match="already .*Move it away"):
        restore(here, tmp_path / "backup")
    shutil.copytree(tmp_path / "backup", tmp_path / "damaged")
    (tmp_path / "damaged" / "interpreter.db").write_bytes(b"not a database at all" * 500)
    with pytest.raises(InputError, match="is damaged .*older backup"):
        restore(there, tmp_path / "damaged")
    assert not there.state_dir.joinpath("interpreter.db").exists()
