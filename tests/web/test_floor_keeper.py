"""One room's floor agent kept alive: what is done on the media server, in which order."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import cast

import pytest

from interpreter.store import Room
from web.floor_watch import MISSES, Floor, FloorState, Pulse
from web.floors import FloorKeeper, Floors

HEARS = Pulse()


@dataclass
class ScriptedFloors:
    """A media server whose agents answer as the script says; one step of the clock a ping."""

    answers: list[Pulse | None] = field(default_factory=list)
    ping_s: float = 0.5
    now_s: float = 0.0
    is_taken_by: bool = False
    done: list[str] = field(default_factory=list)
    lost_s: list[float | None] = field(default_factory=list)

    def clock(self) -> float:
        return self.now_s

    async def ping(self, room_id: str, identity: str) -> Pulse | None:
        self.now_s += self.ping_s
        return self.answers.pop(0)

    async def remove(self, room_id: str, identity: str) -> None:
        self.done.append(f"remove {identity}")

    async def send(
        self, room_id: str, keep: Collection[str] = (), lost_s: float | None = None
    ) -> None:
        self.done.append("send")
        self.lost_s.append(lost_s)

    async def is_taken(self, room_id: str) -> bool:
        return self.is_taken_by

    async def last_spoken_s(self, room_id: str) -> float | None:
        return 33.0


def keeper(floors: ScriptedFloors, may_act: Callable[[], bool] = lambda: True) -> FloorKeeper:
    room = Room(id="r1", meeting_id="m1", clock_zero=0.0)
    return FloorKeeper(room, cast(Floors, floors), may_act, floors.clock)


async def run(floors: ScriptedFloors, may_act: Callable[[], bool] = lambda: True) -> list[str]:
    """One agent in the room, pinged as often as the script has answers."""
    keeps = keeper(floors, may_act)
    await keeps.look([Floor("old", 1)])
    for _ in range(len(floors.answers)):
        floors.now_s += 1.0
        await keeps.ping()
    return floors.done


async def test_a_dead_agent_is_removed_before_another_is_sent() -> None:
    answers = [HEARS, *[None] * MISSES]
    assert await run(ScriptedFloors(answers)) == ["remove old", "send"]


async def test_one_miss_does_nothing() -> None:
    assert await run(ScriptedFloors([HEARS, None, HEARS, None, HEARS])) == []


async def test_a_machine_that_is_too_busy_to_tell_time_proves_nobody_dead() -> None:
    assert await run(ScriptedFloors([HEARS, None, None, None], ping_s=0.8)) == []


async def test_without_the_lease_nothing_is_done() -> None:
    assert await run(ScriptedFloors([HEARS, None, None, None]), lambda: False) == []


async def test_a_deaf_agent_is_replaced_after_five_seconds() -> None:
    deaf = Pulse(FloorState.DEAF, told_s=4.0)
    assert await run(ScriptedFloors([HEARS, *[deaf] * 4])) == []
    assert await run(ScriptedFloors([HEARS, *[deaf] * 5])) == ["remove old", "send"]


@pytest.mark.parametrize(("is_taken", "expected"), [(False, ["send"]), (True, [])])
async def test_a_job_that_somebody_took_is_not_given_to_another(
    is_taken: bool, expected: list[str]
) -> None:
    floors = ScriptedFloors(is_taken_by=is_taken)
    keeps = keeper(floors)
    floors.now_s = 7.0
    await keeps.look([])
    assert floors.done == expected


async def test_after_a_restart_of_web_the_store_tells_what_was_heard_last() -> None:
    floors = ScriptedFloors()
    keeps = keeper(floors)
    floors.now_s = 7.0
    await keeps.look([])
    assert floors.lost_s == [33.0]
