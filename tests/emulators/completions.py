"""OpenAI's wire format of chat completions, as much as a client of ours reads."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from typing import Any, NoReturn

from tests.emulators.manners import Does, Manner

MODEL = "apertium-emulating-an-llm"

_FOREVER_S = 3600.0


class ConnectionLost(Exception):
    """Ends a response in the middle: the server drops the connection."""


def completion(body: dict[str, Any], text: str, manner: Manner) -> dict[str, Any]:
    """An answer in one piece."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": _reason(manner)}
    return {**_head(body, "chat.completion"), "choices": [choice], "usage": _usage(body, text)}


async def chunks(body: dict[str, Any], text: str, manner: Manner) -> AsyncIterator[str]:
    """The server-sent events of a streamed answer, at the manner's pace."""
    head = _head(body, "chat.completion.chunk")
    for token in re.findall(r"\s*\S+", text):
        yield _event({**head, "choices": [_delta(token, None)]})
        await asyncio.sleep(1 / manner.tokens_per_s if manner.tokens_per_s else 0)
    if manner.does is Does.STALL:
        await asyncio.sleep(_FOREVER_S)
    if manner.does is Does.HALF_FRAME:
        yield _event({**head, "choices": [_delta("", None)]})[:20]
    if manner.does in (Does.BREAK_OFF, Does.HALF_FRAME, Does.FALL_SILENT):
        return
    yield _event({**head, "choices": [_delta("", _reason(manner))]})
    if body.get("stream_options", {}).get("include_usage"):
        yield _event({**head, "choices": [], "usage": _usage(body, text)})
    yield "data: [DONE]\n\n"


def broken_off() -> NoReturn:
    """Let the server drop the connection."""
    raise ConnectionLost


def _head(body: dict[str, Any], kind: str) -> dict[str, Any]:
    model = body.get("model", MODEL)
    return {"id": "chatcmpl-emulated", "object": kind, "created": int(time.time()), "model": model}


def _delta(content: str, reason: str | None) -> dict[str, Any]:
    delta = {"role": "assistant", "content": content}
    return {"index": 0, "delta": delta, "finish_reason": reason}


def _reason(manner: Manner) -> str:
    return "length" if manner.does is Does.CUT_OFF else "stop"


def _usage(body: dict[str, Any], text: str) -> dict[str, int]:
    asked = sum(len(str(message["content"]).split()) for message in body["messages"])
    given = len(text.split())
    return {"prompt_tokens": asked, "completion_tokens": given, "total_tokens": asked + given}


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
