"""Azure's speech services at one address: https://learn.microsoft.com/azure/ai-services/speech-service.

A key that is wrong, and one of another region, are answered with 401, as Azure does.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from tests.emulators.azure_recognition import Recognition, recognition
from tests.emulators.azure_speech import Speech, speech
from tests.emulators.ears import Ears, TonesHeard
from tests.emulators.faults import REFUSALS, Fault, Faults
from tests.emulators.mouths import Hum, Mouth
from tests.emulators.places import HOST, in_thread
from tests.emulators.tones import Tones

SPEECH = "/cognitiveservices/v1"
RECOGNITION = "/speech/recognition/conversation/cognitiveservices/v1"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Azure:
    """What the server is like, and what it was asked."""

    ears: Ears = field(default_factory=lambda: TonesHeard(Tones([])))
    mouth: Mouth = field(default_factory=Hum)
    faults: Faults = field(default_factory=Faults)
    key: str = ""
    """The only one that is right; any is, where there is none."""
    speech: Speech = field(default_factory=Speech)
    recognition: Recognition = field(default_factory=Recognition)


@asynccontextmanager
async def serving(azure: Azure, port: int = 0) -> AsyncIterator[str]:
    """Serve; gives the address without its scheme."""
    async with in_thread(lambda: application(azure), port) as taken:
        yield f"{HOST}:{taken}"


def application(azure: Azure) -> web.Application:
    """The API."""

    async def speak(request: web.Request) -> web.StreamResponse:
        return await speech(request, azure.speech, azure.mouth, azure.faults)

    async def connect(request: web.Request) -> web.StreamResponse:
        return await recognition(request, azure.recognition, azure.ears, azure.faults)

    app = web.Application()
    app.router.add_post(SPEECH, _guarded(azure, speak))
    app.router.add_get(RECOGNITION, _guarded(azure, connect))
    return app


def _guarded(azure: Azure, handler: Handler) -> Handler:
    async def guarded(request: web.Request) -> web.StreamResponse:
        given = request.headers.get("Ocp-Apim-Subscription-Key", "")
        if azure.key and given != azure.key:
            # less careful than Azure, which does not repeat the key
            return web.Response(status=401, text=f"Access denied: invalid subscription key {given}")
        if (fault := azure.faults.take(*REFUSALS)) is not None:
            return _refusal(fault)
        return await handler(request)

    return guarded


_SAYS: dict[str, tuple[int, str]] = {
    "quota": (
        403,
        "Out of call volume quota for Speech.F0 pricing tier. Please retry after 6 days.",
    ),
    "language": (400, "Unsupported language xx-XX."),
    "deployment": (404, "The deployment does not exist."),
}
"""What a refusal may be about, by a fault's `says`."""


def _refusal(fault: Fault) -> web.Response:
    headers = {"Retry-After": f"{fault.wait_s:g}"} if fault.kind == "429" else None
    status, text = _SAYS.get(fault.says, (int(fault.kind), "As it was told to."))
    return web.Response(status=status, headers=headers, text=text)
