"""Voices as one: where one breaks off, the next one says the rest, from the first word that has not
been sounded."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import aclosing

from livekit import rtc
from livekit.agents import APIConnectionError, tts
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions, TimedString
from livekit.agents.utils import shortuuid

from interpreter.engines.fallback import Named
from interpreter.engines.fallback.breaker import Trouble
from interpreter.engines.fallback.chain import Chain
from interpreter.engines.fallback.health import Health, process_health
from interpreter.engines.fallback.sounded import Sounded
from interpreter.engines.fallback.trouble import told_by
from interpreter.engines.fallback.utterance import LIMITS, Asked, VoiceLimits, sounds, words_of
from interpreter.engines.voice import Voice
from interpreter.events import EngineKind
from interpreter.stretch import TimeStretch

PROBE = "OK"
NOBODY = "No voice speaks; try again."
_ROUND_S = 0.01


class FallbackVoice(Voice):
    """The first of these voices that speaks; its sound has the rate of the first one."""

    def __init__(
        self,
        engines: Sequence[Named[Voice]],
        *,
        language: str = "",
        limits: VoiceLimits = LIMITS,
        health: Health | None = None,
    ) -> None:
        first = engines[0].engine
        super().__init__(
            capabilities=tts.TTSCapabilities(
                streaming=False, aligned_transcript=first.capabilities.aligned_transcript
            ),
            sample_rate=first.sample_rate,
            num_channels=1,
        )
        self.chain = Chain(
            EngineKind.VOICE, language, engines, health or process_health(), self._probe
        )
        self.limits = limits

    @property
    def has_rate(self) -> bool:
        """Where any has: for those that have none it is made here."""
        return any(one.engine.has_rate for one in self.chain.engines)

    @property
    def model(self) -> str:
        return self.chain.now.engine.model

    @property
    def provider(self) -> str:
        return self.chain.now.engine.provider

    def synthesize(
        self,
        text: str,
        *,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        rate: float = 1.0,
        speaker: str = "",
    ) -> tts.ChunkedStream:
        asked = Asked(text, rate if self.has_rate else 1.0, speaker, conn_options.timeout)
        return _Utterance(self, asked, conn_options)

    async def warm_up(self, text: str) -> None:
        async def ask(engine: Voice) -> None:
            await self._say_to_nobody(engine, text, has_another=False)

        try:
            await self.chain.warm_up(ask, self.limits.first_s)
        except Exception as error:
            raise APIConnectionError(NOBODY, retryable=False) from error

    async def aclose(self) -> None:
        self.chain.health.forget(self.chain)
        for one in self.chain.engines:
            await one.engine.aclose()

    async def _probe(self, engine: Voice) -> None:
        await self._say_to_nobody(engine, PROBE, has_another=True)

    async def _say_to_nobody(self, engine: Voice, text: str, *, has_another: bool) -> None:
        asked, sounded = Asked(text, 1.0, ""), Sounded(text, 0.0)
        saying = sounds(engine, asked, sounded, self.limits, has_another=has_another)
        async with aclosing(saying) as frames:
            async for _ in frames:
                pass


class _Utterance(tts.ChunkedStream):
    def __init__(self, voice: FallbackVoice, asked: Asked, conn_options: APIConnectOptions) -> None:
        super().__init__(tts=voice, input_text=asked.text, conn_options=conn_options)
        self._voice = voice
        self._asked = asked
        self._said_s = 0.0
        """Of what goes on to listeners."""

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=shortuuid("utterance_"),
            sample_rate=self._voice.sample_rate,
            num_channels=1,
            mime_type="audio/pcm",
        )
        chain, left = self._voice.chain, self._asked.text
        why, failure = Trouble.ERROR, None
        for one, has_another in chain.order():
            asked = Asked(left, self._asked.rate, self._asked.speaker, self._asked.timeout_s)
            telling = _Telling(self._voice, one, asked, output_emitter, self._said_s)
            try:
                await telling.run(self._voice.limits, has_another)
            except Exception as error:  # noqa: BLE001  (whatever it is, others can speak)
                failure, told = error, told_by(error)
                why = told.trouble
                chain.failed(one, told)
                left = telling.break_off()
                self._said_s = telling.ends_s
                if any(sign.isalnum() for sign in left):
                    continue
            else:
                chain.serve(one)
            return
        chain.lost(why)
        raise APIConnectionError(NOBODY, retryable=False) from failure


class _Telling:
    """One engine saying one text: what it makes goes on as far as whole words reach."""

    def __init__(
        self,
        voice: FallbackVoice,
        one: Named[Voice],
        asked: Asked,
        emitter: tts.AudioEmitter,
        begins_s: float,
    ) -> None:
        engine = one.engine
        is_stretched = voice.has_rate and not engine.has_rate and asked.rate != 1.0
        self._engine = engine
        self._asked = asked
        self._emitter = emitter
        self._begins_s = begins_s
        self._pace = voice.chain.health.paces[one.name, voice.chain.language]
        self._own_rate = asked.rate if engine.has_rate else 1.0
        self._stretched = asked.rate if is_stretched else 1.0
        letter_s = self._pace.letter_s / self._own_rate
        self._sounded = Sounded(asked.text, letter_s, is_pace_known=self._pace.is_known)
        self._sound = _Sound(engine.sample_rate, voice.sample_rate, self._stretched)
        self._held: list[rtc.AudioFrame] = []
        self._words: list[TimedString] = []
        """Their sound is not let out yet."""
        self._made_s = self._released_s = 0.0

    @property
    def ends_s(self) -> float:
        """Where the next one's words begin, in the utterance's time."""
        return self._begins_s + self._released_s / self._stretched

    async def run(self, limits: VoiceLimits, has_another: bool) -> None:
        asked = Asked(self._asked.text, self._own_rate, self._asked.speaker, self._asked.timeout_s)
        making = sounds(self._engine, asked, self._sounded, limits, has_another=has_another)
        async with aclosing(making) as frames:
            async for frame in frames:
                self._words += words_of(frame)
                self._held.append(frame)
                self._made_s += frame.duration
                self._release(self._sounded.releasable_s(self._made_s))
        self._release(self._made_s)
        self._flush()
        self._pace.learn(asked.text, self._sounded.said_s * self._own_rate)

    def break_off(self) -> str:
        """Let out what of it may be heard; the words that are left to say."""
        left, keep_s = self._sounded.broken_off(self._made_s, self._released_s)
        self._release(keep_s)
        self._flush()
        return left

    def _release(self, until_s: float) -> None:
        """A frame that goes further is cut in two."""
        self._tell_words(until_s)
        while self._held and self._released_s < until_s - 1e-4:
            frame = self._held.pop(0)
            head, tail = _cut(frame, until_s - self._released_s)
            if tail is not None:
                self._held.insert(0, tail)
            if head is None:
                return
            self._released_s += head.duration
            self._push(self._sound.push(head))

    def _flush(self) -> None:
        self._push(self._sound.flush())

    def _push(self, frames: Iterable[rtc.AudioFrame]) -> None:
        for frame in frames:
            self._emitter.push(bytes(frame.data))

    def _tell_words(self, until_s: float) -> None:
        """Their times go before their sound."""
        told, waiting = list[TimedString](), list[TimedString]()
        for word in self._words:  # the same word twice is equal, whatever its time
            is_due = float(word.start_time or 0.0) < until_s - _ROUND_S
            (told if is_due else waiting).append(word)
        self._words = waiting
        self._emitter.push_timed_transcript(
            [
                TimedString(
                    str(word),
                    start_time=self._ours(float(word.start_time or 0.0)),
                    end_time=self._ours(float(word.end_time or 0.0)),
                )
                for word in told
            ]
        )

    def _ours(self, at_s: float) -> float:
        return self._begins_s + at_s / self._stretched


class _Sound:
    """An engine's frames → the rate of the first voice, faster where the engine cannot be."""

    def __init__(self, from_hz: int, to_hz: int, stretched: float) -> None:
        self._stretch = TimeStretch(stretched, from_hz) if stretched != 1.0 else None
        self._resampler = rtc.AudioResampler(from_hz, to_hz) if from_hz != to_hz else None

    def push(self, frame: rtc.AudioFrame) -> Iterator[rtc.AudioFrame]:
        for one in self._stretch.push(frame) if self._stretch else [frame]:
            yield from self._resampler.push(one) if self._resampler else [one]

    def flush(self) -> Iterator[rtc.AudioFrame]:
        for one in self._stretch.flush() if self._stretch else ():
            yield from self._resampler.push(one) if self._resampler else [one]
        if self._resampler:
            yield from self._resampler.flush()


def _cut(
    frame: rtc.AudioFrame, seconds: float
) -> tuple[rtc.AudioFrame | None, rtc.AudioFrame | None]:
    """Before and after so many seconds of it."""
    samples = round(seconds * frame.sample_rate)
    if samples >= frame.samples_per_channel:
        return frame, None
    if samples <= 0:
        return None, frame
    data, hz = bytes(frame.data), frame.sample_rate
    head = rtc.AudioFrame(data[: 2 * samples], hz, 1, samples)
    tail = rtc.AudioFrame(data[2 * samples :], hz, 1, frame.samples_per_channel - samples)
    return head, tail
