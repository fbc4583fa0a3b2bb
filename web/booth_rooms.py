"""The booths' own rooms, where the interpreters of a channel talk and nobody else comes.

They are no sessions of a meeting: the database does not count them, no agent is sent there, and
webhooks about them are ignored. A room's name follows from the session, the channel and who has
been removed from it, by our secret: nobody guesses it, and with whoever is removed the name
changes, so that a token they still hold opens nothing (LiveKit renews the tokens of those who are
inside, and only web makes rooms).
"""

import hmac
import json
import logging
from base64 import urlsafe_b64encode
from collections.abc import Iterable

from livekit import api
from sqlmodel import Session, col, select

from interpreter.store import Interpreter, Room
from web.db import Database
from web.errors import MediaServerAway
from web.media_server import MediaServer, RoomGone
from web.settings import WebSettings

logger = logging.getLogger(__name__)

CHAT_TOPIC = "chat"
"""Data by which web says that there is a message to fetch; nobody else may send data there."""
_PREFIX = "booth."
"""No session's name has a point: see `Rooms` for those."""
_EMPTY_S = 60
"""LiveKit closes a booth's room that nobody joins, or that everybody left, after this time."""


def is_booth_room(name: str) -> bool:
    return name.startswith(_PREFIX)


class BoothRooms:
    """What web asks of LiveKit for booths; raises MediaServerAway and DatabaseAway."""

    def __init__(self, settings: WebSettings, db: Database, media: MediaServer) -> None:
        self._settings = settings
        self._db = db
        self._media = media

    async def open_for(self, room_id: str, language: str) -> str:
        """The room of a channel's booth in a session that goes on, made if there is none."""
        name = await self._name(room_id, language)
        async with self._media.asking():
            await self._media.room.create_room(
                api.CreateRoomRequest(name=name, empty_timeout=_EMPTY_S, departure_timeout=_EMPTY_S)
            )
        return name

    async def announce_message(self, room_id: str, language: str) -> None:
        """Let the consoles of a booth fetch what is new; who misses it asks before long."""
        name = await self._name(room_id, language)
        ping = api.SendDataRequest(
            room=name, kind=api.DataPacket.Kind.RELIABLE, topic=CHAT_TOPIC, data=b"{}"
        )
        try:
            async with self._media.asking():
                await self._media.room.send_data(ping)
        except RoomGone:
            return
        except MediaServerAway as error:
            # The message is kept, and consoles ask for new ones without being told too.
            logger.warning("consoles are not told of a message", extra={"away": error.code})

    async def close_stale(self, room_id: str) -> None:
        """End the rooms that somebody was in who has been removed; the others move on."""
        names = await self._db.run(lambda session: self._names(session, room_id))
        await self._delete(name for generations in names for name in generations[:-1])

    async def close_all(self, *room_ids: str) -> None:
        """End all booths of these sessions."""

        def read(session: Session) -> list[list[str]]:
            return [names for room_id in room_ids for names in self._names(session, room_id)]

        names = await self._db.run(read)
        await self._delete(name for generations in names for name in generations)

    async def _name(self, room_id: str, language: str) -> str:
        def read(session: Session) -> str:
            gone = _removed(session, session.get_one(Room, room_id).meeting_id, language)
            return self._named(room_id, language, gone)

        return await self._db.run(read)

    def _names(self, session: Session, room_id: str) -> list[list[str]]:
        """By channel, every name that its booth's room has had, the present one last."""
        room = session.get(Room, room_id)
        if room is None:
            return []
        everybody = session.exec(
            select(Interpreter).where(Interpreter.meeting_id == room.meeting_id)
        )
        channels = sorted({tag for one in everybody for tag in one.channels})
        removed = [(tag, _removed(session, room.meeting_id, tag)) for tag in channels]
        return [
            [self._named(room_id, tag, gone[:count]) for count in range(len(gone) + 1)]
            for tag, gone in removed
        ]

    def _named(self, room_id: str, language: str, gone: list[str]) -> str:
        said = json.dumps(["booth", room_id, language, *gone]).encode()
        digest = hmac.digest(self._settings.livekit_api_secret.encode(), said, "sha256")
        return _PREFIX + urlsafe_b64encode(digest).decode()[:24]

    async def _delete(self, names: Iterable[str]) -> None:
        names = list(names)
        if not names:
            return
        async with self._media.asking():
            open_now = await self._media.room.list_rooms(api.ListRoomsRequest(names=names))
        for room in open_now.rooms:
            try:
                async with self._media.asking():
                    await self._media.room.delete_room(api.DeleteRoomRequest(room=room.name))
            except RoomGone:
                continue


def _removed(session: Session, meeting_id: str, language: str) -> list[str]:
    """Who may speak into this channel no longer, the first one first."""
    gone = session.exec(
        select(Interpreter)
        .where(Interpreter.meeting_id == meeting_id, col(Interpreter.removed_at).is_not(None))
        .order_by(col(Interpreter.removed_at), col(Interpreter.id))
    )
    return [one.id for one in gone if language in one.channels]
