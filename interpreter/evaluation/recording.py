"""A sound file → a case: what the product's own ears, speech detector and recogniser, tell of it.

They hear it in step: the next frame comes when the detector is done with the last one, several
times faster than it was said. A case is thus the same however busy the machine is; what the
engines take on a quiet machine is added to each time.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from livekit import rtc
from livekit.agents import inference, stt, vad

from interpreter.engines import open_recogniser
from interpreter.engines.host import Engines, running
from interpreter.engines.reach import recogniser_name
from interpreter.evaluation.case import Case, Heard, SpeechEdge, TrueSentence
from interpreter.events import Hypothesis
from interpreter.floor.hearing import FRAME_MS, Hearing
from interpreter.floor.speakers import PAUSE_S
from interpreter.rehearsal.sound_file import SAMPLE_RATE_HZ, sound_blocks
from interpreter.settings import Settings
from interpreter.talks import Sentence

SPEAKER = "speaker"
HEARING_RATE_HZ = 16_000
SILENCE_AFTER_S = 2.0


HYPOTHESIS_S = 0.09
"""From the end of a block of sound to the hypothesis of it: the median in a room at rest."""
FINAL_S = 0.05
"""From the detector's end of speech to the recogniser's final words."""
STEP_REAL_S = 0.008
"""A frame of 32 ms is given at least so much time, in which the recogniser decodes it."""

BEHIND_S, BEHIND_REAL_S = 0.5, 0.08
"""… and so much while it is this far behind."""


@dataclass(slots=True)
class Steps:
    """How far the sound has been heard, and what is still being done about it."""

    now_s: float = 0.0
    pushed: int = 0
    detected: int = 0
    is_ending: bool = False
    """The detector has heard the end of speech; the recogniser has not said its last word."""
    is_speech: bool = False
    heard_s: float = 0.0
    """The recogniser has told of the sound up to here."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def settle(self) -> None:
        """Return when the detector has dealt with all frames, and the recogniser with an end."""
        is_behind = self.is_speech and self.now_s - self.heard_s > BEHIND_S
        await asyncio.sleep(BEHIND_REAL_S if is_behind else STEP_REAL_S)
        while self.detected < self.pushed or self.is_ending:
            self.changed.clear()
            await self.changed.wait()


class StepDetector:
    """A speech detector that notes in `Steps` what it has dealt with."""

    def __init__(self, detector: vad.VAD, steps: Steps) -> None:
        self._detector = detector
        self._steps = steps

    def stream(self) -> "_StepDetection":
        return _StepDetection(self._detector.stream(), self._steps)


class _StepDetection:
    def __init__(self, detection: vad.VADStream, steps: Steps) -> None:
        self._detection = detection
        self._steps = steps

    def push_frame(self, frame: rtc.AudioFrame) -> None:
        self._steps.pushed += 1
        self._detection.push_frame(frame)

    def end_input(self) -> None:
        self._detection.end_input()

    async def aclose(self) -> None:
        await self._detection.aclose()

    async def __aiter__(self) -> AsyncIterator[vad.VADEvent]:
        async for event in self._detection:
            if event.type == vad.VADEventType.INFERENCE_DONE:
                self._steps.detected += 1
                self._steps.changed.set()
            elif event.type == vad.VADEventType.END_OF_SPEECH:
                self._steps.is_ending = True
            yield event


@dataclass(slots=True)
class NotingEars:
    """Notes what a speaker's ears are told, and when that would be."""

    speaker: str
    steps: Steps
    heard: list[Heard] = field(default_factory=list)

    def speech_started(self, at_s: float) -> None:
        self.steps.is_speech, self.steps.heard_s = True, at_s
        self._note(self.steps.now_s, SpeechEdge(at_s, True))

    def hypothesis(self, hypothesis: Hypothesis) -> None:
        self.steps.heard_s = hypothesis.heard_s
        is_end = hypothesis.is_final and self.steps.is_ending
        at_s = self.steps.now_s + FINAL_S if is_end else hypothesis.heard_s + HYPOTHESIS_S
        self._note(at_s, hypothesis)

    def speech_ended(self, at_s: float) -> None:
        self._note(self.steps.now_s + FINAL_S, SpeechEdge(at_s, False))
        self.steps.is_ending = self.steps.is_speech = False
        self.steps.changed.set()

    def recogniser_used(self, audio_s: float) -> None:
        """Costs are no part of a case."""

    def _note(self, at_s: float, what: Hypothesis | SpeechEdge) -> None:
        before_s = self.heard[-1].at_s if self.heard else 0.0
        self.heard.append(Heard(max(at_s, before_s), self.speaker, what))


async def record(
    wav: Path, language: str, sentences: list[Sentence], settings: Settings, *, is_clean: bool
) -> Case:
    """Hear a sound file, about four times as fast as it was said."""
    async with running(settings.engine_socket_path, 60.0, Engines()):
        recogniser = open_recogniser(language, settings)
        detector = inference.VAD(model="silero", min_silence_duration=PAUSE_S)
        await _warm_up(recogniser.stream())
        steps = Steps()
        ears = NotingEars(SPEAKER, steps)
        hearing = Hearing(
            recogniser,
            cast(vad.VAD, StepDetector(detector, steps)),
            ears,
            lambda: steps.now_s,
            settings.recogniser_release_s,
        )
        await hearing.run_frames(_in_step(wav, steps))
    return Case(
        name=wav.stem,
        recogniser=recogniser_name(language),
        sentences=tuple(
            TrueSentence(one.text, one.start_s, one.end_s, SPEAKER, language) for one in sentences
        ),
        heard=tuple(ears.heard),
        languages={SPEAKER: language},
        is_clean=is_clean,
    )


async def _warm_up(stream: stt.RecognizeStream) -> None:
    """Let the host load a decoder before the talk begins."""
    stream.push_frame(
        rtc.AudioFrame(bytes(2 * HEARING_RATE_HZ), HEARING_RATE_HZ, 1, HEARING_RATE_HZ)
    )
    stream.end_input()
    async for _ in stream:
        pass
    await stream.aclose()


async def _in_step(wav: Path, steps: Steps) -> AsyncIterator[rtc.AudioFrameEvent]:
    """The file's sound as a track's frames, each when the one before has been dealt with."""
    resampler = rtc.AudioResampler(SAMPLE_RATE_HZ, HEARING_RATE_HZ)
    sound = bytearray()
    for block in sound_blocks(wav):
        for part in resampler.push(bytearray(block.tobytes())):
            sound += part.data.cast("B")
    for part in resampler.flush():
        sound += part.data.cast("B")
    sound += bytes(int(2 * SILENCE_AFTER_S * HEARING_RATE_HZ))
    samples = HEARING_RATE_HZ * FRAME_MS // 1000
    for number in range(len(sound) // (2 * samples)):
        await steps.settle()
        steps.now_s = (number + 1) * FRAME_MS / 1000
        data = bytes(sound[number * 2 * samples : (number + 1) * 2 * samples])
        yield rtc.AudioFrameEvent(rtc.AudioFrame(data, HEARING_RATE_HZ, 1, samples))
    await steps.settle()
