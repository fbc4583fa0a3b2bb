"""Those who follow a measured meeting, a listener for each target and the organiser: what they
heard, and what they were told."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx
from livekit import rtc

from interpreter.heard import Interval, sound_intervals
from interpreter.participants import is_floor
from interpreter.room import STATE_TRACK
from interpreter.serving_engines import ATTRIBUTE, ServingEngine, decode_engines
from tests.live.ears import Listener, listening
from tests.live.meeting import Meeting
from tests.sound import RATE_HZ

LOOK_S, PAGE_S, RENEW_S = 0.25, 1.0, 10.0


@dataclass
class Audience:
    """What was noticed; moments are Unix time."""

    meeting: Meeting
    listeners: dict[str, Listener] = field(default_factory=dict)
    serving: tuple[ServingEngine, ...] = ()
    """As the agents' attributes say now."""
    attributes: list[tuple[float, list[list[str]]]] = field(default_factory=list)
    """Rows of kind, language, engine and why, at each change, as listeners see them."""
    pages: list[tuple[float, str]] = field(default_factory=list)
    """The organiser's list of engines, likewise."""
    channels: list[tuple[float, str, str]] = field(default_factory=list)
    """A channel and how it is, at each change: its state, and what it lacks."""
    _channels: dict[str, str] = field(default_factory=dict)

    def voice(self, target: str) -> list[Interval]:
        """When the voice of a channel sounded."""
        begins_s, sound = self.listeners[target].timed_voice
        return [
            Interval(begins_s + one.start_s, begins_s + one.end_s)
            for one in sound_intervals(sound, RATE_HZ)
        ]

    async def look(self) -> None:
        """At what agents tell of themselves, until cancelled."""
        told: list[list[str]] = []
        while True:
            rows = {row for one in self.listeners.values() for row in _served(one)}
            ordered = sorted(rows, key=lambda row: (row.kind, row.language))
            self.serving = tuple(ordered)
            plain = [[row.kind.value, row.language, row.engine, row.why] for row in ordered]
            if plain != told:
                told = plain
                self.attributes.append((time.time(), plain))
            await asyncio.sleep(LOOK_S)

    async def look_at_page(self) -> None:
        """The organiser's page asks again and again."""
        shown = ""
        path = f"/m/{self.meeting.id}/engines?key={self.meeting.key}"
        while True:
            with suppress(httpx.TransportError):
                page = (await self.meeting.http.get(path)).text
                plain = " ".join(_without_times(page).split())
                if plain != shown:
                    shown = plain
                    self.pages.append((time.time(), plain))
            await asyncio.sleep(PAGE_S)

    async def keep_choosing(self, target: str) -> None:
        """As pages do."""
        while True:
            with suppress(httpx.TransportError):
                await self.listeners[target].choose(target, sound=True)
            await asyncio.sleep(RENEW_S)

    async def read_state(self, track: rtc.RemoteDataTrack) -> None:
        """What every page is told of the channels."""
        frames = track.subscribe(buffer_size=16)
        try:
            async for frame in frames:
                for tag, channel in json.loads(frame.payload)["channels"].items():
                    state = f"{channel['state']} {channel.get('lacks', '')}".strip()
                    if self._channels.get(tag) != state:
                        self._channels[tag] = state
                        self.channels.append((time.time(), tag, state))
        finally:
            frames.close()


@asynccontextmanager
async def attending(meeting: Meeting, targets: Sequence[str]) -> AsyncIterator[Audience]:
    """Everybody is there until the end of the block."""
    audience = Audience(meeting)
    async with AsyncExitStack() as stack:
        tasks = asyncio.TaskGroup()
        for target in targets:
            one = await stack.enter_async_context(listening(meeting))
            audience.listeners[target] = one
        await stack.enter_async_context(tasks)
        first = audience.listeners[targets[0]]
        states = tasks.create_task(_read_states(first, audience), name="state")
        working = [
            states,
            tasks.create_task(audience.look(), name="attributes"),
            tasks.create_task(audience.look_at_page(), name="page"),
            *(tasks.create_task(audience.keep_choosing(one), name=one) for one in targets),
        ]
        try:
            yield audience
        finally:
            for task in working:
                task.cancel()


async def _read_states(listener: Listener, audience: Audience) -> None:
    """Of every floor agent that tells."""
    known = set[str]()
    async with asyncio.TaskGroup() as tasks:
        while True:
            for track in listener.data_tracks:
                who = listener.room.remote_participants.get(track.publisher_identity)
                is_new = track.info.name == STATE_TRACK and track.info.sid not in known
                if is_new and who is not None and is_floor(who):
                    known.add(track.info.sid)
                    tasks.create_task(audience.read_state(track), name=track.info.sid)
            await asyncio.sleep(LOOK_S)


def _served(listener: Listener) -> list[ServingEngine]:
    return [
        row
        for one in listener.room.remote_participants.values()
        for row in decode_engines(one.attributes.get(ATTRIBUTE, ""))
    ]


def _without_times(page: str) -> str:
    """The list's lines; since when is no change."""
    return re.sub(r"<[^>]+>|, for [^<]*", " ", page)
