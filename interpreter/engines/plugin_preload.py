"""Imported once in the process that jobs are forked from, when plugins are chosen: does what every
job would otherwise do first, in memory and time of its own. Leaves no thread, file or connection.

It reads what the plugins' constructors take, and has OpenAI's SDK translate once, with an answer
that nobody sends: 0.4 s and 35 MB of each pair that it translates for, measured.
"""

import asyncio
import sys
from contextlib import suppress

import languages
from interpreter.engines.plugins import read_options
from interpreter.errors import InterpretationError
from interpreter.settings import chosen_engines

_ANSWER = (
    'data: {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "none", '
    '"choices": [{"index": 0, "delta": {"role": "assistant", "content": "Muy bien"}, '
    '"finish_reason": null}]}\n\n'
    'data: {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "none", '
    '"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\n'
    'data: {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "none", '
    '"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}\n\n'
    "data: [DONE]\n\n"
)


async def _translate_once() -> None:
    import httpx2
    from livekit.plugins.openai import LLM
    from openai import AsyncOpenAI

    from interpreter.engines.llm import LLMTranslator
    from interpreter.engines.translator import TranslationRequest

    def answer(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers={"content-type": "text/event-stream"}, text=_ANSWER)

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    async with AsyncOpenAI(api_key="none", http_client=http) as client:
        _ = client.audio.speech.with_streaming_response  # imported where it is first named
        engine = LLM(model="none", client=client)
        translator = LLMTranslator(engine, languages.load("en"), languages.load("es"), 5.0)
        with suppress(InterpretationError):
            async for _ in translator.translate(TranslationRequest("Very well")):
                pass
        await translator.aclose()


read_options(chosen_engines())
if "livekit.plugins.openai" in sys.modules:
    asyncio.run(_translate_once())
