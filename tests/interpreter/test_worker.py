"""How a job's session ends: told to, or because its worker has died."""

import asyncio
from types import SimpleNamespace
from typing import cast

import pytest
from livekit.agents import JobContext

from interpreter.worker import end_session, start_session


class Room:
    """What a job does with its room beside its session."""

    def __init__(self) -> None:
        self.story: list[str] = []

    def on(self, event: str, _callback: object) -> None:
        """Nothing happens to it here."""

    async def disconnect(self) -> None:
        await asyncio.sleep(0.01)
        self.story.append("left")

    async def session(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            self.story.append("closed")


def job(room: Room) -> JobContext:
    return cast(JobContext, SimpleNamespace(room=room, proc=SimpleNamespace(userdata={})))


async def begin(room: Room) -> tuple[JobContext, asyncio.Task[None]]:
    context = job(room)
    start_session(context, room.session(), lambda: None)
    await asyncio.sleep(0.01)
    return context, context.proc.userdata["task"]


async def test_a_job_whose_worker_has_died_leaves_the_room_when_its_session_is_closed() -> None:
    room = Room()
    _, task = await begin(room)

    task.cancel()  # as the process does with all that it runs when its worker's pipe closes
    with pytest.raises(asyncio.CancelledError):
        await task

    assert room.story == ["closed", "left"]


async def test_a_job_that_is_told_to_end_is_taken_out_of_the_room_by_the_library() -> None:
    room = Room()
    context, _ = await begin(room)

    await end_session(context)

    assert room.story == ["closed"]
