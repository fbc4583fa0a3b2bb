"""A listener without a browser: reads the captions of one language, and records its voice."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import httpx
import numpy as np
from livekit import rtc
from livekit.rtc.data_track import SubscribeDataTrackError

from interpreter.captions import CaptionFrame, CaptionReceiver, decode_frame, is_caption_source
from interpreter.room import ROLE, TARGET, Role, captions_track, voice_track
from interpreter.room_clock import TrackClock
from tests.live.meeting import Meeting, Place
from tests.sound import RATE_HZ, Sound

LOOK_AGAIN_S = 0.2
LAST_WORDS_S = 4.0
"""As pages do: then the transcript has what an agent that is gone had said."""
TOLERANCE_S = 0.08
"""Sound that arrives so little off its place goes on where the last one ended."""


def loses_nothing(_frame: int) -> bool:
    return False


class Listener:
    """Follows the rules of the page: names prove nothing, only the server's role does."""

    def __init__(self, http: httpx.AsyncClient, place: Place, loses: Callable[[int], bool]) -> None:
        """`loses` tells of the n-th caption frame that arrives whether it is lost."""
        self._http = http
        self._place = place
        self._loses = loses
        self._language = ""
        self._arrived = 0
        self._voice: list[tuple[float, bytes]] = []
        self._is_gone = False
        self._tracks: dict[str, rtc.RemoteDataTrack] = {}
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()
        self._left: set[str] = set()
        self.room = rtc.Room()
        self.captions = CaptionReceiver()
        self.lost = 0

    @property
    def roles(self) -> set[str]:
        """Which kinds of agent are in the room."""
        return {_role(agent) for agent in self._agents()}

    @property
    def pairs(self) -> set[str]:
        """Targets of the pair agents that are in the room."""
        return {agent.attributes[TARGET] for agent in self._agents() if _role(agent) == Role.PAIR}

    @property
    def is_served(self) -> bool:
        """Whether captions of the chosen language can arrive."""
        return any(name.startswith("captions ") for name in self._busy)

    @property
    def data_tracks(self) -> list[rtc.RemoteDataTrack]:
        """All that were published."""
        return list(self._tracks.values())

    @property
    def voice(self) -> Sound:
        """What was heard so far."""
        return _sound(b"".join(data for _, data in self._voice))

    @property
    def timed_voice(self) -> tuple[float, Sound]:
        """What was heard so far in its place, with silence where nothing came; and when (Unix
        time) it begins."""
        return _in_place(self._voice)

    async def choose(self, language: str | None, *, sound: bool = False) -> None:
        """Say what this listener wants; null leaves."""
        if language is not None:
            self._language = language
        answer = await self._http.post(
            f"/api/rooms/{self._place['room']}/choice",
            json={"language": language, "sound": sound},
            headers=self._headers,
        )
        answer.raise_for_status()
        self._changed.set()

    async def fetch_history(self) -> list[CaptionFrame]:
        """The finals so far, over HTTP; they join what arrives."""
        answer = await self._http.get(
            f"/api/rooms/{self._place['room']}/captions",
            params={"language": self._language},
            headers=self._headers,
        )
        frames = [_final(segment) for segment in answer.raise_for_status().json()["segments"]]
        self.captions.add_history(frames)
        return frames

    async def run(self) -> None:
        """Receive until cancelled; in a new room, and with what was missed, whenever the old one is
        lost for good."""
        while True:
            await self._run_once()
            self._tracks.clear()
            self.room = rtc.Room()

    async def _run_once(self) -> None:
        self._is_gone = False
        self.room.on("disconnected", self._lose)
        self.room.on("data_track_published", self._add_track)
        self.room.on("participant_disconnected", self._miss)
        for event in ("track_published", "track_subscribed", "participant_attributes_changed"):
            self.room.on(event, lambda *_: self._changed.set())
        options = rtc.RoomOptions(auto_subscribe=False)
        await self.room.connect(self._place["url"], self._place["token"], options)
        try:
            async with asyncio.TaskGroup() as tasks:
                if self._language:
                    await self.fetch_history()
                while not self._is_gone:
                    self._changed.clear()
                    self._receive(tasks)
                    while self._left:
                        self._start(tasks, f"last words {self._left.pop()}", self._fetch_last_words)
                    try:
                        async with asyncio.timeout(LOOK_AGAIN_S):
                            await self._changed.wait()
                    except TimeoutError:
                        continue
                for task in self._busy.values():
                    task.cancel()
        finally:
            await self.room.disconnect()

    def _lose(self, *_: object) -> None:
        self._is_gone = True
        self._changed.set()

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._place['token']}"}

    def _agents(self) -> list[rtc.RemoteParticipant]:
        return [one for one in self.room.remote_participants.values() if _is_agent(one)]

    def _miss(self, who: rtc.RemoteParticipant) -> None:
        """An agent's last words may never have come."""
        name = captions_track(self._language)
        for track in self._tracks.values():
            if track.publisher_identity == who.identity and track.info.name == name:
                self._left.add(who.identity)
                self._changed.set()

    async def _fetch_last_words(self) -> None:
        await asyncio.sleep(LAST_WORDS_S)
        with suppress(httpx.HTTPError):  # as pages do: a later loss asks again
            await self.fetch_history()

    def _add_track(self, track: rtc.RemoteDataTrack) -> None:
        self._tracks[track.info.sid] = track
        self._changed.set()

    def _receive(self, tasks: asyncio.TaskGroup) -> None:
        """Read and hear what is there of the chosen language, each track once."""
        self._busy = {name: task for name, task in self._busy.items() if not task.done()}
        name = captions_track(self._language)
        for sid, track in self._tracks.items():
            who = self.room.remote_participants.get(track.publisher_identity)
            if who is None or track.info.name != name:
                continue
            if is_caption_source(_is_agent(who), who.attributes, name):
                self._start(tasks, f"captions {sid}", partial(self._read, track))
        for agent in self._agents():
            for publication in agent.track_publications.values():
                if publication.name != voice_track(self._language) or _role(agent) != Role.PAIR:
                    continue
                if not publication.subscribed:
                    publication.set_subscribed(True)
                if publication.track is not None:
                    name = f"voice {publication.sid} {id(publication.track)}"
                    self._start(tasks, name, partial(self._hear, publication.track))

    def _start(self, tasks: asyncio.TaskGroup, name: str, work: Callable[[], Any]) -> None:
        if name not in self._busy:
            self._busy[name] = tasks.create_task(work(), name=name)

    async def _read(self, track: rtc.RemoteDataTrack) -> None:
        frames = track.subscribe(buffer_size=64)
        try:
            async for frame in frames:
                self._arrived += 1
                if self._loses(self._arrived):
                    self.lost += 1
                    continue
                caption = decode_frame(frame.payload)
                if caption is not None and caption.language == self._language:
                    self.captions.receive(track.publisher_identity, caption)
        except SubscribeDataTrackError:
            return  # as pages do: what is still there is asked for again
        finally:
            frames.close()

    async def _hear(self, track: rtc.Track) -> None:
        frames = rtc.AudioStream(track, sample_rate=RATE_HZ, num_channels=1)
        try:
            async for event in frames:
                self._voice.append((time.time(), bytes(event.frame.data)))
        finally:
            await frames.aclose()


