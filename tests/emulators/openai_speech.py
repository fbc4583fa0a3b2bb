"""POST /audio/speech as documented at
https://developers.openai.com/api/reference/resources/audio/subresources/speech/methods/create:
server-sent events with the sound in Base64, or the sound itself."""

import asyncio
import base64
import json
import struct
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.emulators.faults import BREAKS, Faults
from tests.emulators.mouths import Mouth
from tests.emulators.openai_errors import error

LONGEST = 4096
"""Letters of a text."""
VOICES = ("alloy", "ash", "ballad", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer")
_TYPES = {"wav": "audio/wav", "pcm": "audio/pcm"}
_FOREVER_S = 3600.0


@dataclass(slots=True)
class Speech:
    """How it answers: as OpenAI, unless it is told otherwise."""

    rate_hz: int = 24_000
    has_events: bool = True
    """Whether it knows of `stream_format`; compatible servers answer with the sound itself."""
    content_type: str = ""
    """What it calls its answer, whatever that is."""
    bits: int = 16
    """What its WAV says of a sample."""
    ends: str = "done"
    """The last of its events: "done", "error" or, where it just ends, ""."""
    sounds: int | None = None
    """It ends after so many pieces of sound."""
    is_mute: bool = False
    """It answers in order, and without a sound."""
    first_byte_s: float = 0.0
    voices: tuple[str, ...] = VOICES
    requests: list[dict[str, Any]] = field(default_factory=list)


async def speech(
    request: web.Request, manner: Speech, mouth: Mouth, faults: Faults
) -> web.StreamResponse:
    asked: dict[str, Any] = await request.json()
    manner.requests.append(asked)
    if (refused := _refusal(asked, manner.voices)) is not None:
        return refused
    await asyncio.sleep(manner.first_byte_s)
    format_ = str(asked.get("response_format", "mp3"))
    has_events = manner.has_events and asked.get("stream_format") == "sse"
    kind = "text/event-stream" if has_events else manner.content_type or _TYPES[format_]
    response = web.StreamResponse(headers={"Content-Type": kind, "x-request-id": "req_emulated"})
    await response.prepare(request)
    fault = faults.take("slow", *BREAKS)
    if fault is not None and fault.kind == "slow":
        await asyncio.sleep(fault.wait_s)
        fault = None
    text = "" if manner.is_mute else str(asked["input"])
    async for message in _messages(text, format_, manner, mouth, has_events):
        if fault is not None and fault.kind == "half_frame":
            await response.write(message[: len(message) // 2])
        else:
            await response.write(message)
        if fault is not None and fault.kind == "stall":
            await asyncio.sleep(_FOREVER_S)
        if fault is not None and request.transport is not None:
            request.transport.abort()
            return response
    await response.write_eof()
    return response


def _refusal(asked: dict[str, Any], voices: Sequence[str]) -> web.Response | None:
    text = str(asked.get("input", ""))
    if len(text) > LONGEST:
        return error(400, f"String should have at most {LONGEST} letters.", "string_too_long")
    if not text:
        return error(400, "Input should not be empty.", "string_too_short")
    if asked.get("response_format", "mp3") not in _TYPES:
        return error(400, "This server makes wav and pcm only.", "invalid_value")
    if asked.get("voice") not in voices:
        return error(400, f"Voice should be one of {', '.join(voices)}.", "invalid_value")
    return None


async def _messages(
    text: str, format_: str, manner: Speech, mouth: Mouth, has_events: bool
) -> AsyncIterator[bytes]:
    count = 0
    async for piece in _sound(text, format_, manner, mouth):
        if manner.sounds is not None and count > manner.sounds:
            break
        count += 1
        yield (
            _event("speech.audio.delta", audio=base64.b64encode(piece).decode())
            if (has_events)
            else piece
        )
    if has_events and manner.ends == "error":
        yield _event("error", error={"code": "server_error", "message": "It failed."})
    elif has_events and manner.ends:
        usage = {"input_tokens": len(text) // 4, "output_tokens": 10 * len(text) // 4}
        yield _event("speech.audio.done", usage={**usage, "total_tokens": sum(usage.values())})


async def _sound(text: str, format_: str, manner: Speech, mouth: Mouth) -> AsyncIterator[bytes]:
    if format_ == "wav":
        yield _wav_header(manner.rate_hz, manner.bits)
    async for piece in mouth.sound(text, manner.rate_hz):
        yield piece


def _wav_header(rate_hz: int, bits: int) -> bytes:
    """Of a stream whose length nobody knows yet."""
    unknown = 0xFFFFFFFF
    form = struct.pack(
        "<4sIHHIIHH", b"fmt ", 16, 1, 1, rate_hz, bits // 8 * rate_hz, bits // 8, bits
    )
    data = struct.pack("<4sI", b"data", unknown)
    return struct.pack("<4sI4s", b"RIFF", unknown, b"WAVE") + form + data


def _event(kind: str, **fields: object) -> bytes:
    return f"data: {json.dumps({'type': kind, **fields})}\n\n".encode()
