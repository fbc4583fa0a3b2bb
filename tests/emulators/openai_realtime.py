"""The WebSocket /realtime?intent=transcription as documented at
https://developers.openai.com/api/docs/guides/realtime-transcription and
https://developers.openai.com/api/reference/resources/realtime/server-events.

Models that detect turns themselves say nothing before a turn is over; the others transcribe while
the sound comes, and close a turn when they are told to (`input_audio_buffer.commit`).
"""

import asyncio
import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from math import log
from typing import Any

from aiohttp import WSMsgType, web
from livekit import rtc

from tests.emulators.ears import Ears, Listening
from tests.emulators.faults import Fault, Faults
from tests.emulators.tones import RATE_HZ, Said
from tests.emulators.turns import Turns

SESSION_HZ = 24_000
LIVE = ("gpt-live-transcribe", "gpt-realtime-whisper")
"""Models that transcribe while the sound comes."""
SURE = ("gpt-4o-transcribe", "gpt-4o-mini-transcribe")
"""Models that have log probabilities."""


@dataclass(slots=True)
class Realtime:
    """How it answers."""

    final_s: float = 0.05
    """After the end of a turn, until its transcript."""
    begins_s: float = 0.0
    """It has heard so much of a turn before it says anything of it."""
    is_unclear: bool = False
    """It fails at turns in which it knows no word."""
    longest_s: float = 3600.0
    """Of a session; then it is closed."""
    sessions: list[dict[str, Any]] = field(default_factory=list)
    """What each was configured with last."""
    opened: int = 0
    heard_s: float = 0.0
    """By all of them."""


class _Over(Exception):
    """The connection ends here."""


async def realtime(
    request: web.Request, manner: Realtime, ears: Ears, faults: Faults
) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(max_msg_size=16 * 2**20)
    await socket.prepare(request)
    manner.opened += 1
    session = _Session(request, socket, manner, ears.listen(), faults)
    try:
        async with asyncio.timeout(manner.longest_s):
            await session.run()
    except TimeoutError:
        await session.say_error("session_expired", "Your session hit its maximum duration.")
    except (_Over, ConnectionError):
        pass
    finally:
        await session.aclose()
    await socket.close()
    return socket


