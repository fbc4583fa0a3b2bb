"""A process that was not let run, beside one that worked."""

import asyncio
import time
from contextlib import suppress

import pytest

from interpreter.kept_waiting import NAP_S, Nap, OwnTime, late_s, own_time, patient_until
from tests.scripted import loop_time_s
from tests.virtual_time import run_in_virtual_time


@pytest.mark.parametrize(
    ("slept_s", "worked_s", "seconds"),
    [
        pytest.param(0.5, 0.0, 0.0, id="woken in time"),
        pytest.param(0.1, 0.0, 0.0, id="woken early, by news"),
        pytest.param(1.5, 0.0, 1.0, id="not let run"),
        pytest.param(1.5, 1.0, 0.0, id="at work itself"),
        pytest.param(1.5, 0.25, 0.75, id="at work for a part of it"),
    ],
)
def test_who_works_itself_is_not_kept_waiting(
    slept_s: float, worked_s: float, seconds: float
) -> None:
    assert late_s(slept_s, 0.5, worked_s) == seconds


async def test_a_nap_that_ends_at_once_is_not_late() -> None:
    assert Nap.begin().late_s(0.5) == 0.0


@pytest.mark.parametrize("naps", [1, 2])
async def test_a_clock_stands_still_while_the_process_does(naps: int) -> None:
    clock, loop = OwnTime(), asyncio.get_running_loop()
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(clock.run()) for _ in range(naps)]
        await asyncio.sleep(0.05)
        before_s, own_s = loop.time(), clock.now_s()
        loop.call_soon(time.sleep, 1.0)  # as if it had been stopped
        await asyncio.sleep(0.01)
        at_once_s = clock.now_s() - own_s
        await asyncio.sleep(2 * NAP_S)
        own_s, took_s = clock.now_s() - own_s, loop.time() - before_s
        for task in running:
            task.cancel()
    assert took_s >= 1.0 + 2 * NAP_S
    assert at_once_s < 0.5
    assert own_s < took_s - 0.8


def waited_s(kept_s: float, most_s: float = 5.0) -> float:
    """For what never comes, a second long, by who was not let run in the middle of it."""
    took_s = 0.0

    async def main() -> None:
        nonlocal took_s
        clock, began_s = own_time(), loop_time_s()
        asyncio.get_running_loop().call_later(0.5, clock.kept_waiting, kept_s)
        with suppress(TimeoutError):
            async with patient_until(clock.now_s() + 1.0, most_s):
                await asyncio.Event().wait()
        took_s = loop_time_s() - began_s

    run_in_virtual_time(main())
    return took_s


def test_who_was_kept_waiting_waits_for_as_much_longer() -> None:
    assert waited_s(0.0) == pytest.approx(1.0)
    assert waited_s(0.3) == pytest.approx(1.3)
    assert waited_s(9.0, most_s=2.0) == pytest.approx(3.0)
