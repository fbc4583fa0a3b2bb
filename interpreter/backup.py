"""A copy of everything that this installation keeps, taken while it runs, and put back elsewhere.

Journals are copied before the database: what a job has appended is then in the copy of its journal,
or of the database, or of both, and both is no harm, since a segment is stored once however often it
is given. The other way round a segment that was stored and taken out of its journal in between
would be lost. Keys (`env`) are no part of it: they belong in a safe place of their own.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from interpreter.errors import InputError, RequirementMissing
from interpreter.settings import Settings

DATABASE = "interpreter.db"


def back_up(settings: Settings, folder: Path) -> None:
    """Copy journals, database and event logs to a new folder that only its owner can read."""
    source = sqlite_file(settings)
    if not source.is_file():
        raise RequirementMissing(f"There is no database at {source} to back up.")
    if folder.exists():
        raise InputError(
            f"There is something at {folder} already. Give a folder that is not there."
        )
    folder.mkdir(mode=0o700, parents=True)
    _copy_journals(settings.journal_dir, folder / settings.journal_dir.name)
    _copy_database(source, folder / DATABASE)
    if settings.events_dir.is_dir():
        shutil.copytree(settings.events_dir, folder / settings.events_dir.name)


def restore(settings: Settings, folder: Path) -> None:
    """Put a backup in place of an installation that has no database yet.

    Journals in it are stored by the first worker that starts.
    """
    target, source = sqlite_file(settings), folder / DATABASE
    if not source.is_file():
        raise InputError(f"{folder} is no backup: there is no {DATABASE} in it.")
    left = sorted(one.name for one in target.parent.glob(f"{target.name}*"))
    if left:
        raise InputError(
            f"There is a database in {target.parent} already ({', '.join(left)}). Move it away."
        )
    _check(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    for kept in (settings.journal_dir, settings.events_dir):
        if (folder / kept.name).is_dir():
            shutil.copytree(folder / kept.name, kept, dirs_exist_ok=True)
    _copy_database(source, target)


def sqlite_file(settings: Settings) -> Path:
    """Where the database lies; raises RequirementMissing when it is no file."""
    prefix = "sqlite:///"
    if not settings.database_url.startswith(prefix):
        raise RequirementMissing(
            "This installation keeps its database in a server of its own: back it up with pg_dump, "
            "after its journals. docs/operations.md has the commands."
        )
    return Path(settings.database_url.removeprefix(prefix))


def _copy_journals(source: Path, target: Path) -> None:
    """Whole lines only; the notes of what is stored already stay behind, since they are newer."""
    for journal in sorted(source.glob("*/*.jsonl")):
        try:
            content = journal.read_bytes()
        except FileNotFoundError:  # all of it is in the database by now
            continue
        copy = target / journal.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(content[: content.rfind(b"\n") + 1])


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's own online copy: one moment of the database, whoever writes meanwhile."""
    draft = target.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as opened,
        closing(sqlite3.connect(draft)) as copy,
    ):
        opened.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    draft.chmod(0o600)
    draft.replace(target)


def _check(database: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
            said = opened.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        raise InputError(f"The database in the backup is damaged ({said}). Take an older backup.")
