"""What a trial hears of a voice, and has a recogniser hear."""

import asyncio
from collections.abc import Iterator
from difflib import SequenceMatcher

import numpy
from livekit import rtc
from livekit.agents import stt

from interpreter.engines.timed_words import plain

RATE_HZ = 16_000
FRAME_MS = 20
LEAD_S = 0.3
QUIET = 200
"""Of 32,767: a sound whose loudest sample is less is none."""
_LEAST_S = 0.2
_MOST_A_SECOND = 150
"""Characters: ten times as many as anybody says."""


class Clock:
    """How long it is since it was made."""

    def __init__(self) -> None:
        self._began_s = asyncio.get_running_loop().time()

    @property
    def s(self) -> float:
        return asyncio.get_running_loop().time() - self._began_s


class Heard:
    """A voice's frames → 16 kHz in one channel."""

    def __init__(self, rate_hz: int) -> None:
        self._resampler = rtc.AudioResampler(rate_hz, RATE_HZ) if rate_hz != RATE_HZ else None
        self._pcm = bytearray()

    def push(self, frame: rtc.AudioFrame) -> None:
        for one in self._resampler.push(frame) if self._resampler else (frame,):
            self._pcm += bytes(one.data)

    def finish(self) -> bytes:
        for one in self._resampler.flush() if self._resampler else ():
            self._pcm += bytes(one.data)
        return bytes(self._pcm)

    @property
    def length_s(self) -> float:
        return len(self._pcm) / 2 / RATE_HZ


def is_quiet(pcm: bytes) -> bool:
    """Whether there is nothing to hear."""
    return not pcm or int(numpy.abs(numpy.frombuffer(pcm, numpy.int16)).max()) < QUIET


def shortest_s(text: str) -> float:
    """No voice says a text in less; a part of its sound, or sound at a wrong rate, may be."""
    return max(_LEAST_S, len(text) / _MOST_A_SECOND)


async def recognised(stream: stt.RecognizeStream, sound: bytes) -> tuple[str, float]:
    """What is heard of a sound at its own pace, and how long after its end the last words came."""
    finals: list[str] = []

    async def read() -> None:
        async for event in stream:
            if event.type is stt.SpeechEventType.FINAL_TRANSCRIPT and event.alternatives:
                finals.append(event.alternatives[0].text)
            if event.type is stt.SpeechEventType.END_OF_SPEECH:
                return

    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(read(), name="trial:hears")
        for frame in _frames(bytes(int(LEAD_S * RATE_HZ) * 2) + sound):
            try:
                stream.push_frame(frame)
            except RuntimeError:  # it has failed, and whoever reads it is told why
                await reading
                raise
            await asyncio.sleep(frame.duration)
        clock = Clock()
        stream.flush()
        await reading
    return " ".join(finals).strip(), clock.s


def _frames(pcm: bytes) -> Iterator[rtc.AudioFrame]:
    size = RATE_HZ * FRAME_MS // 1000 * 2
    for start in range(0, len(pcm), size):
        piece = pcm[start : start + size]
        yield rtc.AudioFrame(piece, RATE_HZ, 1, len(piece) // 2)


def likeness_of(heard: str, said: str) -> float:
    """Of the words, those that are the same in the same order."""
    ours, theirs = ([plain(word) for word in text.split()] for text in (heard, said))
    same = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    return float(sum(block.size for block in same)) / max(len(theirs), 1)
