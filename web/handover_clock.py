"""The background task that lets handovers go on when nobody says anything: unanswered ones end,
accepted ones are carried out at their moment.

Offers are in the database, so it may be any web process, also one that began later; of several
one comes first (handovers.py).
"""

import asyncio
import logging
from datetime import datetime

from sqlmodel import Session

from interpreter.room import Role
from web import booths, handovers, queries
from web.db import Database
from web.errors import DatabaseAway, MediaServerAway
from web.handover import Offer, Step
from web.handovers import Channel, Here
from web.media_server import RoomGone
from web.rooms import Rooms
from web.supervision import Supervisor

logger = logging.getLogger(__name__)


class HandoverClock:
    """Start `run` once; `look_s` is shorter than any offer lasts, so none is learnt of too late."""

    def __init__(self, db: Database, rooms: Rooms, supervisor: Supervisor, look_s: float) -> None:
        self._db = db
        self._rooms = rooms
        self._supervisor = supervisor
        self._look_s = look_s

    async def run(self) -> None:
        while True:
            wait_s = self._look_s
            try:
                wait_s = min(wait_s, await self.look())
            except DatabaseAway:
                logger.warning("handovers are looked at again soon")
            await asyncio.sleep(wait_s)

    async def look(self) -> float:
        """Bring every open offer as far as it goes; in how many seconds the next one goes on."""
        now, offers = await self._db.run(_open_offers)
        for channel, offer in offers:
            await self._settle(channel, offer, now)
        now, offers = await self._db.run(_open_offers)
        waits = [(offer.next_at - now).total_seconds() for _, offer in offers]
        return max(0.0, min(waits, default=self._look_s))

    async def _settle(self, channel: Channel, offer: Offer, now: datetime) -> None:
        here: Here = None
        if offer.step == Step.ACCEPTED and offer.next_at <= now:
            here = await interpreters_here(self._rooms, channel.room_id)
        if await self._db.run(lambda session: handovers.settle(session, channel, here)):
            self._supervisor.settings_changed(channel.room_id)


async def interpreters_here(rooms: Rooms, room_id: str) -> Here:
    """The ids of those who are in the room; None while the media server does not say."""
    try:
        present = await rooms.present(room_id)
    except RoomGone:
        return frozenset()
    except MediaServerAway:
        return None
    people = [one.identity for one in present if one.role == Role.INTERPRETER]
    return frozenset(booths.id_of(identity) for identity in people)


def _open_offers(session: Session) -> tuple[datetime, list[tuple[Channel, Offer]]]:
    rows = handovers.open_handovers(session)
    offers = [(Channel(row.room_id, row.language), handovers.offer_of(row)) for row in rows]
    return queries.now(session), offers
