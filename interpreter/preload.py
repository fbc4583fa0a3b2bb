"""Imported once in the process that jobs are forked from: does what every job would otherwise do
first, in memory and time of its own (11 MB a job, measured). Leaves no thread, file or connection.

What is there when a job is forked is not looked through by the job's garbage collector: that would
write to each object, and so copy 82 MB of shared pages for each job (measured, docs.python.org/3/
library/gc.html#gc.freeze).
"""

import asyncio
import gc
import os
import sqlite3
from contextlib import suppress

import anyio._backends._asyncio  # noqa: F401  (else imported at the first connection)
from sqlalchemy import event
from sqlmodel import Session

import languages
from interpreter.engines import open_translator, open_voice
from interpreter.errors import InterpretationError
from interpreter.events import Origin, Segment
from interpreter.facts import fact_check
from interpreter.glossary_rows import entries_for
from interpreter.settings import Settings, load_settings
from interpreter.store import Meeting, add_room, add_segments, create_schema, shared_store
from interpreter.unread import unread_since_s
from interpreter.usage import Amounts, UsedEngine
from interpreter.usage_rows import save_usage


def _use_the_store() -> None:
    """Mappings are made ready, and statements compiled, by their first use: of a database in memory
    in the place of the one that this engine is for, which is not there to be asked yet."""
    store = shared_store(_database_url())
    memory = sqlite3.connect(":memory:", isolation_level="IMMEDIATE", check_same_thread=False)

    def connect(*_: object) -> sqlite3.Connection:
        return memory

    event.listen(store, "do_connect", connect)
    create_schema(store)
    used = UsedEngine("stt", "", "", "", "en"), (Amounts(requests=1), (0.0, 1.0))
    for number in range(2):  # what exists is written differently
        with Session(store) as session:
            meeting = Meeting(id=f"m{number}", name="", spoken=[], offered=[], speaker_key="")
            add_room(session, meeting, meeting.id, clock_zero=0.0)
            line = Segment("s", "es", Origin.MACHINE, "", "", 0, 0, "", 1, "en/1", 0, 1)
            add_segments(session, meeting.id, [line])
            save_usage(session, "m0", "", dict([used]))
            unread_since_s(session, meeting.id, "en", "es")
            entries_for(session, [""], "en", "es")
    event.remove(store, "do_connect", connect)
    store.dispose()


def _database_url() -> str:
    """The jobs' own, where it is a file; what else there is speaks another dialect."""
    with suppress(InterpretationError):  # no settings, no jobs
        if (url := load_settings().database_url).startswith("sqlite"):
            return url
    return "sqlite:///:memory:"


def _open_engines() -> None:
    """Settings and language files are read by their first reader; engines connect later."""
    keys = {"LIVEKIT_API_KEY": "none", "LIVEKIT_API_SECRET": "none"}
    settings = Settings.model_validate(keys)
    with suppress(InterpretationError):  # they are not installed here: their jobs will say so
        open_translator("en", "es", settings)
        open_voice("es", settings)


def _read_tables() -> None:
    """What CLDR says of a language is read by who first compares a translation with its source."""
    fact_check(languages.load("en"), languages.load("es"))


async def _begin() -> None:
    """An event loop begins, and ends."""


_use_the_store()
_open_engines()
_read_tables()
asyncio.run(_begin())
gc.collect()
os.register_at_fork(before=gc.freeze)
