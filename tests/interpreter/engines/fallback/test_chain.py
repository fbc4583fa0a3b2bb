"""One engine in several languages of a process: what is wrong with one of them."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from interpreter.engines.fallback import Named
from interpreter.engines.fallback.breaker import Trouble
from interpreter.engines.fallback.chain import Chain
from interpreter.engines.fallback.health import Health
from interpreter.engines.fallback.trouble import EngineTroubled, Told
from interpreter.events import EngineKind, EngineSwitch
from tests.virtual_time import run_in_virtual_time

FIRST, SECOND = Named("a", "a"), Named("b", "b")
Probe = Callable[[str], Awaitable[None]]


async def well(_engine: str) -> None:
    pass


async def refused(_engine: str) -> None:
    raise EngineTroubled(Trouble.REFUSED)


def chain(health: Health, language: str, probe: Probe = well) -> Chain[str]:
    made = Chain(EngineKind.RECOGNISER, language, [FIRST, SECOND], health, probe)
    health.watch(made)
    return made


def in_a_process(story: Callable[[Health], Awaitable[None]]) -> None:
    async def main() -> None:
        health = Health()
        async with asyncio.TaskGroup() as tasks:
            probing = tasks.create_task(health.run())
            await story(health)
            probing.cancel()

    run_in_virtual_time(main())


@pytest.mark.parametrize("trouble", [Trouble.REFUSED, Trouble.WRONG_LANGUAGE])
def test_a_language_that_an_engine_does_not_take_costs_no_other_one_that_engine(
    trouble: Trouble,
) -> None:
    async def story(health: Health) -> None:
        english, swahili = chain(health, "en"), chain(health, "sw", refused)
        for _ in range(3):
            swahili.failed(FIRST, Told(trouble))
        assert (english.preferred, swahili.preferred) == (FIRST, SECOND)
        await asyncio.sleep(300.0)
        assert (english.preferred, swahili.preferred) == (FIRST, SECOND)

    in_a_process(story)


def test_an_engine_that_takes_the_language_again_is_asked_again() -> None:
    async def story(health: Health) -> None:
        swahili = chain(health, "sw")
        for _ in range(3):
            swahili.failed(FIRST, Told(Trouble.REFUSED))
        assert swahili.preferred == SECOND
        await asyncio.sleep(90.0)
        assert swahili.preferred == FIRST

    in_a_process(story)


def test_what_is_wrong_with_an_engine_is_so_in_every_language() -> None:
    async def story(health: Health) -> None:
        english, swahili = chain(health, "en"), chain(health, "sw")
        swahili.failed(FIRST, Told(Trouble.ERROR))
        assert (english.preferred, swahili.preferred) == (SECOND, SECOND)
        await asyncio.sleep(15.0)
        assert (english.preferred, swahili.preferred) == (FIRST, FIRST)

    in_a_process(story)


def test_a_probe_in_a_language_that_is_refused_does_not_keep_an_engine_from_the_others() -> None:
    """Whichever language's speech a probe has."""

    async def story(health: Health) -> None:
        chains = [chain(health, "en"), chain(health, "sw", refused)]
        chains[0].failed(FIRST, Told(Trouble.ERROR))
        await asyncio.sleep(30.0)
        assert [one.preferred for one in chains] == [FIRST, SECOND]

    in_a_process(story)


def test_that_no_engine_is_left_is_told_once_and_so_is_its_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told: list[EngineSwitch] = []

    async def story(health: Health) -> None:
        with health.telling(told.append):
            chain(health, "en").serve(FIRST)
            for _ in range(5):  # a recogniser is opened anew after each failure
                chain(health, "en").lost(Trouble.ERROR)
            chain(health, "en").serve(SECOND)
            chain(health, "es").lost(Trouble.ERROR)

    in_a_process(story)
    assert [(one.language, one.after, one.why) for one in told] == [
        ("en", "a", "first"),
        ("en", "", "error"),
        ("en", "b", "healthy"),
        ("es", "", "error"),
    ]
    assert caplog.messages == [
        "another engine serves: recogniser, none → none (error)",
        "another engine serves: recogniser, none → b (healthy)",
        "another engine serves: recogniser, none → none (error)",
    ]
