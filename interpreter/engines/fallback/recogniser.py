"""Recognisers as one: where one fails or falls silent, the next one hears again what has no final
yet, faster than it was spoken.

What was told as final is not told again. Words that both have heard keep the times that they were
told with first: whoever has committed them knows them by those (floor/stability.py).
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from livekit import rtc
from livekit.agents import stt
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
)
from livekit.agents.utils import AudioBuffer

from interpreter.engines.fallback import Named
from interpreter.engines.fallback.breaker import Trouble
from interpreter.engines.fallback.chain import Chain
from interpreter.engines.fallback.health import Health, NotNow, process_health
from interpreter.engines.fallback.kept import Kept
from interpreter.engines.fallback.listening import Listening
from interpreter.engines.fallback.trouble import EngineTroubled
from interpreter.engines.serving import names_of, primary
from interpreter.engines.utterances import RATE_HZ
from interpreter.events import EngineKind

CLOSE_S = 2.0


class FallbackRecogniser(stt.STT[Any]):
    """The first of these recognisers that hears; each keeps to plugin_stt's contract."""

    def __init__(
        self,
        engines: Sequence[Named[stt.STT[Any]]],
        *,
        language: str = "",
        health: Health | None = None,
    ) -> None:
        super().__init__(
            capabilities=stt.STTCapabilities(
                streaming=True,
                interim_results=all(one.engine.capabilities.interim_results for one in engines),
                aligned_transcript="word",
                offline_recognize=False,
                manual_flush=True,
            )
        )
        self.chain = Chain(
            EngineKind.RECOGNISER, language, engines, health or process_health(), self._probe
        )
        for one in engines:
            self.chain.health.rhythms[one.name].own_s = one.patience_s
        self.sample: list[rtc.AudioFrame] = []
        """The last speech that somebody has heard words in, …"""
        self.sample_language = language
        """… and in which language."""

    @property
    def model(self) -> str:
        return self.chain.now.engine.model

    @property
    def provider(self) -> str:
        return self.chain.now.engine.provider

    @property
    def has_answer(self) -> bool:
        """Whether any of them is well: else what is said is kept for whoever is first."""
        return self.chain.healthy(()) is not None

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.RecognizeStream:
        once = APIConnectOptions(max_retry=0, timeout=conn_options.timeout)
        return _Stream(stt=self, conn_options=once, sample_rate=RATE_HZ)

    async def _recognize_impl(
        self,
        buffer: AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> stt.SpeechEvent:
        raise NotImplementedError("this recogniser streams: use stream()")

    async def aclose(self) -> None:
        self.chain.health.forget(self.chain)
        for one in self.chain.engines:
            await one.engine.aclose()

    async def _probe(self, engine: stt.STT[Any]) -> None:
        """Let it hear the last speech once more: it must hear words in it too, of its language."""
        if not self.sample:
            raise NotNow
        stream = engine.stream(conn_options=APIConnectOptions(max_retry=0))
        try:
            for frame in list(self.sample):
                stream.push_frame(frame)
            stream.end_input()
            async for event in stream:
                told = [one for one in event.alternatives if one.words or one.text.strip()]
                if told and not self._is_other(str(told[0].language or "")):
                    return
                if told and event.type is stt.SpeechEventType.FINAL_TRANSCRIPT:
                    raise EngineTroubled(Trouble.WRONG_LANGUAGE)
        finally:
            await stream.aclose()
        raise EngineTroubled(Trouble.STALL)

    def _is_other(self, told: str) -> bool:
        """Whether somebody has heard another language in the last speech."""
        known = names_of(self.sample_language) | names_of(self.chain.language)
        return bool(told and self.chain.language) and primary(told) not in known


class _Stream(stt.RecognizeStream):
    async def _run(self) -> None:
        recogniser = self._stt
        assert isinstance(recogniser, FallbackRecogniser)
        kept, news = Kept(), asyncio.Event()
        try:
            async with asyncio.TaskGroup() as tasks:

                def close(stream: stt.RecognizeStream) -> None:
                    tasks.create_task(_close(stream), name="recogniser:close")

                listening = Listening(recogniser, kept, news, self._event_ch.send_nowait, close)
                tasks.create_task(self._keep(kept, news), name="recogniser:keep")
                await listening.run(self._conn_options)
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from failures

    async def _keep(self, kept: Kept, news: asyncio.Event) -> None:
        async for item in self._input_ch:
            if isinstance(item, rtc.AudioFrame):
                kept.push(item)
            else:
                kept.flush()
            news.set()
        kept.is_ended = True
        news.set()


async def _close(stream: stt.RecognizeStream) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_S):
            await stream.aclose()
