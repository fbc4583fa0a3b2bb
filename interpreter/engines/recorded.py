"""A recogniser of recordings as one that streams: each utterance is given to it whole, a long one
in pieces that end where the speaker is quietest. What it fails at is asked for again.

For interim results it is asked on the way, each time with all of the open utterance: no word is
cut, and what two answers agree on is known (https://arxiv.org/abs/2307.14743, section 2). A server
that takes long to answer is asked less often: it is to have time for the end.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

import numpy
from livekit import rtc
from livekit.agents import APIConnectOptions, LanguageCode, stt
from livekit.agents.types import TimedString

from interpreter.common_prefix import common_prefix
from interpreter.engines import unreported
from interpreter.engines.failures import NoSuchAnswer, failure, told_wait_s
from interpreter.engines.patience import Patience
from interpreter.engines.timed_words import ends_s, plain, starts_s
from interpreter.engines.utterances import HEARD_S, Believed, Utterances, spread
from interpreter.errors import EngineUnavailable
from languages.spacing import tokens

logger = logging.getLogger(__name__)

LONGEST_S = 12.0
"""So much is given to it at most …"""
SHORTEST_S = 7.0
"""… and so much at least, of speech without end: it is cut where it is quietest between them."""
ALIVE_EVERY_S = 1.5
"""It is said to listen meanwhile."""
INTERIM_S, SECOND_S = 0.8, 0.4
"""For interim results it is asked after so much new sound; a second time sooner, as one answer is
not believed …"""
ANSWERS = 2.0
"""… and not before so many times as long as its last answer took."""
LEFT_S = 4.0
"""So long it is asked for none after one that failed, where nobody takes over."""
ANSWER_S, LONGEST_ANSWER_S = 3.8, 7.0
"""A recording that is not answered for so long is sent again; one that has to wait for another, or
that is long for a server so slow, after the latter. Its speaker waits 8 s."""
PACES, PACED_S = 1.5, 5.0
"""An answer may take so many times as long as the one before, for as much sound; one on less sound
than the latter says little of how long a longer one takes."""
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
        has_interims: bool = False,
        has_others: bool = False,
    ) -> None:
        """`has_interims`: it tells words before an utterance is over; `has_others`: somebody takes
        over as soon as one of its requests fails."""
        super().__init__(stt=stt, conn_options=conn_options, sample_rate=sample_rate)
        self._engine = engine
        self._patience_s = patience_s
        self._has_interims = has_interims
        self._has_others = has_others
        self._frames: list[rtc.AudioFrame] = []
        """What has no final yet."""
        self._alive_s = 0.0
        self._asking: asyncio.Task[None] | None = None
        self._asked_s = 0.0
        """Up to here it was asked for interim results, …"""
        self._answers = 0
        """… answered so many times in this recording, …"""
        self._believed: Believed | None = None
        """… and said this, …"""
        self._heard_s = 0.0
        """… of the sound up to here."""
        self._took_s = 0.0
        """So long its last answer took, …"""
        self._pace = 0.0
        """… for each second of sound, …"""
        self._left_until_s = 0.0
        """… and until then it is asked for no interim results, as it has failed."""

    async def _run(self) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                async for item in self._input_ch:
                    if isinstance(item, rtc.AudioFrame):
                        await self._push(item, tasks)
                    else:
                        await self._recognise(len(self._frames))
                        self._end()
                self._leave_interim()
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from failures.exceptions[0].__cause__

    async def _push(self, frame: rtc.AudioFrame, tasks: asyncio.TaskGroup) -> None:
        self._frames.append(frame)
        self._pushed_s += frame.duration
        if self._pushed_s - self._since_s >= LONGEST_S:
            await self._recognise(quietest(self._frames, SHORTEST_S))
        if self._has_interims:
            if self._may_ask():
                asked = self._hear_interim(list(self._frames), self._pushed_s)
                self._asking = tasks.create_task(asked, name="recogniser:interim")
        elif self._pushed_s - self._alive_s >= ALIVE_EVERY_S:
            self._say_alive()

    def _may_ask(self) -> bool:
        """Once it has answered, and all that has come is in the recording."""
        is_asking = self._asking is not None and not self._asking.done()
        if is_asking or not self._input_ch.empty() or _now_s() < self._left_until_s:
            return False
        step_s = SECOND_S if self._answers == 1 else INTERIM_S
        step_s = max(step_s, self._took_s * ANSWERS)
        return self._pushed_s - max(self._asked_s, self._since_s) >= step_s

    async def _hear_interim(self, frames: list[rtc.AudioFrame], until_s: float) -> None:
        self._asked_s = until_s
        self._say_it_listens()
        try:
            heard = await self._ask(frames, until_s)
        except EngineUnavailable as error:
            if self._has_others:
                raise
            # the end of the utterance may still be answered
            self._left_until_s = _now_s() + max(told_wait_s(error), LEFT_S)
            heard = None
        if heard is None:
            self._say_it_listens()
            return
        self._answers += 1
        self._believed = heard
        self._heard_s = until_s
        self._say(*heard, is_final=False, heard_s=until_s)

    def _leave_interim(self) -> bool:
        """Whether its server may be at work on it still."""
        is_asking = self._asking is not None and self._asking.cancel()
        self._asking = None
        return is_asking

    async def _recognise(self, count: int) -> None:
        """The first so many frames; what was believed of them stands where nothing is heard."""
        is_after_another = self._leave_interim()
        frames, self._frames = self._frames[:count], self._frames[count:]
        until_s = self._pushed_s - sum(frame.duration for frame in self._frames)
        heard = await self._ask(frames, until_s, is_after_another=is_after_another)
        left = self._left_of(heard, until_s) if self._frames else None
        if told := heard or self._believed_until(until_s):
            self._told_s = self._since_s  # what was told of the rest is not final
            self._say(*told, is_final=True, heard_s=until_s, is_settled=heard is None)
        self._since_s = max(self._since_s, until_s)
        self._believed, self._answers = left, 0

    def _left_of(self, heard: Believed | None, until_s: float) -> Believed | None:
        """What is believed of the sound after a cut."""
        if self._believed is None:
            return None
        data, words = self._believed
        said = heard[1] if heard else []
        count = common_prefix(words, said, _is_same)
        if not said or count < len(said):
            count = sum(starts_s(word) < until_s for word in words)
        return (data, words[count:]) if words[count:] else None

    def _believed_until(self, until_s: float) -> Believed | None:
        if self._believed is None:
            return None
        data, words = self._believed
        told = [word for word in words if starts_s(word) < until_s]
        return (data, told) if told else None

    async def _ask(
        self, frames: list[rtc.AudioFrame], until_s: float, *, is_after_another: bool = False
    ) -> Believed | None:
        """What is heard in a recording up to `until_s`; None: no word. Who is asked is paid, also
        where nobody waits for the answer any more."""
        if is_silent(frames):
            return None
        seconds, began_s = sum(frame.duration for frame in frames), _now_s()
        limit_s = LONGEST_ANSWER_S if is_after_another else self._limit_s(seconds)
        try:
            heard = await self._answer(frames, limit_s)
        except asyncio.CancelledError:
            self._took_s = max(self._took_s, _now_s() - began_s)
            self._use(seconds)
            raise
        self._took_s = _now_s() - began_s
        self._pace = self._took_s / max(seconds, PACED_S)
        usage = heard.recognition_usage
        self._use(usage.audio_duration if usage else seconds)
        for data in heard.alternatives[:1]:
            if words := self._placed([word.strip() for word in tokens(data.text)], until_s):
                return data, words
        return None

    def _placed(self, said: list[str], until_s: float) -> list[TimedString]:
        """Words that were told before keep their times; the rest is spread over what is left."""
        before = self._believed[1] if self._believed else []
        count = common_prefix(before, said, _is_same)
        count = min(count, sum(ends_s(word) < until_s for word in before))
        known = [
            TimedString(word, start_time=starts_s(old), end_time=ends_s(old))
            for word, old in zip(said[:count], before, strict=False)
        ]
        after_s = ends_s(known[-1]) if known else self._since_s
        return [*known, *spread(said[count:], after_s, until_s)]

    def _limit_s(self, seconds: float) -> float:
        return min(max(ANSWER_S, PACES * self._pace * seconds), LONGEST_ANSWER_S)

    async def _answer(self, frames: list[rtc.AudioFrame], limit_s: float) -> stt.SpeechEvent:
        """What the engine hears in a recording; asked again while there is patience."""
        patience, loop = Patience(self._patience_s), asyncio.get_running_loop()
        once = APIConnectOptions(max_retry=0, timeout=self._conn_options.timeout)
        while True:
            try:
                async with asyncio.timeout(limit_s):
                    heard = await _sent(self._engine(), frames, once)
                if any(not isinstance(one.text, str) for one in heard.alternatives):
                    raise NoSuchAnswer  # as of a server that says an error without a status
                return heard
            except Exception as error:  # noqa: BLE001  (an answer in another form raises anything)
                ours = failure(error, "The recogniser")
                wait_s = patience.failed(loop.time(), told_wait_s(error))
                if wait_s is None or not ours.retryable:
                    raise ours from None
                logger.warning("a recording is sent again", extra={"cause": str(ours)})
            await asyncio.sleep(wait_s)

    def _use(self, audio_s: float) -> None:
        if self._event_ch.closed:
            return
        kind = stt.SpeechEventType.RECOGNITION_USAGE
        usage = stt.RecognitionUsage(audio_duration=audio_s)
        self._event_ch.send_nowait(stt.SpeechEvent(kind, recognition_usage=usage))

    def _say_it_listens(self) -> None:
        """By what is believed, where anything is."""
        if self._believed is None:
            self._say_alive()
        else:
            self._say(*self._believed, is_final=False, heard_s=self._heard_s)

    def _say_alive(self) -> None:
        """It listens, though it says nothing before the end, or has heard no word."""
        self._alive_s = self._pushed_s
        data = stt.SpeechData(LanguageCode(""), "", metadata={HEARD_S: self._since_s})
        kind = stt.SpeechEventType.INTERIM_TRANSCRIPT
        self._event_ch.send_nowait(stt.SpeechEvent(kind, alternatives=[data]))


async def _sent(
    engine: stt.STT[Any], frames: list[rtc.AudioFrame], once: APIConnectOptions
) -> stt.SpeechEvent:
    """The engine's answer; it is paid too where nobody waits for it to its end."""
    try:
        return await engine.recognize(frames, conn_options=once)
    except BaseException as error:
        if unreported.is_too_late(error):
            unreported.heard(engine, frames)
        raise


def _now_s() -> float:
    return asyncio.get_running_loop().time()


def _is_same(one: str, other: str) -> bool:
    return plain(one) == plain(other)


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
