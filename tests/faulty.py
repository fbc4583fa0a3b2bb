"""Translators, voices and recognisers that do what is wrong when they are told to, in the loop's
time; what they say can be told word by word, sound too."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

import numpy as np
from livekit import rtc
from livekit.agents import APIConnectionError, APIConnectOptions, APIStatusError, tts
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, TimedString

from interpreter.engines.faults import Fault as Wrong
from interpreter.engines.faults import Unusable
from interpreter.engines.translator import TranslationRequest
from interpreter.engines.voice import Voice
from interpreter.errors import EngineRefused, EngineUnavailable

FOREVER_S = 3600.0
LETTER_S = 0.06


class Fault(StrEnum):
    """What an engine does wrong."""

    ERROR = "error"
    TIMEOUT = "timeout"
    STALL = "stall"
    """It says nothing."""
    RATE_LIMIT = "rate limit"
    QUOTA = "quota"
    KEY = "key"
    WRONG_LANGUAGE = "wrong language"
    SLOW = "slow"
    DROP = "drop"
    """It breaks off in the middle, and says so."""
    BREAK_STALL = "break and stall"
    """It falls silent in the middle."""
    EARLY_END = "early end"
    """It ends in the middle, as if all was well."""
    ZEROS = "zeros"
    """Sound that nobody can hear."""


class Told(Exception):
    """An HTTP client's exception, as far as anybody reads it."""

    def __init__(self, status_code: int, headers: Mapping[str, str], body: object = None) -> None:
        super().__init__("told to fail")
        self.status_code = status_code
        self.headers = headers
        self.body = body


def raised(fault: Fault) -> Exception:
    """What an engine raises for a fault that it tells of."""
    failure: Exception = APIConnectionError("told to fail", retryable=False)
    match fault:
        case Fault.TIMEOUT:
            failure = TimeoutError()
        case Fault.RATE_LIMIT:
            failure = APIStatusError("told to fail", status_code=429)
            failure.__cause__ = Told(429, {"Retry-After": "20"})
        case Fault.QUOTA:
            failure = APIStatusError(
                "told to fail", status_code=429, body={"code": "insufficient_quota"}
            )
        case Fault.KEY:
            failure = APIStatusError("told to fail", status_code=401)
    return failure


@dataclass
class Faults:
    """What goes wrong: the next so many times with each fault."""

    then: list[Fault | None] = field(default_factory=list)
    always: Fault | None = None

    def next(self) -> Fault | None:
        return self.then.pop(0) if self.then else self.always


class FaultyTranslator:
    """Translates `one two` into `one/name two/name`, word by word."""

    can_condense = True
    can_repair = True

    def __init__(self, name: str, faults: Faults | None = None, delay_s: float = 0.35) -> None:
        self.name = name
        self.faults = faults or Faults()
        self.delay_s = delay_s
        self.requests: list[TranslationRequest] = []

    @property
    def label(self) -> str:
        return self.name

    async def translate(self, request: TranslationRequest) -> AsyncGenerator[str, None]:
        self.requests.append(request)
        fault = self.faults.next()
        await asyncio.sleep(FOREVER_S if fault is Fault.STALL else self.delay_s)
        if fault is Fault.WRONG_LANGUAGE:
            raise EngineRefused("told to fail") from Unusable(Wrong.WRONG_LANGUAGE)
        words = request.text.split()
        broken = (Fault.DROP, Fault.BREAK_STALL, Fault.EARLY_END, Fault.SLOW)
        if fault not in (None, *broken):
            error = raised(fault)
            raise EngineUnavailable("told to fail") from error
        for place, word in enumerate(words):
            if fault is Fault.SLOW:
                await asyncio.sleep(0.9)
            if place == len(words) // 2 and fault is Fault.DROP:
                raise EngineUnavailable("told to break off")
            if place == len(words) // 2 and fault is Fault.BREAK_STALL:
                await asyncio.sleep(FOREVER_S)
            yield f"{word}/{self.name} "

    async def aclose(self) -> None:
        return None


