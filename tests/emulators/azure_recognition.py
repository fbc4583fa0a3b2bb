"""The recogniser's WebSocket, subprotocol USP: headers with JSON as text, or with sound as bytes.

Messages are those of
https://docs.microsoft.com/azure/cognitive-services/Speech/api-reference-rest/websocketprotocol,
detailed results those that the SDK for JavaScript reads (cognitive-services-speech-sdk-js,
src/common.speech/ServiceMessages). Times are in 100 ns since the turn's sound began.
"""

import asyncio
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web
from multidict import CIMultiDict

from tests.emulators.ears import Ears, Listening
from tests.emulators.faults import BREAKS, Fault, Faults
from tests.emulators.tones import RATE_HZ, Said
from tests.emulators.turns import Turns

TICKS = 10_000_000
HYPOTHESIS_S = 0.25


@dataclass(slots=True)
class Recognition:
    """How it answers."""

    silence_s: float = 0.5
    """A pause of this length ends a phrase."""
    longest_s: float = 3600.0
    """Of a connection; then it is cut off."""
    spoken: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Words of a text that were said as others: "25" as "twenty", "five"."""
    guesses_s: float = 0.0
    """A hypothesis is so far behind the sound, and its last word a guess."""
    opened: int = 0
    queries: list[dict[str, str]] = field(default_factory=list)
    contexts: list[dict[str, Any]] = field(default_factory=list)
    """What each was told to expect, and how to answer."""
    heard_s: float = 0.0


class _Over(Exception):
    """The connection ends here."""


async def recognition(
    request: web.Request, manner: Recognition, ears: Ears, faults: Faults
) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(protocols=["USP"])
    await socket.prepare(request)
    manner.opened += 1
    manner.queries.append(dict(request.query))
    connection = _Connection(request, socket, manner, ears.listen(), faults)
    try:
        async with asyncio.timeout(manner.longest_s):
            await connection.run()
    except TimeoutError:
        assert request.transport is not None
        request.transport.abort()
    except (_Over, ConnectionError):
        pass
    finally:
        await connection.aclose()
    await socket.close()
    return socket


class _Connection:
    def __init__(
        self,
        request: web.Request,
        socket: web.WebSocketResponse,
        manner: Recognition,
        listening: Listening,
        faults: Faults,
    ) -> None:
        self._request = request
        self._socket = socket
        self._manner = manner
        self._listening = listening
        self._faults = faults
        self._turns = Turns(RATE_HZ, manner.silence_s)
        self._turn = ""
        """The client's id of what is recognised now."""
        self._heard_s = 0.0
        self._told_s = 0.0
        self._is_speaking = False

    async def run(self) -> None:
        async for message in self._socket:
            if message.type is WSMsgType.TEXT:
                headers, _, body = message.data.partition("\r\n\r\n")
                self._configure(_parsed(headers), body)
            elif message.type is WSMsgType.BINARY:
                (length,) = struct.unpack_from(">H", message.data)
                headers = message.data[2 : 2 + length].decode()
                await self._take(_parsed(headers), message.data[2 + length :])

    async def aclose(self) -> None:
        await self._listening.aclose()

    def _configure(self, headers: CIMultiDict[str], body: str) -> None:
        if headers["Path"] == "speech.context":
            self._manner.contexts.append(json.loads(body))

    async def _take(self, headers: CIMultiDict[str], sound: bytes) -> None:
        if headers["Path"] != "audio":
            return
        if headers["X-RequestId"] != self._turn:
            self._turn = headers["X-RequestId"]
            await self._say("turn.start", context={"serviceTag": "emulated"})
        if sound.startswith(b"RIFF"):
            sound = _without_header(sound)
        elif not sound:
            await self._end()
            return
        await self._hear(sound)

    async def _hear(self, pcm: bytes) -> None:
        seconds = len(pcm) / 2 / RATE_HZ
        self._heard_s += seconds
        self._manner.heard_s += seconds
        await self._break()
        words = await self._listening.push(pcm)
        for turned in self._turns.push(pcm):
            self._is_speaking = turned.is_speech
            if turned.is_speech:
                await self._say("speech.startDetected", Offset=_ticks(turned.at_s))
            else:
                await self._say_phrase(await self._listening.finish())
        words = [word for word in words if word.end_s <= self._heard_s - self._manner.guesses_s]
        if self._is_speaking and words and self._heard_s - self._told_s >= HYPOTHESIS_S:
            await self._say_hypothesis(words)

    async def _end(self) -> None:
        """The client has ended its sound."""
        if self._is_speaking:
            await self._say_phrase(await self._listening.finish())
        await self._say("speech.endDetected", Offset=_ticks(self._heard_s))
        await self._say("turn.end")
        self._turn = ""

    async def _say_hypothesis(self, words: Sequence[Said]) -> None:
        self._told_s = self._heard_s
        text = " ".join(word.text for word in words).lower()
        text = text[:-1] if self._manner.guesses_s else text
        await self._say("speech.hypothesis", Text=text, **_span(words))

    async def _say_phrase(self, words: Sequence[Said]) -> None:
        fault = self._faults.take("late_final", "wrong_order", at_s=self._heard_s)
        if fault is not None and fault.kind == "late_final":
            await asyncio.sleep(fault.wait_s)
        status = "Success" if words else "NoMatch"
        text = " ".join(word.text for word in words)
        is_detailed = self._request.query.get("format") == "detailed"
        told = {"NBest": [_best(words, self._manner.spoken)]} if is_detailed and words else {}
        await self._say(
            "speech.phrase",
            RecognitionStatus=status,
            DisplayText=text,
            **_span(words, self._heard_s),
            **told,
        )
        if fault is not None and fault.kind == "wrong_order":
            await self._say_hypothesis(words)

    async def _say(self, path: str, **fields: object) -> None:
        headers = f"X-RequestId:{self._turn}\r\nContent-Type:application/json; charset=utf-8\r\n"
        await self._socket.send_str(f"{headers}Path:{path}\r\n\r\n{json.dumps(fields)}")

    async def _break(self) -> None:
        fault = self._faults.commanded(*BREAKS, at_s=self._heard_s)
        if fault is None:
            return
        if fault.kind == "stall":
            await asyncio.Event().wait()
        await self._end_by(fault)
        raise _Over

    async def _end_by(self, fault: Fault) -> None:
        if fault.kind == "close":
            await self._socket.close(code=fault.code, message=fault.says.encode())
            return
        transport = self._request.transport
        assert transport is not None
        if fault.kind == "half_frame":
            # a text frame that announces 126 bytes, and holds fewer
            transport.write(b"\x81\x7e\x00\x7e" + b"X-RequestId:")
            transport.close()
        else:
            transport.abort()


