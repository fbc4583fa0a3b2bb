"""A recogniser of recordings as one that streams: each utterance is given to it whole, a long one
in pieces that end where the speaker is quietest. What it fails at is asked for again."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

import numpy
from livekit import rtc
from livekit.agents import APIConnectOptions, LanguageCode, stt

from interpreter.engines.failures import failure, told_wait_s
from interpreter.engines.patience import Patience
from interpreter.engines.utterances import HEARD_S, Utterances, spread
from languages.spacing import tokens

logger = logging.getLogger(__name__)

LONGEST_S = 12.0
"""So much is given to it at most …"""
SHORTEST_S = 7.0
"""… and so much at least, of speech without end: it is cut where it is quietest between them."""
ALIVE_EVERY_S = 1.5
"""It is said to listen meanwhile."""
ANSWER_S = 3.8
"""A recording that is not answered for so long is sent again."""
SILENT = 33
"""Samples below −60 dBFS are nobody's voice: some engines invent words for them."""
_WINDOW_S = 0.12


class Recorded(Utterances):
    """Hears by an engine that recognises recordings."""

    def __init__(
        self,
        *,
        stt: stt.STT[Any],
        engine: Callable[[], stt.STT[Any]],
        conn_options: APIConnectOptions,
        sample_rate: int,
        patience_s: float,
    ) -> None:
        super().__init__(stt=stt, conn_options=conn_options, sample_rate=sample_rate)
        self._engine = engine
        self._patience_s = patience_s

    async def _run(self) -> None:
        frames: list[rtc.AudioFrame] = []
        told_s = 0.0
        async for item in self._input_ch:
            if not isinstance(item, rtc.AudioFrame):
                await self._recognise(frames, self._pushed_s)
                frames = []
                self._end()
                continue
            frames.append(item)
            self._pushed_s += item.duration
            if self._pushed_s - told_s >= ALIVE_EVERY_S:
                told_s = self._pushed_s
                self._say_alive()
            if self._pushed_s - self._since_s >= LONGEST_S:
                first = quietest(frames, SHORTEST_S)
                ends_s = self._pushed_s - sum(frame.duration for frame in frames[first:])
                await self._recognise(frames[:first], ends_s)
                frames, self._since_s = frames[first:], ends_s

    async def _recognise(self, frames: list[rtc.AudioFrame], ends_s: float) -> None:
        if not frames or is_silent(frames):
            return
        heard = await self._answer(frames)
        for data in heard.alternatives[:1]:
            said = [word.strip() for word in tokens(data.text)]
            if words := spread(said, self._since_s, ends_s):
                self._say(data, words, is_final=True, heard_s=ends_s)
        if usage := heard.recognition_usage:
            self._use(usage.audio_duration)
        else:
            self._use(sum(frame.duration for frame in frames))

    async def _answer(self, frames: list[rtc.AudioFrame]) -> stt.SpeechEvent:
        """What the engine hears in a recording; asked again while there is patience."""
        patience, loop = Patience(self._patience_s), asyncio.get_running_loop()
        once = APIConnectOptions(max_retry=0, timeout=self._conn_options.timeout)
        while True:
            try:
                async with asyncio.timeout(ANSWER_S):
                    return await self._engine().recognize(frames, conn_options=once)
            except Exception as error:  # noqa: BLE001  (an answer in another form raises anything)
                ours = failure(error, "The recogniser")
                wait_s = patience.failed(loop.time(), told_wait_s(error))
                if wait_s is None or not ours.retryable:
                    raise ours from None
                logger.warning("a recording is sent again", extra={"cause": str(ours)})
            await asyncio.sleep(wait_s)

    def _use(self, audio_s: float) -> None:
        kind = stt.SpeechEventType.RECOGNITION_USAGE
        usage = stt.RecognitionUsage(audio_duration=audio_s)
        self._event_ch.send_nowait(stt.SpeechEvent(kind, recognition_usage=usage))

    def _say_alive(self) -> None:
        """It listens, though it says nothing before the end."""
        data = stt.SpeechData(LanguageCode(""), "", metadata={HEARD_S: self._since_s})
        kind = stt.SpeechEventType.INTERIM_TRANSCRIPT
        self._event_ch.send_nowait(stt.SpeechEvent(kind, alternatives=[data]))


def is_silent(frames: Sequence[rtc.AudioFrame]) -> bool:
    """Whether there is nothing in them that anybody could hear."""
    return all(_loudest(frame) < SILENT for frame in frames)


def quietest(frames: Sequence[rtc.AudioFrame], after_s: float) -> int:
    """The frame before which a recording is cut best: in the middle of its quietest moment after so
    many seconds."""
    energy = [float((_samples(frame) ** 2).mean()) for frame in frames]
    ends_s = numpy.cumsum([frame.duration for frame in frames])
    wide = max(round(_WINDOW_S / frames[0].duration), 1)
    places = [n for n in range(len(frames) - wide + 1) if ends_s[n] > after_s]
    if not places:
        return len(frames)
    return min(places, key=lambda n: (sum(energy[n : n + wide]), -n)) + wide // 2


def _samples(frame: rtc.AudioFrame) -> "numpy.ndarray[Any, numpy.dtype[numpy.float64]]":
    return numpy.frombuffer(frame.data, numpy.int16).astype(numpy.float64)


def _loudest(frame: rtc.AudioFrame) -> float:
    return float(abs(_samples(frame)).max(initial=0.0))
