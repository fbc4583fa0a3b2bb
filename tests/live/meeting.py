"""Meetings in the whole product on free ports of 127.0.0.1, its parts started as the demo starts
them."""

import asyncio
import secrets
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
from livekit import api, rtc
from sqlalchemy import Engine
from sqlmodel import Session

from interpreter.children import Child, Children
from interpreter.event_log import read_events
from interpreter.events import Segment
from interpreter.pair.policy import BALANCED
from interpreter.processes import (
    Plan,
    media_server,
    migrate,
    private_plan,
    web_server,
    worker,
)
from interpreter.rehearsal.sound_file import sound_blocks
from interpreter.rehearsal.speaker import TalkSpeaker
from interpreter.requirements import ROOT
from interpreter.settings import Settings
from interpreter.store import Meeting as MeetingRow
from interpreter.store import open_store, segments_of

WAIT_S = 45.0
LOOK_S = 0.05
QUIET_S = 3.0
"""Nobody in a test pauses for so long."""
HASTE = {
    "INTERPRETER_LOOK_S": "0.3",
    "INTERPRETER_START_HOLD_S": "0",
    "INTERPRETER_WANTED_IDLE_S": "1",
    "INTERPRETER_PAIR_IDLE_S": "1",
    "INTERPRETER_RECOGNISER_RELEASE_S": "1",
}
"""What nobody wants ends after a second or two."""

Place = dict[str, Any]
"""What web answers to a join."""


async def until(holds: Callable[[], bool], wait_s: float = WAIT_S) -> None:
    """Wait for the real product to get there; TimeoutError after `wait_s`."""
    async with asyncio.timeout(wait_s):
        while not holds():  # noqa: ASYNC110  (other processes have no event to wait for)
            await asyncio.sleep(LOOK_S)


@dataclass(frozen=True)
class Product:
    """Everything that a meeting needs, running."""

    plan: Plan
    store: Engine

    @property
    def settings(self) -> Settings:
        return self.plan.settings

    @asynccontextmanager
    async def meeting(
        self, *offered: str, spoken: tuple[str, ...] = ("en",), mode: str = BALANCED
    ) -> AsyncIterator["Meeting"]:
        """A meeting, interpreted into the offered languages; ended with the block."""
        row = MeetingRow(
            id=secrets.token_hex(4),
            name="Council",
            spoken=list(spoken),
            offered=list(offered),
            speaker_key=secrets.token_hex(8),
            mode=mode,
        )
        meeting_id, key = row.id, row.speaker_key
        with Session(self.store) as session:
            session.add(row)
            session.commit()
        async with httpx.AsyncClient(base_url=self.plan.web_url, timeout=WAIT_S) as http:
            try:
                yield Meeting(self, http, meeting_id, key)
            finally:
                await http.post(f"/api/meetings/{meeting_id}/end", json={"key": key})


