"""OpenAI's realtime transcription, and compatible servers', with exact times: we say where a turn
ends, so that we know which sound a transcript is about, whatever the network does.

https://developers.openai.com/api/docs/guides/realtime-transcription

One stream is one connection: when it fails, so does the stream, and `streamed.py` opens another and
tells it again what no last word covers.
"""

import asyncio
import base64
import json
import math
from typing import Any, cast

import numpy
import openai
from livekit import rtc
from livekit.agents import APIConnectionError, APIError, APIStatusError, LanguageCode, stt
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
)
from livekit.agents.utils import AudioBuffer
from livekit.agents.utils.audio import AudioByteStream
from openai.resources.realtime.realtime import AsyncRealtimeConnection

from interpreter.engines.biasing import HINTED_MODELS, UNHINTED_MODELS
from interpreter.engines.failures import status_of
from interpreter.engines.kinds import OPENAI
from interpreter.engines.openai_items import Item, Items
from interpreter.engines.openai_turns import Turn
from interpreter.engines.utterances import HEARD_S, OWN, ROUGH, spread
from languages.spacing import tokens

MODEL = "gpt-live-transcribe"
"""Transcribes while the sound comes."""
RATE_HZ = 24_000
PIECE_S = 0.05
SILENT = 33
"""Samples below −60 dBFS are nobody's voice."""
SHORTEST_S = 0.2
"""The server takes no turn shorter than 0.1 s: shorter ones are filled up with silence."""
INTERIM_S = 0.2
"""No more often is what is heard told."""
UNCLEAR = "audio_unintelligible"
"""The server's code for a turn in which it understands nothing, as a cough."""
_LIVE = ("gpt-live-transcribe", "gpt-realtime-whisper")
"""Models that say something before a turn is over."""
_SURE = ("gpt-4o-transcribe", "gpt-4o-mini-transcribe")
"""Models that say how sure they are; others are not asked."""


