"""Web and a real LiveKit server when something dies: floor agents, web itself, the media server."""

import asyncio
import json
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from livekit import api

from interpreter.room import Wanted, decode_metadata
from interpreter.store import Room
from tests.live.scripted_floor import scripted_floor
from tests.live.web_stage import (
    STARTS_S,
    WAIT_S,
    Stage,
    WebProcess,
    connected,
    is_ready,
    stage,
    until,
)

pytestmark = [pytest.mark.live, pytest.mark.timeout(120)]

FLOOR_BACK_S = 5.0
"""A dead floor agent is noticed and another sent within this time; 2 to 3 s on a quiet machine."""


async def floors(web: Stage, room: str) -> set[str]:
    people = await web.livekit.room.list_participants(api.ListParticipantsRequest(room=room))
    return {one.identity for one in people.participants if one.attributes.get("role") == "floor"}


async def sent(web: Stage, room: str) -> list[dict[str, Any]]:
    """What the floor agents that were sent and may still come were told."""
    return [json.loads(metadata) for metadata in await web.floor_dispatches(room)]


async def is_sent(web: Stage, room: str, epoch: int) -> bool:
    return epoch in [one["epoch"] for one in await sent(web, room)]


async def is_alone(web: Stage, room: str) -> bool:
    return len(await sent(web, room)) == 1


async def test_a_killed_floor_agent_is_removed_and_another_sent(tmp_path: Path) -> None:
    async with stage(tmp_path) as web:
        place = await web.join_as_speaker()
        room = place["room"]
        async with scripted_floor(web.settings, room, "floor-1") as floor:
            await until(lambda: is_seen(web, room, "floor-1"))
            floor.kill()
            killed_s = time.monotonic()
            await until(lambda: is_sent(web, room, 2))
            took_s = time.monotonic() - killed_s
            assert "floor-1" not in await floors(web, room)
            await until(lambda: is_alone(web, room))  # the first one's job is taken back after that
            told = await sent(web, room)
            now_s = time.time() - float(place["clock_zero"])
    assert took_s < FLOOR_BACK_S
    assert told == [{"epoch": 2, "adopts": True, "lost_s": pytest.approx(now_s - took_s, abs=1.5)}]


async def is_seen(web: Stage, room: str, identity: str) -> bool:
    """In the room, and for longer than web needs to hear of it and ping it."""
    if identity not in await floors(web, room):
        return False
    await asyncio.sleep(2.0)
    return True


async def test_a_deaf_floor_agent_is_replaced(tmp_path: Path) -> None:
    async with stage(tmp_path) as web:
        room = (await web.join_as_speaker())["room"]
        async with scripted_floor(web.settings, room, "floor-1") as floor:
            await until(lambda: is_seen(web, room, "floor-1"))
            floor.deafen()
            await until(lambda: is_sent(web, room, 2))
            assert await floors(web, room) == set()


async def test_of_two_floor_agents_the_older_goes(tmp_path: Path) -> None:
    async with stage(tmp_path) as web:
        room = (await web.join_as_speaker())["room"]
        async with (
            scripted_floor(web.settings, room, "floor-1", epoch=1),
            scripted_floor(web.settings, room, "floor-2", epoch=2),
        ):
            await until(lambda: are_floors(web, room, {"floor-2"}))


async def are_floors(web: Stage, room: str, expected: set[str]) -> bool:
    return await floors(web, room) == expected


async def test_a_zombie_that_comes_back_is_removed(tmp_path: Path) -> None:
    async with stage(tmp_path) as web:
        room = (await web.join_as_speaker())["room"]
        async with AsyncExitStack() as agents:
            zombie = await agents.enter_async_context(scripted_floor(web.settings, room, "floor-1"))
            await until(lambda: is_seen(web, room, "floor-1"))
            zombie.freeze()
            await until(lambda: is_sent(web, room, 2))
            await agents.enter_async_context(scripted_floor(web.settings, room, "floor-2", epoch=2))
            zombie.wake()
            # The process whose SDK gives up is one kind; one that joins again is the other.
            await agents.enter_async_context(scripted_floor(web.settings, room, "floor-1"))
            await until(lambda: are_floors(web, room, {"floor-2"}))
            assert len(await sent(web, room)) == 1


