"""OpenAI's wire format of chat completions, as much as a client of ours reads."""

import json
import time
from collections.abc import AsyncIterator
from typing import Any

from tests.emulators.manners import Does, Manner, paced

MODEL = "apertium-emulating-an-llm"


def completion(body: dict[str, Any], text: str, manner: Manner) -> dict[str, Any]:
    """An answer in one piece."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": _reason(manner)}
    return {**_head(body, "chat.completion"), "choices": [choice], "usage": _usage(body, text)}


def chunks(body: dict[str, Any], text: str, manner: Manner) -> AsyncIterator[str]:
    """The server-sent events of a streamed answer, at the manner's pace."""
    head = _head(body, "chat.completion.chunk")
    ending = [_event({**head, "choices": [_delta("", _reason(manner))]})]
    if body.get("stream_options", {}).get("include_usage"):
        ending.append(_event({**head, "choices": [], "usage": _usage(body, text)}))
    ending.append("data: [DONE]\n\n")
    return paced(
        text, lambda token: _event({**head, "choices": [_delta(token, None)]}), ending, manner
    )


def _head(body: dict[str, Any], kind: str) -> dict[str, Any]:
    model = body.get("model", MODEL)
    return {"id": "chatcmpl-emulated", "object": kind, "created": int(time.time()), "model": model}


def _delta(content: str, reason: str | None) -> dict[str, Any]:
    delta = {"role": "assistant", "content": content}
    return {"index": 0, "delta": delta, "finish_reason": reason}


def _reason(manner: Manner) -> str:
    return {Does.CUT_OFF: "length", Does.WITHHOLD: "content_filter"}.get(manner.does, "stop")


def _usage(body: dict[str, Any], text: str) -> dict[str, int]:
    asked = sum(len(str(message["content"]).split()) for message in body["messages"])
    given = len(text.split())
    return {"prompt_tokens": asked, "completion_tokens": given, "total_tokens": asked + given}


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
