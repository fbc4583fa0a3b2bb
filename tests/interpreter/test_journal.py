"""A job's journal: nothing that listeners saw as final is lost, whatever dies."""

import asyncio
import logging
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlmodel import Session

from interpreter.events import Origin, Segment
from interpreter.journal import (
    Journal,
    JournalInUse,
    dead_journals,
    drain_dead_journals,
    keep_draining,
    retry_delay_s,
)
from interpreter.journal_file import decode, encode
from interpreter.store import segments_of
from tests.interpreter.conftest import ROOM


def segment(number: int) -> Segment:
    return Segment(
        id=f"en.1.{number}",
        language="en",
        origin=Origin.SPEECH,
        speaker="Ana",
        text="A line\nbreak, “quotes” and 🎉.",
        start_s=float(number),
        end_s=number + 1.0,
        engine="pocketsphinx",
        epoch=1,
    )


def stored_ids(store: Engine) -> list[str]:
    with Session(store) as session:
        return [item.id for item in segments_of(session, ROOM)]


async def test_appended_segments_reach_the_store_in_order(tmp_path: Path, store: Engine) -> None:
    journal = Journal.open(tmp_path / "journal", ROOM, "floor-1", store)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(journal.run(), name="journal")
        for number in range(5):
            journal.append(segment(number))
            await asyncio.sleep(0)
        assert await journal.finish()
    assert stored_ids(store) == [f"en.1.{number}" for number in range(5)]
    with Session(store) as session:
        assert segments_of(session, ROOM)[0] == segment(0)


async def test_a_journal_that_is_stored_leaves_no_file(tmp_path: Path, store: Engine) -> None:
    journal = Journal.open(tmp_path / "journal", ROOM, "floor-1", store)
    journal.append(segment(1))
    await journal.finish()
    assert list((tmp_path / "journal" / ROOM).iterdir()) == []


async def test_segments_wait_in_the_file_while_the_database_is_away(
    tmp_path: Path, store: Engine
) -> None:
    with store.begin() as connection:
        connection.execute(text("ALTER TABLE segment RENAME TO away"))
    journal = Journal.open(tmp_path / "journal", ROOM, "floor-1", store)
    journal.append(segment(1))
    assert not await journal.finish(limit_s=0.05)
    with store.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO segment"))
    assert await drain_dead_journals(tmp_path / "journal", store) == 1
    assert stored_ids(store) == ["en.1.1"]


async def test_the_database_comes_back_while_the_job_lives(tmp_path: Path, store: Engine) -> None:
    def come_back(_record: logging.LogRecord) -> bool:
        with store.begin() as connection:
            connection.execute(text("ALTER TABLE away RENAME TO segment"))
        return True

    with store.begin() as connection:
        connection.execute(text("ALTER TABLE segment RENAME TO away"))
    journal = Journal.open(tmp_path / "journal", ROOM, "floor-1", store)
    journal.append(segment(1))
    log = logging.getLogger("interpreter.journal")
    log.addFilter(come_back)  # called with the first warning that the database is away
    try:
        assert await journal.finish()
    finally:
        log.removeFilter(come_back)
    assert stored_ids(store) == ["en.1.1"]


JOB = f"""
import asyncio, os, signal, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from interpreter.journal import Journal
from interpreter.store import open_store
from tests.interpreter.test_journal import segment

async def job(folder, database):
    journal = Journal.open(Path(folder), {ROOM!r}, "floor-1", open_store(database))
    for number in range(100_000):
        journal.append(segment(number))
        os.write(1, b"%d\\n" % number)

asyncio.run(job(*sys.argv[1:]))
"""
"""Says the number of each segment as soon as it is safe."""


