"""What a listener hears and reads, recorded: each channel's voice as a sound file on the talk's
clock."""

import asyncio
import wave
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from livekit import rtc

from interpreter.participants import epoch_of, is_pair
from interpreter.room import voice_track
from interpreter.room_clock import TrackClock

SAMPLE_RATE_HZ = 24_000
FRAME_MS = 20
TOLERANCE_S = 0.08
"""Frames that arrive so little off their place go on where the last one ended."""


@dataclass(slots=True)
class TimedRecording:
    """A mono sound file in which each frame stands at its time; second 0 is `zero_s` of the
    room."""

    file: wave.Wave_write
    zero_s: Callable[[], float | None]
    """`at_s` of the recording's second 0; None before it: frames are left out until then."""
    _clock: TrackClock = field(default_factory=TrackClock)
    _written: int = 0

    def write(self, frame: rtc.AudioFrame, now_s: float) -> None:
        """Place a frame that has just been heard; silence fills what is missing."""
        ends_s = self._clock.frame(frame.duration, now_s)
        zero_s = self.zero_s()
        if zero_s is None:
            return
        begins = int((ends_s - frame.duration - zero_s) * SAMPLE_RATE_HZ)
        missing = begins - self._written
        if missing < -int(TOLERANCE_S * SAMPLE_RATE_HZ):
            return
        if missing > int(TOLERANCE_S * SAMPLE_RATE_HZ):
            self.file.writeframes(bytes(2 * missing))
            self._written += missing
        self.file.writeframes(bytes(frame.data))
        self._written += frame.samples_per_channel


def create_recording(path: Path, zero_s: Callable[[], float | None]) -> TimedRecording:
    """Open a mono 16-bit WAV file for a recording."""
    file = wave.open(str(path), "wb")
    file.setnchannels(1)
    file.setsampwidth(2)
    file.setframerate(SAMPLE_RATE_HZ)
    return TimedRecording(file, zero_s)


class RecordingListener:
    """A hidden participant that hears the voices of some languages and records them."""

    def __init__(
        self,
        recordings: dict[str, TimedRecording],
        now_s: Callable[[], float],
    ) -> None:
        self._recordings = recordings
        self._now_s = now_s
        self._room = rtc.Room()
        self._changed = asyncio.Event()
        self._hearing: dict[str, str] = {}
        """Language → sid of the track that is heard."""

    @property
    def hears(self) -> frozenset[str]:
        """The languages whose voice is on the air."""
        return frozenset(self._hearing)

    async def run(self, url: str, token: str) -> None:
        """Record until cancelled."""
        for event in ("track_published", "track_subscribed", "track_unpublished"):
            self._room.on(event, lambda *_: self._changed.set())
        self._room.on("participant_attributes_changed", lambda *_: self._changed.set())
        await self._room.connect(url, token, rtc.RoomOptions(auto_subscribe=False))
        try:
            async with asyncio.TaskGroup() as tasks:
                while True:
                    self._changed.clear()
                    self._subscribe(tasks)
                    try:
                        async with asyncio.timeout(1.0):
                            await self._changed.wait()
                    except TimeoutError:
                        continue
        finally:
            await self._room.disconnect()
            for recording in self._recordings.values():
                recording.file.close()

    def _subscribe(self, tasks: asyncio.TaskGroup) -> None:
        """Hear the newest machine voice of each language."""
        for language, publication in self._voices().items():
            if not publication.subscribed:
                publication.set_subscribed(True)
            track = publication.track
            if track is not None and self._hearing.get(language) != track.sid:
                self._hearing[language] = track.sid
                tasks.create_task(self._record(track, language), name=f"record:{language}")

    def _voices(self) -> dict[str, rtc.RemoteTrackPublication]:
        languages = {voice_track(language): language for language in self._recordings}
        return {
            languages[publication.name]: publication
            for pair in sorted(self._room.remote_participants.values(), key=epoch_of)
            if is_pair(pair)
            for publication in pair.track_publications.values()
            if publication.name in languages
        }

    async def _record(self, track: rtc.Track, language: str) -> None:
        frames = rtc.AudioStream(
            track, sample_rate=SAMPLE_RATE_HZ, num_channels=1, frame_size_ms=FRAME_MS
        )
        try:
            async for event in frames:
                if self._hearing.get(language) == track.sid:
                    self._recordings[language].write(event.frame, self._now_s())
        finally:
            await frames.aclose()


def silence_after(path: Path) -> float:
    """Seconds of the recording up to its last sound; 0 when it is silent throughout."""
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > 300)
        return float(loud[-1] / file.getframerate()) if loud.size else 0.0
