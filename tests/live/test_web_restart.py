"""The whole product while web is killed, and then the media server: who listens reads on."""

import asyncio
import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from livekit import api

from interpreter.commands.faults import find_talk
from interpreter.event_log import read_events
from interpreter.recovery import Evidence
from interpreter.rehearsal.fault_run import run_fault
from interpreter.rehearsal.faults import Fault
from interpreter.rehearsal.product import MEDIA_SERVER, WEB, Product
from interpreter.rehearsal.sound_file import sound_blocks
from interpreter.room import ROLE, Role

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

WEB_AWAY_S = 10.0
"""Web is back, its lease has lapsed and been taken again, and the rooms were looked at."""
MOVED_S = 10.0
AFTER_S = 15.0
GONE_S = 60.0
"""LiveKit's SDK tries ten times to come back to a room that is gone: 30 s on a quiet machine."""
READS_S = 5.0
"""Somebody who reads along waits no longer for the next words of this talk."""


@dataclass
class Course:
    """What was seen at each moment."""

    killed_web_s: float = 0.0
    restarted_media_s: float = 0.0
    metadata: list[str] = field(default_factory=list)
    floors: list[set[str]] = field(default_factory=list)
    jobs: list[int] = field(default_factory=list)
    """Processes of the agents of the first room."""
    survivors: list[int] = field(default_factory=list)

    async def run(self, product: Product, room: str) -> None:
        await self._look(product, room)
        self.killed_web_s = time.time()
        product.kill(WEB, signal.SIGKILL)
        await asyncio.sleep(WEB_AWAY_S)
        await self._look(product, room)
        logged = read_events(product.plan.settings.events_dir / room)
        self.jobs = [int(str(event["pid"])) for event in logged if event["event"] == "job"]
        self.restarted_media_s = time.time()
        product.kill(MEDIA_SERVER, signal.SIGKILL)
        await asyncio.sleep(AFTER_S)
        self.survivors = await self._gone()

    async def _gone(self) -> list[int]:
        """Wait until the old room's agents have ended; those that have not."""
        while survivors := [pid for pid in self.jobs if is_alive(pid)]:
            if time.time() - self.restarted_media_s > GONE_S:
                break
            await asyncio.sleep(1.0)
        return survivors

    async def _look(self, product: Product, room: str) -> None:
        settings = product.plan.settings
        key, secret = settings.livekit_api_key, settings.livekit_api_secret
        async with api.LiveKitAPI(settings.livekit_url, key, secret) as livekit:
            rooms = await livekit.room.list_rooms(api.ListRoomsRequest(names=[room]))
            people = await livekit.room.list_participants(api.ListParticipantsRequest(room=room))
        self.metadata.append(rooms.rooms[0].metadata)
        self.floors.append(
            {one.identity for one in people.participants if one.attributes.get(ROLE) == Role.FLOOR}
        )


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, Evidence]:
    course = Course()
    samples = np.concatenate(list(sound_blocks(find_talk(Path("var/talks")))))
    fault = Fault("web, then the media server", course.run, after_s=0.0)
    state = tmp_path_factory.mktemp("state")
    running = run_fault(fault, samples, "en", "es", state, Path("var/bin"), lambda _said: None)
    return course, asyncio.run(running)


def longest_wait_s(evidence: Evidence, language: str, start_s: float, end_s: float) -> float:
    """The longest time in this span without a caption."""
    frames = [one.at_s for one in evidence.captions if one.language == language]
    moments = [start_s, *(at_s for at_s in frames if start_s < at_s < end_s), end_s]
    return max(after - before for before, after in zip(moments, moments[1:], strict=False))


@pytest.mark.parametrize("language", ["en", "es"])
def test_captions_go_on_while_web_is_killed_and_comes_back(
    seen: tuple[Course, Evidence], language: str
) -> None:
    course, evidence = seen
    wait_s = longest_wait_s(evidence, language, course.killed_web_s, course.restarted_media_s)
    assert wait_s < READS_S


def test_the_room_says_the_same_after_web_has_come_back(seen: tuple[Course, Evidence]) -> None:
    before, after = seen[0].metadata
    assert after == before


def test_no_second_floor_agent_was_sent(seen: tuple[Course, Evidence]) -> None:
    before, after = seen[0].floors
    assert len(before) == 1
    assert after == before


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_meeting_goes_on_in_another_room_when_the_media_server_is_back(
    seen: tuple[Course, Evidence], language: str
) -> None:
    course, evidence = seen
    restarted_s = course.restarted_media_s
    first = min(
        one.at_s
        for one in evidence.captions
        if one.language == language and one.at_s > restarted_s + 0.5
    )
    assert first - restarted_s < MOVED_S
    assert len(evidence.rooms) == 2


def test_the_agents_of_the_old_room_are_gone(seen: tuple[Course, Evidence]) -> None:
    assert seen[0].jobs
    assert seen[0].survivors == []
