"""Which of several web processes looks after the rooms: it holds a lease in the database.

No clock is compared with another: the holder counts a beat, the others watch it. A beat that stood
still for the lease's whole time on a watcher's own clock has lapsed, and the watcher that first
swaps the row it saw for its own takes over. The holder trusts its lease from before it asked for
the beat, so it stops before anybody else can begin.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from web.db import Database
from web.errors import DatabaseAway
from web.models import LeaseRow

logger = logging.getLogger(__name__)

BEATS = 8
"""In the time of a lease: a beat may come late or be lost without harm."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """The row as it was read last."""

    holder: str
    beat: int


class Lease:
    """Run `keep` in a task, and ask `is_held` before each act; `on_taken` is called at once."""

    def __init__(
        self,
        db: Database,
        name: str,
        time_s: float,
        on_taken: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        self._db = db
        self._name = name
        self._time_s = time_s
        self._me = secrets.token_hex(8)
        self._clock = clock
        self._held_until_s = float("-inf")
        self._seen: _Seen | None = None
        self._moved_s = self._clock()
        self._on_taken = on_taken

    @property
    def is_held(self) -> bool:
        """Whether this process may act now."""
        return self._clock() < self._held_until_s

    @property
    def is_kept(self) -> bool:
        """Whether anybody, this process or another, holds it."""
        return self.is_held or self._clock() - self._moved_s < 2 * self._time_s

    async def keep(self) -> None:
        """Renew it while it is ours, take it when it lapses, until cancelled: then give it back."""
        try:
            while True:
                try:
                    await self.beat()
                except DatabaseAway:
                    logger.warning("lease not renewed: the database is away")
                await asyncio.sleep(self._time_s / BEATS)
        finally:
            await self._give_back()

    async def beat(self) -> None:
        """Renew, watch or take it, once."""
        asked_s, before = self._clock(), self._seen
        has_lapsed = asked_s - self._moved_s >= self._time_s
        now, is_mine = await self._db.run(
            lambda session: self._beat(session, before if has_lapsed else None)
        )
        if now != before:
            self._seen, self._moved_s = now, self._clock()
        if not is_mine:
            self._held_until_s = float("-inf")
            return
        was_held, self._held_until_s = self.is_held, asked_s + self._time_s
        if not was_held:
            logger.info("this process looks after the rooms now")
            self._on_taken()

    async def _give_back(self) -> None:
        """At once, whatever beat is still on its way: its swap fails then."""
        self._held_until_s = float("-inf")
        try:
            async with asyncio.timeout(1.0):
                await self._db.run(self._free)
        except (DatabaseAway, TimeoutError):
            logger.info("lease not given back; it lapses")

    def _free(self, session: Session) -> None:
        session.execute(
            update(LeaseRow)
            .where(col(LeaseRow.name) == self._name, col(LeaseRow.holder) == self._me)
            .values(holder="", beat=col(LeaseRow.beat) + 1)
        )

    def _beat(self, session: Session, lapsed: _Seen | None) -> tuple[_Seen, bool]:
        """How the lease stands after this, and whether it is ours."""
        seen = self._read(session)
        if seen.holder not in (self._me, "") and seen != lapsed:
            return seen, False
        if self._swap(session, seen, self._me):
            return _Seen(self._me, seen.beat + 1), True
        return seen, False

    def _read(self, session: Session) -> _Seen:
        row = session.get(LeaseRow, self._name)
        if row is None:
            try:
                session.execute(insert(LeaseRow).values(name=self._name, holder="", beat=0))
            except IntegrityError:  # another process was first
                session.rollback()
            row = session.get_one(LeaseRow, self._name)
        return _Seen(row.holder, row.beat)

    def _swap(self, session: Session, seen: _Seen, holder: str) -> bool:
        """Whether the row was still as seen; then it is this holder's, one beat further."""
        swapped = session.execute(
            update(LeaseRow)
            .where(
                col(LeaseRow.name) == self._name,
                col(LeaseRow.holder) == seen.holder,
                col(LeaseRow.beat) == seen.beat,
            )
            .values(holder=holder, beat=seen.beat + 1)
        )
        return bool(swapped.rowcount)  # type: ignore[attr-defined]
