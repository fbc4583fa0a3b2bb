"""Emulates a translating LLM behind an OpenAI-compatible API, and is none: it finds the speech in
the last user message and translates it with Apertium, by the product's own pipeline.

It knows of our prompt what it cannot do without: the delimiters of the speech and of what was said
already, and that the system message names both languages, the spoken one first. What it is told to
do wrong it does wrong, per request or by a seeded share of its answers.

    python -m tests.emulators.translating_llm --port 9000
"""

import argparse
import asyncio
import random
import signal
import socket
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import uvicorn
from fastapi import FastAPI, Header
from fastapi.responses import JSONResponse, Response, StreamingResponse

from interpreter.engines.host import running
from interpreter.settings import Settings
from tests.emulators.completions import MODEL, broken_off, chunks, completion
from tests.emulators.faults import Faults
from tests.emulators.habits import CAREFUL, Habits, carelessly
from tests.emulators.manners import FAITHFUL, OF_FAULTS, Continues, Does, Manner, spoilt
from tests.emulators.translating import Asked, Translating, asked_in, in_fewer_words

HOST = "127.0.0.1"


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
    ) -> None:
        """`key`: the only one that is right; any is, where there is none."""
        self.habits = habits
        self.key = key
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

    async def answer(self, body: dict[str, Any], told: str = "") -> Response:
        """What a server would answer to a request's body."""
        self.requests.append(body)
        self.was_asked.set()
        fault = self.faults.take(*OF_FAULTS)
        does = OF_FAULTS[fault.kind] if fault is not None else told
        manner = self._next_manner(does)
        if status := manner.does.status:
            wait = {"retry-after": f"{fault.wait_s:g}"} if fault is not None else None
            return JSONResponse({"error": {"message": "as it was told to"}}, status, wait)
        asked = asked_in(body["messages"])
        text = await self._text(asked, body, manner)
        if not body.get("stream"):
            await asyncio.sleep(manner.first_token_s)
            return JSONResponse(completion(body, text, manner))
        return StreamingResponse(self._streamed(body, text, manner), media_type="text/event-stream")

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

    async def _streamed(
        self, body: dict[str, Any], text: str, manner: Manner
    ) -> AsyncIterator[str]:
        is_over = False
        try:
            await asyncio.sleep(manner.first_token_s)
            async for chunk in chunks(body, text, manner):
                yield chunk
            is_over = True
        finally:
            if not is_over:
                self.was_abandoned.set()
        if manner.does in (Does.BREAK_OFF, Does.HALF_FRAME):
            broken_off()


def application(mind: TranslatingLLM) -> FastAPI:
    """The API."""
    app = FastAPI()

    @app.get("/v1/models")
    async def models() -> dict[str, Any]:
        return {"object": "list", "data": [{"id": MODEL, "object": "model", "owned_by": "tests"}]}

    @app.post("/v1/chat/completions")
    async def completions(
        body: dict[str, Any], x_emulate: str = Header(""), authorization: str = Header("")
    ) -> Response:
        given = authorization.removeprefix("Bearer ")
        if mind.key and given != mind.key:
            # as the least careful of servers: it repeats the key
            message = f"Incorrect API key provided: {given}."
            return JSONResponse({"error": {"message": message, "code": "invalid_api_key"}}, 401)
        return await mind.answer(body, x_emulate)

    return app


@asynccontextmanager
async def serving(mind: TranslatingLLM, port: int = 0) -> AsyncIterator[str]:
    """Serve on 127.0.0.1, in a thread of its own as another machine would; gives the base URL."""
    with socket.create_server((HOST, port)) as listening:
        config = uvicorn.Config(
            application(mind), log_level="critical", lifespan="off", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, name="emulator")
        thread.start()
        try:
            yield f"http://{HOST}:{listening.getsockname()[1]}/v1"
        finally:
            server.should_exit = True
            await asyncio.to_thread(thread.join)


async def _run(arguments: argparse.Namespace) -> None:
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
        async with running(settings.engine_socket_path, 600.0), serving(mind, arguments.port):
            await stopped.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--port", type=int, default=9000)
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
    asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