class _Session:
    def __init__(
        self,
        request: web.Request,
        socket: web.WebSocketResponse,
        manner: Realtime,
        listening: Listening,
        faults: Faults,
    ) -> None:
        self._request = request
        self._socket = socket
        self._manner = manner
        self._listening = listening
        self._faults = faults
        self._resampler = rtc.AudioResampler(SESSION_HZ, RATE_HZ)
        self._turns: Turns | None = None
        self._numbers = count(1)
        self._item = ""
        self._is_live = self._is_sure = False
        self._said = ""
        """Of the open turn, in deltas."""
        self._late: list[asyncio.Task[None]] = []
        self._heard_s = self._begun_s = 0.0

    async def run(self) -> None:
        await self._say("session.created", session=_described({}))
        async for message in self._socket:
            if message.type is WSMsgType.TEXT:
                await self._take(json.loads(message.data))

    async def aclose(self) -> None:
        for task in self._late:
            task.cancel()
        await self._listening.aclose()

    async def say_error(self, code: str, message: str) -> None:
        error = {"type": "invalid_request_error", "code": code, "message": message}
        await self._say("error", error={**error, "param": None, "event_id": None})

    async def _take(self, event: dict[str, Any]) -> None:
        match event.get("type"):
            case "session.update":
                await self._configure(event["session"])
            case "input_audio_buffer.append":
                await self._hear(base64.b64decode(event["audio"]))
            case "input_audio_buffer.commit":
                if self._item:
                    await self._commit()
                else:
                    await self.say_error("input_audio_buffer_commit_empty", "Buffer is empty.")
            case unknown:
                await self.say_error("invalid_value", f"Invalid value: {unknown!r}.")

    async def _configure(self, session: dict[str, Any]) -> None:
        given = session["audio"]["input"]
        if given.get("format", {}).get("rate", SESSION_HZ) != SESSION_HZ:
            await self.say_error("invalid_value", "The rate of audio/pcm is 24000.")
            return
        if refusal := _refusal(given.get("transcription", {})):
            await self.say_error(*refusal)
            raise _Over
        detection = given.get("turn_detection")
        self._manner.sessions.append(session)
        model = given.get("transcription", {}).get("model", "")
        self._is_live = model in LIVE
        self._is_sure = model.startswith(
            SURE
        ) and "item.input_audio_transcription.logprobs" in session.get("include", [])
        if detection and self._turns is None:
            silence_s = detection.get("silence_duration_ms", 500) / 1000
            padding_s = detection.get("prefix_padding_ms", 300) / 1000
            self._turns = Turns(SESSION_HZ, silence_s, padding_s)
        await self._say("session.updated", session=_described(session))

    async def _hear(self, pcm: bytes) -> None:
        self._heard_s += len(pcm) / 2 / SESSION_HZ
        self._manner.heard_s += len(pcm) / 2 / SESSION_HZ
        await self._break("drop", "stall", "close", "half_frame")
        frames = self._resampler.push(bytearray(pcm))
        words = await self._listening.push(b"".join(bytes(frame.data) for frame in frames))
        if self._turns is None:
            if not self._item:
                self._item, self._begun_s = f"item_{next(self._numbers)}", self._heard_s
            if self._is_live and self._heard_s - self._begun_s >= self._manner.begins_s:
                await self._say_so_far(words)
            return
        for turned in self._turns.push(pcm):
            at_ms = round(turned.at_s * 1000)
            if turned.is_speech:
                self._item = f"item_{next(self._numbers)}"
                kind = "input_audio_buffer.speech_started"
                await self._say(kind, audio_start_ms=at_ms, item_id=self._item)
            else:
                kind = "input_audio_buffer.speech_stopped"
                await self._say(kind, audio_end_ms=at_ms, item_id=self._item)
                await self._commit()

    async def _commit(self) -> None:
        item, self._item = self._item, ""
        said, self._said = self._said, ""
        kind = "input_audio_buffer.committed"
        await self._say(kind, item_id=item, previous_item_id=None)
        words = await self._listening.finish()
        fault = self._faults.take("late_final", "wrong_order", "500", at_s=self._heard_s)
        task = asyncio.get_running_loop().create_task(
            self._transcribe(item, said, words, fault), name=f"emulator:{item}"
        )
        self._late.append(task)

    async def _transcribe(
        self, item: str, said: str, words: Sequence[Said], fault: Fault | None
    ) -> None:
        late_s = fault.wait_s if fault and fault.kind in ("late_final", "wrong_order") else 0.0
        await asyncio.sleep(self._manner.final_s + late_s)
        whole = " ".join(word.text for word in words)
        if fault is not None and fault.kind == "500":
            code = fault.says or "server_error"
            error = {"type": "server_error", "code": code, "message": "It failed."}
            await self._say_of(item, "failed", error={**error, "param": None})
            return
        if self._manner.is_unclear and all(word.text == "?" for word in words):
            error = {"type": "transcription_error", "code": "audio_unintelligible"}
            said_so = "The audio could not be transcribed."
            await self._say_of(item, "failed", error={**error, "message": said_so, "param": None})
            return
        if rest := whole.removeprefix(said):
            await self._say_of(item, "delta", delta=rest)
        seconds = sum(word.end_s - word.start_s for word in words)
        usage = {"type": "duration", "seconds": seconds}
        sure = [
            {"token": word.text, "bytes": list(word.text.encode()), "logprob": log(word.confidence)}
            for word in words
        ]
        told = {"logprobs": sure} if self._is_sure else {}
        await self._say_of(item, "completed", transcript=whole, usage=usage, **told)

    async def _say_so_far(self, words: Sequence[Said]) -> None:
        """Deltas never take back: a word is told when the next one has begun."""
        known = " ".join(word.text for word in words[:-1])
        if known.startswith(self._said) and known != self._said:
            delta, self._said = known.removeprefix(self._said), known
            await self._say_of(self._item, "delta", delta=None)
            await self._say_of(self._item, "delta", delta=delta)

    async def _say_of(self, item: str, what: str, **fields: object) -> None:
        kind = f"conversation.item.input_audio_transcription.{what}"
        await self._say(kind, item_id=item, content_index=0, **fields)

    async def _say(self, kind: str, **fields: object) -> None:
        event = {"type": kind, "event_id": f"event_{next(self._numbers)}", **fields}
        await self._socket.send_str(json.dumps(event))

    async def _break(self, *kinds: Any) -> None:
        fault = self._faults.commanded(*kinds, at_s=self._heard_s)
        if fault is None:
            return
        if fault.kind == "stall":
            await asyncio.Event().wait()
        if fault.kind == "close":
            await self._socket.close(code=fault.code)
            raise _Over
        transport = self._request.transport
        assert transport is not None
        if fault.kind == "half_frame":
            # a text frame that announces 126 bytes, and holds fewer
            transport.write(b"\x81\x7e\x00\x7e" + b'{"type": "conversation.item')
        transport.abort() if fault.kind == "drop" else transport.close()
        raise _Over


def _described(session: dict[str, Any]) -> dict[str, Any]:
    """As the server repeats a session's configuration."""
    described = {"object": "realtime.transcription_session", "id": "sess_emulated"}
    return {"type": "transcription", **described, **session}


def _refusal(transcription: dict[str, Any]) -> tuple[str, str] | None:
    """What a real session says, and ends (openai 2.x, types/realtime/audio_transcription.py)."""
    model = transcription.get("model", "")
    if "prompt" in transcription and model == "gpt-realtime-whisper":
        return "unsupported_parameter", "The 'prompt' parameter is not supported for this model."
    for keyword in transcription.get("keywords", ()):
        if set(keyword) & set("<>\r\n"):
            return "invalid_value", "The 'keywords' parameter contains unsupported characters."
    return None
