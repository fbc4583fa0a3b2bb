"""A meeting whose agents follow a script: real web, media server and captions, no engines."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np
from livekit import api, rtc

from interpreter.caption_publisher import CaptionPacer, CaptionPublisher
from interpreter.events import Origin
from interpreter.local_server import LocalLiveKit, find_server_binary, free_port, local_livekit
from interpreter.room import STATE_TRACK, captions_track, voice_track
from interpreter.store import Interpreter, Meeting, open_store
from tests.live.web_stage import is_ready, serving, until
from tests.web.conftest import web_settings
from web.db import Database, migrate

RATE_HZ = 48000
FRAME = RATE_HZ // 100
FLOOR_HZ = 440
VOICE_HZ = 880
TONE_PEAK = 8000
PAIR = {"role": "pair", "source": "en", "target": "es", "epoch": "1"}


@dataclass
class ScriptedMeeting:
    """An English speaker on the floor, and agents that say what the test says."""

    base_url: str
    http: httpx.AsyncClient
    server: LocalLiveKit
    tasks: asyncio.TaskGroup
    exits: AsyncExitStack
    room: str = ""
    zero: float = 0.0
    running: list[asyncio.Task[None]] = field(default_factory=list)
    on_air: dict[str, object] = field(default_factory=dict)
    """What the floor agent says more of the Spanish channel."""
    floor: dict[str, object] = field(default_factory=dict)
    """And of the English one, which is spoken."""
    is_floor_away: bool = False
    """Whether it says nothing."""

    def now_s(self) -> float:
        return time.time() - self.zero

    def start(self, work: Coroutine[None, None, None]) -> None:
        self.running.append(self.tasks.create_task(work))

    async def join(self, identity: str, kind: str, attributes: dict[str, str]) -> rtc.Room:
        """Join with a token of our own, as workers do; `kind` is LiveKit's."""
        grants = api.VideoGrants(room_join=True, room=self.room)
        token = (
            api.AccessToken(self.server.api_key, self.server.api_secret)
            .with_identity(identity)
            .with_kind(kind)  # type: ignore[arg-type]
            .with_attributes(attributes)
            .with_grants(grants)
        )
        return await self.connect(self.server.url, token.to_jwt())

    async def connect(self, url: str, token: str) -> rtc.Room:
        room = rtc.Room()
        await room.connect(url, token, rtc.RoomOptions(auto_subscribe=False))
        self.exits.push_async_callback(room.disconnect)
        return room

    async def publish_captions(
        self, room: rtc.Room, language: str, origin: Origin, pacer: CaptionPacer
    ) -> CaptionPublisher:
        track = await room.local_participant.publish_data_track(name=captions_track(language))
        publisher = CaptionPublisher(pacer, language, origin, 1, pusher(track), self.now_s)
        self.start(publisher.run())
        return publisher

    async def play_tone(
        self, room: rtc.Room, name: str, hz: int, source: int, peak: int = TONE_PEAK
    ) -> None:
        """Publish a steady tone, by which a test tells who it hears."""
        audio = rtc.AudioSource(RATE_HZ, 1, queue_size_ms=200)
        track = rtc.LocalAudioTrack.create_audio_track(name, audio)
        options = rtc.TrackPublishOptions()
        options.source = source  # type: ignore[assignment]
        await room.local_participant.publish_track(track, options)
        self.start(_tone(audio, hz, peak))

    async def say_state(self, floor: rtc.Room, pacer: CaptionPacer, speaker: str) -> None:
        """The floor agent's word: the speaker speaks, Spanish runs 2 s behind."""
        track = await floor.local_participant.publish_data_track(name=STATE_TRACK)
        self.start(self._say_state(pusher(track), pacer, speaker))

    async def _say_state(
        self, push: Callable[[bytes], None], pacer: CaptionPacer, speaker: str
    ) -> None:
        seq = 0
        while True:
            state = {
                "v": 1,
                "seq": seq,
                "at_s": self.now_s(),
                "speakers": [
                    {"identity": speaker, "name": "Ana", "language": "en", "speaking": True}
                ],
                "channels": {
                    "es": {"state": "live", "lag_s": 2.1, "source": "machine", "epoch": 1}
                    | self.on_air,
                    "en": {"state": "live", "lag_s": 0.2, "source": "floor", "epoch": 1}
                    | self.floor,
                },
            }
            await pacer.wait_turn()
            if not self.is_floor_away:
                push(json.dumps(state).encode())
            seq += 1
            await asyncio.sleep(0.5)


