"""Engines that answer later, as a paid engine over the network would: for measuring policies.

Each request waits by itself; none holds another up.
"""

import asyncio
from collections.abc import AsyncIterator

from livekit.agents import tts
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    USERDATA_TIMED_TRANSCRIPT,
    APIConnectOptions,
)
from livekit.agents.utils import shortuuid

from interpreter.engines.translator import TranslationRequest, Translator, WrappedTranslator
from interpreter.engines.voice import Voice, WrappedVoice


class DelayedTranslator(WrappedTranslator):
    """A translator whose first piece comes `delay_s` later."""

    def __init__(self, translator: Translator, delay_s: float) -> None:
        super().__init__(translator)
        self._delay_s = delay_s

    async def translate(self, request: TranslationRequest) -> AsyncIterator[str]:
        await asyncio.sleep(self._delay_s)
        async for piece in self.translator.translate(request):
            yield piece


class DelayedVoice(WrappedVoice):
    """A voice whose first sound comes `delay_s` later."""

    def __init__(self, voice: Voice, delay_s: float) -> None:
        super().__init__(voice)
        self.delay_s = delay_s

    def synthesize(
        self,
        text: str,
        *,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        rate: float = 1.0,
        speaker: str = "",
    ) -> tts.ChunkedStream:
        return _DelayedUtterance(self, text, conn_options, rate, speaker)

    async def warm_up(self, text: str) -> None:
        await self.voice.warm_up(text)


class _DelayedUtterance(tts.ChunkedStream):
    def __init__(
        self,
        voice: DelayedVoice,
        text: str,
        conn_options: APIConnectOptions,
        rate: float,
        speaker: str,
    ) -> None:
        super().__init__(tts=voice, input_text=text, conn_options=conn_options)
        self._delayed = voice
        self._rate = rate
        self._speaker = speaker

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=shortuuid("utterance_"),
            sample_rate=self._delayed.sample_rate,
            num_channels=self._delayed.num_channels,
            mime_type="audio/pcm",
        )
        await asyncio.sleep(self._delayed.delay_s)
        once = APIConnectOptions(max_retry=0, timeout=self._conn_options.timeout)
        async with self._delayed.voice.synthesize(
            self._input_text, conn_options=once, rate=self._rate, speaker=self._speaker
        ) as utterance:
            async for audio in utterance:
                words = audio.frame.userdata.get(USERDATA_TIMED_TRANSCRIPT, [])
                output_emitter.push_timed_transcript(words)
                output_emitter.push(bytes(audio.frame.data))
