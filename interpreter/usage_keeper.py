"""What a job's engines used: to the event log at once, its sums to the store every few seconds.

A database that is away costs nothing but time: sums are written again whole.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from threading import Lock
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from interpreter.event_log import EventLog
from interpreter.usage import Amounts, Spans, Sums, UsedEngine
from interpreter.usage_rows import save_usage

logger = logging.getLogger(__name__)

SAVE_EVERY_S = 5.0
SAVE_S = 5.0
"""A database that takes longer is away."""
LAST_SAVE_S = 0.4
"""At a job's end nobody waits longer."""


class UsageKeeper:
    """Keeps one job's usage; `note` is what engines are opened with."""

    def __init__(
        self, store: Engine, session: str, job: str, events: EventLog, now_s: Callable[[], float]
    ) -> None:
        """`now_s`: the room's clock."""
        self._store = store
        self._session = session
        self._job = job
        self._events = events
        self._now_s = now_s
        self._sums = Sums()
        self._noted = 0
        self._saved = 0
        """So many uses are in the store."""
        self._turn = Lock()
        """One that was given up may still be writing: what is newer comes after it."""

    def note(self, used: UsedEngine, amounts: Amounts) -> None:
        """An engine was used."""
        counted = {name: value for name, value in asdict(amounts).items() if value}
        self._events.write("usage", **asdict(used), **counted)
        self._sums.add(used, amounts, self._now_s())
        self._noted += 1

    async def during(self, work: Coroutine[Any, Any, None]) -> None:
        """Run the job's work, and keep what is used meanwhile."""
        try:
            async with asyncio.TaskGroup() as tasks:
                saving = tasks.create_task(self._save_again_and_again(), name="usage")
                await work
                saving.cancel()
        finally:
            await self._save(LAST_SAVE_S)

    async def _save_again_and_again(self) -> None:
        while True:
            await asyncio.sleep(SAVE_EVERY_S)
            await self._save(SAVE_S)

    async def _save(self, limit_s: float) -> None:
        noted = self._noted
        if noted == self._saved:
            return
        try:
            async with asyncio.timeout(limit_s):
                await asyncio.to_thread(self._write, dict(self._sums.rows))
            self._saved = noted  # not where this was cancelled: then all is written again
        except (TimeoutError, SQLAlchemyError):
            logger.warning("usage is kept later: the database is away", exc_info=True)

    def _write(self, rows: dict[UsedEngine, tuple[Amounts, Spans]]) -> None:
        with self._turn, Session(self._store) as session:
            save_usage(session, self._session, self._job, rows)
