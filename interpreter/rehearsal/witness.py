"""A hidden listener who notes when the voice of a language sounds and when captions arrive, in
whatever room the meeting is."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import httpx
import numpy as np
from livekit import rtc

from interpreter.captions import decode_frame
from interpreter.heard import QUIET
from interpreter.participants import is_floor, is_pair
from interpreter.recovery import Sign
from interpreter.rehearsal.place import Place
from interpreter.room import captions_track, voice_track

FRAME_MS = 20
RATE_HZ = 24_000
RENEW_S = 15.0
"""As pages do."""
AGAIN_S = 1.0
LOOK_S = 0.2


class Witness:
    """What was noticed so far, in every room that the meeting had."""

    def __init__(self, http: httpx.AsyncClient, target: str, source: str) -> None:
        self.http = http
        self.target = target
        self.source = source
        self.voice: list[Sign] = []
        self.captions: list[Sign] = []
        self.rooms: list[str] = []
        self.hears = False
        """Whether the voice's track has ever been there."""

    @property
    def has_voice_now(self) -> bool:
        """Whether the voice sounds at this moment."""
        return bool(self.voice) and time.time() - self.voice[-1].at_s < 0.1

    def visit(self, place: Place, room: rtc.Room) -> "_WitnessVisit":
        """Be in one room."""
        if place.room not in self.rooms:
            self.rooms.append(place.room)
        return _WitnessVisit(self, place, room)


class _WitnessVisit:
    """Follows the page's rules: names prove nothing, only the server's role does."""

    def __init__(self, witness: Witness, place: Place, room: rtc.Room) -> None:
        self._witness = witness
        self._place = place
        self._room = room
        self._data: dict[str, rtc.RemoteDataTrack] = {}
        self._followed: set[str] = set()
        room.on("data_track_published", self._add_data)

    def _add_data(self, track: rtc.RemoteDataTrack) -> None:
        self._data[track.info.sid] = track

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_choosing(), name="choice")
            while True:
                self._follow_voices(tasks)
                self._follow_captions(tasks)
                await asyncio.sleep(LOOK_S)

    async def _keep_choosing(self) -> None:
        """Say what is listened to, again and again."""
        while True:
            try:
                answer = await self._witness.http.post(
                    f"/api/rooms/{self._place.room}/choice",
                    json={"language": self._witness.target, "sound": True},
                    headers={"Authorization": f"Bearer {self._place.token}"},
                )
                await asyncio.sleep(RENEW_S if answer.is_success else AGAIN_S)
            except httpx.HTTPError:
                await asyncio.sleep(AGAIN_S)

    def _follow_voices(self, tasks: asyncio.TaskGroup) -> None:
        name = voice_track(self._witness.target)
        for pair in self._room.remote_participants.values():
            for publication in pair.track_publications.values() if is_pair(pair) else ():
                if publication.name != name:
                    continue
                if not publication.subscribed:
                    publication.set_subscribed(True)
                if publication.track is not None:
                    follow = partial(self._hear, publication.track, pair.identity)
                    self._follow(tasks, publication.track.sid, follow)

    def _follow_captions(self, tasks: asyncio.TaskGroup) -> None:
        languages = {
            captions_track(language): language
            for language in (self._witness.target, self._witness.source)
        }
        for sid, track in list(self._data.items()):
            agent = self._room.remote_participants.get(track.publisher_identity)
            language = languages.get(track.info.name)
            if language and agent is not None and (is_pair(agent) or is_floor(agent)):
                self._follow(tasks, sid, partial(self._read, track, language))

    def _follow(
        self, tasks: asyncio.TaskGroup, sid: str, work: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        """Each track once."""
        if sid not in self._followed:
            self._followed.add(sid)
            tasks.create_task(work(), name=f"witness:{sid}")

    async def _hear(self, track: rtc.Track, publisher: str) -> None:
        self._witness.hears = True
        frames = rtc.AudioStream(track, sample_rate=RATE_HZ, num_channels=1, frame_size_ms=FRAME_MS)
        try:
            async for event in frames:
                samples = np.frombuffer(event.frame.data, np.int16) / 32_768
                if np.sqrt(np.mean(np.square(samples))) > QUIET:
                    self._witness.voice.append(Sign(time.time(), publisher))
        finally:
            await frames.aclose()

    async def _read(self, track: rtc.RemoteDataTrack, language: str) -> None:
        frames = track.subscribe(buffer_size=64)
        try:
            async for frame in frames:
                if decode_frame(frame.payload) is not None:
                    sign = Sign(time.time(), track.publisher_identity, language)
                    self._witness.captions.append(sign)
        finally:
            frames.close()
