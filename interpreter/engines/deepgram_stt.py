"""Deepgram's Nova models as a livekit-agents recogniser, on listen v1 of deepgram-sdk.

`flush()` closes the utterance: its last FINAL_TRANSCRIPT (if anything was said), then
END_OF_SPEECH. A connection that is lost, falls silent or loses a final is replaced by another one,
which gets the sound that no final covers yet: nothing is lost, and nothing is said twice.
"""

import asyncio
import logging
from contextlib import AbstractAsyncContextManager
from typing import Any

from livekit import rtc
from livekit.agents import APIConnectionError, APIError, LanguageCode, stt
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
    TimedString,
)
from livekit.agents.utils import AudioBuffer

from interpreter.engines.deepgram_client import ADDRESS, LOST, Deepgram, connected
from interpreter.engines.deepgram_conversation import Broken, Conversation
from interpreter.engines.deepgram_settling import Result, Settling
from interpreter.engines.deepgram_waiting import LIVED_S, Retrying, Waiting
from interpreter.engines.failures import told_wait_s
from interpreter.engines.recogniser import Recogniser
from interpreter.engines.unanswered import FLUSH, Unanswered
from interpreter.engines.utterances import HEARD_S, SETTLED, connected_again
from languages.spacing import joined

logger = logging.getLogger(__name__)

RATE_HZ = 16_000
MOST_UNANSWERED_S = 60.0
"""So much speech without a final is no delay but a failure."""
USAGE_EVERY_S = 5.0


