"""Chats with an LLM whose server refuses."""

import asyncio
from typing import Any

import pytest
from livekit.agents import APIStatusError, llm

from interpreter.engines.chat import Chat
from interpreter.engines.failures import told_wait_s
from interpreter.engines.prompting import Message
from interpreter.errors import EngineUnavailable
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