@asynccontextmanager
async def listening(
    meeting: Meeting, loses: Callable[[int], bool] = loses_nothing
) -> AsyncIterator[Listener]:
    """A listener in the meeting, who has chosen nothing yet."""
    listener = Listener(meeting.http, await meeting.join(role="listener"), loses)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(listener.run(), name="listener")
        try:
            yield listener
        finally:
            running.cancel()


def _in_place(heard: list[tuple[float, bytes]]) -> tuple[float, Sound]:
    clock, parts = TrackClock(), list[bytes]()
    began_s = ended_s = 0.0
    for at_s, data in heard:
        duration_s = len(data) / 2 / RATE_HZ
        ends_s = clock.frame(duration_s, at_s)
        if not parts:
            began_s = ended_s = ends_s - duration_s
        missing = round((ends_s - duration_s - ended_s) * RATE_HZ)
        if missing < -TOLERANCE_S * RATE_HZ:
            continue
        if missing > TOLERANCE_S * RATE_HZ:
            parts.append(bytes(2 * missing))
            ended_s += missing / RATE_HZ
        parts.append(data)
        ended_s += duration_s
    return began_s, _sound(b"".join(parts))


def _sound(data: bytes) -> Sound:
    return np.asarray(np.frombuffer(data, np.int16) / 32_768, np.float64)


def _is_agent(participant: rtc.RemoteParticipant) -> bool:
    return participant.kind == rtc.ParticipantKind.PARTICIPANT_KIND_AGENT


def _role(participant: rtc.RemoteParticipant) -> str:
    return participant.attributes.get(ROLE, "")


def _final(segment: dict[str, Any]) -> CaptionFrame:
    """A segment of the history as the frame that a page makes of it."""
    frame = {**segment, "v": 1, "rev": 0, "seq": 0, "final": True, "sent": segment["end"]}
    decoded = decode_frame(json.dumps(frame).encode())
    assert decoded is not None
    return decoded
