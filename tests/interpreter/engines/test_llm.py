"""An LLM as a translator: what it is asked again for, and what is believed of its second answer."""

import asyncio
from typing import Any

import pytest
from livekit.agents import llm

import languages
from interpreter.engines.llm import LLMTranslator
from interpreter.engines.translator import TranslationRequest
from interpreter.errors import EngineRefused

RAMBLING = "Well, no, I wouldn't say that, you know, not really, I mean."


class Answering(llm.LLM[Any]):
    """Gives these answers, one after another."""

    def __init__(self, *answers: str) -> None:
        super().__init__()
        self.answers = list(answers)

    def chat(self, **asked: Any) -> llm.LLMStream:
        once = asked["conn_options"]
        return _Answer(self, chat_ctx=asked["chat_ctx"], tools=[], conn_options=once)


class _Answer(llm.LLMStream):
    async def _run(self) -> None:
        engine = self._llm
        assert isinstance(engine, Answering)
        delta = llm.ChoiceDelta(role="assistant", content=engine.answers.pop(0))
        self._event_ch.send_nowait(llm.ChatChunk(id="1", delta=delta))


def translated(*answers: str) -> str:
    async def main() -> str:
        pair = languages.load("en"), languages.load("es")
        translator = LLMTranslator(Answering(*answers), *pair, limit_s=5.0)
        request = TranslationRequest(RAMBLING, (("Hello.", "Hola."),))
        return "".join([piece async for piece in translator.translate(request)])

    return asyncio.run(main())


def test_a_short_answer_that_is_given_twice_is_whole() -> None:
    assert translated("Pues no.", "Pues no.") == "Pues no."


@pytest.mark.parametrize("again", ["Pues", "Pues sí."])
def test_a_short_answer_that_is_not_said_twice_is_cut_off(again: str) -> None:
    with pytest.raises(EngineRefused, match="cut off"):
        translated("Pues no.", again)


def test_an_answer_that_breaks_off_twice_at_one_place_is_cut_off() -> None:
    with pytest.raises(EngineRefused, match="cut off"):
        translated("Pues no diría", "Pues no diría")


BEGUN, WHOLE = "Por favor, escriban", "Por favor, escriban su nombre en la hoja"


def gone_on(*answers: str, has_more: bool) -> str:
    async def main() -> str:
        pair = languages.load("en"), languages.load("es")
        translator = LLMTranslator(Answering(*answers), *pair, limit_s=5.0)
        text, context = "Please write your name on the sheet", (("Hello.", "Hola."),)
        request = TranslationRequest(text, context, committed=BEGUN, has_more=has_more)
        return "".join([piece async for piece in translator.translate(request)])

    return asyncio.run(main())


def test_an_answer_that_only_says_again_what_was_said_is_asked_to_go_on() -> None:
    """Where an answer to less of the sentence said more already."""
    assert gone_on(BEGUN, "su nombre en la hoja", has_more=True) == WHOLE
    with pytest.raises(EngineRefused, match="cut off"):
        gone_on(BEGUN, BEGUN, has_more=True)


def test_nothing_need_follow_what_was_said() -> None:
    assert gone_on(BEGUN, has_more=False) == BEGUN
