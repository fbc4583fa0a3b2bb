"""A sound file as a speaker's microphone: in real time, as often as wanted."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import numpy as np
from livekit import rtc

from interpreter.rehearsal.sound_file import SAMPLE_RATE_HZ, Samples, equal_blocks

FRAME_SAMPLES = SAMPLE_RATE_HZ // 50
QUEUE_MS = 100


class TalkSpeaker:
    """A participant whose microphone plays sound blocks."""

    def __init__(self, room: rtc.Room, source: rtc.AudioSource) -> None:
        self._room = room
        self._source = source

    @classmethod
    @asynccontextmanager
    async def join(cls, url: str, token: str) -> AsyncIterator["TalkSpeaker"]:
        """Join with a speaker's token, and publish a microphone that is silent until `play`."""
        room = rtc.Room()
        await room.connect(url, token, rtc.RoomOptions(auto_subscribe=False))
        try:
            async with cls.publish(room) as speaker:
                yield speaker
        finally:
            await room.disconnect()

    @classmethod
    @asynccontextmanager
    async def publish(cls, room: rtc.Room) -> AsyncIterator["TalkSpeaker"]:
        """Publish a microphone, silent until `play`, in a room that somebody else joined."""
        source = rtc.AudioSource(SAMPLE_RATE_HZ, 1, queue_size_ms=QUEUE_MS)
        track = rtc.LocalAudioTrack.create_audio_track("microphone", source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        await room.local_participant.publish_track(track, options)
        try:
            yield cls(room, source)
        finally:
            await source.aclose()

    @property
    def is_connected(self) -> bool:
        """False once the room has gone for good; brief reconnects do not count."""
        return self._room.connection_state != rtc.ConnectionState.CONN_DISCONNECTED

    async def play(self, blocks: Iterator[Samples]) -> AsyncIterator[float]:
        """Play in real time; yields the seconds played so far, frame by frame."""
        played = 0
        for frame in equal_blocks(blocks, FRAME_SAMPLES):
            await self._source.capture_frame(
                rtc.AudioFrame(frame.tobytes(), SAMPLE_RATE_HZ, 1, frame.size)
            )
            played += frame.size
            yield played / SAMPLE_RATE_HZ

    async def keep_silent(self, seconds: float) -> None:
        """An open microphone in a quiet room."""
        silence = iter([np.zeros(int(seconds * SAMPLE_RATE_HZ), np.int16)])
        async for _ in self.play(silence):
            pass
