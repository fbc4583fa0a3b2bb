"""OpenAI's speech endpoints, or a compatible server's, at one address: its keys, limits and errors.

python -m tests.emulators.openai_server --port 9001 --language en
"""

import argparse
import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from interpreter.engines.host import running
from interpreter.settings import Settings
from tests.emulators.ears import Ears, Pocketsphinx, TonesHeard
from tests.emulators.faults import REFUSALS, Faults
from tests.emulators.mouths import Espeak, Hum, Mouth
from tests.emulators.openai_errors import refusal, wrong_key
from tests.emulators.openai_realtime import Realtime, realtime
from tests.emulators.openai_speech import Speech, speech
from tests.emulators.openai_transcription import Transcription, transcription
from tests.emulators.places import HOST, in_loop, in_thread
from tests.emulators.tones import Tones

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class OpenAI:
    """What the server is like, and what it was asked."""

    ears: Ears = field(default_factory=lambda: TonesHeard(Tones([])))
    mouth: Mouth = field(default_factory=Hum)
    faults: Faults = field(default_factory=Faults)
    key: str = ""
    """The only one that is right; any is, where there is none."""
    speech: Speech = field(default_factory=Speech)
    transcription: Transcription = field(default_factory=Transcription)
    realtime: Realtime = field(default_factory=Realtime)


@asynccontextmanager
async def serving(openai: OpenAI, port: int = 0) -> AsyncIterator[str]:
    """Serve; gives the base URL."""
    async with in_thread(lambda: application(openai), port) as taken:
        yield f"http://{HOST}:{taken}/v1"


@asynccontextmanager
async def serving_here(openai: OpenAI) -> AsyncIterator[str]:
    """Serve in the running loop; gives the base URL."""
    async with in_loop(lambda: application(openai)) as taken:
        yield f"http://{HOST}:{taken}/v1"


def application(openai: OpenAI) -> web.Application:
    """The API."""

    async def speak(request: web.Request) -> web.StreamResponse:
        return await speech(request, openai.speech, openai.mouth, openai.faults)

    async def transcribe(request: web.Request) -> web.StreamResponse:
        return await transcription(request, openai.transcription, openai.ears, openai.faults)

    async def connect(request: web.Request) -> web.StreamResponse:
        return await realtime(request, openai.realtime, openai.ears, openai.faults)

    app = web.Application(client_max_size=26 * 2**20)
    for method, path, handler in (
        ("POST", "/v1/audio/speech", speak),
        ("POST", "/v1/audio/transcriptions", transcribe),
        ("GET", "/v1/realtime", connect),
    ):
        app.router.add_route(method, path, _guarded(openai, handler))
    return app


def _guarded(openai: OpenAI, handler: Handler) -> Handler:
    async def guarded(request: web.Request) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if openai.key and given != openai.key:
            return wrong_key(given)
        if (fault := openai.faults.take(*REFUSALS)) is not None:
            return refusal(fault, given)
        return await handler(request)

    return guarded


async def _run(arguments: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="emulator-") as folder:
        settings = Settings.model_validate(
            {
                "LIVEKIT_API_KEY": "none",
                "LIVEKIT_API_SECRET": "none-is-needed-here",
                "engine_socket": Path(folder) / "host.sock",
            }
        )
        openai = OpenAI(
            Pocketsphinx(arguments.language, settings),
            Espeak(arguments.voice, settings),
            Faults(arguments.seed, arguments.faults),
        )
        async with (
            running(settings.engine_socket_path, 600.0),
            serving(openai, arguments.port),
        ):
            await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--port", type=int, default=9001)
    parser.add_argument("--language", default="en", help="what pocketsphinx hears")
    parser.add_argument("--voice", default="es", help="the language that eSpeak speaks")
    parser.add_argument("--faults", type=float, default=0.0, help="a share of its answers, 0 to 1")
    parser.add_argument("--seed", type=int, default=0)
    asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
