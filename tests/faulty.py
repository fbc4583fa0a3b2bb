"""Translators, voices and recognisers that do what is wrong when they are told to, in the loop's
time; what they say can be told word by word, sound too."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

import numpy as np
from livekit import rtc
from livekit.agents import (
    APIConnectionError,
    APIConnectOptions,
    APIStatusError,
    LanguageCode,
    stt,
    tts,
)
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    NotGivenOr,
    TimedString,
)
from livekit.agents.utils import AudioBuffer

from interpreter.engines.faults import AnswerFault, Unusable
from interpreter.engines.translator import TranslationRequest
from interpreter.engines.utterances import SETTLED
from interpreter.engines.voice import Voice
from interpreter.errors import EngineRefused, EngineUnavailable

FOREVER_S = 3600.0
LETTER_S = 0.06
RATE_HZ = 16_000
WORD_S = 0.3
PAUSES_S = {"·": 0.1, "|": 0.5, "‖": 2.0}
FINAL = stt.SpeechEventType.FINAL_TRANSCRIPT
MUSIC = 300
"""No word's level."""


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
    WORDLESS = "wordless"
    """It goes on saying what it has said; what is new comes late, with the last words."""
    LEFT_OUT = "left out"
    """It goes on saying what it has said, and who watches it ends the utterance with that."""
    DROP = "drop"
    """It breaks off in the middle, and says so."""
    BREAK_STALL = "break and stall"
    """It falls silent in the middle."""
    EARLY_END = "early end"
    """It ends in the middle, as if all was well."""
    ZEROS = "zeros"
    """Sound that nobody can hear; a text of no word."""


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
    step_words = 1

    def __init__(self, name: str, faults: Faults | None = None, delay_s: float = 0.35) -> None:
        self.name = name
        self.faults = faults or Faults()
        self.delay_s = delay_s
        self.warms_up_s = 0.0
        """So long it takes for what was asked before it was warm; as if it loaded something."""
        self.requests: list[TranslationRequest] = []
        self._warm_at_s: float | None = None

    @property
    def label(self) -> str:
        return self.name

    async def translate(self, request: TranslationRequest) -> AsyncGenerator[str, None]:
        self.requests.append(request)
        fault = self.faults.next()
        self._warm_at_s = await warmed(self._warm_at_s, self.warms_up_s)
        await asyncio.sleep(FOREVER_S if fault is Fault.STALL else self.delay_s)
        if fault is Fault.WRONG_LANGUAGE:
            raise EngineRefused("told to fail") from Unusable(AnswerFault.WRONG_LANGUAGE)
        words = request.text.split()
        if fault is Fault.ZEROS:
            return
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


async def warmed(at_s: float | None, takes_s: float) -> float:
    """Wait until an engine is warm, from its first question on; when that is."""
    now_s = asyncio.get_running_loop().time()
    at_s = now_s + takes_s if at_s is None else at_s
    await asyncio.sleep(max(at_s - now_s, 0.0))
    return at_s


class Spoken:
    """Words as sound: a level for each, whoever says it."""

    def __init__(self) -> None:
        self._levels: dict[str, int] = {}

    def level(self, word: str) -> int:
        return self._levels.setdefault(word, 1000 + 400 * len(self._levels))

    @property
    def words(self) -> dict[int, str]:
        return {level: word for word, level in self._levels.items()}

    def heard(self, frames: list[rtc.AudioFrame], shortest_s: float = 0.03) -> list[str]:
        """The words that sound, in order; what is shorter is no word."""
        return [
            self.words[level]
            for level, seconds in self._runs(frames)
            if level and seconds > shortest_s
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
        has_ends: bool = True,
        has_own_rate: bool = True,
        rate_hz: int = 16_000,
        delay_s: float = 0.2,
        speed: float = 4.0,
        break_at: float = 0.5,
        silent_s: float = 0.0,
        pause_s: float = 0.0,
    ) -> None:
        """`silent_s`: before its first word, and after its last one; `pause_s`: after a stop."""
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False, aligned_transcript=has_times),
            sample_rate=rate_hz,
            num_channels=1,
        )
        self.spoken = spoken
        self.faults = faults or Faults()
        self.has_times = has_times
        self.has_ends = has_ends
        self.has_own_rate = has_own_rate
        self.delay_s = delay_s
        self.speed = speed
        self.break_at = break_at
        """Of its sound, as a share."""
        self.silent_s = silent_s
        self.pause_s = pause_s
        self.warms_up_s = 0.0
        self.warm_at_s: float | None = None
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
        voice.warm_at_s = await warmed(voice.warm_at_s, voice.warms_up_s)
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
        silence = np.zeros(round(self._voice.silent_s * self._voice.sample_rate), np.int16)
        parts, words, at_s = [silence], list[TimedString](), self._voice.silent_s
        for word in self._input_text.split():
            seconds = (len(word) + 1) * LETTER_S / self._rate
            level = self._voice.spoken.level(word)
            samples = round((at_s + seconds) * self._voice.sample_rate) - sum(map(len, parts))
            parts.append(wave(level, samples, self._voice.sample_rate))
            end_s = at_s + seconds if self._voice.has_ends else NOT_GIVEN
            words.append(TimedString(word, start_time=at_s, end_time=end_s))
            at_s += seconds
            if word.endswith("."):
                parts.append(
                    np.zeros(round(self._voice.pause_s * self._voice.sample_rate), np.int16)
                )
                at_s += self._voice.pause_s
        return np.concatenate([*parts, silence]), words