class STT(stt.STT[Any]):
    """Recognises one language."""

    def __init__(
        self,
        *,
        model: str = MODEL,
        language: str = "",
        prompt: str = "",
        keywords: list[str] | None = None,
        noise_reduction: str = "",
        base_url: str = "",
        api_key: str = "",
    ) -> None:
        """The key is read from OPENAI_API_KEY where `api_key` is empty, and the address from
        OPENAI_BASE_URL where `base_url` is."""
        super().__init__(
            capabilities=stt.STTCapabilities(
                streaming=True,
                interim_results=model.startswith(_LIVE),
                aligned_transcript="word",
                offline_recognize=False,
                manual_flush=True,
            )
        )
        self._model = model
        self.language = language
        self.has_unclear = False
        """A turn was not understood, and nothing has been heard since."""
        self.client = openai.AsyncClient(
            base_url=base_url or None, api_key=api_key or None, max_retries=0
        )
        transcription: dict[str, Any] = {"model": model}
        if language:
            code = LanguageCode(language).language
            transcription |= {"languages": [code]} if self._is_hinted else {"language": code}
        if prompt and not model.startswith(UNHINTED_MODELS):
            transcription["prompt"] = prompt
        if keywords and self._is_hinted:
            transcription["keywords"] = keywords
        self._input: dict[str, Any] = {
            "format": {"type": "audio/pcm", "rate": RATE_HZ},
            "transcription": transcription,
            "turn_detection": None,
        }
        if noise_reduction:
            self._input["noise_reduction"] = {"type": noise_reduction}

    @property
    def model(self) -> str:
        return self._model

    @property
    def provider(self) -> str:
        return self.client.base_url.host

    @property
    def session(self) -> dict[str, Any]:
        """What a connection is configured with."""
        told: dict[str, Any] = {"type": "transcription", "audio": {"input": self._input}}
        if self._model.startswith(_SURE):
            told["include"] = ["item.input_audio_transcription.logprobs"]
        return told

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.RecognizeStream:
        return _Stream(engine=self, conn_options=conn_options)

    async def _recognize_impl(
        self,
        buffer: AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> stt.SpeechEvent:
        raise NotImplementedError("this recogniser streams: use stream()")

    async def aclose(self) -> None:
        await self.client.close()

    @property
    def _is_hinted(self) -> bool:
        return self._model.startswith(HINTED_MODELS)


class _Stream(stt.RecognizeStream):
    def __init__(self, *, engine: STT, conn_options: APIConnectOptions) -> None:
        super().__init__(stt=engine, conn_options=conn_options, sample_rate=RATE_HZ)
        self._engine = engine
        self.opened = asyncio.Event()
        """The server has taken the connection: what it is told before, nobody hears."""
        self._items = Items()
        self._pushed_s = 0.0
        self._turn = Turn(RATE_HZ)
        self._told_s = -math.inf
        self._waiting = asyncio.Event()
        """Set when there is nothing that the server has not answered."""
        self._waiting.set()

    async def _run(self) -> None:
        try:
            connection = await self._connected()
        except Exception as error:
            # of the library beneath, whichever it is
            if status := status_of(error):
                raise APIStatusError("The connection was refused.", status_code=status) from error
            raise APIConnectionError("There is no connection.") from error
        self.opened.set()
        try:
            async with asyncio.TaskGroup() as tasks:
                receiving = tasks.create_task(self._receive(connection), name="openai:receive")
                await self._send(connection)
                await self._waiting.wait()
                receiving.cancel()
        except ExceptionGroup as failures:
            failure = failures.exceptions[0]
            if isinstance(failure, APIError):
                raise failure from failures
            raise APIConnectionError("The connection is lost.") from failures
        finally:
            await connection.close()

    async def _connected(self) -> AsyncRealtimeConnection:
        query = {"intent": "transcription"}
        if self._engine.provider != OPENAI:
            query["model"] = self._engine.model  # gateways find the model's server by it
        async with asyncio.timeout(self._conn_options.timeout):
            connection = await self._engine.client.realtime.connect(
                extra_query=query, websocket_connection_options=cast(Any, {"close_timeout": 0.3})
            ).enter()
            await _tell(connection, "session.update", session=self._engine.session)
        return connection

    async def _send(self, connection: AsyncRealtimeConnection) -> None:
        pieces = AudioByteStream(RATE_HZ, 1, int(RATE_HZ * PIECE_S))
        async for item in self._input_ch:
            if isinstance(item, rtc.AudioFrame):
                for piece in pieces.push(item.data):
                    await self._append(connection, piece)
                continue
            for piece in pieces.flush():
                await self._append(connection, piece)
            await self._commit(connection)

    async def _append(self, connection: AsyncRealtimeConnection, piece: rtc.AudioFrame) -> None:
        """Silence between turns is nobody's: it is not sent, and not paid for."""
        samples = numpy.frombuffer(piece.data, numpy.int16).astype(numpy.float64)
        if self._items.open is None:
            if abs(samples).max(initial=0.0) < SILENT:
                self._pushed_s += piece.duration
                return
            self._items.begin(self._pushed_s)
            self._turn = Turn(RATE_HZ)
            self._waiting.clear()
            self._turned(stt.SpeechEventType.START_OF_SPEECH)
        cut = self._turn.push(samples)
        await self._add(connection, bytes(piece.data[:cut]))
        if cut is not None:
            await self._commit(connection)
            if rest := bytes(piece.data[cut:]):
                part = rtc.AudioFrame(rest, RATE_HZ, 1, len(rest) // 2)
                await self._append(connection, part)

    async def _add(self, connection: AsyncRealtimeConnection, pcm: bytes) -> None:
        await _append(connection, pcm)
        self._pushed_s += len(pcm) / 2 / RATE_HZ

    async def _commit(self, connection: AsyncRealtimeConnection) -> None:
        item = self._items.open
        if item is None:
            return
        if (missing_s := SHORTEST_S - (self._pushed_s - item.start_s)) > 0:
            await _append(connection, bytes(2 * int(RATE_HZ * missing_s)))
        self._items.commit(max(self._pushed_s - self._turn.quiet_s, item.start_s + PIECE_S))
        self._turned(stt.SpeechEventType.END_OF_SPEECH)
        await _tell(connection, "input_audio_buffer.commit")

    async def _receive(self, connection: AsyncRealtimeConnection) -> None:
        while True:
            event: dict[str, Any] = json.loads(await connection.recv_bytes())
            id_ = str(event.get("item_id", ""))
            match str(event.get("type", "")).rpartition(".")[2]:
                case "committed":
                    self._items.named(id_)
                case "delta":
                    self._hear(id_, str(event.get("delta") or ""))
                case "completed":
                    self._complete(id_, event)
                case "failed":
                    self._fail(id_, event.get("error"))
                case "error":
                    raise APIError("The server reports an error.", body=event.get("error"))

    def _hear(self, id_: str, delta: str) -> None:
        item = self._items.heard(id_, delta)
        if item is None or item is not self._items.oldest or not item.text.strip():
            return
        if self._pushed_s - self._told_s >= INTERIM_S or item.end_s is not None:
            self._told_s = self._pushed_s
            self._emit(stt.SpeechEventType.INTERIM_TRANSCRIPT, self._data(item))

    def _complete(self, id_: str, event: dict[str, Any]) -> None:
        sure = [float(one["logprob"]) for one in event.get("logprobs") or []]
        confidence = math.exp(sum(sure) / len(sure)) if sure else 0.0
        found = [str(one.get("code", "")) for one in event.get("languages") or []]
        text = str(event.get("transcript", ""))
        language = found[0] if found else self._engine.language
        for item in self._items.completed(id_, text, confidence, language):
            if item.text.strip():
                self._engine.has_unclear = False
                self._emit(stt.SpeechEventType.FINAL_TRANSCRIPT, self._data(item))
            self._use(item, event.get("usage") or {})
        if self._items.oldest is None:
            self._waiting.set()

    def _fail(self, id_: str, error: object) -> None:
        """A turn is told to another connection; one that is not understood there either is over,
        with what was heard in it."""
        is_unclear = isinstance(error, dict) and error.get("code") == UNCLEAR
        if not (is_unclear and self._engine.has_unclear):
            self._engine.has_unclear |= is_unclear
            raise APIError("A turn was not transcribed.", body=error)
        self._complete(id_, {"transcript": self._items.text(id_)})

    def _data(self, item: Item) -> stt.SpeechData:
        end_s = self._pushed_s if item.end_s is None else item.end_s
        words = spread([word.strip() for word in tokens(item.text)], item.start_s, end_s)
        for word in words:
            word.confidence = item.confidence or NOT_GIVEN
        return stt.SpeechData(
            LanguageCode(item.language or self._engine.language),
            item.text,
            start_time=item.start_s,
            end_time=end_s,
            confidence=item.confidence,
            words=words,
            metadata={HEARD_S: end_s, ROUGH: True},
        )

    def _use(self, item: Item, usage: dict[str, Any]) -> None:
        long_s = (item.end_s or item.start_s) - item.start_s
        told = stt.RecognitionUsage(
            long_s, int(usage.get("input_tokens", 0)), int(usage.get("output_tokens", 0))
        )
        kind = stt.SpeechEventType.RECOGNITION_USAGE
        self._event_ch.send_nowait(stt.SpeechEvent(kind, recognition_usage=told))

    def _turned(self, kind: stt.SpeechEventType) -> None:
        """The server has said nothing of it yet."""
        self._event_ch.send_nowait(stt.SpeechEvent(kind, OWN))

    def _emit(self, kind: stt.SpeechEventType, *said: stt.SpeechData) -> None:
        self._event_ch.send_nowait(stt.SpeechEvent(kind, alternatives=list(said)))


async def _append(connection: AsyncRealtimeConnection, pcm: bytes) -> None:
    audio = base64.b64encode(pcm).decode()
    await _tell(connection, "input_audio_buffer.append", audio=audio)


async def _tell(connection: AsyncRealtimeConnection, kind: str, **fields: object) -> None:
    await connection.send_raw(json.dumps({"type": kind, **fields}))