async def test_a_second_web_process_takes_over_when_the_first_is_killed(tmp_path: Path) -> None:
    first = WebProcess()
    async with stage(tmp_path, first.serving) as web, web.second() as second:
        room = (await web.join_as_speaker())["room"]
        async with scripted_floor(web.settings, room, "floor-1") as floor:
            await until(lambda: is_seen(web, room, "floor-1"))
            await first.kill()
            floor.kill()
            await until(lambda: is_sent(second, room, 2), wait_s=30.0)
            assert len(await sent(second, room)) == 1


async def test_a_choice_told_to_a_process_without_the_lease_is_in_the_room_at_once(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, look_s=60.0, api_timeout_s=60.0) as web, web.second() as second:
        place = await web.join_as_listener()
        async with connected(place) as room:
            await second.choose(place, "es", sound=True)
            await until(lambda: wants(room.metadata, ("es",), ("es",)))
            await web.choose(place, "ca", sound=False)
            await until(lambda: wants(room.metadata, ("es",), ("ca", "es")))


async def test_modes_changed_through_any_process_are_in_the_room_at_once(tmp_path: Path) -> None:
    async with stage(tmp_path, look_s=60.0, api_timeout_s=60.0) as web, web.second() as second:
        place = await web.join_as_listener()
        async with connected(place) as room:
            form = {"mode": "accurate", "channel": ["es=fast", "ca="]}
            await second.http.post("/m/m1/links?key=k1", data=form)
            await until(lambda: interprets(room.metadata, es="fast", ca="accurate"))
            change = {"key": "k1", "mode": "consecutive"}
            await web.http.post("/api/meetings/m1/modes", json=change)
            await until(lambda: interprets(room.metadata, es="fast", ca="consecutive"))


async def interprets(text: str, **modes: str) -> bool:
    metadata = decode_metadata(text)
    return metadata is not None and all(metadata.policy_of(tag) == modes[tag] for tag in modes)


async def wants(text: str, voices: tuple[str, ...], captions: tuple[str, ...]) -> bool:
    metadata = decode_metadata(text)
    return metadata is not None and metadata.wanted == Wanted(voices, captions)


async def test_two_web_processes_begin_one_session(tmp_path: Path) -> None:
    async with stage(tmp_path) as web, web.second() as second:
        places = await asyncio.gather(
            *(one.join_as_listener() for one in (web, second) for _ in range(5))
        )
        rooms = {place["room"] for place in places}
        dispatches = await sent(web, places[0]["room"])
    assert len(rooms) == 1
    assert dispatches == [{"epoch": 1}]


async def test_nobody_notices_that_web_was_killed_and_came_back(tmp_path: Path) -> None:
    process = WebProcess()
    async with stage(tmp_path, process.serving) as web:
        place = await web.join_as_listener()
        async with (
            scripted_floor(web.settings, place["room"], "floor-1"),
            connected(place) as room,
        ):
            await web.choose(place, "es", sound=True)
            await until(lambda: wants(room.metadata, ("es",), ("es",)))
            before = room.metadata
            await process.kill()
            await process.start()
            await until(lambda: is_ready(web.http), STARTS_S)
            await asyncio.sleep(8.0)  # the lease lapses, then several looks
            assert room.metadata == before
            assert await floors(web, place["room"]) == {"floor-1"}
            assert await sent(web, place["room"]) == [{"epoch": 1}]
            await web.choose(place, "ca", sound=False)
            await until(lambda: wants(room.metadata, ("es",), ("ca", "es")))


async def test_a_meeting_goes_on_when_the_media_server_was_restarted(tmp_path: Path) -> None:
    async with stage(tmp_path) as web:
        before = await web.join_as_listener()
        async with scripted_floor(web.settings, before["room"], "floor-1") as floor:
            await until(lambda: is_seen(web, before["room"], "floor-1"))
            await web.restart_media_server()
            restarted_s = time.monotonic()
            after = await web.join(before["token"], role="listener")
            await until(lambda: is_sent(web, after["room"], 1))
            took_s = time.monotonic() - restarted_s
            async with asyncio.timeout(60.0):
                await floor.process.wait()
            row = await web.db.run(lambda session: session.get_one(Room, before["room"]))
            assert not await web.is_live(before["room"])
    assert after["room"] != before["room"]
    assert after["identity"] == before["identity"]
    assert row.ended_at is not None
    assert took_s < WAIT_S
