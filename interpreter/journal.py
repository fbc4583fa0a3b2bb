"""A job's journal: segments go to a file before listeners see them as final, then to the store.

An append is one write to the file, so it survives the death of the process. A drain takes what was
appended to the store in order, however long the database is away, and notes beside the journal how
far it came. A journal whose segments are all stored is deleted; what a dead job left is drained by
`drain_dead_journals`, which `keep_draining` repeats. A living job holds a lock on its journal,
which its death releases. What was said and not yet final is noted beside the journal too: when the
job dies in mid-sentence, the words so far are stored.

A disk that takes nothing stops no caption: what it refuses waits in memory, is written to the disk
as soon as there is room, and goes to the store from memory as long as there is none. The operator
reads of it in the log, and only the death of the process in that time loses words.
"""

import asyncio
import fcntl
import logging
import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlmodel import Session

from interpreter.errors import InterpretationError
from interpreter.events import Segment
from interpreter.journal_file import BATCH_SEGMENTS, JournalFile, encode
from interpreter.store import add_segments

logger = logging.getLogger(__name__)

OPEN_TRIES = 5
MOST_IN_MEMORY = 20_000
"""Segments that wait for a disk or a database: about a day of speech, 20 MB."""


def retry_delay_s(failures: int) -> float:
    """Wait before the next try after so many failures in a row: 0.2 s, doubling, 10 s at most."""
    return min(0.2 * 2.0 ** min(failures - 1, 10), 10.0)


class JournalInUse(InterpretationError):
    """Another living job writes this journal."""

    code = "journal_in_use"


class Journal:
    """One job's journal: `append` on the job's loop, `run` beside it, `finish` at the end."""

    def __init__(self, file: JournalFile, store: Engine) -> None:
        self._journal = file
        self._store = store
        self._file: int | None = None
        self._memory: deque[Segment] = deque()
        self._drafts: dict[str, Segment] = {}
        self._appended = asyncio.Event()
        self._appended.set()
        self._turn = asyncio.Lock()
        self._is_closed = False

    @classmethod
    def open(cls, directory: Path, session: str, job: str, store: Engine) -> "Journal":
        """Open `<directory>/<session>/<job>.jsonl`; the session's room must be in the store."""
        journal = cls(JournalFile(directory / session / f"{job}.jsonl"), store)
        journal._open_file()
        return journal

    @property
    def in_memory(self) -> int:
        """Segments that the disk has refused and the store has not got yet."""
        return len(self._memory)

    def append(self, segment: Segment) -> None:
        """Keep a segment before its final caption goes out; returns when it is in the file, or in
        memory while the disk takes nothing."""
        self._drafts.pop(segment.id, None)
        self._memory.append(segment)
        self._empty_memory()
        if len(self._memory) > MOST_IN_MEMORY:
            self._memory.popleft()
            logger.error("a segment is lost: neither disk nor database took it for too long")
        self._appended.set()

    def draft(self, segment: Segment) -> None:
        """Note an open segment as it reads now, in the place of what was noted of it before."""
        self._drafts[segment.id] = segment
        if self._file is not None:
            self._journal.keep_open(self._drafts.values())

    async def run(self) -> None:
        """Take appended segments to the store until `finish`; waits while the database is away."""
        while not self._is_closed:
            await self._appended.wait()
            self._appended.clear()
            await self._drain()

    async def finish(self, limit_s: float = 5.0) -> bool:
        """Drain and close; False when the time did not suffice and the worker drains the rest."""
        is_drained = True
        try:
            async with asyncio.timeout(limit_s):
                await self._drain()
        except TimeoutError:
            is_drained = False
            logger.warning("journal not stored in time; it is kept and drained later")
        finally:
            self._close(is_drained)
        return is_drained

    def _close(self, is_drained: bool) -> None:
        self._is_closed = True
        self._appended.set()
        self._empty_memory()
        if self._memory:
            logger.error(
                "segments are lost: the disk took none", extra={"segments": len(self._memory)}
            )
        if is_drained and self._journal.is_stored:
            self._journal.delete()
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open_file(self) -> None:
        try:
            self._file = _locked(self._journal.path)
        except OSError as error:
            _tell_operator(error)

    def _empty_memory(self) -> None:
        """Write what waits in memory to the file, as far as the disk takes it."""
        was_waiting = len(self._memory) > 1
        try:
            if self._file is None:
                self._file = _locked(self._journal.path)
            while self._memory:
                self._journal.append(self._file, encode(self._memory[0]))
                self._memory.popleft()
        except OSError as error:
            if not was_waiting:
                _tell_operator(error)
            return
        if was_waiting:
            logger.warning("the journal's disk takes segments again; none was lost")

    async def _drain(self) -> None:
        async with self._turn:
            await _drain(self._journal, self._store)
            while self._memory:
                batch = list(self._memory)[:BATCH_SEGMENTS]
                await _until_stored(self._store, self._journal.room_id, batch)
                self._forget(batch)

    def _forget(self, stored: list[Segment]) -> None:
        """Meanwhile the disk may have taken some of them too; they are not stored twice."""
        ids = {segment.id for segment in stored}
        while self._memory and self._memory[0].id in ids:
            self._memory.popleft()