@dataclass(frozen=True)
class Cast:
    """Who is in the scripted meeting."""

    meeting: ScriptedMeeting
    english: CaptionPublisher
    spanish: CaptionPublisher
    forged: CaptionPublisher
    """Spanish captions of one who is no agent, whatever it says of itself."""
    floor: rtc.Room
    """The floor agent's."""


@asynccontextmanager
async def scripted_meeting(
    tmp_path: Path, interpreters: Sequence[Interpreter] = (), offered: Sequence[str] = ("es",)
) -> AsyncIterator[Cast]:
    async with open_meeting(tmp_path, interpreters, offered) as meeting:
        answer = await meeting.http.post(
            "/api/meetings/m1/join",
            json={"role": "speaker", "key": "k1", "name": "Ana", "language": "en"},
        )
        place = answer.raise_for_status().json()
        meeting.room, meeting.zero = place["room"], place["clock_zero"]
        speaker = await meeting.connect(place["url"], place["token"])
        floor = await meeting.join("floor-1", "agent", {"role": "floor", "epoch": "1"})
        pair = await meeting.join("pair-1", "agent", PAIR)
        forger = await meeting.join("forger", "standard", {**PAIR, "epoch": "9"})
        microphone = rtc.TrackSource.SOURCE_MICROPHONE
        await meeting.play_tone(speaker, "microphone", FLOOR_HZ, microphone)
        await meeting.play_tone(pair, voice_track("es"), VOICE_HZ, microphone)
        pacer = CaptionPacer()
        await meeting.say_state(floor, pacer, place["identity"])
        yield Cast(
            meeting,
            await meeting.publish_captions(floor, "en", Origin.SPEECH, pacer),
            await meeting.publish_captions(pair, "es", Origin.MACHINE, CaptionPacer()),
            await meeting.publish_captions(forger, "es", Origin.MACHINE, CaptionPacer()),
            floor,
        )


@asynccontextmanager
async def open_meeting(
    tmp_path: Path, interpreters: Sequence[Interpreter] = (), offered: Sequence[str] = ("es",)
) -> AsyncIterator[ScriptedMeeting]:
    """Web and media server with the empty meeting `m1`, whose speakers' key is `k1`."""
    port = free_port()
    settings = web_settings(tmp_path, look_s=1.0)
    binary = find_server_binary(settings.model_copy(update={"state_dir": Path("var")}))
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(local_livekit(binary, tmp_path / "livekit"))
        keys = {"livekit_api_key": server.api_key, "livekit_api_secret": server.api_secret}
        settings = settings.model_copy(update={"livekit_url": server.url, **keys})
        migrate(settings.database_url)
        store = open_store(settings.database_url)
        stack.callback(store.dispose)
        row = Meeting(
            id="m1", name="Council", spoken=["en"], offered=list(offered), speaker_key="k1"
        )
        await Database(store).run(lambda session: session.add(row))
        await Database(store).run(lambda session: session.add_all(interpreters))
        await stack.enter_async_context(serving(settings, port))
        base_url = f"http://127.0.0.1:{port}"
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=base_url))
        await until(lambda: is_ready(http))
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        exits = await stack.enter_async_context(AsyncExitStack())
        meeting = ScriptedMeeting(base_url, http, server, tasks, exits)
        try:
            yield meeting
        finally:
            for task in meeting.running:
                task.cancel()


def pusher(track: rtc.LocalDataTrack) -> Callable[[bytes], None]:
    return lambda payload: track.try_push(rtc.DataTrackFrame(payload=payload))


async def _tone(audio: rtc.AudioSource, hz: int, peak: int) -> None:
    phase = np.arange(FRAME)
    while True:
        samples = (peak * np.sin(2 * np.pi * hz * phase / RATE_HZ)).astype(np.int16)
        await audio.capture_frame(rtc.AudioFrame(samples.tobytes(), RATE_HZ, 1, FRAME))
        phase = phase + FRAME