def _parsed(headers: str) -> CIMultiDict[str]:
    lines = (line.partition(":") for line in headers.splitlines() if line)
    return CIMultiDict((name.strip(), value.strip()) for name, _, value in lines)


def _without_header(sound: bytes) -> bytes:
    """What follows a WAV header; the form says 16 kHz, or this server does not understand it."""
    (rate_hz,) = struct.unpack_from("<I", sound, 24)
    assert rate_hz == RATE_HZ, f"sound of {rate_hz} Hz"
    return sound[sound.index(b"data") + 8 :]


def _span(words: Sequence[Said], at_s: float = 0.0) -> dict[str, int]:
    start_s, end_s = (words[0].start_s, words[-1].end_s) if words else (at_s, at_s)
    return {"Offset": _ticks(start_s), "Duration": _ticks(end_s - start_s)}


def _best(words: Sequence[Said], spoken: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    text = " ".join(word.text for word in words)
    said = [one for word in words for one in _as_said(word, spoken)]
    return {
        "Confidence": min(word.confidence for word in words),
        "Lexical": " ".join(word.text for word in said),
        "ITN": text,
        "MaskedITN": text,
        "Display": text,
        "Words": [{"Word": word.text, **_span([word])} for word in said],
    }


def _as_said(word: Said, spoken: Mapping[str, Sequence[str]]) -> list[Said]:
    texts = spoken.get(word.text, [word.text.lower()])
    step_s = (word.end_s - word.start_s) / len(texts)
    starts = [word.start_s + step_s * place for place in range(len(texts))]
    return [
        Said(text, start_s, start_s + step_s) for text, start_s in zip(texts, starts, strict=True)
    ]


def _ticks(seconds: float) -> int:
    return round(seconds * TICKS)