class Spoken:
    """Words as sound: a level for each, whoever says it."""

    def __init__(self) -> None:
        self._levels: dict[str, int] = {}

    def level(self, word: str) -> int:
        return self._levels.setdefault(word, 1000 + 400 * len(self._levels))

    def heard(self, frames: list[rtc.AudioFrame], shortest_s: float = 0.03) -> list[str]:
        """The words that sound, in order; what is shorter is no word."""
        words = {level: word for word, level in self._levels.items()}
        return [
            words[level] for level, seconds in self._runs(frames) if level and seconds > shortest_s
        ]

    def longest_silence_s(self, frames: list[rtc.AudioFrame]) -> float:
        return max((seconds for level, seconds in self._runs(frames) if not level), default=0.0)

    def _runs(self, frames: list[rtc.AudioFrame]) -> list[tuple[int, float]]:
        """Levels and for how long each sounds; a resampler's edges, which pass through other
        levels, are none."""
        known = np.array([0, *self._levels.values()])
        every = [
            np.frombuffer(frame.data, np.int16)[:: frame.sample_rate // 1000] for frame in frames
        ]
        samples = np.abs(np.concatenate([np.zeros(0, np.int16), *every]).astype(np.int32))
        levels = known[np.abs(samples[:, None] - known).argmin(axis=1)]
        edges = [0, *(np.flatnonzero(np.diff(levels)) + 1), len(levels)]
        runs: list[tuple[int, float]] = []
        for start, end in pairwise(edges):
            if end - start <= 4:
                continue
            level, seconds = int(levels[start]), (end - start) / 1000
            if runs and runs[-1][0] == level:
                runs[-1] = level, runs[-1][1] + seconds
            else:
                runs.append((level, seconds))
        return runs


class FaultyVoice(Voice):
    """Says each word as long as it has letters, `speed` times as fast as it is played."""

    def __init__(
        self,
        spoken: Spoken,
        faults: Faults | None = None,
        *,
        has_times: bool = True,
        has_own_rate: bool = True,
        rate_hz: int = 16_000,
        delay_s: float = 0.2,
        speed: float = 4.0,
        break_at: float = 0.5,
    ) -> None:
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False, aligned_transcript=has_times),
            sample_rate=rate_hz,
            num_channels=1,
        )
        self.spoken = spoken
        self.faults = faults or Faults()
        self.has_times = has_times
        self.has_own_rate = has_own_rate
        self.delay_s = delay_s
        self.speed = speed
        self.break_at = break_at
        """Of its sound, as a share."""
        self.asked: list[str] = []

    @property
    def has_rate(self) -> bool:
        return self.has_own_rate

    def synthesize(
        self,
        text: str,
        *,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        rate: float = 1.0,
        speaker: str = "",
    ) -> tts.ChunkedStream:
        self.asked.append(text)
        return _Said(self, text, conn_options, rate if self.has_own_rate else 1.0)


class _Said(tts.ChunkedStream):
    def __init__(
        self, voice: FaultyVoice, text: str, conn_options: APIConnectOptions, rate: float
    ) -> None:
        super().__init__(tts=voice, input_text=text, conn_options=conn_options)
        self._voice = voice
        self._rate = rate

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        voice, fault = self._voice, self._voice.faults.next()
        await asyncio.sleep(FOREVER_S if fault is Fault.STALL else voice.delay_s)
        middle = (Fault.DROP, Fault.BREAK_STALL, Fault.EARLY_END, Fault.SLOW, Fault.ZEROS)
        if fault not in (None, *middle):
            raise raised(fault)
        output_emitter.initialize(
            request_id="faulty",
            sample_rate=voice.sample_rate,
            num_channels=1,
            mime_type="audio/pcm",
            frame_size_ms=50,
        )
        samples, words = self._sound()
        if fault is Fault.ZEROS:
            samples = np.zeros_like(samples)
        if voice.has_times:
            output_emitter.push_timed_transcript(words)
        broken = fault in (Fault.DROP, Fault.BREAK_STALL, Fault.EARLY_END)
        until = int(len(samples) * voice.break_at) if broken else len(samples)
        step = voice.sample_rate // 20
        speed = 0.3 if fault is Fault.SLOW else voice.speed
        for start in range(0, until, step):
            await asyncio.sleep(0.05 / speed)
            output_emitter.push(samples[start : min(start + step, until)].tobytes())
            output_emitter.flush()
        if fault is Fault.DROP:
            raise APIConnectionError("told to break off", retryable=False)
        if fault is Fault.BREAK_STALL:
            await asyncio.sleep(FOREVER_S)

    def _sound(self) -> "tuple[np.ndarray, list[TimedString]]":
        parts, words, at_s = [np.zeros(0, np.int16)], list[TimedString](), 0.0
        for word in self._input_text.split():
            seconds = (len(word) + 1) * LETTER_S / self._rate
            level = self._voice.spoken.level(word)
            samples = round((at_s + seconds) * self._voice.sample_rate) - sum(map(len, parts))
            wave = np.where(np.arange(samples) * 100 // self._voice.sample_rate % 2, 1, -1)
            parts.append((level * wave).astype(np.int16))
            words.append(TimedString(word, start_time=at_s, end_time=at_s + seconds))
            at_s += seconds
        return np.concatenate(parts), words
