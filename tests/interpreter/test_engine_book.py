"""What an agent tells of its engines: in its event log, and to pages."""

import asyncio
from unittest.mock import patch

import pytest
from prometheus_client import REGISTRY

from interpreter.engine_book import EngineBook
from interpreter.engines.fallback.breaker import Trouble
from interpreter.engines.fallback.health import Health
from interpreter.engines.fallback.trouble import Told
from interpreter.evaluation.replay import EventMemory
from interpreter.events import EngineKind, EngineSwitch
from interpreter.rehearsal.remembered_room import RememberedParticipant, RememberedRoom
from interpreter.room import RoomMetadata
from interpreter.serving_engines import (
    ServingEngine,
    ServingEngines,
    decode_engines,
    encode_engines,
)
from tests.scripted import loop_time_s
from tests.virtual_time import run_in_virtual_time

TRANSLATOR, VOICE = EngineKind.TRANSLATOR, EngineKind.VOICE


def test_a_switch_is_logged_told_and_handed_on() -> None:
    room, health = RememberedRoom(RoomMetadata("r", 0.0, ("en",), ("es",))), Health()
    heard: list[EngineSwitch] = []

    async def main() -> EventMemory:
        events = EventMemory()
        book = EngineBook(room.as_room, events, loop_time_s, heard.append, health)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(book.run())
            await asyncio.sleep(1.0)
            health.switched(EngineSwitch(TRANSLATOR, "es", "", "one", "first"))
            await asyncio.sleep(1.0)
            health.switched(EngineSwitch(TRANSLATOR, "es", "one", "two", "stall"))
            health.switched(EngineSwitch(VOICE, "es", "", "three", "first"))
            await asyncio.sleep(1.0)
            running.cancel()
        return events

    events = run_in_virtual_time(main())
    told = decode_engines(room.local_participant.attributes["engines"])
    assert told == (
        ServingEngine(TRANSLATOR, "es", "two", 2.0, "stall"),
        ServingEngine(VOICE, "es", "three", 2.0, "first"),
    )
    assert [(one["event"], one["after"]) for one in events.events] == [
        ("engine_switch", "one"),
        ("engine_switch", "two"),
        ("engine_switch", "three"),
    ]
    assert len(heard) == 3


def test_since_when_no_engine_answers_stays_however_often_they_are_asked_anew() -> None:
    serving = ServingEngines()
    serving.note(EngineSwitch(VOICE, "es", "", "one", "first"), 1.0)
    serving.note(EngineSwitch(VOICE, "es", "one", "", "error"), 20.0)
    serving.note(EngineSwitch(VOICE, "es", "", "", "key"), 27.0)
    assert serving.rows == (ServingEngine(VOICE, "es", "", 20.0, "key"),)
    serving.note(EngineSwitch(VOICE, "es", "", "one", "healthy"), 40.0)
    assert serving.rows == (ServingEngine(VOICE, "es", "one", 40.0, "healthy"),)


@pytest.mark.parametrize(
    ("lost", "asked", "told_at_s"),
    [("the answer", [1.0, 2.2], 1.0), ("it all", [1.0, 3.0], 3.0)],
)
def test_what_serves_is_told_soon_though_the_server_seems_not_to_answer(
    lost: str, asked: list[float], told_at_s: float
) -> None:
    """LiveKit's library misses an answer that comes too fast; a server may be away for a while."""
    room, health = RememberedRoom(RoomMetadata("r", 0.0, ("en",), ("es",))), Health()
    me, calls, seen = room.local_participant, list[float](), list[float]()
    usual = me.set_attributes

    async def set_attributes(attributes: dict[str, str]) -> None:
        calls.append(round(loop_time_s(), 1))
        is_lost = len(calls) == 1
        if not is_lost or lost == "the answer":
            await usual(attributes)
            seen.append(calls[-1])
        if is_lost:
            await asyncio.Event().wait()

    async def main() -> None:
        book = EngineBook(room.as_room, EventMemory(), loop_time_s, health=health)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(book.run())
            await asyncio.sleep(1.0)
            health.switched(EngineSwitch(TRANSLATOR, "es", "", "one", "first"))
            if lost == "the answer":
                await asyncio.sleep(1.2)
                health.switched(EngineSwitch(TRANSLATOR, "es", "one", "two", "stall"))
            await asyncio.sleep(10.0)
            running.cancel()

    with patch.object(
        RememberedParticipant, "set_attributes", lambda _, told: set_attributes(told)
    ):
        run_in_virtual_time(main())
    assert (calls, seen[0]) == (asked, told_at_s)


def counted(metric: str, **labels: str) -> float:
    """So far, in this process."""
    return REGISTRY.get_sample_value(f"interpreter_engine_{metric}", labels) or 0.0


def test_every_switch_is_counted_and_what_an_engines_breaker_is() -> None:
    health = Health()
    engine = {"kind": "voice", "engine": "counted"}
    seen: list[tuple[float, float, float]] = []

    async def look() -> None:
        await asyncio.sleep(1.0)
        states = [counted("state", **engine, state=one) for one in ("closed", "open", "half_open")]
        seen.append((states[0], states[1], states[2]))

    async def main() -> None:
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(health.run())
            health.breaker(VOICE, "counted")
            await look()
            health.failed(VOICE, "counted", Told(Trouble.STALL))
            await look()
            await asyncio.sleep(10.0)
            await look()
            running.cancel()
        health.switched(EngineSwitch(VOICE, "es", "", "counted", "first"))
        health.switched(EngineSwitch(VOICE, "es", "counted", "", "stall"))

    run_in_virtual_time(main())
    assert seen == [(1, 0, 0), (0, 1, 0), (0, 0, 1)]
    assert counted("troubles_total", **engine, trouble="stall") == 1
    lost = {"kind": "voice", "engine_from": "counted", "engine_to": "", "trouble": "stall"}
    begun = {"kind": "voice", "engine_from": "", "engine_to": "counted", "trouble": "first"}
    assert counted("switches_total", **lost) == 1
    assert counted("switches_total", **begun) == 1


def test_what_is_no_list_of_engines_says_nothing() -> None:
    assert decode_engines("") == ()
    assert decode_engines("{}") == ()
    assert decode_engines('[{"kind": "oracle"}]') == ()
    assert decode_engines("[1]") == ()
    row = ServingEngine(VOICE, "es", "", 1.5, "key")
    assert decode_engines(encode_engines([row])) == (row,)
