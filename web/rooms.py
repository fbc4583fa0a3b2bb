"""Rooms on the LiveKit server: made before anybody joins, described, watched, ended."""

import asyncio
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from weakref import WeakValueDictionary

from livekit import api

from interpreter.room import (
    CHANNELS,
    COVERS,
    EPOCH,
    LANGUAGE,
    LEAVING,
    ROLE,
    SOUND,
    Role,
    RoomMetadata,
    Staff,
    Wanted,
)
from interpreter.serving_engines import ATTRIBUTE as ENGINES
from interpreter.store import Interpreter, Meeting, Room
from web import queries
from web.booth_rooms import BoothRooms
from web.db import Database
from web.errors import MediaServerAway
from web.floors import Floors
from web.media_server import MediaServer, RoomGone
from web.settings import WebSettings

_BEGINS_S = 5.0
"""A room that is younger may be in the database and not yet on the media server."""
_LOOK_AGAIN_S = 0.1
_ENDS_AGAIN_S = 3600.0
"""So long after a session it is looked whether LiveKit has ended all of it."""
_BROKEN_OFF_S = 30.0
"""Who spoke so lately in a session that is over was interrupted: what they said since is lost."""


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who is in a room now."""

    identity: str
    role: str
    is_agent: bool
    epoch: int
    joined_ms: int
    is_leaving: bool
    open_microphones: tuple[str, ...] = ()
    """Their sids."""
    engines: str = ""
    """What an agent tells of its engines."""


def speaker_attributes(language: str, sound: str = "") -> dict[str, str]:
    """What the server says of a speaker; what is not known of their sound stays as it was said."""
    return {ROLE: Role.SPEAKER.value, LANGUAGE: language} | ({SOUND: sound} if sound else {})


def captioner_attributes(language: str) -> dict[str, str]:
    """What the server says of a captioner."""
    return {ROLE: Role.CAPTIONER.value, LANGUAGE: language}


def interpreter_attributes(interpreter: Interpreter) -> dict[str, str]:
    """What the server says of an interpreter."""
    return {
        ROLE: Role.INTERPRETER.value,
        CHANNELS: ",".join(interpreter.channels),
        COVERS: ",".join(interpreter.covers),
    }


class Rooms:
    """What web asks of LiveKit's RoomService; raises MediaServerAway and DatabaseAway."""

    def __init__(
        self, settings: WebSettings, db: Database, media: MediaServer, floors: Floors
    ) -> None:
        self._settings = settings
        self._db = db
        self._media = media
        self._floors = floors
        self.booths = BoothRooms(settings, db, media)
        self._opening: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def open_for(self, meeting: Meeting) -> Room:
        """The meeting's session that goes on now; begins one when there is none.

        Several web processes may do so at once: the database lets one begin, the others wait.
        """
        room, _ = await self._going_on(meeting)
        while room is None:
            async with self._opening.setdefault(meeting.id, asyncio.Lock()):
                room, is_beginning = await self._going_on(meeting)
                if room is None and not is_beginning:
                    room = await self._begin(meeting)
            if room is None:
                await asyncio.sleep(_LOOK_AGAIN_S)
        return room

    async def _going_on(self, meeting: Meeting) -> tuple[Room | None, bool]:
        """The session that people can join; if there is none, whether one is just beginning."""
        room, age_s = await self._db.run(lambda session: queries.open_room(session, meeting.id))
        if room is None:
            return None, False
        if await self.live([room.id]):
            return room, False
        if age_s < _BEGINS_S:
            return None, True
        await self._end_row(room.id)
        return None, False

    async def live(self, names: Iterable[str]) -> dict[str, str]:
        """Those of the rooms that LiveKit has, with their metadata."""
        names = list(names)
        if not names:
            return {}
        async with self._media.asking():
            answer = await self._media.room.list_rooms(api.ListRoomsRequest(names=names))
        return {room.name: room.metadata for room in answer.rooms}

    async def present(self, room_id: str) -> list[Present]:
        """Who is in a room, hidden listeners too."""
        async with self._media.asking():
            answer = await self._media.room.list_participants(
                api.ListParticipantsRequest(room=room_id)
            )
        return [
            Present(
                person.identity,
                person.attributes.get(ROLE, ""),
                person.kind == api.ParticipantInfo.Kind.AGENT,
                _number(person.attributes.get(EPOCH, "")),
                person.joined_at_ms,
                LEAVING in person.attributes,
                tuple(
                    track.sid
                    for track in person.tracks
                    if track.source == api.TrackSource.MICROPHONE and not track.muted
                ),
                person.attributes.get(ENGINES, ""),
            )
            for person in answer.participants
        ]

    async def describe(
        self,
        room: Room,
        meeting: Meeting,
        wanted: Wanted,
        is_served: bool,
        staff: dict[str, Staff],
        glossaries: dict[str, int],
    ) -> None:
        """Write the room's metadata, one version further."""
        version = await self._db.run(
            lambda session: queries.next_metadata_version(session, room.id)
        )
        metadata = _metadata(room, meeting, wanted, version, is_served, staff, glossaries)
        async with self._media.asking():
            await self._media.room.update_room_metadata(
                api.UpdateRoomMetadataRequest(room=room.id, metadata=metadata.encode())
            )

    async def write_attributes(
        self, room_id: str, identity: str, attributes: dict[str, str]
    ) -> None:
        """Say again what somebody is; this also announces a join that LiveKit held back."""
        async with self._media.asking():
            await self._media.room.update_participant(
                api.UpdateParticipantRequest(room=room_id, identity=identity, attributes=attributes)
            )

    async def close_microphone(self, room_id: str, identity: str, sid: str) -> None:
        """Nobody hears it from now on; its owner may open it again."""
        try:
            async with self._media.asking():
                await self._media.room.mute_published_track(
                    api.MuteRoomTrackRequest(
                        room=room_id, identity=identity, track_sid=sid, muted=True
                    )
                )
        except RoomGone:
            return

    async def put_out(self, room_id: str, identity: str) -> None:
        """They are disconnected at once, and everybody is told."""
        try:
            async with self._media.asking():
                await self._media.room.remove_participant(
                    api.RoomParticipantIdentity(room=room_id, identity=identity)
                )
        except RoomGone:
            return

    async def send(self, room_id: str, identity: str, topic: str) -> None:
        """Wake one participant by a message without words; nobody else gets it."""
        async with self._media.asking():
            await self._media.room.send_data(
                api.SendDataRequest(
                    room=room_id,
                    data=b"{}",
                    kind=api.DataPacket.Kind.RELIABLE,
                    destination_identities=[identity],
                    topic=topic,
                )
            )

    async def end(self, room_id: str) -> None:
        """End a session and its booths: everybody is disconnected, agents end themselves."""
        await self._db.run(lambda session: queries.end_room(session, room_id))
        await self._delete(room_id)
        await self.booths.close_all(room_id)

    async def end_leftovers(self) -> None:
        """What did not end with its session, as LiveKit did not answer, ends now."""
        ended = await self._db.run(lambda session: queries.ended_lately(session, _ENDS_AGAIN_S))
        for room_id in await self.live(ended):
            await self._delete(room_id)
        await self.booths.close_all(*ended)

    async def _delete(self, room_id: str) -> None:
        try:
            async with self._media.asking():
                await self._media.room.delete_room(api.DeleteRoomRequest(room=room_id))
        except RoomGone:
            return

    async def _begin(self, meeting: Meeting) -> Room | None:
        """A new session; None when another web process has just begun one."""
        room_id = secrets.token_urlsafe(12)
        room = await self._db.run(
            lambda session: queries.begin_room(session, meeting.id, room_id, time.time())
        )
        if room is None:
            return None
        try:
            async with self._media.asking():
                await self._media.room.create_room(
                    api.CreateRoomRequest(
                        name=room_id,
                        metadata=_metadata(room, meeting, Wanted(), 0).encode(),
                        empty_timeout=self._settings.empty_room_s,
                        departure_timeout=self._settings.empty_room_s,
                    )
                )
            await self._floors.send(room_id, lost_s=await self._broken_off_s(room))
        except MediaServerAway:
            await self._end_row(room_id)
            raise
        return room

    async def _broken_off_s(self, room: Room) -> float | None:
        """Where the words of the session before this one end, by this one's clock (below 0);
        None when it was over."""
        spoken_at = await self._db.run(
            lambda session: queries.last_spoken_at(session, room.meeting_id)
        )
        if spoken_at is None or room.clock_zero - spoken_at > _BROKEN_OFF_S:
            return None
        return spoken_at - room.clock_zero

    async def _end_row(self, room_id: str) -> None:
        await self._db.run(lambda session: queries.end_room(session, room_id))


def _metadata(
    room: Room,
    meeting: Meeting,
    wanted: Wanted,
    version: int,
    is_served: bool = True,
    staff: dict[str, Staff] | None = None,
    glossaries: dict[str, int] | None = None,
) -> RoomMetadata:
    return RoomMetadata(
        session=room.id,
        clock_zero=room.clock_zero,
        spoken=tuple(meeting.spoken),
        offered=tuple(meeting.offered),
        version=version,
        policy=meeting.mode,
        policies=dict(meeting.channel_modes),
        sources=dict(meeting.channel_sources),
        relay_depth=meeting.relay_depth,
        wanted=wanted,
        staff=staff or {},
        glossaries=glossaries or {},
        is_served=is_served,
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
