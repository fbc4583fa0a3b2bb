"""Engines that answer as late as a paid one: each request by itself, with all that comes along."""

import asyncio

import pytest
from livekit.agents.types import USERDATA_TIMED_TRANSCRIPT

from interpreter.engines.delayed import DelayedTranslator, DelayedVoice
from interpreter.engines.translator import TranslationRequest
from tests.scripted import ScriptedTranslator, ScriptedVoice, loop_time_s
from tests.virtual_time import run_in_virtual_time


def test_translations_asked_at_once_wait_at_once() -> None:
    translator = DelayedTranslator(ScriptedTranslator(delay_s=0.1), 0.35)

    async def ask(text: str) -> str:
        return "".join([piece async for piece in translator.translate(TranslationRequest(text))])

    async def main() -> tuple[list[str], float]:
        answers = await asyncio.gather(ask("one"), ask("two"), ask("three"))
        return list(answers), loop_time_s()

    answers, now_s = run_in_virtual_time(main())

    assert answers == ["[one]", "[two]", "[three]"]
    assert round(now_s, 3) == 0.45


def test_a_delayed_voice_says_the_same_later_with_its_word_times() -> None:
    voice = DelayedVoice(ScriptedVoice(delay_s=0.1), 0.15)

    async def main() -> tuple[float, list[str], float]:
        words: list[str] = []
        seconds, first_s = 0.0, -1.0
        async with voice.synthesize("sixteen letters.", rate=1.25) as utterance:
            async for audio in utterance:
                first_s = loop_time_s() if first_s < 0 else first_s
                seconds += audio.frame.duration
                words += audio.frame.userdata[USERDATA_TIMED_TRANSCRIPT]
        return first_s, words, seconds

    first_s, words, seconds = run_in_virtual_time(main())

    assert round(first_s, 3) == 0.25
    assert words == ["sixteen letters."]
    assert seconds == pytest.approx(0.8, abs=0.02)
