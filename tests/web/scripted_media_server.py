"""A media server with one room, and a floor agent and maybe interpreters in it, for supervision
without a real one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

from livekit import api

from interpreter.room import EPOCH, ROLE, Role, RoomMetadata, decode_metadata
from web.errors import MediaServerAway
from web.media_server import MediaServer, RoomGone


@dataclass
class ScriptedMediaServer:
    """Stands for `web.media_server.MediaServer`, and for its `room` too."""

    room_id: str
    written: list[str] = field(default_factory=list)
    """Every metadata that the room has had, the newest last."""
    interpreters: list[str] = field(default_factory=list)
    """Identities of those who are in the room."""
    put_out: list[str] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def room(self) -> "ScriptedMediaServer":
        return self

    def as_media_server(self) -> MediaServer:
        return cast(MediaServer, self)

    def metadata(self) -> RoomMetadata:
        metadata = decode_metadata(self.written[-1])
        assert metadata is not None
        return metadata

    async def until_written(self, times: int) -> RoomMetadata:
        """What the metadata says after it was written so often."""
        async with asyncio.timeout(5.0), self._news:
            await self._news.wait_for(lambda: len(self.written) >= times)
        return self.metadata()

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[None]:
        yield

    async def list_rooms(self, _asked: api.ListRoomsRequest) -> api.ListRoomsResponse:
        room = api.Room(name=self.room_id, metadata=self.written[-1] if self.written else "")
        return api.ListRoomsResponse(rooms=[room])

    async def list_participants(
        self, _asked: api.ListParticipantsRequest
    ) -> api.ListParticipantsResponse:
        floor = api.ParticipantInfo(
            identity="floor-1",
            kind=api.ParticipantInfo.Kind.AGENT,
            attributes={ROLE: Role.FLOOR, EPOCH: "1"},
        )
        attributes = {ROLE: Role.INTERPRETER.value}
        people = [
            api.ParticipantInfo(identity=one, attributes=attributes) for one in self.interpreters
        ]
        return api.ListParticipantsResponse(participants=[floor, *people])

    async def remove_participant(self, asked: api.RoomParticipantIdentity) -> None:
        async with self._news:
            self.put_out.append(asked.identity)
            if asked.identity in self.interpreters:
                self.interpreters.remove(asked.identity)
            self._news.notify_all()

    async def until_put_out(self, times: int) -> list[str]:
        """Who was, after so many were."""
        async with asyncio.timeout(5.0), self._news:
            await self._news.wait_for(lambda: len(self.put_out) >= times)
        return self.put_out

    async def update_room_metadata(self, asked: api.UpdateRoomMetadataRequest) -> None:
        async with self._news:
            self.written.append(asked.metadata)
            self._news.notify_all()

    async def perform_rpc(self, *_asked: object) -> str:
        return "{}"


@dataclass
class BoothServer(ScriptedMediaServer):
    """A media server that has booths too, besides its one room."""

    booths: set[str] = field(default_factory=set)
    """The rooms that are there now, besides its one."""
    is_away: bool = False
    """Whether it ends nothing."""
    told: list[api.SendDataRequest] = field(default_factory=list)

    async def until_ended(self, name: str) -> None:
        async with asyncio.timeout(5.0), self._news:
            await self._news.wait_for(lambda: name not in self.booths)

    async def create_room(self, asked: api.CreateRoomRequest) -> None:
        assert not asked.agents
        self.booths.add(asked.name)

    async def list_rooms(self, asked: api.ListRoomsRequest) -> api.ListRoomsResponse:
        if self.room_id in asked.names:
            return await super().list_rooms(asked)
        found = self.booths & set(asked.names)
        return api.ListRoomsResponse(rooms=[api.Room(name=name) for name in sorted(found)])

    async def delete_room(self, asked: api.DeleteRoomRequest) -> None:
        if self.is_away:
            raise MediaServerAway
        if asked.room not in self.booths:
            raise RoomGone
        async with self._news:
            self.booths.remove(asked.room)
            self._news.notify_all()

    async def send_data(self, asked: api.SendDataRequest) -> None:
        if asked.room not in self.booths:
            raise RoomGone
        self.told.append(asked)
