"""What LiveKit alone takes: sound and data from one participant to another, on the same server."""

import asyncio
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np
from livekit import api, rtc

from interpreter.rehearsal.sound_file import SAMPLE_RATE_HZ
from tests.bench.overhead_room import Onsets, PacedMicrophone, hear
from tests.live.meeting import Product

ROOM = "echo"
TONE_S, SILENCE_S = 0.2, 0.6
WITHIN_S = 0.5


@dataclass(slots=True)
class Echo:
    """In seconds, from one to the other."""

    sent: list[float] = field(default_factory=list)
    """When each tone began."""
    onsets: Onsets = field(default_factory=Onsets)
    data: list[float] = field(default_factory=list)

    @property
    def sound(self) -> list[float]:
        return [
            onset - sent
            for sent in self.sent
            for onset in [next((at for at in self.onsets.at if at >= sent), sent + WITHIN_S)]
            if onset - sent < WITHIN_S
        ]


@asynccontextmanager
async def echoing(product: Product, echo: Echo) -> AsyncIterator[None]:
    """Two participants in a room of their own, for as long as the block."""
    settings = product.settings
    async with api.LiveKitAPI(
        settings.livekit_url, settings.livekit_api_key, settings.livekit_api_secret
    ) as livekit:
        await livekit.room.create_room(api.CreateRoomRequest(name=ROOM, empty_timeout=60))
        async with _joined(product, "one") as one, _joined(product, "other") as other:
            async with asyncio.TaskGroup() as tasks:
                listening = tasks.create_task(_listen(other, echo), name="echo:listen")
                speaking = tasks.create_task(_speak(one, echo), name="echo:speak")
                yield
                listening.cancel()
                speaking.cancel()
        await livekit.room.delete_room(api.DeleteRoomRequest(room=ROOM))


@asynccontextmanager
async def _joined(product: Product, name: str) -> AsyncIterator[rtc.Room]:
    settings = product.settings
    token = (
        api.AccessToken(settings.livekit_api_key, settings.livekit_api_secret)
        .with_identity(name)
        .with_grants(
            api.VideoGrants(room_join=True, room=ROOM, can_publish=True, can_publish_data=True)
        )
    )
    room = rtc.Room()
    await room.connect(settings.livekit_url, token.to_jwt())
    try:
        yield room
    finally:
        await room.disconnect()


async def _speak(room: rtc.Room, echo: Echo) -> None:
    """A tone, and a data frame with the time, again and again."""
    data = await room.local_participant.publish_data_track(name="echo")
    microphone = await PacedMicrophone.publish(room)
    at_s = np.arange(int(TONE_S * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    tone = (8000 * np.sin(2 * np.pi * 440 * at_s)).astype(np.int16)
    silence = np.zeros(int(SILENCE_S * SAMPLE_RATE_HZ), np.int16)
    while True:
        data.try_push(rtc.DataTrackFrame(payload=struct.pack("<d", time.time())))
        published = await microphone.speak(iter([tone]))
        echo.sent.append(published.steps[0])
        await microphone.speak(iter([silence]))


async def _listen(room: rtc.Room, echo: Echo) -> None:
    async with asyncio.TaskGroup() as tasks:

        def subscribed(track: rtc.Track, *_: object) -> None:
            tasks.create_task(hear(track, echo.onsets), name="echo:sound")

        def published(track: rtc.RemoteDataTrack) -> None:
            tasks.create_task(_read(track, echo), name="echo:data")

        room.on("track_subscribed", subscribed)
        room.on("data_track_published", published)
        await asyncio.Event().wait()


async def _read(track: rtc.RemoteDataTrack, echo: Echo) -> None:
    frames = track.subscribe(buffer_size=64)
    try:
        async for frame in frames:
            echo.data.append(time.time() - struct.unpack("<d", frame.payload)[0])
    finally:
        frames.close()
