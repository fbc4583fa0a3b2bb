"""Gemini over HTTP, at one address: generateContent, whole and as server-sent events, countTokens
and the list of models: https://ai.google.dev/api/generate-content, https://ai.google.dev/api/tokens,
https://ai.google.dev/api/models. Its mind is that of `translating_llm.py`.

    python -m tests.emulators.gemini --port 9003
"""

import asyncio
import json
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.emulators.faults import Fault
from tests.emulators.gemini_errors import error, refused
from tests.emulators.manners import OF_FAULTS, Does, Manner, paced
from tests.emulators.places import HOST, in_thread
from tests.emulators.translating_llm import Reply, TranslatingLLM, main

MODELS = ("gemini-3.5-flash-lite", "gemini-3.8-flash")
THOUGHTS = 7
"""Tokens of what it thinks before each answer, which are not among the candidates'."""
LEAST_S = 10
"""No client may set an earlier deadline (github.com/livekit/agents/issues/3723)."""
LIBRARY_WARNS = "Inheritance class AiohttpClientSession"
"""aiohttp, of what google-genai 3.4.0 makes at its first request."""
_KINDS = {does: kind for kind, does in OF_FAULTS.items()}


@asynccontextmanager
async def serving(mind: TranslatingLLM, port: int = 0) -> AsyncIterator[str]:
    """Serve on 127.0.0.1, in a thread of its own as another machine would; gives the base URL."""
    async with in_thread(lambda: application(mind), port) as taken:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", LIBRARY_WARNS, DeprecationWarning)
            yield f"http://{HOST}:{taken}"


def application(mind: TranslatingLLM) -> web.Application:
    """The API."""

    async def models(_request: web.Request) -> web.Response:
        return web.json_response({"models": [_model(name) for name in mind.models or MODELS]})

    async def ask(request: web.Request) -> web.StreamResponse:
        given = request.headers.get("x-goog-api-key") or request.query.get("key", "")
        model, method = request.match_info["model"], request.match_info["method"]
        is_streamed = method == "streamGenerateContent"
        if mind.key and given != mind.key:
            return error("API_KEY_INVALID")
        if not mind.knows(model):
            return error("NOT_FOUND", model=model)
        limit = request.headers.get("X-Server-Timeout", str(LEAST_S))
        if int(limit) < LEAST_S:
            return error("DEADLINE", wait=limit)
        body: dict[str, Any] = await request.json()
        if method == "countTokens":
            return web.json_response({"totalTokens": _tokens(json.dumps(body["contents"]))})
        chat = {**body, "model": model, "messages": _messages(body)}
        reply = await mind.reply(chat, request.headers.get("X-Emulate", ""))
        if reply.manner.does.is_refusal:
            return _refusal(reply, given, model, is_streamed)
        answer = _Answer(model, chat["messages"], reply)
        if is_streamed:
            return await mind.stream(request, answer.events(), reply.manner)
        await asyncio.sleep(reply.manner.first_token_s)
        return web.json_response(answer.whole())

    app = web.Application()
    methods = "generateContent|streamGenerateContent|countTokens"
    for version in ("v1", "v1beta"):
        app.router.add_get(f"/{version}/models", models)
        app.router.add_post(f"/{version}/models/{{model}}:{{method:{methods}}}", ask)
    return app


def _messages(body: dict[str, Any]) -> list[dict[str, str]]:
    """Contents as OpenAI's messages."""
    system = body.get("systemInstruction")
    turns = [{"role": "system", "content": _text(system)}] if system else []
    roles = {"user": "user", "model": "assistant"}
    return turns + [
        {"role": roles[one.get("role", "user")], "content": _text(one)} for one in body["contents"]
    ]


def _text(content: dict[str, Any]) -> str:
    return "\n".join(str(part.get("text", "")) for part in content["parts"])


def _refusal(reply: Reply, given: str, model: str, is_streamed: bool) -> web.Response:
    if reply.manner.does is Does.BLOCK:
        # an answer like others: the prompt's feedback stands in the place of candidates
        feedback = {"blockReason": "PROHIBITED_CONTENT"}
        response = {"promptFeedback": feedback, "modelVersion": model}
        if not is_streamed:
            return web.json_response(response)
        return web.Response(text=_event(response), content_type="text/event-stream")
    fault = reply.fault or Fault(_KINDS[reply.manner.does], wait_s=0.0)
    return refused(fault, given, model)


class _Answer:
    def __init__(self, model: str, messages: list[dict[str, str]], reply: Reply) -> None:
        self._model = model
        self._asked = sum(_tokens(message["content"]) for message in messages)
        self._reply = reply

    def whole(self) -> dict[str, Any]:
        return self._response(self._reply.text, self._given, _reason(self._reply.manner))

    def events(self) -> AsyncIterator[str]:
        """Each says what was used until then, and the last one why it ends."""
        ending = [_event(self._response("", self._given, _reason(self._reply.manner)))]
        given = 0

        def event(token: str) -> str:
            nonlocal given
            given += _tokens(token)
            return _event(self._response(token, given))

        return paced(self._reply.text, event, ending, self._reply.manner)

    @property
    def _given(self) -> int:
        return _tokens(self._reply.text)

    def _response(self, text: str, given: int, reason: str = "") -> dict[str, Any]:
        candidate: dict[str, Any] = {"content": {"parts": [{"text": text}], "role": "model"}}
        if reason:
            candidate |= {"finishReason": reason}
        details = [{"modality": "TEXT", "tokenCount": self._asked}]
        usage = {
            "promptTokenCount": self._asked,
            "candidatesTokenCount": given,
            "thoughtsTokenCount": THOUGHTS,
            "totalTokenCount": self._asked + THOUGHTS + given,
            "promptTokensDetails": details,
        }
        return {
            "candidates": [{**candidate, "index": 0}],
            "usageMetadata": usage,
            "modelVersion": self._model,
            "responseId": "emulated",
        }


def _reason(manner: Manner) -> str:
    return {Does.CUT_OFF: "MAX_TOKENS", Does.WITHHOLD: "SAFETY"}.get(manner.does, "STOP")


def _tokens(text: str) -> int:
    return len(text.split())


def _model(name: str) -> dict[str, Any]:
    return {
        "name": f"models/{name}",
        "displayName": name,
        "inputTokenLimit": 1_048_576,
        "outputTokenLimit": 65_536,
        "supportedGenerationMethods": ["generateContent", "countTokens"],
    }


def _event(response: dict[str, Any]) -> str:
    return f"data: {json.dumps(response, ensure_ascii=False)}\r\n\r\n"


if __name__ == "__main__":
    main(serving, 9003)
