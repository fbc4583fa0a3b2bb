"""Deepgram's live recogniser, the WebSocket /v1/listen, as documented at
https://developers.deepgram.com/reference/speech-to-text/listen-streaming, .../docs/interim-results,
.../docs/endpointing, .../docs/finalize, .../docs/close-stream and .../docs/audio-keep-alive.

Sound is heard in stretches: interim results of the open one grow, a final one closes it at a pause,
after a while, or when it is told to.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy
from aiohttp import WSMsgType, web

from tests.emulators.ears import Ears, Listening
from tests.emulators.faults import Fault, Faults, Kind
from tests.emulators.sockets import break_off
from tests.emulators.tones import RATE_HZ, Said

HOP_S = 0.02
QUIET = 300.0
"""Mean level below which there is no speech."""
_BREAKS: tuple[Kind, ...] = ("drop", "stall", "close")
REQUEST = "4a1f0f3b-emulated"


@dataclass(slots=True)
class Live:
    """How it hears."""

    interim_s: float = 0.5
    """Of sound, between interim results."""
    longest_s: float = 5.0
    """Of a stretch; then it is closed between two words."""
    latency_s: float = 0.1
    speed: float = 1.25
    """It hears at most so many times as fast as people speak (.../docs/
    recovering-from-connection-errors-and-timeouts-when-live-streaming-audio)."""
    idle_s: float = 10.0
    """Without sound or KeepAlive; then it closes with NET-0001."""
    cut_s: float = 1e9
    """A proxy cuts a connection after so long."""
    says_flushed: bool = True
    """Marks the answer to a flush, and answers where there was nothing to say."""
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    """What each connection asked for."""
    keep_alives: int = 0
    heard_s: float = 0.0
    """By all of them."""


class Over(Exception):
    """The connection ends here."""


async def listen(request: web.Request, manner: Live, ears: Ears, faults: Faults) -> Any:
    query = {name: request.query.getall(name) for name in request.query}
    manner.asked.append(query)
    socket = web.WebSocketResponse(max_msg_size=16 * 2**20)
    await socket.prepare(request)
    hearing = _Hearing(request, socket, manner, ears.listen(), faults)
    try:
        async with asyncio.timeout(manner.cut_s):
            await hearing.run(int(query.get("endpointing", ["10"])[0]) / 1000)
    except TimeoutError:
        await break_off(request, Fault("drop"), socket)
    except (Over, ConnectionError):
        pass
    finally:
        await hearing.aclose()
    return socket


class _Hearing:
    def __init__(
        self,
        request: web.Request,
        socket: web.WebSocketResponse,
        manner: Live,
        listening: Listening,
        faults: Faults,
    ) -> None:
        self._request = request
        self._socket = socket
        self._manner = manner
        self._listening = listening
        self._faults = faults
        self._drawn = faults.take(*_BREAKS)
        self._inbox: asyncio.Queue[bytes | str] = asyncio.Queue()
        self._started_s = 0.0
        """Where the open stretch begins."""
        self._heard_s = 0.0
        self._interim_s = 0.0
        self._quiet_s = 0.0
        self._has_speech = False
        self._is_silent = False
        """Stalled: it says nothing any more."""
        self._overtaken: list[dict[str, Any]] = []
        self._late: list[asyncio.Task[None]] = []
        self._free_at = 0.0
        self._rest = b""

    async def run(self, endpointing_s: float) -> None:
        reading = asyncio.get_running_loop().create_task(self._read(), name="emulator:deepgram")
        try:
            while True:
                message = await self._inbox.get()
                if isinstance(message, bytes):
                    await self._hear(message, endpointing_s)
                elif await self._is_told(message):
                    return
        finally:
            reading.cancel()
            await asyncio.wait([reading])

    async def aclose(self) -> None:
        for task in self._late:
            task.cancel()
        if self._late:
            await asyncio.wait(self._late)
        await self._listening.aclose()

    async def _read(self) -> None:
        while True:
            try:
                async with asyncio.timeout(self._manner.idle_s):
                    message = await self._socket.receive()
            except TimeoutError:
                reason = b"NET-0001: did not receive audio data or a text message in time"
                await self._socket.close(code=1011, message=reason)
                return self._inbox.put_nowait("{}")
            if message.type is WSMsgType.BINARY:
                self._inbox.put_nowait(message.data)
            elif message.type is WSMsgType.TEXT:
                self._inbox.put_nowait(message.data)
            else:
                return self._inbox.put_nowait("{}")

    async def _is_told(self, text: str) -> bool:
        """Whether that was the last."""
        kind = json.loads(text).get("type", "")
        if kind == "KeepAlive":
            self._manner.keep_alives += 1
        elif kind == "Finalize":
            if self._heard_s > self._started_s and (self._has_speech or self._manner.says_flushed):
                await self._close_stretch(from_finalize=self._manner.says_flushed)
        elif kind == "CloseStream":
            if self._heard_s > self._started_s:
                await self._close_stretch()
            await self._say(self._metadata())
            await self._socket.close(code=1000)
        return kind in ("CloseStream", "")

    async def _hear(self, pcm: bytes, endpointing_s: float) -> None:
        began_at = asyncio.get_running_loop().time()
        pcm, size = self._rest + pcm, 2 * int(HOP_S * RATE_HZ)
        whole = len(pcm) // size * size
        self._rest = pcm[whole:]
        for start in range(0, whole, size):
            await self._hear_hop(pcm[start : start + size], endpointing_s)
        await self._take_time(whole / 2 / RATE_HZ, began_at)

    async def _hear_hop(self, hop: bytes, endpointing_s: float) -> None:
        self._heard_s += HOP_S
        self._manner.heard_s += HOP_S
        words = await self._listening.push(hop)
        samples = numpy.frombuffer(hop, numpy.int16).astype(numpy.float64)
        is_quiet = bool(abs(samples).mean() < QUIET)
        self._quiet_s = self._quiet_s + HOP_S if is_quiet else 0.0
        self._has_speech = self._has_speech or not is_quiet
        await self._break()
        is_end = self._has_speech and self._quiet_s >= max(endpointing_s, 0.05) - 1e-9
        if is_end:
            await self._close_stretch(speech_final=True)
        elif is_quiet and self._heard_s - self._started_s >= self._manner.longest_s:
            await self._close_stretch()
        elif self._heard_s - self._interim_s >= self._manner.interim_s - 1e-9:
            self._interim_s = self._heard_s
            await self._say(self._results(words))

    async def _take_time(self, sound_s: float, began_at: float) -> None:
        """What it has said meanwhile took none of it."""
        loop = asyncio.get_running_loop()
        free_at = max(self._free_at, began_at - self._manner.latency_s)
        self._free_at = free_at + sound_s / self._manner.speed
        await asyncio.sleep(max(0.0, self._free_at - loop.time()))

    async def _close_stretch(
        self, *, speech_final: bool = False, from_finalize: bool = False
    ) -> None:
        words = await self._listening.finish()
        results = self._results(words, is_final=True)
        results |= {"speech_final": speech_final, "from_finalize": from_finalize}
        self._started_s = self._interim_s = self._heard_s
        self._has_speech = False
        if (fault := self._finals_fault("late_final", "wrong_order")) is None:
            await self._say(results)
            return
        if fault.kind == "wrong_order":
            self._overtaken.append(results)
        loop = asyncio.get_running_loop()
        late = loop.create_task(self._say_later(results, fault), name="emulator:late")
        self._late.append(late)

    async def _say_later(self, results: dict[str, Any], fault: Fault) -> None:
        await asyncio.sleep(fault.wait_s)
        if fault.kind == "late_final" or results in self._overtaken:
            self._overtaken = [one for one in self._overtaken if one is not results]
            await self._say(results)

    async def _say(self, message: dict[str, Any]) -> None:
        if self._is_silent:
            return
        if fault := self._finals_fault("half_frame") if message.get("is_final") else None:
            await break_off(self._request, fault, self._socket, json.dumps(message))
            raise Over
        await asyncio.sleep(self._manner.latency_s)
        overtaken, self._overtaken = self._overtaken, []
        for one in (message, *overtaken):
            if not self._socket.closed:
                await self._socket.send_str(json.dumps(one))

    def _finals_fault(self, *kinds: Kind) -> Fault | None:
        return self._faults.take(*kinds, at_s=self._heard_s)

    async def _break(self) -> None:
        fault = self._faults.commanded(*_BREAKS, at_s=self._heard_s)
        if fault is None and self._drawn is not None and self._heard_s >= self._drawn.after_s:
            fault, self._drawn = self._drawn, None
        if fault is None:
            return
        if fault.kind == "stall":
            self._is_silent = True
            return
        await break_off(self._request, fault, self._socket)
        raise Over

    def _results(self, words: Sequence[Said], *, is_final: bool = False) -> dict[str, Any]:
        """.../docs/understand-endpointing-interim-results, and the reference's `Results`."""
        alternative = {
            "transcript": " ".join(word.text for word in words),
            "confidence": 0.98 if words else 0.0,
            "words": [_word(word) for word in words],
        }
        return {
            "type": "Results",
            "channel_index": [0, 1],
            "duration": round(self._heard_s - self._started_s, 3),
            "start": round(self._started_s, 3),
            "is_final": is_final,
            "speech_final": False,
            "channel": {"alternatives": [alternative]},
            "metadata": {
                "request_id": REQUEST,
                "model_info": {"name": "general-nova-3", "version": "emulated", "arch": "nova-3"},
                "model_uuid": "emulated",
            },
            "from_finalize": False,
        }

    def _metadata(self) -> dict[str, Any]:
        """.../docs/close-stream."""
        return {
            "type": "Metadata",
            "transaction_key": "deprecated",
            "request_id": REQUEST,
            "sha256": "",
            "created": "2026-11-22T00:00:00.000Z",
            "duration": round(self._heard_s, 3),
            "channels": 1,
        }


def _word(word: Said) -> dict[str, Any]:
    return {
        "word": "".join(sign for sign in word.text.lower() if sign.isalnum() or sign == "'"),
        "start": round(word.start_s, 3),
        "end": round(word.end_s, 3),
        "confidence": word.confidence,
        "punctuated_word": word.text,
    }
