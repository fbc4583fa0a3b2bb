"""The people of the capacity bench: one that hears every voice of a meeting, and one that is alone
with an empty job."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import numpy as np
from livekit import api, rtc

from interpreter.heard import QUIET
from interpreter.participants import is_pair
from interpreter.room import voice_track
from interpreter.room_clock import TrackClock
from tests.bench.audible import HeardVoice
from tests.bench.empty_job import VOICE, open_room
from tests.live.meeting import Meeting, Product

HEARD_HZ, HEARD_MS = 8_000, 100
STEP = HEARD_HZ // 50
"""Samples: in steps of 20 ms it sounds, or not."""
STEP_S = 0.02
CAPTION_EVERY_S = 0.3
CAPTION_BYTES = 300
LOOK_S = 0.2


@asynccontextmanager
async def listening(
    meeting: Meeting, languages: tuple[str, ...], voices: dict[str, HeardVoice]
) -> AsyncIterator[None]:
    """Somebody who hears all the meeting's voices at once; `voices` by meeting and language."""
    place = await meeting.join(role="listener")
    names = {voice_track(language): f"{meeting.id} {language}" for language in languages}
    async with _hearing(place["url"], place["token"], names, voices, meeting.clock_zero):
        yield


@asynccontextmanager
async def with_an_empty_job(product: Product, voices: dict[str, HeardVoice]) -> AsyncIterator[None]:
    """An empty job, somebody who hears it, and the data track that it reads; its name in `voices`
    ends with the number of its process."""
    settings = product.settings
    async with api.LiveKitAPI(
        settings.livekit_url, settings.livekit_api_key, settings.livekit_api_secret
    ) as livekit:
        room = await open_room(settings, livekit)
        token = (
            api.AccessToken(settings.livekit_api_key, settings.livekit_api_secret)
            .with_identity("listener")
            .with_grants(
                api.VideoGrants(room_join=True, room=room, can_publish=True, can_publish_data=True)
            )
        )
        try:
            async with _hearing(settings.livekit_url, token.to_jwt(), {VOICE: ""}, voices) as one:
                async with asyncio.TaskGroup() as tasks:
                    writing = tasks.create_task(_write(one), name="data")
                    yield
                    writing.cancel()
        finally:
            await livekit.room.delete_room(api.DeleteRoomRequest(room=room))


async def _write(room: rtc.Room) -> None:
    """As often as captions change, as far as the machine takes them."""
    track = await room.local_participant.publish_data_track(name="captions:en")
    while True:
        with suppress(rtc.PushFrameError):
            track.try_push(rtc.DataTrackFrame(payload=bytes(CAPTION_BYTES)))
        await asyncio.sleep(CAPTION_EVERY_S)


@asynccontextmanager
async def _hearing(
    url: str,
    token: str,
    names: dict[str, str],
    voices: dict[str, HeardVoice],
    clock_zero: float = 0.0,
) -> AsyncIterator[rtc.Room]:
    room = rtc.Room()
    await room.connect(url, token, rtc.RoomOptions(auto_subscribe=False))
    try:
        async with asyncio.TaskGroup() as tasks:
            following = tasks.create_task(_follow(room, names, voices, clock_zero), name="listener")
            yield room
            following.cancel()
    finally:
        await room.disconnect()


async def _follow(
    room: rtc.Room, names: dict[str, str], voices: dict[str, HeardVoice], clock_zero: float
) -> None:
    followed: set[str] = set()
    async with asyncio.TaskGroup() as tasks:
        while True:
            for publication in _publications(room):
                begin = next((name for name in names if publication.name.startswith(name)), None)
                if begin is None:
                    continue
                if not publication.subscribed:
                    publication.set_subscribed(True)
                if publication.track is not None and publication.sid not in followed:
                    followed.add(publication.sid)
                    voice = voices[names[begin] or publication.name] = HeardVoice()
                    tasks.create_task(_hear(publication.track, voice, clock_zero))
            await asyncio.sleep(LOOK_S)


def _publications(room: rtc.Room) -> Iterator[rtc.RemoteTrackPublication]:
    for participant in room.remote_participants.values():
        if is_pair(participant):
            yield from participant.track_publications.values()


async def _hear(track: rtc.Track, voice: HeardVoice, clock_zero: float) -> None:
    frames = rtc.AudioStream(track, sample_rate=HEARD_HZ, num_channels=1, frame_size_ms=HEARD_MS)
    clock = TrackClock()
    try:
        async for event in frames:
            samples = np.frombuffer(event.frame.data, np.int16) / 32_768
            levels = np.sqrt(np.square(samples).reshape(-1, STEP).mean(axis=1))
            begin_s = clock.frame(event.frame.duration, time.time() - clock_zero)
            begin_s -= event.frame.duration
            for number, level in enumerate(levels, start=1):
                voice.frame(begin_s + number * STEP_S, STEP_S, bool(level > QUIET))
    finally:
        await frames.aclose()
