"""Audio out: one published voice, with a playout clock of its own. Frames go out only while
something is spoken."""

import asyncio
from collections.abc import Callable

from livekit import rtc

from interpreter.errors import EngineUnavailable

QUEUE_MS = 500
"""So long may a busy machine keep this process waiting without a hole in a word. Sound does not
wait for the queue to fill; what is in it when the process is killed is not heard."""
CAPTURE_TIMEOUT_S = 3.0
"""The SDK's queue drains by a native timer; a stall longer than this is a fault, not
backpressure."""


class VoiceTrack:
    """A published audio track; one writer. Times are the room's clock."""

    def __init__(
        self, source: rtc.AudioSource, track: rtc.LocalAudioTrack, now_s: Callable[[], float]
    ) -> None:
        self._source = source
        self._track = track
        self._now_s = now_s
        self._ends_s = 0.0

    @classmethod
    async def publish(
        cls, room: rtc.Room, name: str, sample_rate: int, now_s: Callable[[], float]
    ) -> "VoiceTrack":
        """Publish before anything is spoken: the first second of a new publication can be lost."""
        source = rtc.AudioSource(sample_rate, 1, queue_size_ms=QUEUE_MS)
        track = rtc.LocalAudioTrack.create_audio_track(name, source)
        options = rtc.TrackPublishOptions(
            source=rtc.TrackSource.SOURCE_MICROPHONE, dtx=True, red=True
        )
        await room.local_participant.publish_track(track, options)
        return cls(source, track, now_s)

    @property
    def sample_rate(self) -> int:
        return self._source.sample_rate

    @property
    def remaining_s(self) -> float:
        """How much of what was played is still to be heard."""
        return max(self._ends_s - self._now_s(), 0.0)

    async def play(self, frame: rtc.AudioFrame) -> float:
        """Play one frame after what is queued; return the `at_s` at which its sound begins.

        Raises EngineUnavailable when the track takes no sound.
        """
        starts_s = max(self._ends_s, self._now_s())
        self._ends_s = starts_s + frame.duration
        try:
            async with asyncio.timeout(CAPTURE_TIMEOUT_S):
                await self._source.capture_frame(frame)
        except TimeoutError as error:
            raise EngineUnavailable("The voice track takes no sound.") from error
        return starts_s

    async def pause(self, seconds: float) -> None:
        """Keep silent for so long after what is queued; nothing when that silence has passed
        already."""
        missing_s = self._ends_s + seconds - self._now_s()
        samples = int(min(missing_s, seconds) * self.sample_rate)
        if samples > 0 and self.remaining_s > 0:
            await self.play(rtc.AudioFrame(bytes(2 * samples), self.sample_rate, 1, samples))

    async def aclose(self) -> None:
        await self._source.aclose()
