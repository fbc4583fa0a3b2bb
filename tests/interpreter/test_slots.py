"""Which jobs a machine accepts: as many as it has slots, floors and pairs together."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from livekit.agents import AgentServer, JobRequest

from interpreter.slots import Slots


class Request:
    """A job that is offered; launching it takes until it is told."""

    def __init__(self) -> None:
        self.answer = ""
        self.launched = asyncio.Event()

    async def accept(self, **_: Any) -> None:
        self.answer = "accepted"
        await self.launched.wait()

    async def reject(self, *, terminate: bool = True) -> None:
        assert not terminate  # else no other machine would be asked
        self.answer = "refused"


def server(jobs: int = 0) -> AgentServer:
    return cast(AgentServer, SimpleNamespace(active_jobs=[None] * jobs))


async def accept(request: JobRequest) -> None:
    await request.accept()


async def offered(slots: Slots, count: int) -> list[str]:
    """What is answered to so many offers at once, before one of them has been launched."""
    requests = [Request() for _ in range(count)]
    answer = slots.accepting(accept)
    async with asyncio.TaskGroup() as tasks:
        for request in requests:
            tasks.create_task(answer(cast(JobRequest, request)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        answers = [request.answer for request in requests]
        for request in requests:
            request.launched.set()
    return answers


async def test_jobs_that_are_offered_at_once_are_all_accepted_while_slots_are_free() -> None:
    slots = Slots(16)
    slots.add(server())

    assert await offered(slots, 16) == ["accepted"] * 16


async def test_floors_and_pairs_share_the_slots_and_what_is_coming_counts() -> None:
    slots = Slots(6)
    slots.add(server(jobs=3))
    slots.add(server(jobs=1))

    assert await offered(slots, 4) == ["accepted", "accepted", "refused", "refused"]
    assert await offered(slots, 1) == ["accepted"]  # none of them is coming any more


def test_the_load_is_the_share_of_taken_slots() -> None:
    slots = Slots(8)
    slots.add(server(jobs=2))

    assert slots.load(server()) == 0.25
