"""POST SSML → raw PCM, as documented at
https://learn.microsoft.com/azure/ai-services/speech-service/rest-text-to-speech."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

import numpy
from aiohttp import web

from tests.emulators.faults import BREAKS, Fault, Faults
from tests.emulators.mouths import Mouth

LONGEST = 9000
"""Letters: ten minutes, after which the sound is cut off."""
VOICE = re.compile(r"[a-z]{2,3}-[A-Z]{2}-\w+Neural")
_FORMAT = re.compile(r"raw-(\d+)(k?)hz-16bit-mono-pcm")
_FOREVER_S = 3600.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as its SSML was understood."""

    text: str
    voice: str
    language: str
    rate: float
    elements: tuple[str, ...]
    """All of them, without namespaces."""
    rate_hz: int
    sounds: dict[str, str]
    """The words with IPA of their own."""


@dataclass(slots=True)
class Speech:
    """How it answers."""

    content_type: str = "audio/basic"
    refuses_sounds: bool = False
    """As of IPA that the language does not have."""
    requests: list[Asked] = field(default_factory=list)


async def speech(
    request: web.Request, manner: Speech, mouth: Mouth, faults: Faults
) -> web.StreamResponse:
    found = _FORMAT.fullmatch(request.headers.get("X-Microsoft-OutputFormat", ""))
    if found is None or "application/ssml+xml" not in request.headers.get("Content-Type", ""):
        return web.Response(status=400, text="Unsupported output format or content type")
    rate_hz = int(found[1]) * (1000 if found[2] else 1)
    try:
        asked = _asked(await request.text(), rate_hz)
    except (ElementTree.ParseError, StopIteration):
        return web.Response(status=400, text="SSML is invalid")
    if not VOICE.fullmatch(asked.voice):
        return web.Response(status=400, text=f"Unsupported voice {asked.voice}.")
    if asked.sounds and manner.refuses_sounds:
        return web.Response(status=400, text="Invalid phoneme.")
    manner.requests.append(asked)
    response = web.StreamResponse(headers={"Content-Type": manner.content_type})
    await response.prepare(request)
    fault = faults.take("slow", *BREAKS)
    if fault is not None and fault.kind == "slow":
        await asyncio.sleep(fault.wait_s)
        fault = None
    async for pcm in _paced(mouth.sound(asked.text[:LONGEST], rate_hz), asked.rate):
        await response.write(pcm[: len(pcm) // 2] if _is(fault, "half_frame") else pcm)
        if _is(fault, "stall"):
            await asyncio.sleep(_FOREVER_S)
        if fault is not None and request.transport is not None:
            request.transport.abort()
            return response
    await response.write_eof()
    return response


def _asked(ssml: str, rate_hz: int) -> Asked:
    root = ElementTree.fromstring(ssml)
    named = [(one.tag.rpartition("}")[2], one) for one in root.iter()]
    voice = next(one for name, one in named if name == "voice")
    rates = [one.get("rate") for name, one in named if name == "prosody"]
    return Asked(
        text="".join(voice.itertext()),
        voice=voice.get("name", ""),
        language=root.get("{http://www.w3.org/XML/1998/namespace}lang", ""),
        rate=float(rates[0] or 1.0) if rates else 1.0,
        elements=tuple(name for name, _ in named),
        rate_hz=rate_hz,
        sounds={
            "".join(one.itertext()): one.get("ph", "")
            for name, one in named
            if name == "phoneme" and one.get("alphabet") == "ipa"
        },
    )


async def _paced(sound: AsyncIterator[bytes], rate: float) -> AsyncIterator[bytes]:
    """Faster sound, higher too: who emulates a voice need not sing."""
    async for pcm in sound:
        samples = numpy.frombuffer(pcm, numpy.int16)
        places = (numpy.arange(int(len(samples) / rate)) * rate).astype(numpy.int64)
        yield samples[places].tobytes()


def _is(fault: Fault | None, kind: str) -> bool:
    return fault is not None and fault.kind == kind
