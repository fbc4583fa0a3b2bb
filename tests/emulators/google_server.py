"""Google's speech services over gRPC, at one address without TLS and without accounts.

It runs in the loop of who asks: gRPC for asyncio has one loop in a process.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.cloud import texttospeech_v1
from google.cloud.speech_v1 import types as v1
from google.cloud.speech_v2 import types as v2

from tests.emulators.ears import Ears, TonesHeard
from tests.emulators.faults import Faults
from tests.emulators.google_recognition import Recognition, recognition
from tests.emulators.google_speech import Speech, speech
from tests.emulators.mouths import Hum, Mouth
from tests.emulators.places import HOST
from tests.emulators.tones import Tones


@dataclass(slots=True)
class Google:
    """What the server is like, and what it was asked."""

    ears: Ears = field(default_factory=lambda: TonesHeard(Tones([])))
    mouth: Mouth = field(default_factory=Hum)
    faults: Faults = field(default_factory=Faults)
    recognition: Recognition = field(default_factory=Recognition)
    speech: Speech = field(default_factory=Speech)


@asynccontextmanager
async def serving(google: Google, port: int = 0) -> AsyncIterator[str]:
    """Serve; gives the endpoint."""
    server = grpc.aio.server()
    for service, methods in _services(google).items():
        handlers = grpc.method_handlers_generic_handler(service, methods)
        server.add_generic_rpc_handlers((handlers,))
    taken = server.add_insecure_port(f"{HOST}:{port}")
    await server.start()
    try:
        yield f"http://{HOST}:{taken}"
    finally:
        await server.stop(0)


def _services(google: Google) -> dict[str, dict[str, Any]]:
    async def recognise(asked: Any, context: Any) -> AsyncIterator[Any]:
        told = recognition(asked, context, google.recognition, google.ears, google.faults)
        async for answer in told:
            yield answer

    async def speak(asked: Any, context: Any) -> AsyncIterator[Any]:
        async for sound in speech(asked, context, google.speech, google.mouth, google.faults):
            yield sound

    spoken = texttospeech_v1
    return {
        "google.cloud.speech.v1.Speech": {
            "StreamingRecognize": _streaming(
                recognise, v1.StreamingRecognizeRequest, v1.StreamingRecognizeResponse
            )
        },
        "google.cloud.speech.v2.Speech": {
            "StreamingRecognize": _streaming(
                recognise, v2.StreamingRecognizeRequest, v2.StreamingRecognizeResponse
            )
        },
        "google.cloud.texttospeech.v1.TextToSpeech": {
            "StreamingSynthesize": _streaming(
                speak, spoken.StreamingSynthesizeRequest, spoken.StreamingSynthesizeResponse
            )
        },
    }


def _streaming(handler: Any, request: Any, response: Any) -> Any:
    return grpc.stream_stream_rpc_method_handler(
        handler, request_deserializer=request.deserialize, response_serializer=response.serialize
    )
