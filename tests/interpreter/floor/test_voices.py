"""Two pairs feed one channel: who speaks when, in virtual time."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from interpreter.floor.voices import HELD_S, WAIT_S, ChannelVoices
from interpreter.rehearsal.virtual_time import loop_time_s, run_in_virtual_time

Story = Callable[[ChannelVoices], Coroutine[Any, Any, None]]


def play(story: Story, *gone: str) -> None:
    async def main() -> None:
        await story(ChannelVoices(lambda who: who not in gone, loop_time_s))

    run_in_virtual_time(main())


def test_a_free_channel_is_granted_at_once() -> None:
    async def story(voices: ChannelVoices) -> None:
        assert await voices.take("es", "pair-1")
        assert await voices.take("ca", "pair-2")
        assert loop_time_s() == 0.0

    play(story)


def test_the_second_waits_until_the_first_has_spoken() -> None:
    async def story(voices: ChannelVoices) -> None:
        await voices.take("es", "pair-1")
        asyncio.get_running_loop().call_later(2.0, voices.release, "es", "pair-1")
        assert await voices.take("es", "pair-2")
        assert loop_time_s() == 2.0

    play(story)


def test_nobody_waits_for_ever() -> None:
    async def story(voices: ChannelVoices) -> None:
        await voices.take("es", "pair-1")
        assert not await voices.take("es", "pair-2")
        assert loop_time_s() == WAIT_S

    play(story)


def test_one_that_has_left_holds_nothing() -> None:
    async def story(voices: ChannelVoices) -> None:
        await voices.take("es", "pair-1")
        assert await voices.take("es", "pair-2")
        assert loop_time_s() == 0.0

    play(story, "pair-1")


def test_one_that_forgot_to_release_is_forgotten() -> None:
    async def story(voices: ChannelVoices) -> None:
        await voices.take("es", "pair-1")
        await asyncio.sleep(HELD_S)
        assert await voices.take("es", "pair-2")
        assert loop_time_s() == HELD_S

    play(story)


def test_another_cannot_release_what_one_holds() -> None:
    async def story(voices: ChannelVoices) -> None:
        await voices.take("es", "pair-1")
        voices.release("es", "pair-2")
        assert not await voices.take("es", "pair-2")

    play(story)
