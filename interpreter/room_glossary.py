"""The glossaries of a running room: read anew whenever room metadata says that it has changed.

What is done with the entries is not known here.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from livekit import rtc
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from glossaries import Entry
from interpreter.glossary_rows import entries_for, entries_of
from interpreter.room import decode_metadata

logger = logging.getLogger(__name__)

READ_S = 5.0
"""A database that answers later is asked again."""
AGAIN_S = 0.5

Read = Callable[[Sequence[str]], Awaitable[list[Entry]]]
"""Ids of glossaries → what they know, for a pair or all of it."""
Taken = Callable[[list[Entry]], Awaitable[None]]


async def nothing(_glossary_ids: Sequence[str]) -> list[Entry]:
    """For a pair without a store."""
    return []


def reader(store: Engine, source: str, target: str) -> Read:
    """Reads what the store has for a pair, in a thread."""

    def ask(glossary_ids: Sequence[str]) -> list[Entry]:
        with Session(store) as session:
            return entries_for(session, glossary_ids, source, target)

    async def read(glossary_ids: Sequence[str]) -> list[Entry]:
        return await asyncio.to_thread(ask, glossary_ids)

    return read


def reader_of_all(store: Engine) -> Read:
    """Reads all that the store has, in a thread."""

    def ask(glossary_ids: Sequence[str]) -> list[Entry]:
        with Session(store) as session:
            return entries_of(session, glossary_ids)

    async def read(glossary_ids: Sequence[str]) -> list[Entry]:
        return await asyncio.to_thread(ask, glossary_ids)

    return read


class RoomGlossary:
    """Hands out the entries at the start and after each change, until cancelled; whoever gets them
    works with the ones before while the database is away."""

    def __init__(self, room: rtc.Room, read: Read, taken: Taken) -> None:
        self._room = room
        self._read = read
        self._taken = taken
        self._version = -1
        self._wanted: dict[str, int] = {}
        self._changed = asyncio.Event()

    async def run(self) -> None:
        self._room.on("room_metadata_changed", self._on_metadata)
        # What was changed meanwhile is in the room's metadata, unannounced.
        self._room.on("reconnected", self._on_metadata)
        self._on_metadata()
        try:
            while True:
                await self._changed.wait()
                self._changed.clear()
                await self._read_once()
        finally:
            self._room.off("room_metadata_changed", self._on_metadata)
            self._room.off("reconnected", self._on_metadata)

    def _on_metadata(self, *_: object) -> None:
        seen = decode_metadata(self._room.metadata)
        if seen is None or seen.version < self._version:
            return
        self._version = seen.version
        if seen.glossaries != self._wanted:
            self._wanted = seen.glossaries
            self._changed.set()

    async def _read_once(self) -> None:
        try:
            async with asyncio.timeout(READ_S):
                entries = await self._read(list(self._wanted))
        except (TimeoutError, SQLAlchemyError) as error:
            logger.warning("the glossary is not read yet", extra={"error": type(error).__name__})
            await asyncio.sleep(AGAIN_S)
            self._changed.set()
        else:
            await self._taken(entries)