class STT(Recogniser):
    """Recognises one language; a stream is one speaker.

    `keyterm`: words to expect, for Nova-3; `endpointing_ms`: the pause that makes a final;
    `stall_s`: so long at most without a result, while there is sound, means that nobody listens;
    `patience_s`: so long other connections are tried before the stream fails.
    """

    def __init__(
        self,
        *,
        model: str = "nova-3",
        language: str = "en",
        keyterm: list[str] | None = None,
        smart_format: bool = False,
        endpointing_ms: int = 300,
        mip_opt_out: bool = False,
        base_url: str = ADDRESS,
        stall_s: float = 2.0,
        patience_s: float = 5.0,
        api_key: str = "",  # else DEEPGRAM_API_KEY of the environment
    ) -> None:
        super().__init__(
            capabilities=stt.STTCapabilities(
                streaming=True,
                interim_results=True,
                aligned_transcript="word",
                offline_recognize=False,
                keyterms=True,
                manual_flush=True,
            )
        )
        self.deepgram = Deepgram(api_key, base_url)
        self.language = language
        self.stall_s = stall_s
        self.patience_s = patience_s
        self._model = model
        self._options: dict[str, Any] = {
            "model": model,
            "language": language,
            "encoding": "linear16",
            "sample_rate": RATE_HZ,
            "channels": 1,
            "interim_results": True,
            "punctuate": True,
            "smart_format": smart_format,
            "endpointing": endpointing_ms,
            "mip_opt_out": mip_opt_out or None,
            "keyterm": keyterm or None,
        }

    @property
    def model(self) -> str:
        return self._model

    @property
    def provider(self) -> str:
        return "Deepgram"

    @property
    def asked(self) -> str:
        """What is asked for, as an operator has chosen it."""
        return f"model={self._model} with language={self.language}"

    def opening(self) -> AbstractAsyncContextManager[Any]:
        """A connection that can be opened."""
        return self.deepgram.listen.connect(**self._options)

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.RecognizeStream:
        # it connects again by itself
        return _Stream(self, APIConnectOptions(max_retry=0, timeout=conn_options.timeout))

    async def _recognize_impl(
        self,
        buffer: AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> stt.SpeechEvent:
        raise NotImplementedError("this recogniser streams: use stream()")


class _Stream(stt.RecognizeStream):
    """The speaker's sound, and what was said of it, over as many connections as it takes."""

    def __init__(self, engine: STT, conn_options: APIConnectOptions) -> None:
        super().__init__(stt=engine, conn_options=conn_options, sample_rate=RATE_HZ)
        self._engine = engine
        self._sound = Unanswered()
        self._settling = Settling()
        self._waiting = Waiting(engine.stall_s)
        self._retrying = Retrying(engine.patience_s)
        self._conversation: Conversation | None = None
        self._is_ended = False
        self._is_speaking = False
        self._has_shown = False
        self._used_s = 0.0

    async def _run(self) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                intake = tasks.create_task(self._take_in(), name="deepgram:intake")
                while not await self._converse():
                    pass
                intake.cancel()
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from failures.exceptions[0].__cause__
        finally:
            self._tell_usage()

    async def _take_in(self) -> None:
        async for item in self._input_ch:
            if isinstance(item, rtc.AudioFrame):
                self._give(bytes(item.data))
            elif self._sound.has_sound_to_flush:
                self._give(FLUSH)
            elif not self._sound.has_flush:
                self._end_speech()
            if self._has_too_much_unanswered:
                raise APIConnectionError("Deepgram takes speech, but says nothing of it.")
        self._is_ended = True
        if self._conversation is not None:
            self._conversation.end()

    @property
    def _has_too_much_unanswered(self) -> bool:
        is_sent = self._conversation is not None and self._conversation.has_sent_all
        return is_sent and self._sound.end - self._sound.start > MOST_UNANSWERED_S * RATE_HZ

    def _give(self, piece: bytes) -> None:
        self._sound.add(piece)
        if self._conversation is not None:
            self._conversation.give(piece)

    async def _converse(self) -> bool:
        """One connection, until all is said (true) or it is lost; raises APIError."""
        opened_s: float | None = None
        self._waiting.connected()
        began_s = _now_s()
        self._retrying.opens(began_s)
        limit_s = min(self._conn_options.timeout, self._engine.patience_s)
        try:
            async with connected(self._engine.opening(), limit_s) as socket:
                opened_s = _now_s()
                self._waiting.measured(opened_s - began_s)
                await self._conversing(socket)
            return True
        except (*LOST, Broken) as error:
            if self._is_ended and not self._sound.has_flush:
                return True
            if (agreed := self._settling.lost()) is not None:
                self._tell(agreed, is_settled=True)
            self._event_ch.send_nowait(connected_again())
            await self._before_another(error, opened_s)
            return False
        finally:
            self._count_sent()
            self._conversation = None

    async def _conversing(self, socket: Any) -> None:
        self._settling.connect(self._sound.start / RATE_HZ)
        self._conversation = Conversation(
            socket, self._sound, self._settling, self._waiting, self._engine.language
        )
        if self._is_ended:
            self._conversation.end()
        await self._conversation.run(self._tell, self._answer_flush)

    async def _before_another(self, error: Exception, opened_s: float | None) -> None:
        if isinstance(error, Broken):
            failure: APIError = APIConnectionError(str(error))
        else:
            failure = self._engine.deepgram.failure(error, self._engine.asked)
        if not failure.retryable:
            raise failure from error
        now_s = _now_s()
        has_lived = opened_s is not None and now_s - opened_s >= LIVED_S
        pause_s = self._retrying.pause_s(
            now_s,
            has_served=self._waiting.was_heard or (has_lived and not self._waiting.has_stalled),
            at_least_s=told_wait_s(failure),
        )
        if pause_s is None:
            raise failure from error
        logger.warning("deepgram is connected again", extra={"reason": failure.message})
        await asyncio.sleep(pause_s)

    def _tell(self, result: Result, *, is_settled: bool = False) -> None:
        self._tell_usage(at_least_s=USAGE_EVERY_S)
        self._sound.drop_before(round(self._settling.keep_from_s * RATE_HZ))
        if result.words and not self._is_speaking:
            self._is_speaking = True
            self._emit(stt.SpeechEventType.START_OF_SPEECH)
        if result.is_final and (result.words or self._has_shown):
            self._has_shown = False
            data = self._data(result)
            data.metadata = {**(data.metadata or {}), SETTLED: is_settled}
            self._emit(stt.SpeechEventType.FINAL_TRANSCRIPT, data)
        elif not result.is_final:  # without words too: that it listens is worth to be known
            self._has_shown = self._has_shown or bool(result.words)
            self._emit(stt.SpeechEventType.INTERIM_TRANSCRIPT, self._data(result))

    def _answer_flush(self) -> None:
        """All that was said before the oldest flush is told."""
        self._settling.flush(self._sound.flushed / RATE_HZ)
        self._sound.drop_flush()
        self._end_speech()

    def _end_speech(self) -> None:
        self._is_speaking = self._has_shown = False
        self._emit(stt.SpeechEventType.END_OF_SPEECH)

    def _data(self, result: Result) -> stt.SpeechData:
        words = [
            TimedString(
                word.text,
                start_time=word.start_s,
                end_time=word.end_s,
                confidence=word.confidence,
            )
            for word in result.words
        ]
        return stt.SpeechData(
            language=LanguageCode(result.language or self._engine.language),
            text=joined(words),
            start_time=result.words[0].start_s if words else result.start_s,
            end_time=result.words[-1].end_s if words else result.end_s,
            confidence=result.confidence,
            words=words,
            metadata={HEARD_S: result.end_s},
        )

    def _emit(self, kind: stt.SpeechEventType, *alternatives: stt.SpeechData) -> None:
        self._event_ch.send_nowait(stt.SpeechEvent(kind, alternatives=list(alternatives)))

    def _count_sent(self) -> None:
        if self._conversation is not None:
            self._used_s += self._conversation.sent_s
            self._conversation.sent_s = 0.0

    def _tell_usage(self, at_least_s: float = 0.0) -> None:
        """Every second that was sent is paid, and sound that was sent again once more."""
        self._count_sent()
        if self._used_s <= at_least_s:
            return
        usage = stt.RecognitionUsage(audio_duration=self._used_s)
        self._used_s = 0.0
        self._event_ch.send_nowait(
            stt.SpeechEvent(stt.SpeechEventType.RECOGNITION_USAGE, recognition_usage=usage)
        )


def _now_s() -> float:
    return asyncio.get_running_loop().time()
