"""A room that only remembers: what a pair agent publishes, and a floor agent that sends it a
line."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from livekit import rtc

from interpreter.captions import CaptionFrame, decode_frame
from interpreter.events import ItemKind, LineItem
from interpreter.line import LineMessage, encode_line
from interpreter.room import EPOCH, LINE_TOPIC, ROLE, Role, RoomMetadata


@dataclass(slots=True)
class ScriptedDataTrack:
    """Keeps what is pushed."""

    payloads: list[bytes] = field(default_factory=list)

    def try_push(self, frame: rtc.DataTrackFrame) -> None:
        self.payloads.append(bytes(frame.payload))

    @property
    def frames(self) -> list[CaptionFrame]:
        return [f for payload in self.payloads if (f := decode_frame(payload)) is not None]


@dataclass(slots=True)
class ScriptedParticipant:
    """A participant as the server describes it."""

    identity: str
    attributes: dict[str, str]
    kind: int = rtc.ParticipantKind.PARTICIPANT_KIND_AGENT
    data_tracks: dict[str, ScriptedDataTrack] = field(default_factory=dict)
    sent: list[dict[str, Any]] = field(default_factory=list)

    async def publish_data_track(self, *, name: str) -> ScriptedDataTrack:
        return self.data_tracks.setdefault(name, ScriptedDataTrack())

    async def publish_data(
        self, payload: bytes, *, reliable: bool, destination_identities: list[str], topic: str
    ) -> None:
        self.sent.append({"to": destination_identities, "topic": topic, **json.loads(payload)})


class ScriptedRoom:
    """The part of rtc.Room that a pair agent uses, with one floor agent in it."""

    def __init__(self, metadata: RoomMetadata) -> None:
        self.name = metadata.session
        self.metadata = metadata.encode()
        self.local_participant = ScriptedParticipant("pair-1", {ROLE: Role.PAIR})
        self.floor = ScriptedParticipant("floor-1", {ROLE: Role.FLOOR, EPOCH: "1"})
        self.remote_participants = {"floor-1": self.floor}
        self._handlers: dict[str, Callable[..., None]] = {}
        self._seq = 0

    def on(self, event: str, handler: Callable[..., None]) -> None:
        self._handlers[event] = handler

    @property
    def as_room(self) -> rtc.Room:
        return cast(rtc.Room, self)

    def say(self, text: str, start_s: float, *, speaker: str = "ana") -> None:
        """The floor agent sends words of 0.3 s each; `|` is a short pause, `‖` a long one."""
        items: list[LineItem] = []
        at_s = start_s
        for token in text.split():
            kind = ItemKind.PAUSE if token in "|‖" else ItemKind.WORD
            length_s = {"|": 0.3, "‖": 0.7}.get(token, 0.3)
            word = token if kind is ItemKind.WORD else ""
            items.append(LineItem(self._seq, kind, word, at_s, at_s + length_s, speaker, "en.1.1"))
            at_s += length_s
            self._seq += 1
        self.send(LineMessage("en", 1, tuple(items), {speaker: speaker.title()}), self.floor)

    def lose(self, start_s: float, end_s: float, *, speaker: str = "ana") -> None:
        """The floor agent says that it heard nothing for a while."""
        item = LineItem(self._seq, ItemKind.LOST, "", start_s, end_s, speaker, "en.1.2")
        self._seq += 1
        self.send(LineMessage("en", 1, (item,), {}), self.floor)

    def send(self, message: LineMessage, sender: ScriptedParticipant | None) -> None:
        """Somebody sends a line message."""
        self._handlers["data_received"](
            rtc.DataPacket(
                data=encode_line(message),
                kind=rtc.DataPacketKind.KIND_RELIABLE,
                participant=cast(rtc.RemoteParticipant, sender),
                topic=LINE_TOPIC,
            )
        )
