"""Any livekit-agents recogniser as a speaker's hearing needs it: `flush()` ends an utterance, whose
FINAL_TRANSCRIPT (if anything was said) and END_OF_SPEECH follow, and every word has times.

A class of ours that does so itself is used as it is. Where another gives no word times, its words
are spread over the sound that they were heard in. What it raises comes out as an EngineError, after
it was tried again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import openai
from livekit.agents import stt
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
)
from livekit.agents.utils import AudioBuffer

from interpreter.engines.recogniser import Recogniser
from interpreter.engines.recorded import Recorded
from interpreter.engines.rhythm import Rhythm
from interpreter.engines.streamed import Streamed
from interpreter.engines.utterances import RATE_HZ

PATIENCE_S = 6.0
"""An engine that nobody stands in for is tried again for so long; its speaker waits 8 s."""
IN_CHAIN_S = 1.0
"""And so long one that somebody stands in for: they are to serve within 1.5 s."""
CONNECT_S = 4.0
CLOSES_S = 0.2


class PluginRecogniser(stt.STT[Any]):
    """Recognises one language by the engine that it is given."""

    def __init__(
        self,
        engine: stt.STT[Any],
        patience_s: float = PATIENCE_S,
        again: Callable[[], stt.STT[Any]] | None = None,
        *,
        has_interims: bool = False,
    ) -> None:
        """`patience_s`: so long a failing engine is tried again, before its stream fails; `again`
        makes another like it, for a connection that does not even close; `has_interims`: one that
        hears recordings is asked for interim results."""
        able = engine.capabilities
        interims = able.interim_results if able.streaming else has_interims
        super().__init__(
            capabilities=stt.STTCapabilities(
                streaming=True,
                interim_results=interims,
                aligned_transcript="word",
                offline_recognize=False,
                manual_flush=True,
            )
        )
        self.engine = engine
        self._has_interims = has_interims
        self._patience_s = patience_s
        self._again = again
        self._rhythm = Rhythm(is_own=engine.capabilities.interim_results)

    @property
    def hears_recordings(self) -> bool:
        return not self.engine.capabilities.streaming

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
        if isinstance(self.engine, Recogniser):
            return self.engine.stream(conn_options=conn_options)
        if self.hears_recordings:
            return self._recorded(conn_options, has_interims=self._has_interims)
        return Streamed(
            stt=self,
            engine=lambda: self.engine,
            renew=self._renew,
            rhythm=self._rhythm,
            conn_options=_once(conn_options),
            sample_rate=RATE_HZ,
            patience_s=self._patience_s,
        )

    def interim_stream(self, *, conn_options: APIConnectOptions) -> stt.RecognizeStream:
        """A stream that tells words before an utterance is over, of an engine that hears
        recordings; another one takes over when it fails."""
        return self._recorded(conn_options, has_interims=True, has_others=True)

    def _recorded(
        self, conn_options: APIConnectOptions, *, has_interims: bool, has_others: bool = False
    ) -> Recorded:
        return Recorded(
            stt=self,
            engine=lambda: self.engine,
            conn_options=_once(conn_options),
            sample_rate=RATE_HZ,
            patience_s=self._patience_s,
            has_interims=has_interims,
            has_others=has_others,
        )

    async def _recognize_impl(
        self,
        buffer: AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> stt.SpeechEvent:
        raise NotImplementedError("this recogniser streams: use stream()")

    async def aclose(self) -> None:
        await _close(self.engine)

    def _renew(self) -> Awaitable[None]:
        """Another engine for new connections; gives what closes the old one."""
        if self._again is None:
            return asyncio.sleep(0)  # it stays
        old, self.engine = self.engine, self._again()
        return _close(old)


def _once(conn_options: APIConnectOptions) -> APIConnectOptions:
    return APIConnectOptions(max_retry=0, timeout=min(conn_options.timeout, CONNECT_S))


async def _close(engine: stt.STT[Any]) -> None:
    client = getattr(engine, "_client", None)
    with suppress(TimeoutError):
        async with asyncio.timeout(CLOSES_S):
            await engine.aclose()
    if isinstance(client, openai.AsyncClient):
        await client.close()  # livekit-plugins-openai 1.8.9 leaves it open