async def keep_draining(
    directory: Path,
    store: Engine,
    every_s: float,
    may_drain: Callable[[Path], bool] = lambda _path: True,
) -> None:
    """Take dead jobs' journals to the store, again and again, until cancelled."""
    kept: set[Path] = set()
    while True:
        await drain_dead_journals(directory, store, kept, may_drain)
        await asyncio.sleep(every_s)


async def drain_dead_journals(
    directory: Path,
    store: Engine,
    kept: set[Path] | None = None,
    may_drain: Callable[[Path], bool] = lambda _path: True,
) -> int:
    """Take to the store what dead jobs had still in their journals; returns how many journals.

    Those that do not fit the database are noted in `kept`, and said once.
    """
    drained = 0
    kept = set() if kept is None else kept
    for path in await asyncio.to_thread(_found, directory, "*.jsonl"):
        with _lock_of_dead_job(path) as is_dead:
            if not is_dead or not may_drain(path):
                continue
            journal = JournalFile(path)
            try:
                await _drain(journal, store)
                await _until_stored(store, journal.room_id, journal.read_open())
            except (InterpretationError, SQLAlchemyError, OSError):
                if path not in kept:
                    logger.exception("a dead job's journal does not fit the database; it is kept")
                kept.add(path)
                continue
            journal.delete()
            drained += 1
    await asyncio.to_thread(_tidy, directory)
    return drained


def dead_journals(directory: Path) -> set[Path]:
    """The journals that no living job holds."""
    found = set()
    for path in _found(directory, "*.jsonl"):
        with _lock_of_dead_job(path) as is_dead:
            if is_dead:
                found.add(path)
    return found


def _folders(directory: Path) -> list[Path]:
    """One of each room."""
    try:
        return sorted(path for path in directory.iterdir() if path.is_dir())
    except FileNotFoundError:
        return []


def _found(directory: Path, pattern: str) -> list[Path]:
    """The files of all rooms; a room's folder may go while we look: others tidy too."""
    found: list[Path] = []
    for folder in _folders(directory):
        with suppress(FileNotFoundError):
            found += sorted(folder.glob(pattern))
    return found


async def _drain(journal: JournalFile, store: Engine) -> None:
    while not journal.is_stored:
        batch = await asyncio.to_thread(journal.read)
        await _until_stored(store, journal.room_id, batch.segments)
        await asyncio.to_thread(journal.mark_stored, batch.end)


async def _until_stored(store: Engine, room_id: str, segments: list[Segment]) -> None:
    failures = 0
    while segments:
        try:
            await asyncio.to_thread(_store, store, room_id, segments)
            return
        except (DBAPIError, NoConnectionFree) as error:
            if not _is_away(error):
                raise
            failures += 1
            logger.warning("database away; the journal waits", extra={"failures": failures})
            await asyncio.sleep(retry_delay_s(failures))


def _is_away(error: SQLAlchemyError) -> bool:
    """Whether the database could take the same words later."""
    if isinstance(error, IntegrityError):
        return False
    is_cut_off = isinstance(error, DBAPIError) and error.connection_invalidated
    return is_cut_off or isinstance(error, OperationalError | InterfaceError | NoConnectionFree)


def _store(store: Engine, room_id: str, segments: list[Segment]) -> None:
    with Session(store) as session:
        refused = add_segments(session, room_id, segments)
    if refused:
        logger.warning("segments refused by the store", extra={"refused": len(refused)})


def _locked(path: Path) -> int:
    """The journal's file, opened for this job alone; locked before it has its name, so that nobody
    takes it for a dead job's."""
    fresh = path.with_suffix(".new")
    file = _opened(path if path.exists() else fresh)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not path.exists():
            fresh.rename(path)
    except BlockingIOError as error:
        os.close(file)
        raise JournalInUse("Another job writes this journal; job names must differ.") from error
    except OSError:
        os.close(file)
        raise
    return file


def _opened(path: Path) -> int:
    """The file, in a folder that is made; a worker that tidies may take the empty folder away."""
    for _ in range(OPEN_TRIES - 1):
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


@contextmanager
def _lock_of_dead_job(path: Path) -> Iterator[bool]:
    """True inside while no job holds the journal; nobody else drains it meanwhile."""
    try:
        file = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        yield False
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(file)


def _tidy(directory: Path) -> None:
    """Remove notes of journals that are gone (a job that ends late may write one more), and the
    folders of sessions that are over."""
    for note in (*_found(directory, "*.stored*"), *_found(directory, "*.open*")):
        if not note.with_suffix(".jsonl").exists():
            note.unlink(missing_ok=True)
    for folder in _folders(directory):
        with suppress(OSError):  # not empty; a job that begins now makes it again
            folder.rmdir()


def _tell_operator(error: OSError) -> None:
    logger.error(
        "the journal's disk takes nothing: free some space; segments wait in memory",
        extra={"errno": error.errno},
    )
