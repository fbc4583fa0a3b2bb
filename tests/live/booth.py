"""A human interpreter without a browser: a console that speaks a tone or a file, and follows the
rules of the page."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from livekit import rtc
from livekit.rtc.participant import PublishDataError
from sqlmodel import Session

from interpreter.participants import is_floor
from interpreter.rehearsal.sound_file import sound_blocks
from interpreter.room import HEARTBEAT_TOPIC, STATE_TRACK, Staff, decode_metadata
from interpreter.store import Interpreter
from tests.live.ears import Listener, listening
from tests.live.meeting import Meeting, Place, Product, play, until

RATE_HZ = 48_000
FRAME = RATE_HZ // 50
HEARTBEAT_S = 0.3
QUIET_PEAK = 0.3


@dataclass
class Console:
    """One interpreter's; `voice_hz` 0 is silence."""

    http: httpx.AsyncClient
    place: Place
    room: rtc.Room
    source: rtc.AudioSource
    track: rtc.LocalAudioTrack
    channel: str
    voice_hz: float
    talk: Path | None = None
    """A sound file to speak next, once, instead of the tone."""
    is_alive: bool = True
    """Whether heartbeats go out."""
    is_coughing: bool = False
    is_holding: bool = False
    hears: str = ""
    """The relay that is listened to; empty: the floor."""
    obeys: bool = True
    """Whether it closes its microphone when nobody wishes to hear it."""
    is_muted: bool = True
    told: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    """What the floor agent said of the channel, at each change: (Unix time, channel)."""
    states: dict[str, str] = field(default_factory=dict)
    """How every channel is, as it said last."""

    @property
    def me(self) -> str:
        return str(self.place["identity"])

    @property
    def staff(self) -> Staff:
        metadata = decode_metadata(self.room.metadata)
        return metadata.staff.get(self.channel, Staff()) if metadata else Staff()

    @property
    def on_air(self) -> dict[str, Any]:
        """What the floor agent said last."""
        return self.told[-1][1] if self.told else {}

    @property
    def is_on_air(self) -> bool:
        return self.on_air.get("source") == "human" and self.on_air.get("who") == self.me

    async def take(self, *, force: bool = False) -> httpx.Response:
        return await self._ask("take", force)

    async def hand_back(self) -> httpx.Response:
        return await self._ask("hand-back", force=False)

    async def _ask(self, action: str, force: bool) -> httpx.Response:
        return await self.http.post(
            f"/api/rooms/{self.place['room']}/booth/{self.channel}/{action}",
            json={"number": self.staff.number, "force": force},
            headers={"Authorization": f"Bearer {self.place['token']}"},
        )

    async def speak(self) -> None:
        """The microphone: a tone without end, or what is to be spoken."""
        phase = np.arange(FRAME) / RATE_HZ
        begun = 0
        while True:
            if self.talk is not None:
                talk, self.talk = self.talk, None
                await self._play(talk)
            at_s = phase + begun * FRAME / RATE_HZ
            sound = QUIET_PEAK * np.sin(2 * np.pi * self.voice_hz * at_s)
            data = (32_767 * sound).astype(np.int16).tobytes()
            await self.source.capture_frame(rtc.AudioFrame(data, RATE_HZ, 1, FRAME))
            begun += 1

    async def _play(self, talk: Path) -> None:
        for block in sound_blocks(talk):
            frame = rtc.AudioFrame(block.tobytes(), RATE_HZ, 1, block.size)
            await self.source.capture_frame(frame)

    async def live(self) -> None:
        """Heartbeats; and the microphone is open only while web wishes to hear it."""
        while True:
            is_relieved = self.staff.human != "" and self.is_on_air
            is_wished = (self.staff.human == self.me or is_relieved) and not self.is_coughing
            if is_wished == self.is_muted and self.obeys:
                self.is_muted = not is_wished
                self.track.mute() if self.is_muted else self.track.unmute()
            floors = [p.identity for p in self.room.remote_participants.values() if is_floor(p)]
            if self.is_alive and floors:
                said = {"cough": self.is_coughing, "hold": self.is_holding, "hears": self.hears}
                await self._beat(json.dumps(said).encode(), floors)
            await asyncio.sleep(HEARTBEAT_S)

    async def _beat(self, beat: bytes, floors: list[str]) -> None:
        """One that cannot go out is not sent later, as on the page."""
        with suppress(PublishDataError):
            await self.room.local_participant.publish_data(
                beat, reliable=False, destination_identities=floors, topic=HEARTBEAT_TOPIC
            )

    async def follow(self, tracks: "asyncio.Queue[rtc.RemoteDataTrack]") -> None:
        """Who is on air, as the floor agent says."""
        while True:
            track = await tracks.get()
            frames = track.subscribe(buffer_size=64)
            try:
                async for frame in frames:
                    self._note(json.loads(bytes(frame.payload)))
            finally:
                frames.close()

    def _note(self, state: dict[str, Any]) -> None:
        self.states = {tag: one["state"] for tag, one in state["channels"].items()}
        channel = state["channels"].get(self.channel, {})
        keys = ("source", "who", "trouble", "number", "yields")
        news = {key: channel.get(key) for key in keys}
        if not self.told or self.told[-1][1] != news:
            self.told.append((time.time(), news))


def add_interpreter(meeting: Meeting, name: str, *channels: str) -> str:
    """Somebody who may interpret in the meeting; returns the key of their link."""
    key = f"key-{name}"
    person = Interpreter(
        id=f"{meeting.id}-{name.lower()}",
        meeting_id=meeting.id,
        name=name,
        key=key,
        channels=list(channels),
        covers=[],
    )
    with Session(meeting.product.store) as session:
        session.add(person)
        session.commit()
    return key


@asynccontextmanager
async def console(
    meeting: Meeting, key: str, channel: str, voice_hz: float = 1200.0
) -> AsyncIterator[Console]:
    """An interpreter at their console, off air."""
    place = await meeting.join(role="interpreter", key=key)
    room, tracks = rtc.Room(), asyncio.Queue[rtc.RemoteDataTrack]()

    @room.on("data_track_published")
    def _follow(track: rtc.RemoteDataTrack) -> None:
        if track.info.name == STATE_TRACK:
            tracks.put_nowait(track)

    await room.connect(place["url"], place["token"], rtc.RoomOptions(auto_subscribe=False))
    source = rtc.AudioSource(RATE_HZ, 1, queue_size_ms=100)
    track = rtc.LocalAudioTrack.create_audio_track("microphone", source)
    options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
    await room.local_participant.publish_track(track, options)
    track.mute()
    one = Console(meeting.http, place, room, source, track, channel, voice_hz)
    try:
        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(work, name="console")
                for work in (one.speak(), one.live(), one.follow(tracks))
            ]
            try:
                yield one
            finally:
                for task in running:
                    task.cancel()
    finally:
        await room.disconnect()
        await source.aclose()


@asynccontextmanager
async def scene(product: Product, talk: Path) -> AsyncIterator[tuple[Meeting, Listener, Console]]:
    """A talk goes on, somebody listens in Spanish, and Maria is at her console."""
    async with (
        product.meeting("es") as meeting,
        meeting.speaker("Ana") as speaker,
        listening(meeting) as listener,
    ):
        key = add_interpreter(meeting, "Maria", "es")
        await listener.choose("es", sound=True)
        async with console(meeting, key, "es") as maria, asyncio.TaskGroup() as tasks:
            await until(lambda: listener.is_served)
            talking = tasks.create_task(play(speaker, talk), name="talk")
            await until(lambda: bool(meeting.events("playout")))
            yield meeting, listener, maria
            talking.cancel()
