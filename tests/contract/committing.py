"""A recogniser heard as the floor hears it: a microphone in real time, the words that are
committed; and the talk that it hears."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from livekit import rtc
from livekit.agents import stt

from interpreter.events import Hypothesis, Word
from interpreter.floor.hearing import FRAME_MS, SAMPLE_RATE_HZ, Hearing
from interpreter.floor.stability import Stability
from tests.emulators.tones import Tones, invented
from tests.scripted_hearing import ScriptedDetector

WORDS = invented(24)
TONES = Tones(WORDS)
RELEASE_S = 5.0
_SIZE = 2 * SAMPLE_RATE_HZ * FRAME_MS // 1000


def talk(*pauses_s: float) -> bytes:
    """All the words in five utterances, a pause after each."""
    ends = (4, 11, 12, 20, 24)
    utterances = zip((0, *ends), ends, pauses_s, strict=False)
    return b"".join(
        TONES.sound(" ".join(WORDS[start:end]), pause_s=pause_s)
        for start, end, pause_s in utterances
    )


@dataclass(slots=True)
class Commits:
    """The ears of one speaker."""

    words: list[Word] = field(default_factory=list)
    at_s: list[float] = field(default_factory=list)
    """When each was committed, as the loop counts."""
    hypotheses: list[Hypothesis] = field(default_factory=list)
    used_s: float = 0.0
    ends: int = 0
    _stability: Stability = field(default_factory=lambda: Stability(lambda _texts, _at: False))

    def speech_started(self, at_s: float) -> None:
        pass

    def hypothesis(self, hypothesis: Hypothesis) -> None:
        self.hypotheses.append(hypothesis)
        self.words += self._stability.push(hypothesis)
        now_s = asyncio.get_running_loop().time()
        self.at_s += [now_s] * (len(self.words) - len(self.at_s))

    def speech_ended(self, at_s: float) -> None:
        self.ends += 1
        self._stability.utterance_over()

    def recogniser_used(self, audio_s: float) -> None:
        self.used_s += audio_s

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


async def committed(recogniser: stt.STT[Any], pcm: bytes) -> Commits:
    """What is committed of a microphone's sound; any sound but zeros is speech."""
    loop = asyncio.get_running_loop()
    begun_s = loop.time()
    ears = Commits()
    hearing = Hearing(
        recogniser, ScriptedDetector(), ears, lambda: loop.time() - begun_s, RELEASE_S
    )
    await hearing.run_frames(microphone(pcm))
    return ears


async def microphone(pcm: bytes) -> AsyncIterator[rtc.AudioFrameEvent]:
    loop = asyncio.get_running_loop()
    begun_s = loop.time()
    for number, start in enumerate(range(0, len(pcm) - _SIZE, _SIZE), 1):
        await asyncio.sleep(max(begun_s + number * FRAME_MS / 1000 - loop.time(), 0.0))
        piece = pcm[start : start + _SIZE]
        yield rtc.AudioFrameEvent(rtc.AudioFrame(piece, SAMPLE_RATE_HZ, 1, len(piece) // 2))
