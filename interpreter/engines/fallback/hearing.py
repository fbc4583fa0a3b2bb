"""One recogniser's stream on its way: given what is kept, faster than it was spoken until it is up
to date, and watched meanwhile."""

import asyncio
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from livekit.agents import stt
from livekit.agents.types import TimedString

from interpreter.engines.fallback.breaker import Trouble
from interpreter.engines.fallback.doubts import Doubts
from interpreter.engines.fallback.kept import Item, Kept
from interpreter.engines.fallback.pieces import Pieces
from interpreter.engines.fallback.trouble import EngineTroubled
from interpreter.engines.utterances import HEARD_S, SETTLED, is_connected_again
from interpreter.kept_waiting import own_now_s

FASTER = 12.0
"""Servers take recorded sound so many times faster than it was spoken."""
STEP_S = 0.25
"""It is given in such pieces."""
LATE_S = 0.3
"""What was kept for longer is a recording."""
LOOK_S = 0.1
UP_TO_DATE_S = 1.0
"""What was given as a recording is heard by then."""
_TEXT = (
    stt.SpeechEventType.INTERIM_TRANSCRIPT,
    stt.SpeechEventType.PREFLIGHT_TRANSCRIPT,
    stt.SpeechEventType.FINAL_TRANSCRIPT,
)


class News(StrEnum):
    HYPOTHESIS = "hypothesis"
    FINAL = "final"
    END = "end"
    USAGE = "usage"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a recogniser says, on the time of what was pushed."""

    news: News
    event: stt.SpeechEvent
    words: tuple[TimedString, ...] = ()
    heard_s: float = 0.0


Hear = Callable[[Heard], None]
"""Is told what the recogniser says; raises what is wrong with it."""


@dataclass(slots=True)
class Times:
    """An engine's seconds → those of what was pushed: what was not kept is not given to it."""

    _given_s: list[float] = field(default_factory=list)
    _ours_s: list[float] = field(default_factory=list)

    def tie(self, given_s: float, ours_s: float) -> None:
        if not self._given_s or abs(self.ours(given_s) - ours_s) > 1e-3:
            self._given_s.append(given_s)
            self._ours_s.append(ours_s)

    def ours(self, at_s: float) -> float:
        place = max(bisect_right(self._given_s, at_s + 1e-6) - 1, 0)
        return self._ours_s[place] + at_s - self._given_s[place] if self._given_s else at_s


