"""Engines that replay what was prepared, in a process of their own: Deepgram's recogniser tells the
words of a talk as its sound comes in, OpenAI's chat gives prepared translations, OpenAI's speech a
hum as long as its text.

python -m tests.emulators.replaying TALK.wav --openai-port 9001 --deepgram-port 9002
"""

import argparse
import asyncio
import signal
from pathlib import Path
from typing import Any

from aiohttp import web

from interpreter.engines.prompting import SPEECH
from tests.bench.prepared import prepared_translation, read_prepared, spoken_words
from tests.emulators.completions import MODEL, chunks, completion
from tests.emulators.deepgram import Deepgram
from tests.emulators.manners import Manner
from tests.emulators.mouths import Hum
from tests.emulators.openai_server import OpenAI
from tests.emulators.openai_server import application as openai_application
from tests.emulators.places import in_loop
from tests.emulators.prepared_ears import PreparedEars
from tests.emulators.translating import Asked, asked_in

LETTER_S = 0.055


class PreparedChat:
    """Answers a pair's chat with what was prepared."""

    def __init__(self, manner: Manner) -> None:
        self._manner = manner
        self.unprepared: set[str] = set()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body: dict[str, Any] = await request.json()
        text = self._text(asked_in(body["messages"]))
        await asyncio.sleep(self._manner.first_token_s)
        if not body.get("stream"):
            return web.json_response(completion(body, text, self._manner))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        async for chunk in chunks(body, text, self._manner):
            await response.write(chunk.encode())
        await response.write_eof()
        return response

    def _text(self, asked: Asked) -> str:
        whole = prepared_translation(asked.speech, asked.target)
        if whole is None:
            self.unprepared.add(asked.speech)
            whole = asked.speech
        if asked.prefilled:
            return asked.rest_of(whole)
        return asked.said + asked.rest_of(whole) if asked.said else whole


def application(chat: PreparedChat, mouth: Hum, first_byte_s: float) -> web.Application:
    """OpenAI's chat and speech."""
    openai = OpenAI(mouth=mouth)
    openai.speech.first_byte_s = first_byte_s
    app = openai_application(openai)

    async def models(_request: web.Request) -> web.StreamResponse:
        return web.json_response({"object": "list", "data": [{"id": MODEL, "object": "model"}]})

    app.router.add_get("/v1/models", models)
    app.router.add_post("/v1/chat/completions", chat.answer)
    return app


async def _run(arguments: argparse.Namespace) -> None:
    talk = [spoken_words(sentence) for sentence in read_prepared(arguments.talk)]
    chat = PreparedChat(Manner(first_token_s=arguments.first_token_s, tokens_per_s=80.0))
    if not arguments.first_token_s:
        chat = PreparedChat(Manner())
    deepgram = Deepgram(PreparedEars(talk), Hum())
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)

    def openai() -> web.Application:
        return application(chat, Hum(LETTER_S), arguments.first_byte_s)

    async with (
        in_loop(openai, arguments.openai_port),
        in_loop(deepgram.application, arguments.deepgram_port),
    ):
        await stopped.wait()
    for text in sorted(chat.unprepared):
        print(f"nobody has prepared {SPEECH.sub('', text)!r}")  # noqa: T201


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("talk", type=Path)
    parser.add_argument("--openai-port", type=int, default=9001)
    parser.add_argument("--deepgram-port", type=int, default=9002)
    parser.add_argument("--first-token-s", type=float, default=0.25)
    parser.add_argument("--first-byte-s", type=float, default=0.25)
    asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
