"""A talk that goes on by the clock whatever happens to its speaker's connection."""

import time
from collections.abc import Callable, Iterator

import numpy as np
from livekit import rtc

from interpreter.rehearsal.place import Place
from interpreter.rehearsal.sound_file import SAMPLE_RATE_HZ, Samples
from interpreter.rehearsal.speaker import FRAME_SAMPLES, TalkSpeaker


class LoopedTalk:
    """Silent until `begin` and after `end`; in between the talk, over and over."""

    def __init__(self, samples: Samples, clock: Callable[[], float] = time.monotonic) -> None:
        self._samples = samples
        self._clock = clock
        self._began: float | None = None
        self._is_over = False

    def begin(self) -> None:
        self._began = self._clock()

    def end(self) -> None:
        self._is_over = True

    @property
    def second(self) -> float:
        """How long it has been going on."""
        return 0.0 if self._began is None else self._clock() - self._began

    def blocks(self) -> Iterator[Samples]:
        """From where the talk is now, for ever."""
        position: int | None = None
        while True:
            if self._began is None or self._is_over:
                yield np.zeros(FRAME_SAMPLES, np.int16)
                continue
            position = round(self.second * SAMPLE_RATE_HZ) if position is None else position
            places = np.arange(position, position + FRAME_SAMPLES) % self._samples.size
            yield self._samples[places]
            position += FRAME_SAMPLES


class TalkVisit:
    """The talk's speaker in one room."""

    def __init__(self, talk: LoopedTalk, _place: Place, room: rtc.Room) -> None:
        self._talk = talk
        self._room = room

    async def run(self) -> None:
        async with TalkSpeaker.publish(self._room) as speaker:
            async for _ in speaker.play(self._talk.blocks()):
                pass
