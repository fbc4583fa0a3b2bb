"""A TTS plugin as a voice: its sound at a rate that fits WebRTC's 10 ms, in one channel; a long
text in several requests, nothing to say in none.

A plugin's class has no timbre per utterance, so neither has this voice; and no pace, unless it is
a `Paced` one whose provider takes it: `stretch.py` makes the others faster.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

import numpy
from livekit import rtc
from livekit.agents import APIConnectionError, APIError, APIStatusError, tts
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    USERDATA_TIMED_TRANSCRIPT,
    APIConnectOptions,
    TimedString,
)
from livekit.agents.utils import shortuuid

from interpreter.engines import unreported
from interpreter.engines.failures import SOUNDLESS, code_of, failure, status_of
from interpreter.engines.parts import parts
from interpreter.engines.speech_events import tell_ends
from interpreter.engines.ssml import ssml
from interpreter.engines.voice import Explaining, Paced, Sounding, Voice
from interpreter.errors import EngineError
from interpreter.word_sounds import pieces, spelt

logger = logging.getLogger(__name__)

REFUSED = 400
RESAMPLED_HZ = 24_000
"""For rates that have no whole number of samples in 10 ms, as 22,050 Hz."""
_LOOKED_AT, _SHORTEST_TEXT = 64, 8
"""Bytes of an answer."""
SAFE_FORMAT = "wav"
"""What a voice is asked for where it can be asked: it tells its rate. Raw samples at another rate
than the plugin believes would be heard too fast or too slow."""


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
        tell_ends(engine)
        self._engine = engine
        self.is_ssml = is_ssml
        self.refused: set[str] = set()
        """Sounds for which the provider has refused a whole utterance."""
        self.has_refused_pace = False
        """Whether it has refused one for its pace."""

    def reads(self, ipa: str) -> bool:
        is_told = self.is_ssml or isinstance(self._engine, Sounding)
        return is_told and ipa not in self.refused

    @property
    def has_rate(self) -> bool:
        is_paced = isinstance(self._engine, Paced) and self._engine.is_paced
        return is_paced and not self.has_refused_pace

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
        own_rate = rate if self.has_rate else 1.0
        return _Utterance(self, self._engine, text, own_rate, conn_options)

    async def aclose(self) -> None:
        await self._engine.aclose()


class _Utterance(tts.ChunkedStream):
    def __init__(
        self,
        voice: PluginVoice,
        engine: tts.TTS[Any],
        text: str,
        rate: float,
        conn_options: APIConnectOptions,
    ) -> None:
        super().__init__(tts=voice, input_text=text, conn_options=conn_options)
        self._voice = voice
        self._engine = engine
        self._rate = rate

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=shortuuid("utterance_"),
            sample_rate=self._voice.sample_rate,
            num_channels=1,
            mime_type="audio/pcm",
        )
        sound = _Sound(self._voice.sample_rate)
        try:
            for part in parts(self._input_text):
                await self._speak_sounds(part, output_emitter, sound)
        except Exception as error:
            # what was heard cannot be taken back: only an utterance without sound is tried again
            if isinstance(error, APIError) and isinstance(self._engine, Explaining):
                error.retryable = error.retryable and not sound.has_begun
                raise
            ours = failure(error, "The voice")
            raise _as_api_error(ours, sound.has_begun) from ours
        for pcm in sound.rest():
            output_emitter.push(pcm)
        if not sound.has_begun:
            output_emitter.push(bytes(self._voice.sample_rate // 100 * 2))  # nothing to say

    async def _speak_sounds(self, text: str, emitter: tts.AudioEmitter, sound: "_Sound") -> None:
        """Azure refuses the whole text for one sound that it does not know: then it is read as it
        is written, now and from now on."""
        sounds = {piece.ipa for piece in pieces(text) if piece.ipa}
        begins_s = sound.made_s
        try:
            await self._speak_paced(text, emitter, sound)
        except APIStatusError as error:
            if not sounds or error.status_code != REFUSED or sound.made_s > begins_s:
                raise
            self._voice.refused |= sounds
            logger.warning("a voice refuses sounds", extra={"provider": self._voice.provider})
            await self._speak_paced(spelt(text), emitter, sound)

    async def _speak_paced(self, text: str, emitter: tts.AudioEmitter, sound: "_Sound") -> None:
        """Some of Google's voices refuse any pace but their own: then a text is said at that, now
        and from now on."""
        asked, begins_s = self._rate, sound.made_s
        try:
            await self._speak(text, emitter, sound)
        except APIStatusError as error:
            is_refused = error.status_code == REFUSED and sound.made_s == begins_s
            if asked == 1.0 or not is_refused:
                raise
            self._rate = 1.0
            try:
                await self._speak(text, emitter, sound)
            except APIError:
                self._rate = asked
                raise
            self._voice.has_refused_pace = True
            logger.warning("a voice refuses a pace", extra={"provider": self._voice.provider})

    async def _speak(self, text: str, emitter: tts.AudioEmitter, sound: "_Sound") -> None:
        once = APIConnectOptions(max_retry=0, timeout=self._conn_options.timeout)
        begins_s, is_over, sent = sound.made_s, False, self._sent(text)
        spoken = self._spoken(sent, once)
        try:
            async with spoken as utterance:
                async for audio in _in_time(utterance, self._conn_options.timeout):
                    words = audio.frame.userdata.get(USERDATA_TIMED_TRANSCRIPT, [])
                    emitter.push_timed_transcript([_later(one, begins_s) for one in words])
                    if not sound.has_begun and _is_text(bytes(audio.frame.data[:_LOOKED_AT])):
                        raise APIStatusError("a page instead of sound", status_code=200)
                    is_over = audio.is_final
                    for pcm in sound.fitted(audio.frame):
                        emitter.push(pcm)
        except BaseException as error:
            made_s = sound.made_s - begins_s
            if not is_over and _is_unreported(spoken, error, made_s):
                unreported.spoken(self._engine, sent, made_s)
            raise
        if sound.made_s == begins_s:
            raise APIError(SOUNDLESS)  # livekit-agents takes a 499 for an end like any other

    def _sent(self, text: str) -> str:
        if isinstance(self._engine, Sounding):
            return text
        return ssml(text) if self._voice.is_ssml else spelt(text)

    def _spoken(
        self, text: str, once: APIConnectOptions
    ) -> tts.ChunkedStream | tts.SynthesizeStream:
        if isinstance(self._engine, Paced):
            return self._engine.synthesize_at(text, self._rate, conn_options=once)
        try:
            return self._engine.synthesize(text, conn_options=once)
        except (NotImplementedError, RuntimeError):
            if not self._engine.capabilities.streaming:
                raise
        # some only stream (livekit-plugins-asyncai 1.8.9, Rime's by WebSocket)
        stream = self._engine.stream(conn_options=once)
        stream.push_text(text)
        stream.end_input()
        return stream


async def _in_time(
    utterance: tts.ChunkedStream | tts.SynthesizeStream, limit_s: float
) -> AsyncIterator[tts.SynthesizedAudio]:
    """What an engine makes; raises TimeoutError where it makes nothing for so long."""
    while True:
        async with asyncio.timeout(limit_s):
            audio = await anext(utterance, None)
        if audio is None:
            return
        yield audio


def _is_unreported(
    spoken: tts.ChunkedStream | tts.SynthesizeStream, error: BaseException, made_s: float
) -> bool:
    """Whether a provider has had work of which livekit-agents tells nothing: of what has failed,
    and of a stream that was left before its end (1.8.9, `_metrics_monitor_task`)."""
    if isinstance(error, APIError):
        return made_s > 0.0 or unreported.is_too_late(error)
    return isinstance(spoken, tts.SynthesizeStream) and unreported.is_too_late(error)


def _as_api_error(ours: EngineError, has_begun: bool) -> APIError:
    """As livekit-agents has it; the server's own words stay out, and so does the text."""
    retryable = ours.retryable and not has_begun
    if status := status_of(ours):
        body = {"code": code_of(ours)}
        return APIStatusError(str(ours), status_code=status, body=body, retryable=retryable)
    return APIConnectionError(str(ours), retryable=retryable)


