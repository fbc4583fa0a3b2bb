"""A recogniser, a speech detector and a microphone that follow a script in audio time."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import numpy as np
from livekit import rtc
from livekit.agents import APIConnectionError, APIConnectOptions, stt, vad
from livekit.agents.language import LanguageCode
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    NotGivenOr,
    TimedString,
)
from livekit.agents.utils import AudioBuffer

RATE_HZ = 16_000
FRAME_S = 0.032
SILENCE_ENDS_S = 0.25
WORD_S = 0.3


class ScriptedDetector(vad.VAD):
    """Hears any sound but zeros as speech; 0.25 s of zeros end it."""

    def __init__(self) -> None:
        super().__init__(capabilities=vad.VADCapabilities(update_interval=FRAME_S))

    def stream(self) -> vad.VADStream:
        return _ScriptedDetection(self)


class _ScriptedDetection(vad.VADStream):
    async def _main_task(self) -> None:
        is_speech, silent_s = False, 0.0
        async for frame in self._input_ch:
            if not isinstance(frame, rtc.AudioFrame):
                continue
            if any(frame.data):
                silent_s = 0.0
                if not is_speech:
                    is_speech = True
                    self._say(vad.VADEventType.START_OF_SPEECH)
            elif is_speech:
                silent_s += frame.duration
                if silent_s >= SILENCE_ENDS_S:
                    is_speech = False
                    self._say(vad.VADEventType.END_OF_SPEECH)

    def _say(self, kind: vad.VADEventType) -> None:
        self._event_ch.send_nowait(
            vad.VADEvent(
                type=kind,
                samples_index=0,
                timestamp=0.0,
                speech_duration=0.0,
                silence_duration=0.0,
            )
        )


@dataclass(slots=True)
class Streams:
    """What happened to the streams of a scripted recogniser."""

    opened: int = 0
    pushed_s: list[float] = field(default_factory=list)


class ScriptedRecogniser(stt.STT[str]):
    """Recognises each 0.3 s of sound as the next word of its script, wherever it hears any; says
    its last word on an utterance `finishes_s` after it is asked."""

    def __init__(
        self,
        script: str,
        *,
        dies_after_s: float = 1e9,
        finishes_s: float = 0.0,
        says_every_s: float = 1e9,
    ) -> None:
        """`says_every_s`: what it believes meanwhile, when it finishes."""
        super().__init__(
            capabilities=stt.STTCapabilities(
                streaming=True, interim_results=True, aligned_transcript="word"
            )
        )
        self.script = script.split()
        self.dies_after_s = dies_after_s
        self.finishes_s = finishes_s
        self.says_every_s = says_every_s
        self.streams = Streams()

    async def _recognize_impl(
        self,
        buffer: AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> stt.SpeechEvent:
        raise NotImplementedError

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.RecognizeStream:
        self.streams.opened += 1
        self.streams.pushed_s.append(0.0)
        return _ScriptedRecognition(self, conn_options=APIConnectOptions(max_retry=0))


class _ScriptedRecognition(stt.RecognizeStream):
    def __init__(self, recogniser: ScriptedRecogniser, *, conn_options: APIConnectOptions) -> None:
        super().__init__(stt=recogniser, conn_options=conn_options)
        self._recogniser = recogniser
        self._words: list[TimedString] = []
        self._heard_s = 0.0
        self._word_s = 0.0

    async def _run(self) -> None:
        streams = self._recogniser.streams
        async for item in self._input_ch:
            if isinstance(item, rtc.AudioFrame):
                streams.pushed_s[-1] += item.duration
                if sum(streams.pushed_s) > self._recogniser.dies_after_s:
                    raise APIConnectionError("told to die", retryable=False)
                self._hear(item)
                continue
            left_s, every_s = self._recogniser.finishes_s, self._recogniser.says_every_s
            while left_s > every_s:
                await asyncio.sleep(every_s)
                left_s -= every_s
                self._say(stt.SpeechEventType.INTERIM_TRANSCRIPT)
            await asyncio.sleep(left_s)
            if self._words:
                self._say(stt.SpeechEventType.FINAL_TRANSCRIPT)
            self._words = []
            self._event_ch.send_nowait(stt.SpeechEvent(stt.SpeechEventType.END_OF_SPEECH))

    def _hear(self, frame: rtc.AudioFrame) -> None:
        if any(frame.data):
            self._word_s += frame.duration
        starts_s, self._heard_s = self._heard_s, self._heard_s + frame.duration
        if self._word_s >= WORD_S and self._recogniser.script:
            self._word_s -= WORD_S
            text = self._recogniser.script.pop(0)
            self._words.append(
                TimedString(
                    text,
                    start_time=starts_s + frame.duration - WORD_S,
                    end_time=starts_s + frame.duration,
                )
            )
            self._say(stt.SpeechEventType.INTERIM_TRANSCRIPT)

    def _say(self, kind: stt.SpeechEventType) -> None:
        data = stt.SpeechData(LanguageCode("en"), " ".join(self._words), words=list(self._words))
        self._event_ch.send_nowait(stt.SpeechEvent(kind, alternatives=[data]))


async def microphone(pattern: list[tuple[str, float]]) -> AsyncIterator[rtc.AudioFrameEvent]:
    """Frames in real time of the loop: ("speech", seconds) is sound, ("silence", seconds) zeros."""
    samples = int(RATE_HZ * FRAME_S)
    for kind, seconds in pattern:
        level = 1000 if kind == "speech" else 0
        for _ in range(round(seconds / FRAME_S)):
            await asyncio.sleep(FRAME_S)
            data = np.full(samples, level, np.int16).tobytes()
            yield rtc.AudioFrameEvent(rtc.AudioFrame(data, RATE_HZ, 1, samples))
