"""A TTS plugin as a voice: its sound at a rate that fits WebRTC's 10 ms, in one channel.

The plugin's class has no pace or timbre per utterance, so neither has this voice.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy
from livekit import rtc
from livekit.agents import APIConnectionError, APIError, tts
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    USERDATA_TIMED_TRANSCRIPT,
    APIConnectOptions,
)
from livekit.agents.utils import shortuuid

from interpreter.engines.voice import Voice

RESAMPLED_HZ = 24_000
"""For rates that have no whole number of samples in 10 ms, as 22,050 Hz."""


class PluginVoice(Voice):
    """Speaks with any livekit-agents TTS."""

    def __init__(self, engine: tts.TTS[Any]) -> None:
        fits = engine.sample_rate % 100 == 0
        super().__init__(
            capabilities=tts.TTSCapabilities(
                streaming=False, aligned_transcript=engine.capabilities.aligned_transcript
            ),
            sample_rate=engine.sample_rate if fits else RESAMPLED_HZ,
            num_channels=1,
        )
        self._engine = engine

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
        once = APIConnectOptions(max_retry=0, timeout=self._conn_options.timeout)
        sound = _Sound(self._engine.sample_rate, self._voice.sample_rate)
        try:
            async with self._engine.synthesize(self._input_text, conn_options=once) as utterance:
                async for audio in utterance:
                    words = audio.frame.userdata.get(USERDATA_TIMED_TRANSCRIPT, [])
                    output_emitter.push_timed_transcript(words)
                    for pcm in sound.fitted(audio.frame):
                        output_emitter.push(pcm)
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