def _later(word: TimedString, seconds: float) -> TimedString:
    """A word of a part that begins so late."""
    return TimedString(
        str(word),
        start_time=float(word.start_time or 0.0) + seconds,
        end_time=float(word.end_time or 0.0) + seconds,
    )


def _is_text(samples: bytes) -> bool:
    """Whether what is taken for raw samples is a page, or an error's JSON: as sound it would be as
    loud as can be."""
    said = samples.rstrip(b"\0")
    return len(said) > _SHORTEST_TEXT and all(32 <= one < 127 or one in b"\t\r\n" for one in said)


class _Sound:
    """Frames of an engine → samples at the voice's rate, in one channel.

    A frame is believed, and not its engine: what a plugin says its rate is may not be its sound's.
    """

    def __init__(self, to_hz: int) -> None:
        self._to_hz = self._from_hz = to_hz
        self._resampler: rtc.AudioResampler | None = None
        self.made_s = 0.0

    @property
    def has_begun(self) -> bool:
        return self.made_s > 0.0

    def fitted(self, frame: rtc.AudioFrame) -> Iterator[bytes]:
        self.made_s += frame.duration
        mono = _in_one_channel(frame)
        if mono.sample_rate != self._from_hz:
            yield from self.rest()
            self._begin(mono.sample_rate)
        if self._resampler is None:
            yield bytes(mono.data)
        else:
            yield from _samples(self._resampler.push(mono))

    def rest(self) -> Iterator[bytes]:
        if self._resampler is not None:
            yield from _samples(self._resampler.flush())

    def _begin(self, from_hz: int) -> None:
        self._from_hz = from_hz
        is_other = from_hz != self._to_hz
        self._resampler = rtc.AudioResampler(from_hz, self._to_hz) if is_other else None


def _samples(frames: Iterable[rtc.AudioFrame]) -> Iterator[bytes]:
    for frame in frames:
        yield bytes(frame.data)


def _in_one_channel(frame: rtc.AudioFrame) -> rtc.AudioFrame:
    if frame.num_channels == 1:
        return frame
    samples = numpy.frombuffer(frame.data, numpy.int16).reshape(-1, frame.num_channels)
    mixed = samples.mean(axis=1).astype(numpy.int16)
    return rtc.AudioFrame(mixed.tobytes(), frame.sample_rate, 1, len(mixed))
