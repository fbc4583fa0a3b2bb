"""StreamingSynthesize of the Text-to-Speech API:
https://cloud.google.com/text-to-speech/docs/reference/rpc/google.cloud.texttospeech.v1."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import grpc
import numpy
from google.cloud.texttospeech_v1 import AudioEncoding, StreamingSynthesizeResponse

from tests.emulators.faults import BREAKS, REFUSALS, Faults
from tests.emulators.google_errors import go_wrong
from tests.emulators.mouths import Mouth

LONGEST = 5000
"""Bytes of text in a message."""


@dataclass(slots=True)
class Speech:
    """What it was asked."""

    has_pace: bool = True
    """Whether its voice takes another one than its own."""
    configs: list[Any] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


async def speech(
    requests: AsyncIterator[Any], context: Any, manner: Speech, mouth: Mouth, faults: Faults
) -> AsyncIterator[StreamingSynthesizeResponse]:
    config = (await anext(aiter(requests))).streaming_config
    await go_wrong(faults.take("slow", *REFUSALS), context)
    manner.configs.append(config)
    sound = config.streaming_audio_config
    if sound.audio_encoding != AudioEncoding.PCM:
        await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "This server makes PCM only.")
    if not 0.25 <= sound.speaking_rate <= 2.0:
        await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "Speaking rate is out of range.")
    if not manner.has_pace and sound.speaking_rate != 1.0:
        says = "This voice does not support speaking rate or pitch parameters at this time."
        await context.abort(grpc.StatusCode.INVALID_ARGUMENT, says)
    if not config.voice.name:
        await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "Voice does not exist.")
    async for request in requests:
        text = request.input.text
        if len(text.encode()) > LONGEST:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "Input is too long.")
        manner.texts.append(text)
        async for pcm in mouth.sound(text, sound.sample_rate_hertz):
            samples = numpy.frombuffer(pcm, numpy.int16)
            rate = sound.speaking_rate
            places = (numpy.arange(int(len(samples) / rate)) * rate).astype(numpy.int64)
            yield StreamingSynthesizeResponse(audio_content=samples[places].tobytes())
            await go_wrong(faults.commanded(*BREAKS), context)
