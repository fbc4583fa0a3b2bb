"""A room that only remembers: what a pair agent publishes in it, and a floor agent that can send
it a line. Nothing leaves the process."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from livekit import rtc

from interpreter.captions import CaptionFrame, decode_frame
from interpreter.line import LineMessage, encode_line
from interpreter.room import EPOCH, LINE_TOPIC, ROLE, Role, RoomMetadata


@dataclass(slots=True)
class RememberedDataTrack:
    """Keeps what is pushed."""

    payloads: list[bytes] = field(default_factory=list)

    def try_push(self, frame: rtc.DataTrackFrame) -> None:
        self.payloads.append(bytes(frame.payload))

    @property
    def frames(self) -> list[CaptionFrame]:
        return [f for payload in self.payloads if (f := decode_frame(payload)) is not None]


@dataclass(slots=True)
class RememberedParticipant:
    """A participant as the server describes it."""

    identity: str
    attributes: dict[str, str]
    kind: int = rtc.ParticipantKind.PARTICIPANT_KIND_AGENT
    data_tracks: dict[str, RememberedDataTrack] = field(default_factory=dict)
    sent: list[dict[str, Any]] = field(default_factory=list)

    async def publish_data_track(self, *, name: str) -> RememberedDataTrack:
        return self.data_tracks.setdefault(name, RememberedDataTrack())

    async def set_attributes(self, attributes: dict[str, str]) -> None:
        self.attributes |= attributes

    async def publish_data(
        self, payload: bytes, *, reliable: bool, destination_identities: list[str], topic: str
    ) -> None:
        self.sent.append({"to": destination_identities, "topic": topic, **json.loads(payload)})


class RememberedRoom:
    """The part of rtc.Room that a pair agent uses, with one floor agent in it."""

    def __init__(self, metadata: RoomMetadata) -> None:
        self.name = metadata.session
        self.metadata = metadata.encode()
        self.local_participant = RememberedParticipant("pair-1", {ROLE: Role.PAIR})
        self.floor = RememberedParticipant("floor-1", {ROLE: Role.FLOOR, EPOCH: "1"})
        self.remote_participants = {"floor-1": self.floor}
        self._handlers: dict[str, Callable[..., None]] = {}

    def on(self, event: str, handler: Callable[..., None]) -> None:
        self._handlers[event] = handler

    def off(self, event: str, handler: Callable[..., None]) -> None:
        if self._handlers.get(event) == handler:
            del self._handlers[event]

    def describe(self, metadata: RoomMetadata) -> None:
        """Web writes into the room."""
        before, self.metadata = self.metadata, metadata.encode()
        if handler := self._handlers.get("room_metadata_changed"):
            handler(before, self.metadata)

    @property
    def as_room(self) -> rtc.Room:
        return cast(rtc.Room, self)

    def send(self, message: LineMessage, sender: RememberedParticipant | None) -> None:
        """Somebody sends a line message."""
        self.send_data(encode_line(message), LINE_TOPIC, sender)

    def send_data(self, payload: bytes, topic: str, sender: RememberedParticipant | None) -> None:
        """Somebody sends reliable data."""
        self._handlers["data_received"](
            rtc.DataPacket(
                data=payload,
                kind=rtc.DataPacketKind.KIND_RELIABLE,
                participant=cast(rtc.RemoteParticipant, sender),
                topic=topic,
            )
        )
