"""Deepgram's voices, the WebSocket /v1/speak, as documented at
https://developers.deepgram.com/reference/text-to-speech/speak-streaming, .../docs/tts-ws-flush,
.../docs/tts-ws-clear and .../docs/tts-ws-close.
"""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.emulators.faults import Fault, Faults
from tests.emulators.mouths import Mouth
from tests.emulators.sockets import break_off

LONGEST_TEXT = 2000
FLUSHES, FLUSHES_S = 20, 60.0
"""So many flushes in so long; then there is a warning instead (.../docs/tts-ws-flush)."""


@dataclass(slots=True)
class Speaking:
    """How it speaks."""

    latency_s: float = 0.1
    speed: float = 20.0
    """Sound comes so many times as fast as it is played."""
    piece_bytes: int = 4001
    """An odd number cuts samples in two."""
    warns_of: str = ""
    """A code of which it warns at each text, and speaks it all the same."""
    asked: list[dict[str, str]] = field(default_factory=list)
    """What each connection asked for."""
    texts: list[str] = field(default_factory=list)
    """What was spoken."""
    cleared: int = 0


class Over(Exception):
    """The connection ends here."""


async def speak(request: web.Request, manner: Speaking, mouth: Mouth, faults: Faults) -> Any:
    manner.asked.append(dict(request.query))
    socket = web.WebSocketResponse(max_msg_size=2**20)
    await socket.prepare(request)
    speaker = _Speaker(request, socket, manner, mouth, faults)
    try:
        await speaker.run()
    except (Over, ConnectionError):
        pass
    return socket


class _Speaker:
    def __init__(
        self,
        request: web.Request,
        socket: web.WebSocketResponse,
        manner: Speaking,
        mouth: Mouth,
        faults: Faults,
    ) -> None:
        self._request = request
        self._socket = socket
        self._manner = manner
        self._mouth = mouth
        self._faults = faults
        self._rate_hz = int(request.query.get("sample_rate", "24000"))
        self._text = ""
        self._number = 0
        self._flushed_at: deque[float] = deque(maxlen=FLUSHES)
        self._said_s = 0.0
        self._inbox: asyncio.Queue[str] = asyncio.Queue()

    async def run(self) -> None:
        await self._send(
            {
                "type": "Metadata",
                "request_id": "5b2e-emulated",
                "model_name": self._request.query.get("model", ""),
                "model_version": "emulated",
                "model_uuid": "emulated",
            }
        )
        reading = asyncio.get_running_loop().create_task(self._read(), name="emulator:deepgram")
        try:
            while not await self._is_told(json.loads(await self._inbox.get())):
                pass
        finally:
            reading.cancel()
            await asyncio.wait([reading])

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is WSMsgType.TEXT:
                self._inbox.put_nowait(message.data)
        self._inbox.put_nowait('{"type": "Gone"}')

    async def _is_told(self, message: dict[str, Any]) -> bool:
        """Whether that was the last."""
        match message["type"]:
            case "Speak" if len(message["text"]) > LONGEST_TEXT:
                await self._warn("DATA-0001", "The text is too long.")
            case "Speak":
                self._text += message["text"]
                if self._manner.warns_of:
                    await self._warn(self._manner.warns_of, "Something is not as it might be.")
            case "Flush":
                await self._flush()
            case "Clear":
                await self._clear()
            case "Close":
                await self._socket.close(code=1000)
        return message["type"] in ("Close", "Gone")

    async def _flush(self) -> None:
        now_s = asyncio.get_running_loop().time()
        is_full = len(self._flushed_at) == FLUSHES
        if is_full and now_s - self._flushed_at[0] < FLUSHES_S:
            await self._warn("EXCESSIVE_FLUSH", "No more flushes within a minute.")
            return
        self._flushed_at.append(now_s)
        text, self._text = self._text, ""
        self._manner.texts.append(text)
        slow = self._faults.take("slow")
        await asyncio.sleep(slow.wait_s if slow else self._manner.latency_s)
        pcm = b""
        async for piece in self._mouth.sound(text, self._rate_hz):
            pcm += piece
            while len(pcm) >= self._manner.piece_bytes:
                await self._sound(pcm[: self._manner.piece_bytes])
                pcm = pcm[self._manner.piece_bytes :]
        await self._sound(pcm)
        await self._numbered("Flushed")

    async def _clear(self) -> None:
        self._text = ""
        self._manner.cleared += 1
        await self._numbered("Cleared")

    async def _sound(self, pcm: bytes) -> None:
        fault = self._faults.commanded("drop", "stall", "half_frame", "close", at_s=self._said_s)
        if fault is not None:
            await self._break(fault)
        seconds = len(pcm) / 2 / self._rate_hz
        self._said_s += seconds
        await asyncio.sleep(seconds / self._manner.speed)
        if pcm:
            await self._socket.send_bytes(pcm)

    async def _break(self, fault: Fault) -> None:
        if fault.kind == "stall":
            while "Gone" not in await self._inbox.get():
                pass
        await break_off(self._request, fault, self._socket, '{"type": "Flushed", "sequence_id": 0}')
        raise Over

    async def _warn(self, code: str, description: str) -> None:
        await self._send({"type": "Warning", "code": code, "description": description})

    async def _numbered(self, kind: str) -> None:
        await self._send({"type": kind, "sequence_id": self._number})
        self._number += 1

    async def _send(self, message: dict[str, Any]) -> None:
        await self._socket.send_str(json.dumps(message))
