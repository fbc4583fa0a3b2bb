"""Emulates a translating LLM, here behind an OpenAI-compatible API and Azure's, and is none: it
finds the speech in the last user message and translates it with Apertium, by the product's own
pipeline.

It knows of our prompt what it cannot do without: the delimiters of the speech and of what was said
already, and that the system message names both languages, the spoken one first. What it is told to
do wrong it does wrong, per request or by a seeded share of its answers.

    python -m tests.emulators.translating_llm --port 9000
"""

import argparse
import asyncio
import random
import signal
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import Any

from aiohttp import web

from interpreter.engines.host import running
from interpreter.settings import Settings
from tests.emulators import azure_openai
from tests.emulators.completions import MODEL, chunks, completion
from tests.emulators.faults import Fault, Faults
from tests.emulators.habits import CAREFUL, Habits, carelessly
from tests.emulators.manners import FAITHFUL, OF_FAULTS, Continues, Does, Manner, spoilt
from tests.emulators.openai_errors import error, refusal, wrong_key
from tests.emulators.places import HOST, in_thread
from tests.emulators.translating import Asked, Translating, asked_in, in_fewer_words


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered to a chat, and how."""

    text: str
    manner: Manner
    fault: Fault | None = None
    """What a refusal says beside."""


class TranslatingLLM:
    """The server's mind: what it is told to do, and what it was asked."""

    def __init__(
        self,
        settings: Settings,
        *,
        manner: Manner = FAITHFUL,
        continues: Continues = Continues.YES,
        shares: Mapping[Does, float] | None = None,
        seed: int = 0,
        habits: Habits = CAREFUL,
        key: str = "",
        models: tuple[str, ...] = (),
    ) -> None:
        """`key`, `models`: the only ones that are right; any are, where there are none."""
        self.habits = habits
        self.key = key
        self.models = models
        self.faults = Faults()
        """What goes wrong, as with every other emulated server."""
        self.manner = manner
        """How it answers when nothing else is said."""
        self.script: deque[Manner] = deque()
        """How it answers the next requests, each once."""
        self.continues = continues
        self.requests: list[dict[str, Any]] = []
        self.was_asked = Event()
        self.was_abandoned = Event()
        """Set by an answer that nobody waited for until its end."""
        self._shares = dict(shares or {})
        self._chance = random.Random(seed)
        self._translating = Translating(settings)

    def knows(self, model: str) -> bool:
        return not self.models or model in self.models

    async def reply(self, chat: dict[str, Any], told: str = "") -> Reply:
        """What it says to a chat, which has OpenAI's `messages`, whatever the wire's are."""
        self.requests.append(chat)
        self.was_asked.set()
        fault = self.faults.take(*OF_FAULTS)
        manner = self._next_manner(OF_FAULTS[fault.kind] if fault is not None else told)
        if manner.does.is_refusal:
            return Reply("", manner, fault)
        if fault is not None and fault.kind == "slow":
            manner = replace(manner, first_token_s=fault.wait_s)
        try:
            return Reply(await self._text(asked_in(chat["messages"]), chat, manner), manner)
        except asyncio.CancelledError:
            self.was_abandoned.set()
            raise

    async def stream(
        self, request: web.Request, events: AsyncIterator[str], manner: Manner
    ) -> web.StreamResponse:
        """Send an answer's events; breaks off where the manner does."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        is_over = False
        try:
            await asyncio.sleep(manner.first_token_s)
            await response.prepare(request)
            async for event in events:
                await response.write(event.encode())
            is_over = True
        finally:
            if not is_over:
                self.was_abandoned.set()
        if manner.does in (Does.BREAK_OFF, Does.HALF_FRAME) and request.transport is not None:
            request.transport.close()
            return response
        await response.write_eof()
        return response

    def _next_manner(self, told: str) -> Manner:
        if told:
            return self.manner.doing(Does(told))
        if self.script:
            return self.script.popleft()
        drawn = self._chance.random()
        for does, share in self._shares.items():
            drawn -= share
            if drawn < 0:
                return self.manner.doing(does)
        return self.manner

    async def _text(self, asked: Asked, body: dict[str, Any], manner: Manner) -> str:
        language = asked.other if manner.does is Does.WRONG_LANGUAGE else asked.target
        whole = await carelessly(self._translating, asked, language, self.habits)
        if asked.is_concise:
            whole = in_fewer_words(whole, language)
        if manner.does is not Does.IGNORE_PREFIX:
            if asked.prefilled and self.continues.does(body):
                whole = asked.rest_of(whole)
            elif asked.said:
                whole = asked.said + asked.rest_of(whole)
        return spoilt(whole, asked.speech, manner)


def application(mind: TranslatingLLM) -> web.Application:
    """The API."""

    async def models(_request: web.Request) -> web.Response:
        listed = [{"id": MODEL, "object": "model", "owned_by": "tests"}]
        return web.json_response({"object": "list", "data": listed})

    async def openai(request: web.Request) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        body: dict[str, Any] = await request.json()
        if mind.key and given != mind.key:
            return wrong_key(given)
        if not mind.knows(str(body.get("model"))):
            return error(404, "The model does not exist.", "model_not_found")
        if _thinks(body) and "temperature" in body:
            says = "Unsupported value: 'temperature' does not support it with this model."
            return error(400, says, "unsupported_value")
        return await _answered(mind, request, body, lambda fault: refusal(fault, given))

    async def azure(request: web.Request) -> web.StreamResponse:
        body: dict[str, Any] = await request.json()
        if (no := azure_openai.denied(request, body, mind.key, mind.knows)) is not None:
            return no
        return await _answered(mind, request, body, azure_openai.refusal, azure_openai.chunks)

    app = web.Application()
    app.router.add_get("/v1/models", models)
    app.router.add_post("/v1/chat/completions", openai)
    app.router.add_post(azure_openai.PATH, azure)
    return app


def _thinks(body: dict[str, Any]) -> bool:
    """https://developers.openai.com/api/docs/guides/latest-model: what thinks takes no temperature,
    and it thinks unless it is told not to."""
    is_able = str(body.get("model")).startswith(("gpt-5", "gpt-6", "o3", "o4"))
    return is_able and body.get("reasoning_effort") != "none"


Events = AsyncIterator[str]


async def _answered(
    mind: TranslatingLLM,
    request: web.Request,
    body: dict[str, Any],
    refuse: Callable[[Fault], web.Response],
    dressed: Callable[[Events], Events] = lambda events: events,
) -> web.StreamResponse:
    """The mind's answer, or what is said instead; `dressed`: a streamed one's events, as sent."""
    reply = await mind.reply(body, request.headers.get("X-Emulate", ""))
    if reply.manner.does.is_refusal:
        return _refused(reply, refuse)
    if body.get("stream"):
        events = dressed(chunks(body, reply.text, reply.manner))
        return await mind.stream(request, events, reply.manner)
    await asyncio.sleep(reply.manner.first_token_s)
    return web.json_response(completion(body, reply.text, reply.manner))


def _refused(reply: Reply, refuse: Callable[[Fault], web.Response]) -> web.Response:
    if reply.manner.does is Does.BLOCK:
        # https://learn.microsoft.com/azure/ai-services/openai/concepts/content-filter
        return error(400, "The response was filtered due to the prompt.", "content_filter")
    kinds = {does: kind for kind, does in OF_FAULTS.items()}
    fault = Fault(kinds[reply.manner.does], wait_s=0.0) if reply.fault is None else reply.fault
    return refuse(fault)


@asynccontextmanager
async def serving(mind: TranslatingLLM, port: int = 0) -> AsyncIterator[str]:
    """Serve on 127.0.0.1, in a thread of its own as another machine would; gives the base URL."""
    async with in_thread(lambda: application(mind), port) as taken:
        yield f"http://{HOST}:{taken}/v1"


Serving = Callable[[TranslatingLLM, int], AbstractAsyncContextManager[str]]


async def _run(serve: Serving, arguments: argparse.Namespace) -> None:
    manner = Manner(
        first_token_s=arguments.first_token_ms / 1000, tokens_per_s=arguments.tokens_per_s
    )
    shares = {Does(name): float(share) for name, _, share in arguments.misbehave}
    with tempfile.TemporaryDirectory(prefix="emulator-") as folder:
        settings = Settings.model_validate(
            {
                "LIVEKIT_API_KEY": "none",
                "LIVEKIT_API_SECRET": "none-is-needed-here",
                "engine_socket": Path(folder) / "host.sock",
            }
        )
        mind = TranslatingLLM(
            settings,
            manner=manner,
            continues=Continues(arguments.continues),
            shares=shares,
            seed=arguments.seed,
            habits=Habits(arguments.follows_terms, arguments.wrong_numbers, arguments.seed),
        )
        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        async with running(settings.engine_socket_path, 600.0), serve(mind, arguments.port):
            await stopped.wait()


def main(serve: Serving = serving, port: int = 9000) -> None:
    """Serve until a signal comes, with what the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument("--first-token-ms", type=float, default=0)
    parser.add_argument("--tokens-per-s", type=float, default=0, help="0: all at once")
    parser.add_argument("--continues", default="yes", choices=[one.value for one in Continues])
    parser.add_argument(
        "--misbehave",
        action="append",
        default=[],
        type=lambda text: text.partition("="),
        metavar="WHAT=SHARE",
        help=f"a share of its answers, 0 to 1: {', '.join(one.value for one in Does)}",
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--follows-terms", type=float, default=1.0, help="a share of them, 0 to 1")
    parser.add_argument("--wrong-numbers", type=float, default=0.0, help="a share of its answers")
    asyncio.run(_run(serve, parser.parse_args()))


if __name__ == "__main__":
    main()
