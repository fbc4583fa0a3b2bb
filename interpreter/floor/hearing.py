"""One speaker's microphone track → mono frames with audio time → speech and hypotheses on the
room's clock.

A recogniser is opened when speech begins, with the sound just before it, hears nothing while the
speaker pauses, and is released after a longer silence: its minutes are the speech's minutes.

While it says its last words on an utterance, however long that takes, what comes is kept, and where
speech begins and ends in it: it is told each utterance whole, and of its end at its end.
"""

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from livekit import rtc
from livekit.agents import stt, vad
from livekit.agents.types import NOT_GIVEN

from interpreter.engines.metrics import FIRST_HYPOTHESIS
from interpreter.engines.utterances import HEARD_S, SETTLED
from interpreter.errors import EngineUnavailable
from interpreter.events import Hypothesis, Word
from interpreter.room_clock import StreamClock, TrackClock

SAMPLE_RATE_HZ = 16_000
FRAME_MS = 32
"""One window of the VAD."""
LEAD_S = 0.45
"""Sound before the VAD's start of speech that the recogniser gets too."""
FLUSH_TIMEOUT_S, LONGEST_FLUSH_S = 8.0, 30.0
"""A recogniser may say nothing for so long, and take so long in all, for its last words: one that
hears again what another has missed is at work for long."""


class Ears(Protocol):
    """What a speaker's hearing tells; each call returns at once."""

    def speech_started(self, at_s: float) -> None: ...

    def hypothesis(self, hypothesis: Hypothesis) -> None: ...

    def speech_ended(self, at_s: float) -> None:
        """The speaker has stopped, and the recogniser has said its last word on it."""
        ...

    def recogniser_used(self, audio_s: float) -> None: ...


@dataclass(slots=True)
class _Recognition:
    stream: stt.RecognizeStream
    clock: StreamClock
    reader: asyncio.Task[None]
    flushed: asyncio.Event


_TEXT = (stt.SpeechEventType.INTERIM_TRANSCRIPT, stt.SpeechEventType.FINAL_TRANSCRIPT)
_Happened = tuple[rtc.AudioFrame, float] | vad.VADEventType
"""A frame and where it ends, or that speech begins or ends before the next one."""