class EngineHearing:
    """One engine, listening until its stream ends, or something is wrong with it."""

    def __init__(
        self,
        stream: stt.RecognizeStream,
        kept: Kept,
        news: asyncio.Event,
        doubts: Doubts,
        hear: Hear,
        close: Callable[[stt.RecognizeStream], None],
        pieces: Pieces | None = None,
        *,
        is_paced: bool = True,
    ) -> None:
        """`news` is set when more is kept; with `pieces` an utterance is given in several; what is
        not paced is given all that was kept at once."""
        self._stream = stream
        self._kept = kept
        self._news = news
        self.doubts = doubts
        self._hear = hear
        self._close = close
        self._is_paced = is_paced
        self._times = Times()
        self._number = -1
        self._pieces = pieces
        self._flushes: deque[bool] = deque()
        """Those that are not answered: whether each is the end of an utterance, not of a piece."""
        self._step_s = 0.0
        self.given_s = 0.0
        """Of sound, to this engine."""
        self.is_watched = True
        self._live_at_s: float | None = None
        """Since when it hears of this utterance as it is spoken."""

    @property
    def sign_s(self) -> float:
        """Up to here it has been given sound when it last said something by itself."""
        return self._times.ours(self.doubts.spoke_given_s)

    @property
    def is_live(self) -> bool:
        return self._live_at_s is not None

    @property
    def is_up_to_date(self) -> bool:
        """Whether it tells of words about when they are said."""
        return self._live_at_s is not None and own_now_s() - self._live_at_s > UP_TO_DATE_S

    async def run(self) -> None:
        """Return when all that was pushed is heard; raises what went wrong."""
        try:
            await self._hear_by(self._stream)
        except asyncio.CancelledError:
            await self._stream.aclose()
            raise
        except BaseException:
            self._close(self._stream)
            raise
        await self._stream.aclose()

    async def _hear_by(self, stream: stt.RecognizeStream) -> None:
        async with asyncio.TaskGroup() as tasks:
            helping = [
                tasks.create_task(self._give(stream), name="recogniser:give"),
                tasks.create_task(self._watch(), name="recogniser:watch"),
            ]
            await self._read(stream)
            for task in helping:
                task.cancel()

    async def _give(self, stream: stt.RecognizeStream) -> None:
        while True:
            item = self._kept.after(self._number)
            if item is None and self._kept.is_ended:
                stream.end_input()
                return
            if item is None:
                if self._live_at_s is None:
                    self._live_at_s = own_now_s()
                self._news.clear()
                await self._news.wait()
                continue
            self._number = item.number
            for one in self._may_be_given(item):
                await self._give_item(stream, one)

    def _may_be_given(self, item: Item) -> Iterable[Item]:
        if self._pieces is None:
            return (item,)
        return self._pieces.push(item, is_live=self._kept.after(item.number) is None)

    async def _give_item(self, stream: stt.RecognizeStream, item: Item) -> None:
        if item.frame is None:
            self._flushes.append(item.number >= 0)
            self.doubts.flushed(own_now_s())
            if not (self._kept.is_ended and self._kept.after(self._number) is None):
                stream.flush()  # else the end of input says so
            return
        self._times.tie(self.given_s, item.starts_s)
        self.given_s += item.frame.duration
        stream.push_frame(item.frame)
        self._step_s += item.frame.duration
        is_recording = self._is_paced and self._step_s >= STEP_S
        if is_recording and self._kept.pushed_s - item.ends_s > LATE_S:
            self._step_s = 0.0
            await asyncio.sleep(STEP_S / FASTER)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            if not self.is_watched:
                continue
            if self.doubts.has_stalled(own_now_s(), self.given_s):
                raise EngineTroubled(Trouble.STALL)
            if self.doubts.is_wordless(own_now_s(), self.given_s):
                raise EngineTroubled(Trouble.TOO_SLOW)

    async def _read(self, stream: stt.RecognizeStream) -> None:
        async for event in stream:
            if is_connected_again(event):
                self.doubts.connected_again(own_now_s(), self.given_s)
            elif event.type is stt.SpeechEventType.RECOGNITION_USAGE:
                self._hear(Heard(News.USAGE, event))
            elif event.type is stt.SpeechEventType.END_OF_SPEECH:
                self._end(event)
            elif event.type in _TEXT and event.alternatives:
                if not (event.alternatives[0].metadata or {}).get(SETTLED):
                    self.doubts.sign(own_now_s(), self.given_s)
                self._hear(self._heard(event))
        if not self._kept.is_ended or self._kept.open_flushes:
            raise EngineTroubled(Trouble.ERROR)  # it has closed its stream

    def _end(self, event: stt.SpeechEvent) -> None:
        """Engines that say by themselves when somebody has stopped are not asked."""
        if not self._flushes:
            return
        if self._flushes.popleft():
            self._hear(Heard(News.END, event))
            self._live_at_s = own_now_s() if self._kept.after(self._number) is None else None
        self.doubts.finished(own_now_s(), self.given_s)

    def _heard(self, event: stt.SpeechEvent) -> Heard:
        data = event.alternatives[0]
        is_final = event.type is stt.SpeechEventType.FINAL_TRANSCRIPT
        heard_s = float((data.metadata or {}).get(HEARD_S, self.given_s))
        words = tuple(self._timed(word) for word in data.words or ())
        news = News.FINAL if is_final else News.HYPOTHESIS
        return Heard(news, event, words, self._times.ours(heard_s))

    def _timed(self, word: TimedString) -> TimedString:
        return TimedString(
            str(word),
            start_time=self._times.ours(float(word.start_time or 0.0)),
            end_time=self._times.ours(float(word.end_time or 0.0)),
            confidence=word.confidence,
        )
