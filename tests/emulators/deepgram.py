"""A server that speaks Deepgram's protocols, with pocketsphinx and eSpeak underneath.

    python -m tests.emulators.deepgram --port 9100

Its errors before a connection opens have a `dg-error` header, as documented at
https://developers.deepgram.com/docs/stt-troubleshooting-websocket-data-and-net-errors.
"""

import argparse
import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from interpreter.engines.host import running
from interpreter.settings import Settings
from tests.emulators.deepgram_listen import Live, listen
from tests.emulators.deepgram_speak import Speaking, speak
from tests.emulators.ears import Ears, Pocketsphinx
from tests.emulators.faults import REFUSALS, Fault, Faults
from tests.emulators.mouths import Espeak, Mouth
from tests.emulators.places import HOST, in_loop, in_thread

KEY = "a-key-that-opens-nothing"
LANGUAGES = ("en", "es", "de", "multi")
MODELS = ("nova-3", "nova-2")
VOICES = ("aura-2-thalia-en", "aura-2-nestor-es")
RATES_HZ = ("8000", "16000", "24000", "32000", "48000")
SAYS = {
    400: "Bad Request: No such model/language/tier combination found.",
    401: "Invalid credentials.",
    402: "Project does not have enough credits for an ASR request.",
    403: "Project does not have access to the requested model.",
    429: "Too Many Requests",
    500: "Internal Server Error",
}


class Deepgram:
    """One server: how it hears and speaks, and what goes wrong."""

    def __init__(self, ears: Ears, mouth: Mouth, faults: Faults | None = None) -> None:
        self.live = Live()
        self.speaking = Speaking()
        self.faults = faults or Faults()
        self.refuses = 0
        """A status that every connection is answered with."""
        self.is_deaf = False
        """Takes connections, and never answers the handshake."""
        self.attempts = 0
        self._ears = ears
        self._mouth = mouth

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/v1/listen", self._listen)
        app.router.add_get("/v1/speak", self._speak)
        return app

    async def _listen(self, request: web.Request) -> Any:
        query = request.query
        is_known = query.get("model") in MODELS and query.get("language", "en") in LANGUAGES
        if (refusal := await self._refusal(request, is_known)) is not None:
            return refusal
        return await listen(request, self.live, self._ears, self.faults)

    async def _speak(self, request: web.Request) -> Any:
        query = request.query
        is_known = query.get("model") in VOICES and query.get("sample_rate", "24000") in RATES_HZ
        if (refusal := await self._refusal(request, is_known)) is not None:
            return refusal
        return await speak(request, self.speaking, self._mouth, self.faults)

    async def _refusal(self, request: web.Request, is_known: bool) -> web.Response | None:
        self.attempts += 1
        if self.is_deaf:
            await asyncio.sleep(3600)
        if self.refuses:
            return _refused(self.refuses)
        if (fault := self.faults.take(*REFUSALS)) is not None:
            is_broke = fault.says == "insufficient_quota"
            return _refused(402 if is_broke else int(fault.kind), fault)
        if request.headers.get("Authorization") != f"Token {KEY}":
            return _refused(401)
        return None if is_known else _refused(400)


def _refused(status: int, fault: Fault | None = None) -> web.Response:
    says = fault.says if fault is not None and fault.says else SAYS.get(status, "Refused")
    headers = {"dg-error": says, "dg-request-id": "3c4d-emulated"}
    if status == 429 and fault is not None:
        headers["Retry-After"] = f"{fault.wait_s:g}"
    return web.Response(status=status, headers=headers)


@asynccontextmanager
async def serving(deepgram: Deepgram) -> AsyncIterator[str]:
    """Serve in this loop, where virtual time passes for it too; gives the address."""
    async with in_loop(deepgram.application) as port:
        yield f"http://{HOST}:{port}"


async def _run(port: int, spoken: str, heard: str) -> None:
    with tempfile.TemporaryDirectory(prefix="emulator-") as folder:
        settings = Settings.model_validate(
            {
                "LIVEKIT_API_KEY": "none",
                "LIVEKIT_API_SECRET": "none-is-needed-here",
                "engine_socket": Path(folder) / "host.sock",
            }
        )
        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        async with running(settings.engine_socket_path, 600.0):
            mind = Deepgram(Pocketsphinx(spoken, settings), Espeak(heard, settings))
            async with in_thread(mind.application, port):
                await stopped.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--port", type=int, default=9100)
    parser.add_argument("--spoken", default="en", help="the language that it hears")
    parser.add_argument("--heard", default="es", help="the language that it speaks")
    arguments = parser.parse_args()
    asyncio.run(_run(arguments.port, arguments.spoken, arguments.heard))


if __name__ == "__main__":
    main()
