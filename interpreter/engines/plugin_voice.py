"""A TTS plugin as a voice: its sound at a rate that fits WebRTC's 10 ms, in one channel.

The plugin's class has no pace or timbre per utterance, so neither has this voice.
"""

import logging
from collections.abc import Iterable, Iterator
from typing import Any

import numpy
from livekit import rtc
from livekit.agents import APIConnectionError, APIError, APIStatusError, tts
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    USERDATA_TIMED_TRANSCRIPT,
    APIConnectOptions,
)
from livekit.agents.utils import shortuuid

from interpreter.engines.ssml import ssml
from interpreter.engines.voice import Voice
from interpreter.word_sounds import pieces, spelt

logger = logging.getLogger(__name__)

REFUSED = 400
RESAMPLED_HZ = 24_000
"""For rates that have no whole number of samples in 10 ms, as 22,050 Hz."""


class PluginVoice(Voice):
    """Speaks with any livekit-agents TTS."""

    def __init__(self, engine: tts.TTS[Any], *, is_ssml: bool = False) -> None:
        """`is_ssml`: its class puts what it is given into SSML."""
        fits = engine.sample_rate % 100 == 0
        super().__init__(
            capabilities=tts.TTSCapabilities(
                streaming=False, aligned_transcript=engine.capabilities.aligned_transcript
            ),
            sample_rate=engine.sample_rate if fits else RESAMPLED_HZ,
            num_channels=1,
        )
        self._engine = engine
        self.is_ssml = is_ssml
        self.refused: set[str] = set()
        """Sounds for which the provider has refused a whole utterance."""

    def reads(self, ipa: str) -> bool:
        return self.is_ssml and ipa not in self.refused

    @property
    def has_rate(self) -> bool:
        return False

    @property
    def model(self) -> str:
        return self._engine.model

    @property
    def provider(self) -> str:
        return self._engine.provider

    def synthesize(
        self,
        text: str,
        *,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        rate: float = 1.0,
        speaker: str = "",
    ) -> tts.ChunkedStream:
        return _Utterance(self, self._engine, text, conn_options)

    async def aclose(self) -> None:
        await self._engine.aclose()


class _Utterance(tts.ChunkedStream):
    def __init__(
        self, voice: PluginVoice, engine: tts.TTS[Any], text: str, conn_options: APIConnectOptions
    ) -> None:
        super().__init__(tts=voice, input_text=text, conn_options=conn_options)
        self._voice = voice
        self._engine = engine

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=shortuuid("utterance_"),
            sample_rate=self._voice.sample_rate,
            num_channels=1,
            mime_type="audio/pcm",
        )
        sound = _Sound(self._engine.sample_rate, self._voice.sample_rate)
        try:
            await self._speak_sounds(output_emitter, sound)
        except APIError as error:
            # what was heard cannot be taken back: only an utterance without sound is tried again
            error.retryable = error.retryable and not sound.has_begun
            raise
        except (OSError, ValueError, TimeoutError) as error:
            raise APIConnectionError(
                "The voice's engine failed.", retryable=not sound.has_begun
            ) from error
        for pcm in sound.rest():
            output_emitter.push(pcm)

    async def _speak_sounds(self, emitter: tts.AudioEmitter, sound: "_Sound") -> None:
        """Azure refuses the whole text for one sound that it does not know: then it is read as it
        is written, now and from now on."""
        text = self._input_text
        sounds = {piece.ipa for piece in pieces(text) if piece.ipa}
        try:
            await self._speak(text, emitter, sound)
        except APIStatusError as error:
            if not sounds or error.status_code != REFUSED or sound.has_begun:
                raise
            self._voice.refused |= sounds
            logger.warning("a voice refuses sounds", extra={"provider": self._voice.provider})
            await self._speak(spelt(text), emitter, sound)

    async def _speak(self, text: str, emitter: tts.AudioEmitter, sound: "_Sound") -> None:
        once = APIConnectOptions(max_retry=0, timeout=self._conn_options.timeout)
        sent = ssml(text) if self._voice.is_ssml else spelt(text)
        async with self._engine.synthesize(sent, conn_options=once) as utterance:
            async for audio in utterance:
                words = audio.frame.userdata.get(USERDATA_TIMED_TRANSCRIPT, [])
                emitter.push_timed_transcript(words)
                for pcm in sound.fitted(audio.frame):
                    emitter.push(pcm)


class _Sound:
    """Frames of an engine → samples at the voice's rate, in one channel."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self._resampler = rtc.AudioResampler(from_hz, to_hz) if from_hz != to_hz else None
        self.has_begun = False

    def fitted(self, frame: rtc.AudioFrame) -> Iterator[bytes]:
        self.has_begun = True
        mono = _in_one_channel(frame)
        if self._resampler is None:
            yield bytes(mono.data)
        else:
            yield from _samples(self._resampler.push(mono))

    def rest(self) -> Iterator[bytes]:
        if self._resampler is not None:
            yield from _samples(self._resampler.flush())


def _samples(frames: Iterable[rtc.AudioFrame]) -> Iterator[bytes]:
    for frame in frames:
        yield bytes(frame.data)


def _in_one_channel(frame: rtc.AudioFrame) -> rtc.AudioFrame:
    if frame.num_channels == 1:
        return frame
    samples = numpy.frombuffer(frame.data, numpy.int16).reshape(-1, frame.num_channels)
    mixed = samples.mean(axis=1).astype(numpy.int16)
    return rtc.AudioFrame(mixed.tobytes(), frame.sample_rate, 1, len(mixed))