@pytest.mark.parametrize("safe", [1, 2, 57, 300])
def test_a_job_killed_in_mid_append_loses_nothing_that_was_safe(
    tmp_path: Path, store: Engine, safe: int
) -> None:
    command = [sys.executable, "-c", JOB, str(tmp_path / "journal"), str(store.url)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as job:
        assert job.stdout is not None
        said = [job.stdout.readline() for _ in range(safe)]
        job.kill()
        said += job.stdout.readlines()
    assert job.returncode == -signal.SIGKILL
    assert asyncio.run(drain_dead_journals(tmp_path / "journal", store)) == 1
    stored = stored_ids(store)
    assert len(said) <= len(stored) <= len(said) + 1
    assert stored == [f"en.1.{number}" for number in range(len(stored))]


async def test_a_drain_goes_on_where_the_dead_one_stopped(tmp_path: Path, store: Engine) -> None:
    folder = tmp_path / "journal" / ROOM
    first = Journal.open(tmp_path / "journal", ROOM, "floor-1", store)
    for number in range(3):
        first.append(segment(number))
    lines = (folder / "floor-1.jsonl").read_bytes()
    await first.finish()
    (folder / "floor-2.jsonl").write_bytes(lines)
    # The note says that the first two are stored, so only the third is taken.
    (folder / "floor-2.stored").write_text(str(2 * len(lines) // 3))
    with store.begin() as connection:
        connection.execute(text("DELETE FROM segment"))
    await drain_dead_journals(tmp_path / "journal", store)
    assert stored_ids(store) == ["en.1.2"]


async def test_a_living_job_keeps_its_journal(tmp_path: Path, store: Engine) -> None:
    journal = Journal.open(tmp_path / "journal", ROOM, "floor-1", store)
    journal.append(segment(1))
    assert await drain_dead_journals(tmp_path / "journal", store) == 0
    with pytest.raises(JournalInUse):
        Journal.open(tmp_path / "journal", ROOM, "floor-1", store)
    assert await journal.finish()


async def test_a_line_cut_off_by_a_power_failure_is_left_out(tmp_path: Path, store: Engine) -> None:
    journal = Journal.open(tmp_path / "journal", ROOM, "floor-1", store)
    journal.append(segment(1))
    path = tmp_path / "journal" / ROOM / "floor-1.jsonl"
    whole = path.read_bytes()
    await journal.finish()
    path.write_bytes(whole + whole[:40])
    assert await drain_dead_journals(tmp_path / "journal", store) == 1
    assert stored_ids(store) == ["en.1.1"]


async def test_a_dead_journal_of_an_unknown_room_is_kept(tmp_path: Path, store: Engine) -> None:
    journal = Journal.open(tmp_path / "journal", ROOM, "floor-1", store)
    journal.append(segment(1))
    os.rename(tmp_path / "journal" / ROOM, tmp_path / "journal" / "elsewhere")
    line = (tmp_path / "journal" / "elsewhere" / "floor-1.jsonl").read_bytes()
    os.rename(tmp_path / "journal" / "elsewhere", tmp_path / "journal" / ROOM)
    await journal.finish()
    (tmp_path / "journal" / "elsewhere").mkdir()
    kept = tmp_path / "journal" / "elsewhere" / "floor-1.jsonl"
    kept.write_bytes(line)
    assert await drain_dead_journals(tmp_path / "journal", store) == 0
    assert kept.exists()


@pytest.mark.parametrize(("failures", "delay_s"), [(1, 0.2), (2, 0.4), (5, 3.2), (9, 10), (99, 10)])
def test_the_wait_for_the_database_grows_to_ten_seconds(failures: int, delay_s: float) -> None:
    assert retry_delay_s(failures) == delay_s


@contextmanager
def disk_full_after(more_bytes: int, path: Path) -> Iterator[None]:
    """No file of this process grows further than this one by so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + more_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("more_bytes", [0, 1, 100])
async def test_what_a_full_disk_refuses_is_written_when_there_is_room(
    tmp_path: Path, store: Engine, more_bytes: int, caplog: pytest.LogCaptureFixture
) -> None:
    journal = Journal.open(tmp_path / "journal", ROOM, "floor-1", store)
    path = tmp_path / "journal" / ROOM / "floor-1.jsonl"
    journal.append(segment(0))
    with disk_full_after(more_bytes, path):
        journal.append(segment(1))
        journal.append(segment(2))
        assert journal.in_memory == 2
        assert path.read_bytes() == encode(segment(0))
    journal.append(segment(3))
    assert journal.in_memory == 0
    assert path.read_bytes() == b"".join(encode(segment(number)) for number in range(4))
    assert await journal.finish()
    assert stored_ids(store) == [f"en.1.{number}" for number in range(4)]
    told = [record.message for record in caplog.records]
    assert [message[:39] for message in told] == [
        "the journal's disk takes nothing: free ",
        "the journal's disk takes segments again",
    ]


async def test_what_a_full_disk_refuses_goes_to_the_store_from_memory(
    tmp_path: Path, store: Engine
) -> None:
    path = tmp_path / "journal" / ROOM / "floor-1.jsonl"
    path.parent.mkdir(parents=True)
    path.symlink_to("/dev/full")
    journal = Journal.open(tmp_path / "journal", ROOM, "floor-1", store)
    for number in range(3):
        journal.append(segment(number))
    assert await journal.finish()
    assert stored_ids(store) == ["en.1.0", "en.1.1", "en.1.2"]


async def test_a_job_begins_even_where_no_journal_can_be_made(
    tmp_path: Path, store: Engine
) -> None:
    (tmp_path / "journal").write_text("a file where the folder should be")
    journal = Journal.open(tmp_path / "journal", ROOM, "floor-1", store)
    journal.append(segment(1))
    assert await journal.finish()
    assert stored_ids(store) == ["en.1.1"]


async def test_a_note_that_the_disk_refuses_only_means_storing_again(
    tmp_path: Path, store: Engine
) -> None:
    journal = Journal.open(tmp_path / "journal", ROOM, "floor-1", store)
    (tmp_path / "journal" / ROOM / "floor-1.stored").mkdir()
    journal.append(segment(1))
    await journal.finish()
    journal = Journal.open(tmp_path / "journal", ROOM, "floor-1", store)
    journal.append(segment(1))
    journal.append(segment(2))
    await journal.finish()
    assert stored_ids(store) == ["en.1.1", "en.1.2"]


async def test_a_database_that_answers_late_holds_up_no_append(
    tmp_path: Path, store: Engine
) -> None:
    is_asked, answers = threading.Event(), threading.Event()

    @event.listens_for(store, "before_cursor_execute")
    def _wait(*_: object) -> None:
        is_asked.set()
        answers.wait()

    journal = Journal.open(tmp_path / "journal", ROOM, "floor-1", store)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(journal.run(), name="journal")
        journal.append(segment(0))
        await asyncio.to_thread(is_asked.wait)
        for number in range(1, 4):
            journal.append(segment(number))
        running.cancel()
        assert not await journal.finish(limit_s=0.01)
        answers.set()
    assert await drain_dead_journals(tmp_path / "journal", store) == 1
    assert stored_ids(store) == [f"en.1.{number}" for number in range(4)]


async def until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110  (threads and files have no event of the loop)
        await asyncio.sleep(0)


async def test_a_job_that_dies_in_mid_sentence_leaves_the_words_so_far(
    tmp_path: Path, store: Engine
) -> None:
    folder = tmp_path / "journal" / ROOM
    living = Journal.open(tmp_path / "journal", ROOM, "floor-1", store)
    living.draft(replace(segment(1), text="The old"))
    living.append(segment(1))
    living.draft(replace(segment(2), text="No"))
    living.draft(replace(segment(2), text="No trees"))
    left = {path.suffix: path.read_bytes() for path in folder.iterdir()}
    living.append(segment(2))
    await living.finish()
    for suffix, content in left.items():
        (folder / "floor-2").with_suffix(suffix).write_bytes(content)
    with store.begin() as connection:
        connection.execute(text("DELETE FROM segment"))
    await drain_dead_journals(tmp_path / "journal", store)
    with Session(store) as session:
        kept = [(item.id, item.text) for item in segments_of(session, ROOM)]
    assert kept == [("en.1.1", segment(1).text), ("en.1.2", "No trees")]
    assert list((tmp_path / "journal").iterdir()) == []


async def test_a_job_that_ends_in_order_leaves_no_draft(tmp_path: Path, store: Engine) -> None:
    journal = Journal.open(tmp_path / "journal", ROOM, "floor-1", store)
    journal.draft(replace(segment(1), text="The old"))
    journal.append(segment(1))
    await journal.finish()
    assert list((tmp_path / "journal" / ROOM).iterdir()) == []
    with Session(store) as session:
        assert segments_of(session, ROOM) == [segment(1)]


async def test_a_job_that_dies_later_is_drained_without_a_restart(
    tmp_path: Path, store: Engine
) -> None:
    directory = tmp_path / "journal"
    folder = directory / ROOM
    folder.mkdir(parents=True)
    async with asyncio.TaskGroup() as tasks:
        draining = tasks.create_task(keep_draining(directory, store, every_s=0.0))
        (folder / "floor-1.jsonl").write_bytes(encode(segment(1)))
        await until(lambda: stored_ids(store) == ["en.1.1"])
        folder.mkdir(exist_ok=True)
        (folder / "floor-2.jsonl").write_bytes(encode(segment(2)))
        await until(lambda: not directory.exists() or not any(directory.iterdir()))
        draining.cancel()
    assert stored_ids(store) == ["en.1.1", "en.1.2"]


async def test_a_journal_that_does_not_fit_is_said_once_and_stops_no_other(
    tmp_path: Path, store: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    directory = tmp_path / "journal"
    for room in ("elsewhere", ROOM):
        (directory / room).mkdir(parents=True)
        (directory / room / "floor-1.jsonl").write_bytes(encode(segment(1)))
    kept: set[Path] = set()
    drained = [await drain_dead_journals(directory, store, kept) for _ in range(3)]
    assert drained == [1, 0, 0]
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert kept == {directory / "elsewhere" / "floor-1.jsonl"}


async def test_nothing_is_left_of_sessions_that_are_over(tmp_path: Path, store: Engine) -> None:
    journal = Journal.open(tmp_path / "journal", ROOM, "floor-1", store)
    await journal.finish()
    (tmp_path / "journal" / ROOM / "floor-0.stored").write_text("7")  # of a job that ended late
    (tmp_path / "journal" / ROOM / "floor-0.open-17").write_text("{")  # of one killed as it wrote
    await drain_dead_journals(tmp_path / "journal", store)
    assert list((tmp_path / "journal").iterdir()) == []


async def test_only_journals_that_no_living_job_holds_are_dead(
    tmp_path: Path, store: Engine
) -> None:
    directory = tmp_path / "journal"
    living = Journal.open(directory, ROOM, "floor-1", store)
    dead = directory / ROOM / "floor-2.jsonl"
    dead.write_bytes(encode(segment(2)))
    assert dead_journals(directory) == {dead}
    await living.finish()


async def test_jobs_begin_and_end_while_workers_tidy(tmp_path: Path, store: Engine) -> None:
    """Each takes away the folders that the other is about to look into, or to write in."""
    directory = tmp_path / "journal"
    async with asyncio.TaskGroup() as tasks:
        tidying = [tasks.create_task(keep_draining(directory, store, 0.0)) for _ in range(2)]
        for number in range(100):
            journal = Journal.open(directory, f"{ROOM}{number % 3}", f"floor-{number}", store)
            await asyncio.to_thread(dead_journals, directory)
            await journal.finish()
        for task in tidying:
            task.cancel()
    assert dead_journals(directory) == set()


async def test_a_dead_jobs_journal_stays_until_it_may_go(tmp_path: Path, store: Engine) -> None:
    """While it stands, it tells the worker that the participant is still to be removed."""
    path = tmp_path / "journal" / ROOM / "floor-1.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(encode(segment(1)))
    assert await drain_dead_journals(path.parents[1], store, may_drain=lambda _path: False) == 0
    assert path.exists()
    assert stored_ids(store) == []
    assert await drain_dead_journals(path.parents[1], store, may_drain=lambda _path: True) == 1
    assert stored_ids(store) == ["en.1.1"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(encode(segment(1)), segment(1), id="as-written"),
        pytest.param(encode(segment(1))[:-2] + b', "new": 1}\n', segment(1), id="newer"),
        pytest.param(encode(segment(1))[:40], None, id="cut-off"),
        pytest.param(b"[]\n", None, id="no-object"),
        pytest.param(b"{}\n", None, id="no-fields"),
        pytest.param(b"\xff\n", None, id="no-text"),
    ],
)
def test_a_line_is_read_whole_or_not_at_all(line: bytes, expected: Segment | None) -> None:
    assert decode(line) == expected
