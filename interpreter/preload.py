"""Imported once in the process that jobs are forked from: does what every job would otherwise do
first, in memory and time of its own (11 MB a job, measured). Leaves no thread, file or connection.

What is there when a job is forked is not looked through by the job's garbage collector: that would
write to each object, and so copy 82 MB of shared pages for each job (measured, docs.python.org/3/
library/gc.html#gc.freeze).
"""

import asyncio
import gc
import os
from contextlib import suppress

import anyio._backends._asyncio  # noqa: F401  (else imported at the first connection)
from sqlmodel import Session

import languages
from interpreter.engines import open_translator, open_voice
from interpreter.errors import InterpretationError
from interpreter.events import Origin, Segment
from interpreter.facts import fact_check
from interpreter.settings import Settings
from interpreter.store import Meeting, add_room, add_segments, create_schema, open_store


def _store_a_segment() -> None:
    """The database's modules and mappings are made ready by their first use."""
    store = open_store("sqlite:///:memory:")
    create_schema(store)
    with Session(store) as session:
        meeting = Meeting(id="m", name="", spoken=[], offered=[], speaker_key="")
        add_room(session, meeting, "r", clock_zero=0.0)
        add_segments(session, "r", [Segment("s", "es", Origin.MACHINE, "", "", 0, 0, "", 1, "en")])
    store.dispose()


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


_store_a_segment()
_open_engines()
_read_tables()
asyncio.run(_begin())
gc.collect()
os.register_at_fork(before=gc.freeze)
