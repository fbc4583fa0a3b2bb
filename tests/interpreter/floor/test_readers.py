"""What readers are told of a line while its agent ends."""

import asyncio
from typing import cast

from livekit import rtc

from interpreter.events import ItemKind
from interpreter.floor.readers import LineReaders
from interpreter.line import LineWriter


class Pair:
    identity = "pair-1"
    kind = rtc.ParticipantKind.PARTICIPANT_KIND_AGENT
    attributes = {"role": "pair", "source": "en", "target": "es"}  # noqa: RUF012  (read only)


class Room:
    remote_participants = {"pair-1": Pair()}  # noqa: RUF012  (read only)


async def test_where_all_tasks_of_an_agent_end_at_once_its_last_words_raise_nothing() -> None:
    room = cast(rtc.Room, Room())
    readers = LineReaders(room, lambda _name: None, lambda *_: None, lambda *_: None, lambda: 0.0)
    line = LineWriter("en", 1)
    async with asyncio.TaskGroup() as tasks:
        sending = tasks.create_task(readers.run())
        await asyncio.sleep(0)
        sending.cancel()

    pause = line.append(
        ItemKind.PAUSE, "", 1.0, 2.0, speaker="ana", name="Ana", segment="", now_s=2.0
    )
    readers.send(line, [pause])
    readers.close()
