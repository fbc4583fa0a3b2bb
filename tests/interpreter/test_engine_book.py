"""What an agent tells of its engines: in its event log, and to pages."""

import asyncio

from interpreter.engine_book import EngineBook
from interpreter.engines.fallback.health import Health
from interpreter.evaluation.replay import EventMemory
from interpreter.events import EngineKind, EngineSwitch
from interpreter.rehearsal.remembered_room import RememberedRoom
from interpreter.room import RoomMetadata
from interpreter.serving_engines import ServingEngine, decode_engines, encode_engines
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


def test_what_is_no_list_of_engines_says_nothing() -> None:
    assert decode_engines("") == ()
    assert decode_engines("{}") == ()
    assert decode_engines('[{"kind": "oracle"}]') == ()
    assert decode_engines("[1]") == ()
    row = ServingEngine(VOICE, "es", "", 1.5, "key")
    assert decode_engines(encode_engines([row])) == (row,)
