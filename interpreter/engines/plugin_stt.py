"""Any livekit-agents recogniser as a speaker's hearing needs it: `flush()` ends an utterance, whose
FINAL_TRANSCRIPT (if anything was said) and END_OF_SPEECH follow, and every word has times.

A class that streams is told of the end by silence, and given a moment for its last words; one that
recognises recordings only is given each utterance whole. Where it gives no word times, the words
are spread over the sound that they were heard in.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from livekit import rtc
from livekit.agents import APIConnectionError, LanguageCode, stt
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
    TimedString,
)
from livekit.agents.utils import AudioBuffer

from languages.spacing import joined, tokens

HEARD_S = "heard_s"
"""Where hearing.py finds up to which second of its stream the engine has heard."""
RATE_HZ = 16_000
STEP_S = 0.25
"""Silence is given in such pieces, for a server that looks for pauses itself."""
LAST_WORDS_S = 2.5
"""So long it is given for its last words after the end of speech …"""
NO_WORDS_S = 0.6
"""… where it has said some; and so long where it has said none."""
LONGEST_S = 12.0
"""Who recognises recordings only is given this much at most …"""
ALIVE_EVERY_S = 1.5
"""… and is said to listen meanwhile."""
CLOSED = "The recogniser has closed its stream; it is opened again."

_INTERIM = (stt.SpeechEventType.INTERIM_TRANSCRIPT, stt.SpeechEventType.PREFLIGHT_TRANSCRIPT)


class PluginRecogniser(stt.STT[Any]):
    """Recognises one language by the engine that it is given."""

    def __init__(self, engine: stt.STT[Any]) -> None:
        super().__init__(
            capabilities=stt.STTCapabilities(
                streaming=True,
                interim_results=engine.capabilities.interim_results,
                aligned_transcript="word",
                offline_recognize=False,
                manual_flush=True,
            )
        )
        self.engine = engine

    @property
    def model(self) -> str:
        return self.engine.model

    @property
    def provider(self) -> str:
        return self.engine.provider

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.RecognizeStream:
        kind = _Streamed if self.engine.capabilities.streaming else _Recorded
        # who listens opens another stream after a failure, and tells what was lost
        once = APIConnectOptions(max_retry=0, timeout=conn_options.timeout)
        return kind(stt=self, conn_options=once, sample_rate=RATE_HZ)

    async def _recognize_impl(
        self,
        buffer: AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> stt.SpeechEvent:
        raise NotImplementedError("this recogniser streams: use stream()")

    async def aclose(self) -> None:
        await self.engine.aclose()


class _Utterances(stt.RecognizeStream):
    """What both kinds say; times are seconds of the sound that was pushed."""

    _pushed_s = 0.0
    _since_s = 0.0
    """Where the utterance begins that is still open."""

    @property
    def _engine(self) -> stt.STT[Any]:
        recogniser = self._stt
        assert isinstance(recogniser, PluginRecogniser)
        return recogniser.engine

    def _say(self, data: stt.SpeechData, words: list[TimedString], *, is_final: bool) -> None:
        kinds = stt.SpeechEventType
        said = stt.SpeechData(
            language=data.language,
            text=joined(words),
            confidence=data.confidence,
            words=words,
            metadata={HEARD_S: self._pushed_s},
        )
        kind = kinds.FINAL_TRANSCRIPT if is_final else kinds.INTERIM_TRANSCRIPT
        self._event_ch.send_nowait(stt.SpeechEvent(kind, alternatives=[said]))
        if is_final:
            self._since_s = float(words[-1].end_time or self._pushed_s)

    def _end(self) -> None:
        self._since_s = self._pushed_s
        self._event_ch.send_nowait(stt.SpeechEvent(stt.SpeechEventType.END_OF_SPEECH))


class _Recorded(_Utterances):
    async def _run(self) -> None:
        frames: list[rtc.AudioFrame] = []
        told_s = 0.0
        async for item in self._input_ch:
            if isinstance(item, rtc.AudioFrame):
                frames.append(item)
                self._pushed_s += item.duration
                if self._pushed_s - told_s >= ALIVE_EVERY_S:
                    told_s = self._pushed_s
                    self._say_alive()
                if self._pushed_s - self._since_s < LONGEST_S:
                    continue
            await self._recognise(frames)
            frames.clear()
            if isinstance(item, rtc.AudioFrame):
                self._since_s = self._pushed_s
            else:
                self._end()

    async def _recognise(self, frames: list[rtc.AudioFrame]) -> None:
        if not frames:
            return
        ends_s = self._pushed_s
        heard = await self._engine.recognize(frames)  # which tries again by itself
        for data in heard.alternatives[:1]:
            said = [word.strip() for word in tokens(data.text)]
            if words := spread(said, self._since_s, ends_s):
                self._say(data, words, is_final=True)

    def _say_alive(self) -> None:
        """It listens, though it says nothing before the end."""
        data = stt.SpeechData(LanguageCode(""), "", metadata={HEARD_S: self._since_s})
        kind = stt.SpeechEventType.INTERIM_TRANSCRIPT
        self._event_ch.send_nowait(stt.SpeechEvent(kind, alternatives=[data]))


class _Streamed(_Utterances):
    async def _run(self) -> None:
        self._silences: list[tuple[float, float]] = []
        """Where silence was put into the engine's own time, and how much there is by then."""
        self._open: tuple[stt.SpeechData, list[TimedString]] | None = None
        self._promoted: list[TimedString] = []
        """Words that were made final here, and that the engine may still say as its last ones."""
        self._news = asyncio.Event()
        inner = self._engine.stream(conn_options=self._conn_options)
        try:
            async with asyncio.TaskGroup() as tasks:
                receiving = tasks.create_task(self._receive(inner))
                async for item in self._input_ch:
                    if receiving.done():
                        raise APIConnectionError(CLOSED, retryable=False)
                    if isinstance(item, rtc.AudioFrame):
                        self._pushed_s += item.duration
                        inner.push_frame(item)
                    else:
                        await self._finish(inner)
                inner.end_input()
                await asyncio.wait([receiving], timeout=LAST_WORDS_S)
                receiving.cancel()
        except ExceptionGroup as failures:
            failure = failures.exceptions[0]
            if isinstance(failure, RuntimeError):  # pushed into a stream that has ended
                raise APIConnectionError(CLOSED, retryable=False) from failures
            raise failure from failures
        finally:
            await inner.aclose()

    async def _finish(self, inner: stt.RecognizeStream) -> None:
        """Give the engine silence until it has said its last words; what it does not end stays as
        it was said."""
        inner.flush()
        self._news.clear()
        waited_s = 0.0
        while waited_s < (LAST_WORDS_S if self._open is not None else NO_WORDS_S):
            self._push_silence(inner, STEP_S)
            waited_s += STEP_S
            with suppress(TimeoutError):
                async with asyncio.timeout(STEP_S):
                    await self._news.wait()
            if self._news.is_set() and self._open is None:
                break
            self._news.clear()
        if self._open is not None:
            data, words = self._open
            self._say(data, words, is_final=True)
            self._promoted, self._open = words, None
        self._end()

    def _push_silence(self, inner: stt.RecognizeStream, seconds: float) -> None:
        samples = int(RATE_HZ * seconds)
        self._silences.append((self._pushed_s + self._silence_s, self._silence_s + seconds))
        inner.push_frame(rtc.AudioFrame(bytes(2 * samples), RATE_HZ, 1, samples))

    async def _receive(self, inner: stt.RecognizeStream) -> None:
        async for event in inner:
            if event.type is stt.SpeechEventType.RECOGNITION_USAGE:
                self._event_ch.send_nowait(event)
            if event.type in _INTERIM and event.alternatives:
                data = event.alternatives[0]
                if words := self._timed(data):
                    self._open = data, words
                    self._say(data, words, is_final=False)
            elif event.type is stt.SpeechEventType.FINAL_TRANSCRIPT and event.alternatives:
                data, self._open = event.alternatives[0], None
                if words := self._timed(data):
                    self._say(data, words, is_final=True)
                self._promoted = []
                self._news.set()

    @property
    def _silence_s(self) -> float:
        return self._silences[-1][1] if self._silences else 0.0

    def _timed(self, data: stt.SpeechData) -> list[TimedString]:
        """The new words by our time; spread over the utterance where the engine has no times."""
        given = data.words or []
        if not any(float(word.end_time or 0.0) > 0.0 for word in given):
            said = [word.strip() for word in tokens(data.text)]
            return spread(said[self._said_before(said) :], self._since_s, self._pushed_s)
        words = [
            TimedString(
                str(word).strip(),
                start_time=self._ours(float(word.start_time or 0.0)),
                end_time=self._ours(float(word.end_time or 0.0)),
                confidence=word.confidence,
            )
            for word in given
            if str(word).strip()
        ]
        return words[self._said_before([str(word) for word in words]) :]

    def _said_before(self, words: list[str]) -> int:
        """How many of the engine's words were made final here before it had ended them."""
        said = [_plain(str(word)) for word in self._promoted]
        return len(said) if said and [_plain(word) for word in words[: len(said)]] == said else 0

    def _ours(self, at_s: float) -> float:
        """A moment of the engine's time, without the silence that was put in before it."""
        passed_s = max((much for since, much in self._silences if since < at_s), default=0.0)
        return min(max(at_s - passed_s, 0.0), self._pushed_s)


def _plain(word: str) -> str:
    return "".join(sign for sign in word.casefold() if sign.isalnum())


def spread(words: Sequence[str], start_s: float, end_s: float) -> list[TimedString]:
    """Words over a stretch of sound, each as long as it has letters."""
    letters = sum(map(len, words))
    found, at_s = list[TimedString](), start_s
    for word in words:
        long_s = (end_s - start_s) * len(word) / letters
        found.append(TimedString(word, start_time=at_s, end_time=at_s + long_s))
        at_s += long_s
    return found
