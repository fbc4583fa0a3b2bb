"""Chats with an LLM whose server refuses."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import web
from livekit.agents import APIStatusError, llm
from livekit.plugins import openai

from interpreter.engines.chat import Chat
from interpreter.engines.failures import told_wait_s
from interpreter.engines.faults import AnswerFault, Unusable
from interpreter.engines.prompting import Message
from interpreter.errors import EngineUnavailable
from tests.emulators.places import HOST, in_thread
from tests.faulty import Told


class Refusing(llm.LLM[Any]):
    def __init__(self, body: object) -> None:
        super().__init__()
        self.body = body

    def chat(self, **asked: Any) -> llm.LLMStream:
        once = asked["conn_options"]
        return _Refused(self, chat_ctx=asked["chat_ctx"], tools=[], conn_options=once)


class _Refused(llm.LLMStream):
    async def _run(self) -> None:
        engine = self._llm
        assert isinstance(engine, Refusing)
        try:
            raise Told(429, {"Retry-After": "42"})
        except Told:
            raise APIStatusError("no", status_code=429, body=engine.body) from None


@pytest.mark.parametrize("body", [{"error": {"message": "no"}}, "Too Many Requests", "", None])
def test_how_long_a_server_wants_to_be_left_alone_is_known_whatever_it_writes(body: object) -> None:
    async def main() -> None:
        chat = Chat(Refusing(body), 5.0)
        async for _ in chat.pieces([Message("user", "water")], chat.deadline()):
            pass

    with pytest.raises(EngineUnavailable) as raised:
        asyncio.run(main())
    assert told_wait_s(raised.value) == 42.0


Tail = tuple[str | None, bool]
"""The reason that an answer gives for its end, and whether it tells its usage."""
WHOLE, TOLD_LESS, BROKEN = ("stop", True), ("stop", False), (None, False)


def service(tails: Iterator[Tail]) -> web.Application:
    """Several servers behind one address: each answer ends in its own way."""

    async def answer(_request: web.Request) -> web.Response:
        reason, has_usage = next(tails)
        ends = {"index": 0, "delta": {}, "finish_reason": reason}
        told: list[dict[str, Any]] = [
            {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "agua"}}]},
            *([{"choices": [ends]}] if reason else []),
            *([{"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 1}}] * has_usage),
        ]
        head = {"id": "0", "object": "chat.completion.chunk", "created": 0, "model": "m"}
        lines = [": keep-alive", *(f"data: {json.dumps(head | one)}" for one in told)]
        text = "".join(f"{line}\n\n" for line in [*lines, "data: [DONE]"])
        return web.Response(text=text, content_type="text/event-stream")

    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    return app


@pytest.mark.parametrize(
    ("tails", "is_whole"),
    [
        ([WHOLE, TOLD_LESS, TOLD_LESS], [True, True, True]),
        ([WHOLE, BROKEN, WHOLE], [True, False, True]),
        ([TOLD_LESS, BROKEN], [True, False]),
        ([BROKEN, BROKEN], [True, True]),
    ],
)
async def test_an_answer_that_says_it_is_whole_need_not_tell_its_usage(
    tails: list[Tail], is_whole: list[bool]
) -> None:
    async def is_taken(chat: Chat) -> bool:
        try:
            said = [one async for one in chat.pieces([Message("user", "water")], chat.deadline())]
        except Unusable as error:
            return error.fault is not AnswerFault.CUT_OFF
        return said == ["agua"]

    async with in_thread(lambda: service(iter(tails))) as port:
        engine = openai.LLM(model="m", base_url=f"http://{HOST}:{port}/v1", api_key="none")
        chat = Chat(engine, 5.0)
        assert [await is_taken(chat) for _ in tails] == is_whole
        await engine.aclose()
