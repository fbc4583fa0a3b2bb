"""The people of the overhead bench: a microphone that gives each 10 ms of sound when they are over,
and a listener who notes when words and voices reach them."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np
from livekit import rtc

from interpreter.captions import CaptionFrame, decode_frame
from interpreter.heard import QUIET
from interpreter.participants import is_floor, is_pair
from interpreter.rehearsal.sound_file import SAMPLE_RATE_HZ, Samples, equal_blocks
from interpreter.room import captions_track, voice_track
from tests.bench.prepared import SOURCE
from tests.live.meeting import Meeting

STEP_S = 0.01
STEP = int(SAMPLE_RATE_HZ * STEP_S)
LOOK_S = 0.1
HEARD_HZ = 24_000
NEW_S = 0.1
"""Sound after so much silence begins anew."""


@dataclass(slots=True)
class Onsets:
    """When something began to sound. Pure."""

    at: list[float] = field(default_factory=list)
    _quiet_s: float = NEW_S

    def frame(self, at: float, duration_s: float, is_loud: bool) -> None:
        """The next frame of a track, which has come now."""
        if is_loud and self._quiet_s >= NEW_S:
            self.at.append(at)
        self._quiet_s = 0.0 if is_loud else self._quiet_s + duration_s


@dataclass(slots=True)
class Noted:
    """What came, in seconds since 1970."""

    captions: list[tuple[float, CaptionFrame]] = field(default_factory=list)
    voices: dict[str, Onsets] = field(default_factory=lambda: defaultdict(Onsets))
    hears: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Published:
    """When each step of the sound was given away, in seconds since 1970."""

    steps: list[float] = field(default_factory=list)

    def at(self, talk_s: float) -> float:
        """Of the step that holds the talk's moment."""
        return self.steps[min(int(talk_s / STEP_S), len(self.steps) - 1)]


class PacedMicrophone:
    """Without a queue: what it is given is sent."""

    def __init__(self, source: rtc.AudioSource) -> None:
        self._source = source

    @classmethod
    async def publish(cls, room: rtc.Room) -> "PacedMicrophone":
        source = rtc.AudioSource(SAMPLE_RATE_HZ, 1, queue_size_ms=0)
        track = rtc.LocalAudioTrack.create_audio_track("microphone", source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        await room.local_participant.publish_track(track, options)
        return cls(source)

    async def speak(self, blocks: Iterator[Samples]) -> Published:
        """Each step when it is over; late ones at once, one after another."""
        published, began = Published(), time.time()
        for number, step in enumerate(equal_blocks(blocks, STEP)):
            early_s = began + (number + 1) * STEP_S - time.time()
            if early_s > 0:
                await asyncio.sleep(early_s)
            published.steps.append(time.time())
            frame = rtc.AudioFrame(step.tobytes(), SAMPLE_RATE_HZ, 1, STEP)
            await self._source.capture_frame(frame)
        return published


@asynccontextmanager
async def speaking(meeting: Meeting) -> AsyncIterator[PacedMicrophone]:
    """A speaker on the floor."""
    place = await meeting.join(role="speaker", key=meeting.key, name="Talk", language=SOURCE)
    room = rtc.Room()
    await room.connect(place["url"], place["token"], rtc.RoomOptions(auto_subscribe=False))
    try:
        yield await PacedMicrophone.publish(room)
    finally:
        await room.disconnect()


@asynccontextmanager
async def noting(meeting: Meeting, targets: Sequence[str], noted: Noted) -> AsyncIterator[None]:
    """A listener who reads the speaker's words and hears these voices."""
    place = await meeting.join(role="listener")
    room = rtc.Room()
    data: dict[str, rtc.RemoteDataTrack] = {}
    room.on("data_track_published", lambda track: data.update({track.info.sid: track}))
    await room.connect(place["url"], place["token"], rtc.RoomOptions(auto_subscribe=False))
    try:
        async with asyncio.TaskGroup() as tasks:
            following = tasks.create_task(_follow(room, data, targets, noted), name="listener")
            yield
            following.cancel()
    finally:
        await room.disconnect()


async def _follow(
    room: rtc.Room, data: dict[str, rtc.RemoteDataTrack], targets: Sequence[str], noted: Noted
) -> None:
    names = {voice_track(target): target for target in targets}
    followed: set[str] = set()
    async with asyncio.TaskGroup() as tasks:
        while True:
            for publication in _voices(room, names):
                if not publication.subscribed:
                    publication.set_subscribed(True)
                if publication.track is not None and publication.sid not in followed:
                    followed.add(publication.sid)
                    target = names[publication.name]
                    noted.hears.add(target)
                    tasks.create_task(hear(publication.track, noted.voices[target]))
            for sid, track in list(data.items()):
                agent = room.remote_participants.get(track.publisher_identity)
                is_ours = track.info.name == captions_track(SOURCE) and agent and is_floor(agent)
                if is_ours and sid not in followed:
                    followed.add(sid)
                    tasks.create_task(_read(track, noted))
            await asyncio.sleep(LOOK_S)


def _voices(room: rtc.Room, names: dict[str, str]) -> Iterator[rtc.RemoteTrackPublication]:
    for participant in room.remote_participants.values():
        for publication in participant.track_publications.values():
            if is_pair(participant) and publication.name in names:
                yield publication


async def hear(track: rtc.Track, onsets: Onsets) -> None:
    """Note when it begins to sound, until cancelled."""
    frames = rtc.AudioStream(track, sample_rate=HEARD_HZ, num_channels=1, frame_size_ms=10)
    try:
        async for event in frames:
            samples = np.frombuffer(event.frame.data, np.int16) / 32_768
            is_loud = bool(np.sqrt(np.mean(np.square(samples))) > QUIET)
            onsets.frame(time.time(), event.frame.duration, is_loud)
    finally:
        await frames.aclose()


async def _read(track: rtc.RemoteDataTrack, noted: Noted) -> None:
    frames = track.subscribe(buffer_size=64)
    try:
        async for frame in frames:
            caption = decode_frame(frame.payload)
            if caption is not None:
                noted.captions.append((time.time(), caption))
    finally:
        frames.close()
