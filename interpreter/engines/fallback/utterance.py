"""One voice's sound on its way, watched: none at all, a stall, a pace below that of playout, and a
sound that ends before its text does are troubles."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

import numpy
from livekit import rtc
from livekit.agents import tts
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    USERDATA_TIMED_TRANSCRIPT,
    APIConnectOptions,
    TimedString,
)

from interpreter.engines.fallback.breaker import Trouble
from interpreter.engines.fallback.sounded import PAUSE_S, Sounded
from interpreter.engines.fallback.trouble import EngineTroubled
from interpreter.engines.voice import Voice
from interpreter.kept_waiting import own_now_s, patient_until

_HEARD_LEVEL = 48
"""Of 32,767: below, it is no sound."""
_LOUD_LEVEL = 256
"""Below, it is no word: the breath before one, or what a voice hums."""


@dataclass(frozen=True, slots=True)
class VoiceLimits:
    """When another one speaks instead, if there is another; and how long the last one is waited
    for."""

    first_s: float = 1.4
    """For the first sound."""
    gap_s: float = 1.2
    """Without anything new, …"""
    lead_s: float = 0.3
    """… when so much or less is left to play."""
    late_s: float = 0.9
    """What was made is to be heard by then, or else it comes more slowly than it is played."""
    last_s: float = 6.0
    """For the first sound, and without anything new, where nobody else can speak."""
    most_s: float = 5.0
    """So much longer it is waited for at most, where this process was not let run meanwhile."""


LIMITS = VoiceLimits()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a voice is to say, and how."""

    text: str
    rate: float
    speaker: str
    timeout_s: float = DEFAULT_API_CONNECT_OPTIONS.timeout


async def sounds(
    voice: Voice, asked: Asked, sounded: Sounded, limits: VoiceLimits, *, has_another: bool
) -> AsyncGenerator[rtc.AudioFrame, None]:
    """Yield the frames that sound, silences between them too; word times go to `sounded`, and where
    it is loud."""
    once = APIConnectOptions(max_retry=0, timeout=asked.timeout_s)
    watch = _Watch(limits, has_another, own_now_s())
    silence: list[rtc.AudioFrame] = []
    stream = voice.synthesize(asked.text, conn_options=once, rate=asked.rate, speaker=asked.speaker)
    async with stream:
        while (audio := await watch.next(stream)) is not None:
            for word in words_of(audio.frame):
                start_s, end_s = float(word.start_time or 0.0), float(word.end_time or 0.0)
                sounded.time(str(word), start_s, end_s)
            if not _is_heard(audio.frame):
                silence.append(audio.frame)
                continue
            for frame in [*silence, audio.frame]:
                _note_loud(frame, watch.made_s, sounded)
                watch.made(frame.duration)
                yield frame
            silence.clear()
            watch.check_pace()
    if sounded.ends_early(watch.made_s):
        raise EngineTroubled(Trouble.STALL)
    for frame in silence:
        yield frame


def words_of(frame: rtc.AudioFrame) -> list[TimedString]:
    words: list[TimedString] = frame.userdata.get(USERDATA_TIMED_TRANSCRIPT, [])
    return words


class _Watch:
    def __init__(self, limits: VoiceLimits, has_another: bool, began_s: float) -> None:
        self._limits = limits
        self._has_another = has_another
        self._began_s = began_s
        self._first_s: float | None = None
        self._last_s = began_s
        self.made_s = 0.0

    async def next(self, stream: tts.ChunkedStream) -> tts.SynthesizedAudio | None:
        """What the engine has made next; None at the end. Silence is nothing new."""
        try:
            async with patient_until(self._until_s(), self._limits.most_s) as limit:
                return await anext(stream, None)
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise EngineTroubled(Trouble.STALL) from error

    def made(self, seconds: float) -> None:
        self._last_s = own_now_s()
        self._first_s = self._last_s if self._first_s is None else self._first_s
        self.made_s += seconds

    def check_pace(self) -> None:
        """Raise where listeners have waited too long inside the utterance."""
        if self._has_another and own_now_s() - self._played_s() > self._limits.late_s:
            raise EngineTroubled(Trouble.TOO_SLOW)

    def _played_s(self) -> float:
        """When all is played that was made."""
        return (self._began_s if self._first_s is None else self._first_s) + self.made_s

    def _until_s(self) -> float:
        if not self._has_another:
            return max(self._last_s, self._played_s()) + self._limits.last_s
        if self._first_s is None:
            return self._began_s + self._limits.first_s
        return max(self._last_s + self._limits.gap_s, self._played_s() - self._limits.lead_s)


def _is_heard(frame: rtc.AudioFrame) -> bool:
    samples = numpy.frombuffer(frame.data, numpy.int16)
    return bool(samples.size) and int(samples.max()) - int(samples.min()) > 2 * _HEARD_LEVEL


def _note_loud(frame: rtc.AudioFrame, begins_s: float, sounded: Sounded) -> None:
    samples = numpy.frombuffer(frame.data, numpy.int16)
    loud = numpy.flatnonzero(numpy.abs(samples - samples.mean()) > _LOUD_LEVEL)
    pauses = numpy.flatnonzero(numpy.diff(loud) > PAUSE_S * frame.sample_rate)
    for run in numpy.split(loud, pauses + 1):
        if run.size:
            first, last = int(run[0]), int(run[-1])
            sounded.loud(begins_s + first / frame.sample_rate, begins_s + last / frame.sample_rate)