@dataclass
class Meeting:
    """One meeting, as those who are in it see it, and as the product keeps it."""

    product: Product
    http: httpx.AsyncClient
    id: str
    key: str
    room: str = ""
    clock_zero: float = 0.0

    @property
    def url(self) -> str:
        return f"{self.product.plan.web_url}/m/{self.id}"

    @property
    def speaker_url(self) -> str:
        return f"{self.url}/speak?key={self.key}"

    def now_s(self) -> float:
        """The room's clock; the parts of this product run on one machine."""
        return time.time() - self.clock_zero

    async def join(self, **body: str) -> Place:
        answer = await self.http.post(f"/api/meetings/{self.id}/join", json=body)
        place: Place = answer.raise_for_status().json()
        self.room, self.clock_zero = place["room"], place["clock_zero"]
        return place

    @asynccontextmanager
    async def speaker(self, name: str, language: str = "en") -> AsyncIterator[TalkSpeaker]:
        """Somebody on the floor whose microphone is open and still silent."""
        place = await self.join(role="speaker", key=self.key, name=name, language=language)
        async with TalkSpeaker.join(place["url"], place["token"]) as speaker:
            yield speaker

    @asynccontextmanager
    async def intruder(self, attributes: dict[str, str]) -> AsyncIterator[rtc.Room]:
        """Somebody who is no agent, but may publish whatever they like, and says so of itself."""
        settings = self.product.settings
        grants = api.VideoGrants(
            room_join=True, room=self.room, can_publish=True, can_publish_data=True
        )
        token = (
            api.AccessToken(settings.livekit_api_key, settings.livekit_api_secret)
            .with_identity(f"intruder-{secrets.token_hex(3)}")
            .with_kind("standard")
            .with_attributes(attributes)
            .with_grants(grants)
        )
        room = rtc.Room()
        options = rtc.RoomOptions(auto_subscribe=False)
        await room.connect(settings.livekit_url, token.to_jwt(), options)
        try:
            yield room
        finally:
            await room.disconnect()

    def segments(self, language: str) -> list[Segment]:
        """What the store holds of this language, in force, in order of time."""
        with Session(self.product.store) as session:
            return segments_of(session, self.room, language)

    def events(self, *kinds: str) -> list[dict[str, Any]]:
        """What the agents have logged, in order of time."""
        logged = read_events(self.product.settings.events_dir / self.room)
        return [event for event in logged if not kinds or event["event"] in kinds]

    def is_over(self) -> bool:
        """Whether all has been said, and the last unit been spoken to its end."""
        said, units, spoken = (self.events(kind) for kind in ("commit", "unit", "playout"))
        if not spoken or self.now_s() - said[-1]["at_s"] < QUIET_S:
            return False
        ends_s: float = max(event["start_s"] + event["duration_s"] for event in spoken)
        begun = {(event["target"], event["unit"]) for event in spoken}
        heard = {target for target, _ in begun}
        last = [one for one in units if one["target"] in heard][-1:]
        is_spoken = all((one["target"], one["unit"]) in begun for one in last)
        return is_spoken and ends_s < self.now_s() - 0.5


async def play(speaker: TalkSpeaker, wav: Path) -> None:
    """Speak the talk to its end."""
    async for _ in speaker.play(sound_blocks(wav)):
        pass


def as_it_is(child: Child) -> Child:
    return child


@contextmanager
def running_product(
    state: Path,
    changes: dict[str, str] = HASTE,
    adapt: Callable[[Child], Child] = as_it_is,
    *,
    may_be_killed: bool = False,
) -> Iterator[Product]:
    """Media server, web and worker with a database of their own, until the end of the block;
    `adapt` may change how one is started. None may die unless they are killed on purpose.

    They are kept by a thread with its own event loop: tests of one module share them, and each
    test has its own loop.
    """
    (state / "bin").symlink_to(ROOT / "var" / "bin")
    plan = private_plan(state)
    started, over = threading.Event(), threading.Event()
    with ThreadPoolExecutor(1, "product") as threads:
        running = threads.submit(
            asyncio.run,
            _run(plan, lambda child: adapt(_with(child, changes)), started, over, may_be_killed),
        )
        running.add_done_callback(lambda _: started.set())
        started.wait()
        if running.done():
            running.result()
        store = open_store(plan.settings.database_url)
        try:
            yield Product(plan, store)
        finally:
            store.dispose()
            over.set()
            running.result()


async def _run(
    plan: Plan,
    adapt: Callable[[Child], Child],
    started: threading.Event,
    over: threading.Event,
    may_be_killed: bool,
) -> None:
    said: list[str] = []
    async with Children(plan.settings.state_dir / "log", said.append) as children:
        await children.start(adapt(media_server(plan)))
        await migrate(plan)
        async with asyncio.TaskGroup() as tasks:
            for child in (web_server(plan), worker(plan, children.log("worker"))):
                tasks.create_task(children.start(adapt(child)))
        started.set()
        await asyncio.to_thread(over.wait)
    assert may_be_killed or not said, said  # a part of the product died and was started again


def _with(child: Child, changes: dict[str, str]) -> Child:
    return replace(child, environment={**child.environment, **changes})
