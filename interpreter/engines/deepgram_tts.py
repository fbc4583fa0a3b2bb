"""Deepgram's Aura voices as a livekit-agents TTS, on speak v1 of deepgram-sdk.

When a connection is lost in the middle of a text, another one speaks it again, and as much sound
as was handed on already is left out: a voice takes about the same time for the same text.
"""

import asyncio
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Any

from livekit.agents import APIConnectionError, APIError, tts
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions
from livekit.agents.utils import shortuuid

from interpreter.engines import unreported
from interpreter.engines.deepgram_client import ADDRESS, LOST, Deepgram
from interpreter.engines.deepgram_speaking import Lines, Unspoken, parts
from interpreter.engines.failures import told_wait_s
from interpreter.engines.voice import Explaining

RATES_HZ = (8_000, 16_000, 24_000, 32_000, 48_000)
"""Of linear16 (developers.deepgram.com/docs/tts-media-output-settings)."""
DEFAULT_VOICES = {"en": "aura-2-thalia-en"}
TRIES = 3
_BYTES = 2


class TTS(Explaining, tts.TTS[str]):
    """Speaks one language; `stall_s`: so long without sound means that none will come."""

    def __init__(
        self,
        *,
        voice: str = "",
        language: str = "en",
        sample_rate: int = 24_000,
        speed: float | None = None,
        mip_opt_out: bool = False,
        base_url: str = ADDRESS,
        stall_s: float = 2.0,
        api_key: str = "",  # else DEEPGRAM_API_KEY of the environment
    ) -> None:
        voice = voice or DEFAULT_VOICES.get(language.partition("-")[0], "")
        if not voice:
            raise ValueError(
                f"no Aura voice is known for the language {language!r}; name one as voice=…, "
                "or let another engine speak it"
            )
        if sample_rate not in RATES_HZ:
            raise ValueError(f"sample_rate is one of {', '.join(map(str, RATES_HZ))} for Deepgram")
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False),
            sample_rate=sample_rate,
            num_channels=1,
        )
        self.deepgram = Deepgram(api_key, base_url)
        self.stall_s = stall_s
        self._voice = voice
        self._options: dict[str, Any] = {
            "model": voice,
            "encoding": "linear16",
            "sample_rate": sample_rate,
            "speed": speed,
            "mip_opt_out": mip_opt_out or None,
        }
        self.lines = Lines(self._opening)

    @property
    def model(self) -> str:
        return self._voice

    @property
    def provider(self) -> str:
        return "Deepgram"

    @property
    def asked(self) -> str:
        """What is asked for, as an operator has chosen it."""
        return f"voice={self._voice} at sample_rate={self.sample_rate}"

    def _opening(self) -> AbstractAsyncContextManager[Any]:
        return self.deepgram.speak.connect(**self._options)

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        return _Utterance(self, text, conn_options)

    async def aclose(self) -> None:
        await self.lines.aclose()


class _Utterance(tts.ChunkedStream):
    def __init__(self, voice: TTS, text: str, conn_options: APIConnectOptions) -> None:
        super().__init__(tts=voice, input_text=text, conn_options=conn_options)
        self._voice = voice
        self._has_begun = False

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        rate_hz = self._voice.sample_rate
        output_emitter.initialize(
            request_id=shortuuid("utterance_"),
            sample_rate=rate_hz,
            num_channels=1,
            mime_type="audio/pcm",
        )
        if not any(sign.isalnum() for sign in self._input_text):
            output_emitter.push(bytes(rate_hz // 100 * _BYTES))  # nothing to say is no failure
            return
        try:
            for part in parts(self._input_text):
                await self._speak(part, output_emitter)
        except APIError as error:
            # what was heard cannot be taken back: only an utterance without sound is tried again
            error.retryable = error.retryable and not self._has_begun
            raise

    async def _speak(self, text: str, emitter: tts.AudioEmitter) -> None:
        sound = _Sound(emitter, self._voice.sample_rate)
        tries = 0
        while True:
            sound.begin_again()
            try:
                await self._speak_once(text, sound)
            except (*LOST, Unspoken) as error:
                failure = self._failure(error)
                tries += 1
                wait_s = told_wait_s(failure)
                if tries == TRIES or not failure.retryable or wait_s > self._voice.stall_s:
                    raise failure from error
                if sound.come_s or (sound.is_awaited and unreported.is_too_late(error)):
                    unreported.spoken(self._voice, text, sound.come_s)
                await asyncio.sleep(wait_s)
            else:
                break
        if not sound.handed_on:
            raise APIConnectionError("Deepgram's voice made no sound of a text.")

    def _failure(self, error: Exception) -> APIError:
        if isinstance(error, Unspoken):
            return APIConnectionError("Deepgram's voice does not speak a text that it was sent.")
        return self._voice.deepgram.failure(error, self._voice.asked)

    async def _speak_once(self, text: str, sound: "_Sound") -> None:
        lines, limit_s = self._voice.lines, self._voice.stall_s
        line = await lines.take(min(self._conn_options.timeout, 2 * limit_s))
        was_kept, sound.is_awaited = line.is_used, True
        try:
            async with aclosing(line.spoken(text, limit_s)) as pieces:
                async for piece in pieces:
                    sound.push(piece)
                    self._has_begun = self._has_begun or sound.handed_on > 0
        except (*LOST, Unspoken):
            await line.closing.aclose()
            if was_kept:
                await lines.aclose()  # the others waited as long as this one
            raise
        except BaseException:
            lines.give_back(line)  # the sound of what was given up is cleared before it is used
            raise
        lines.give_back(line)


class _Sound:
    """A part's sound on its way: whole samples, and none twice."""

    def __init__(self, emitter: tts.AudioEmitter, rate_hz: int) -> None:
        self.handed_on = 0
        """Bytes."""
        self.is_awaited = False
        """Whether its text was sent."""
        self._emitter = emitter
        self._rate_hz = rate_hz
        self._come = 0
        self._rest = b""

    @property
    def come_s(self) -> float:
        """How much of it has come since it was begun."""
        return self._come / _BYTES / self._rate_hz

    def begin_again(self) -> None:
        """The same text from its beginning."""
        self._come, self._rest = 0, b""
        self.is_awaited = False

    def push(self, piece: bytes) -> None:
        data = self._rest + piece
        whole = len(data) // _BYTES * _BYTES
        data, self._rest = data[:whole], data[whole:]
        new = data[max(0, self.handed_on - self._come) :]
        self._come += len(data)
        if new:
            self.handed_on += len(new)
            self._emitter.push(new)