def talk(spoken: Spoken, pattern: str) -> np.ndarray:
    """Words of 0.3 s as sound; `·` is a pause of 0.1 s, `|` one of 0.5 s, `‖` one of 2 s, `~` a
    second of music."""
    parts = [np.zeros(int(0.3 * RATE_HZ), np.int16)]
    for token in pattern.split():
        if token in PAUSES_S:
            parts.append(np.zeros(int(PAUSES_S[token] * RATE_HZ), np.int16))
        elif token == "~":
            parts.append(np.tile(np.array([MUSIC, -MUSIC], np.int16), RATE_HZ // 2))
        else:
            parts.append(wave(spoken.level(token), int(WORD_S * RATE_HZ), RATE_HZ))
    return np.concatenate([*parts, np.zeros(int(1.0 * RATE_HZ), np.int16)])


class FaultyRecogniser(stt.STT[str]):
    """Hears the words of a talk as they sound; a fault comes after so much sound of a stream."""

    def __init__(
        self,
        spoken: Spoken,
        faults: Faults | None = None,
        *,
        fails_at_s: float = 3.0,
        every_s: float = 0.3,
        later_s: float = 0.15,
        finishes_s: float = 0.3,
        language: str = "en",
        streams_words: bool = True,
    ) -> None:
        super().__init__(
            capabilities=stt.STTCapabilities(
                streaming=True, interim_results=streams_words, aligned_transcript="word"
            )
        )
        self.spoken = spoken
        self.faults = faults or Faults()
        self.fails_at_s = fails_at_s
        self.every_s = every_s
        self.later_s = later_s
        self.finishes_s = finishes_s
        self.language = language
        self.streams: list[float] = []
        """How much sound each has been given."""

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.RecognizeStream:
        self.streams.append(0.0)
        return _Listening(self, APIConnectOptions(max_retry=0))

    async def _recognize_impl(
        self,
        buffer: AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> stt.SpeechEvent:
        raise NotImplementedError


class FaultyRecordings(stt.STT[str]):
    """Hears the words of a recording; each request has the next fault. `writes_sentences`: each
    recording is one, as Whisper takes it."""

    def __init__(
        self,
        spoken: Spoken,
        faults: Faults | None = None,
        delay_s: float = 0.2,
        *,
        writes_sentences: bool = False,
    ) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=False, interim_results=False))
        self.writes_sentences = writes_sentences
        self.spoken = spoken
        self.faults = faults or Faults()
        self.delay_s = delay_s

    async def _recognize_impl(
        self,
        buffer: AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> stt.SpeechEvent:
        fault = self.faults.next()
        await asyncio.sleep(FOREVER_S if fault is Fault.STALL else self.delay_s)
        if fault is Fault.SLOW:
            await asyncio.sleep(2.0)
        elif fault is not None:
            raise raised(fault)
        frames = buffer if isinstance(buffer, list) else [buffer]
        levels = np.concatenate([levels_of(frame) for frame in frames])
        edges = [0, *(np.flatnonzero(np.diff(levels)) + 1), len(levels)]
        known = self.spoken.words
        words = [
            known[level]
            for start, end in pairwise(edges)
            if end - start >= 150 and (level := int(levels[start])) in known
        ]
        text = " ".join(words)
        if words and self.writes_sentences:
            text = f"{text.capitalize()}."
        kind = stt.SpeechEventType.FINAL_TRANSCRIPT
        return stt.SpeechEvent(kind, alternatives=[stt.SpeechData(LanguageCode("en"), text)])


class _Listening(stt.RecognizeStream):
    def __init__(self, recogniser: FaultyRecogniser, conn_options: APIConnectOptions) -> None:
        super().__init__(stt=recogniser, conn_options=conn_options)
        self._recogniser = recogniser
        self._number = len(recogniser.streams) - 1
        self._fault = recogniser.faults.next()
        self._levels: list[int] = []
        """One a millisecond."""
        self._final_s = 0.0
        self._told_s = 0.0
        self._later_s = recogniser.later_s
        self._is_wordless = False

    async def _run(self) -> None:
        recogniser = self._recogniser
        async for item in self._input_ch:
            if isinstance(item, rtc.AudioFrame):
                self._levels += levels_of(item).tolist()
                recogniser.streams[self._number] = self._heard_s
                if await self._goes_wrong():
                    return
                if self._heard_s - self._told_s >= recogniser.every_s:
                    self._told_s = self._heard_s
                    if recogniser.capabilities.interim_results:
                        await self._say(stt.SpeechEventType.INTERIM_TRANSCRIPT)
                continue
            await asyncio.sleep(recogniser.finishes_s)
            await self._say(stt.SpeechEventType.FINAL_TRANSCRIPT)
            self._final_s = self._heard_s
            self._event_ch.send_nowait(stt.SpeechEvent(stt.SpeechEventType.END_OF_SPEECH))

    async def _goes_wrong(self) -> bool:
        """Whether the stream ends here."""
        fault = self._fault
        if fault is None or self._heard_s < self._recogniser.fails_at_s:
            return False
        if fault is Fault.STALL:
            await asyncio.sleep(FOREVER_S)
        if fault is Fault.BREAK_STALL:
            await self._end_without_words()
        if fault is Fault.SLOW:
            self._later_s = 2.5
        self._is_wordless = fault in (Fault.WORDLESS, Fault.LEFT_OUT)
        return self._is_over(fault)

    def _is_over(self, fault: Fault) -> bool:
        lasting = (Fault.STALL, Fault.BREAK_STALL, Fault.SLOW, Fault.WRONG_LANGUAGE)
        if fault in (*lasting, Fault.WORDLESS, Fault.LEFT_OUT):
            return False
        if fault is not Fault.EARLY_END:
            raise raised(fault)
        return True

    async def _end_without_words(self) -> None:
        """As plugin_stt.py does for an engine that says nothing any more."""
        async for item in self._input_ch:
            if not isinstance(item, rtc.AudioFrame):
                await asyncio.sleep(0.6)
                self._event_ch.send_nowait(stt.SpeechEvent(stt.SpeechEventType.END_OF_SPEECH))

    async def _say(self, kind: stt.SpeechEventType) -> None:
        words = [word for word in self._words() if float(word.end_time or 0) > self._final_s + 0.1]
        if not words:
            return
        is_left_out = self._is_wordless and self._fault is Fault.LEFT_OUT
        if is_left_out or (self._is_wordless and kind is stt.SpeechEventType.INTERIM_TRANSCRIPT):
            until_s = self._recogniser.fails_at_s
            words = [word for word in words if float(word.end_time or 0) <= until_s]
        elif self._is_wordless:
            self._later_s = 2.5
        language = self._recogniser.language
        is_other = self._fault is Fault.WRONG_LANGUAGE
        if is_other and self._heard_s >= self._recogniser.fails_at_s:
            language = "fr"
            words = [
                TimedString(f"{word}eau", start_time=word.start_time, end_time=word.end_time)
                for word in words
            ]
        data = stt.SpeechData(
            LanguageCode(language),
            " ".join(words),
            words=words,
            metadata={SETTLED: True} if is_left_out and kind is FINAL else None,
        )
        event = stt.SpeechEvent(kind, alternatives=[data])
        asyncio.get_running_loop().call_later(self._later_s, self._send, event)
        if kind is stt.SpeechEventType.FINAL_TRANSCRIPT:
            await asyncio.sleep(self._later_s + 0.001)

    def _send(self, event: stt.SpeechEvent) -> None:
        if not self._event_ch.closed:
            self._event_ch.send_nowait(event)

    @property
    def _heard_s(self) -> float:
        return len(self._levels) / 1000

    def _words(self) -> list[TimedString]:
        """What has sounded for long enough to be known."""
        known = self._recogniser.spoken.words
        begin = max(int(self._final_s * 1000) - 500, 0)
        levels = np.array(self._levels[begin:])
        edges = [0, *(np.flatnonzero(np.diff(levels)) + 1), len(levels)]
        return [
            TimedString(
                known[level], start_time=(begin + start) / 1000, end_time=(begin + end) / 1000
            )
            for start, end in pairwise(edges)
            if end - start >= 150 and (level := int(levels[start])) in known
        ]


def levels_of(frame: rtc.AudioFrame) -> np.ndarray:
    """The level of each of its milliseconds."""
    samples = np.frombuffer(frame.data, np.int16)[:: frame.sample_rate // 1000]
    return np.abs(samples.astype(np.int32))


def wave(level: int, samples: int, rate_hz: int) -> np.ndarray:
    """A sound that swings between a level and its opposite."""
    signs = np.where(np.arange(samples) * 100 // rate_hz % 2, 1, -1)
    return np.asarray(level * signs, np.int16)
