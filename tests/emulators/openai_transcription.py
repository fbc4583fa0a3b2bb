"""POST /audio/transcriptions as documented at
https://developers.openai.com/api/reference/resources/audio/subresources/transcriptions/methods/create:
a recording in, its text out."""

import asyncio
import io
import wave
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from livekit import rtc

from tests.emulators.ears import Ears, words_of
from tests.emulators.faults import BREAKS, Faults
from tests.emulators.openai_errors import error
from tests.emulators.tones import RATE_HZ

SHORTEST_S = 0.1
_FOREVER_S = 3600.0


@dataclass(slots=True)
class Transcription:
    """How it answers."""

    invents: str = ""
    """What it believes to hear where nobody speaks, as Whisper does."""
    answer_s: float = 0.0
    requests: list[dict[str, str]] = field(default_factory=list)
    recordings_s: list[float] = field(default_factory=list)


async def transcription(
    request: web.Request, manner: Transcription, ears: Ears, faults: Faults
) -> web.StreamResponse:
    form = await request.post()
    manner.requests.append({name: str(value) for name, value in form.items() if name != "file"})
    file = form["file"]
    assert isinstance(file, web.FileField)
    with file.file as recording:
        pcm = _in_16_khz(recording.read())
    seconds = len(pcm) / 2 / RATE_HZ
    manner.recordings_s.append(seconds)
    if seconds < SHORTEST_S:
        return error(400, "Audio file is too short.", "audio_too_short")
    if (fault := faults.take("slow", *BREAKS)) is not None and fault.kind == "slow":
        await asyncio.sleep(fault.wait_s)
    elif fault is not None:
        if fault.kind == "stall":
            await asyncio.sleep(_FOREVER_S)
        assert request.transport is not None
        request.transport.abort()
        return web.Response()
    await asyncio.sleep(manner.answer_s)
    words = await words_of(ears, pcm)
    text = " ".join(word.text for word in words) or manner.invents
    return web.json_response(_answer(form.get("response_format") == "verbose_json", text, seconds))


def _answer(is_verbose: bool, text: str, seconds: float) -> dict[str, Any]:
    answer: dict[str, Any] = {"text": text, "usage": {"type": "duration", "seconds": seconds}}
    if is_verbose:
        answer |= {"task": "transcribe", "language": "english", "duration": seconds}
    return answer


def _in_16_khz(recording: bytes) -> bytes:
    with wave.open(io.BytesIO(recording)) as sound:
        rate_hz = sound.getframerate()
        pcm: bytes = sound.readframes(sound.getnframes())
    if rate_hz == RATE_HZ or not pcm:
        return pcm
    resampler = rtc.AudioResampler(rate_hz, RATE_HZ)
    frames = [*resampler.push(bytearray(pcm)), *resampler.flush()]
    return b"".join(bytes(frame.data) for frame in frames)
