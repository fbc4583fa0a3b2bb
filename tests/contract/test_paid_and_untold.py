"""A translator's requests that are paid, and of which its library tells nothing, are counted."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

import pytest

from interpreter.engines import open_translator
from interpreter.engines.prefill import forget
from interpreter.engines.translator import TranslationRequest, Translator
from interpreter.errors import EngineError
from interpreter.settings import Settings
from interpreter.usage import Amounts
from tests.contract.test_llm_translator import CONTEXT, SENTENCE
from tests.emulators import translating_llm
from tests.emulators.llm_translator import OPENAI
from tests.emulators.manners import Does, Manner
from tests.emulators.translating_llm import TranslatingLLM

pytestmark = pytest.mark.live

UNCOUNTED = Amounts(requests=1, uncounted=1)


async def used_by(mind: TranslatingLLM, settings: Settings, *, leaves: bool) -> list[Amounts]:
    """What one translation used; `leaves`: its reader does, as soon as it was asked for."""
    used: list[Amounts] = []
    forget()
    async with translating_llm.serving(mind) as url:
        chosen = {
            "translator": OPENAI.plugin,
            "translator_options": OPENAI.options(url),
            "engine_timeout_s": 2.0,
        }
        translator = open_translator(
            "en", "es", settings.model_copy(update=chosen), lambda _, one: used.append(one)
        )
        async with asyncio.TaskGroup() as tasks, asyncio.timeout(10):
            task = tasks.create_task(translated(translator))
            while leaves and not mind.requests:  # noqa: ASYNC110  (a server in its own thread)
                await asyncio.sleep(0.01)
            if leaves:
                task.cancel()
        await translator.aclose()
    return used


async def translated(translator: Translator) -> None:
    asked = translator.translate(TranslationRequest(SENTENCE, CONTEXT))
    try:
        async with aclosing(cast(AsyncGenerator[str, None], asked)) as pieces:
            async for _ in pieces:
                pass
    except EngineError:
        pass


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OPENAI.key, "none-is-needed")


async def test_a_request_that_nobody_waits_for_is_counted(
    mind: TranslatingLLM, offline: Settings
) -> None:
    mind.manner = Manner(first_token_s=5.0)
    assert await used_by(mind, offline, leaves=True) == [UNCOUNTED]


@pytest.mark.parametrize("does", [Does.BREAK_OFF, Does.HALF_FRAME, Does.CUT_OFF, Does.STALL])
async def test_an_answer_that_breaks_off_is_counted(
    mind: TranslatingLLM, offline: Settings, does: Does
) -> None:
    mind.script.append(Manner(does))
    first, second = await used_by(mind, offline, leaves=False)
    assert first == UNCOUNTED
    assert second.output_tokens > 0


@pytest.mark.parametrize("does", [Does.FAIL, Does.TOO_MANY_REQUESTS, Does.FORBID])
async def test_a_request_that_is_refused_costs_nothing(
    mind: TranslatingLLM, offline: Settings, does: Does
) -> None:
    mind.manner = Manner(does)
    assert await used_by(mind, offline, leaves=False) == []