class Hearing:
    """Hears one microphone track until it ends."""

    def __init__(
        self,
        recogniser: stt.STT[Any],
        detector: vad.VAD,
        ears: Ears,
        now_s: Callable[[], float],
        release_s: float,
    ) -> None:
        self._recogniser = recogniser
        self._detector = detector
        self._ears = ears
        self._now_s = now_s
        self._release_s = release_s
        self._clock = TrackClock()
        self._lead: deque[tuple[rtc.AudioFrame, float]] = deque()
        self._kept: deque[_Happened] = deque()
        """What has happened while the recogniser finishes an utterance."""
        self._recognition: _Recognition | None = None
        self._is_speech = False
        self._is_finishing = False
        self._finished = asyncio.Event()
        self._limit: asyncio.Timeout | None = None
        """Until when last words are waited for, …"""
        self._latest_s = 0.0
        """… and until when at most, as the loop counts."""
        self._silent_since_s = 0.0
        self._asked_s: float | None = None
        """Since when a first hypothesis is waited for."""

    async def run(self, track: rtc.Track, gone: asyncio.Event) -> None:
        """Hear the track until `gone`, then finish what was heard; raises EngineUnavailable.

        The SDK does not end the frames of a track that a reconnect has replaced.
        """
        frames = rtc.AudioStream(
            track, sample_rate=SAMPLE_RATE_HZ, num_channels=1, frame_size_ms=FRAME_MS, capacity=100
        )
        try:
            async with asyncio.TaskGroup() as tasks:
                ending = tasks.create_task(end_with(frames, gone), name="hearing:end")
                await self.run_frames(frames)
                ending.cancel()
        finally:
            await frames.aclose()

    async def run_frames(self, frames: AsyncIterable[rtc.AudioFrameEvent]) -> None:
        detection = self._detector.stream()
        try:
            async with asyncio.TaskGroup() as tasks:
                watch = tasks.create_task(self._watch(detection, tasks), name="hearing:vad")
                async for event in frames:
                    ends_s = self._clock.frame(event.frame.duration, self._now_s())
                    self._take((event.frame, ends_s), tasks)
                    detection.push_frame(event.frame)
                    self._release_when_quiet(tasks)
                detection.end_input()
                await watch
                if self._recognition is not None:
                    await _release(self._recognition)
                    self._recognition = None
        finally:
            await detection.aclose()
            if self._recognition is not None:
                self._recognition.reader.cancel()
                await self._recognition.stream.aclose()

    def _take(self, happened: _Happened, tasks: asyncio.TaskGroup) -> None:
        if self._is_finishing:
            self._kept.append(happened)
        else:
            self._act(happened, tasks)

    def _act(self, happened: _Happened, tasks: asyncio.TaskGroup) -> None:
        if happened is vad.VADEventType.START_OF_SPEECH:
            self._start(tasks)
        elif happened is vad.VADEventType.END_OF_SPEECH:
            self._stop(tasks)
        elif isinstance(happened, tuple):
            self._hear(*happened)

    def _hear(self, frame: rtc.AudioFrame, ends_s: float) -> None:
        if self._is_speech and self._recognition is not None:
            self._push(self._recognition, frame, ends_s)
            return
        self._lead.append((frame, ends_s))
        while len(self._lead) * FRAME_MS / 1000 > LEAD_S:
            self._lead.popleft()

    def _push(self, recognition: _Recognition, frame: rtc.AudioFrame, ends_s: float) -> None:
        recognition.clock.push(frame.duration, ends_s)
        try:
            recognition.stream.push_frame(frame)
        except RuntimeError as error:
            raise EngineUnavailable("The recogniser has closed its stream.") from error

    async def _watch(self, detection: vad.VADStream, tasks: asyncio.TaskGroup) -> None:
        is_speech = False
        async for event in detection:
            if event.type is not vad.VADEventType.INFERENCE_DONE:
                is_speech = event.type is vad.VADEventType.START_OF_SPEECH
                self._take(event.type, tasks)
        if is_speech:
            self._take(vad.VADEventType.END_OF_SPEECH, tasks)
        while self._is_finishing:
            await self._finished.wait()

    def _start(self, tasks: asyncio.TaskGroup) -> None:
        if self._recognition is None:
            stream = self._recogniser.stream(language=NOT_GIVEN)
            clock, flushed = StreamClock(), asyncio.Event()
            reader = tasks.create_task(
                self._read(stream, clock, flushed), name="hearing:recogniser"
            )
            self._recognition = _Recognition(stream, clock, reader, flushed)
        self._is_speech, self._asked_s = True, self._now_s()
        started_s = self._lead[0][1] - FRAME_MS / 1000 if self._lead else self._now_s()
        self._ears.speech_started(started_s)
        while self._lead:
            frame, ends_s = self._lead.popleft()
            self._push(self._recognition, frame, ends_s)

    def _stop(self, tasks: asyncio.TaskGroup) -> None:
        """The VAD heard the end: let the recogniser finish the utterance."""
        self._is_speech = False
        recognition = self._recognition
        if recognition is None:
            return
        recognition.flushed.clear()
        try:
            recognition.stream.flush()
        except RuntimeError as error:
            raise EngineUnavailable("The recogniser has closed its stream.") from error
        recognition.clock.utterance_over()
        self._is_finishing = True
        self._finished.clear()
        tasks.create_task(self._finish(recognition, tasks), name="hearing:finish")

    async def _finish(self, recognition: _Recognition, tasks: asyncio.TaskGroup) -> None:
        """Say that the speaker has stopped when its last word is said; then hear what was kept."""
        ended_s = recognition.clock.at_s(recognition.clock.pushed_s)
        self._latest_s = asyncio.get_running_loop().time() + LONGEST_FLUSH_S
        try:
            async with asyncio.timeout(FLUSH_TIMEOUT_S) as self._limit:
                await recognition.flushed.wait()
        except TimeoutError as error:
            raise EngineUnavailable("The recogniser did not finish an utterance.") from error
        self._is_finishing, self._limit = False, None
        self._silent_since_s = self._now_s()
        self._ears.speech_ended(ended_s)
        while self._kept and not self._is_finishing:
            self._act(self._kept.popleft(), tasks)
        if not self._is_finishing:
            self._finished.set()

    async def _read(
        self, stream: stt.RecognizeStream, clock: StreamClock, flushed: asyncio.Event
    ) -> None:
        try:
            async for event in stream:
                self._wait_longer()
                if event.type in _TEXT:
                    is_final = event.type == stt.SpeechEventType.FINAL_TRANSCRIPT
                    self._tell(_hypothesis(event, clock, is_final=is_final))
                elif event.type == stt.SpeechEventType.END_OF_SPEECH:
                    flushed.set()
                elif event.recognition_usage is not None:
                    self._ears.recogniser_used(event.recognition_usage.audio_duration)
        finally:
            flushed.set()

    def _tell(self, hypothesis: Hypothesis) -> None:
        if self._asked_s is not None and hypothesis.words:
            self._recogniser.emit(FIRST_HYPOTHESIS, self._now_s() - self._asked_s)
            self._asked_s = None
        self._ears.hypothesis(hypothesis)

    def _wait_longer(self) -> None:
        """The recogniser has said something: it is at work on its last words."""
        if self._limit is not None and not self._limit.expired():
            now_s = asyncio.get_running_loop().time()
            self._limit.reschedule(min(now_s + FLUSH_TIMEOUT_S, self._latest_s))

    def _release_when_quiet(self, tasks: asyncio.TaskGroup) -> None:
        """Never waits: the microphone's frames go on meanwhile."""
        recognition = self._recognition
        if recognition is None or self._is_speech or self._is_finishing:
            return
        if self._now_s() - self._silent_since_s > self._release_s:
            self._recognition = None
            tasks.create_task(_release(recognition), name="hearing:release")


async def _release(recognition: _Recognition) -> None:
    """Let the recogniser go when it has said all."""
    try:
        recognition.stream.end_input()
        async with asyncio.timeout(FLUSH_TIMEOUT_S):
            await recognition.reader
    except (TimeoutError, RuntimeError):  # late, or ended already
        recognition.reader.cancel()
    finally:
        await recognition.stream.aclose()


async def end_with(frames: rtc.AudioStream, gone: asyncio.Event) -> None:
    """End the frames of a track when it is gone; the SDK does not after a reconnect."""
    await gone.wait()
    await frames.aclose()


def _hypothesis(event: stt.SpeechEvent, clock: StreamClock, *, is_final: bool) -> Hypothesis:
    """No word begins before the one before it, or ends before it begins, whatever the engine says:
    what is committed is told apart by time."""
    data = event.alternatives[0]
    words: list[Word] = []
    for word in data.words or ():
        earliest_s = words[-1].start_s if words else -math.inf
        start_s = max(clock.at_s(word.start_time or 0.0), earliest_s)
        end_s = max(clock.at_s(word.end_time or 0.0), start_s)
        confidence = word.confidence if isinstance(word.confidence, float) else 1.0
        words.append(Word(str(word), start_s, end_s, confidence))
    told = data.metadata or {}
    heard_s = told.get(HEARD_S, clock.pushed_s)
    return Hypothesis(tuple(words), clock.at_s(heard_s), is_final, bool(told.get(SETTLED)))
