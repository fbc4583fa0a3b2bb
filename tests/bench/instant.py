"""A recogniser without any delay of its own: it knows the talk, and tells each word as final in the
moment in which the sound of its end has come."""

from collections.abc import Sequence
from pathlib import Path

from livekit import rtc
from livekit.agents import APIConnectOptions, stt
from livekit.agents.language import LanguageCode
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, NOT_GIVEN, NotGivenOr, TimedString
from livekit.agents.utils import AudioBuffer

from interpreter.engines.recogniser import Recogniser
from tests.bench.prepared import read_prepared, spoken_words
from tests.emulators.prepared_ears import PreparedEars
from tests.emulators.tones import RATE_HZ, Said


class STT(Recogniser):
    """`talk`: the WAV file of what will be said, again and again."""

    def __init__(self, *, talk: str, language: str = "en") -> None:
        super().__init__(
            capabilities=stt.STTCapabilities(
                streaming=True,
                interim_results=True,
                aligned_transcript="word",
                offline_recognize=False,
                manual_flush=True,
            )
        )
        self.language = language
        self.ears = PreparedEars([spoken_words(one) for one in read_prepared(Path(talk))])

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.RecognizeStream:
        return _Stream(self, conn_options)

    async def _recognize_impl(
        self,
        buffer: AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> stt.SpeechEvent:
        raise NotImplementedError("this recogniser streams: use stream()")


class _Stream(stt.RecognizeStream):
    def __init__(self, engine: STT, conn_options: APIConnectOptions) -> None:
        super().__init__(stt=engine, conn_options=conn_options, sample_rate=RATE_HZ)
        self._language = LanguageCode(engine.language)
        self._hearing = engine.ears.listen()

    async def _run(self) -> None:
        async for item in self._input_ch:
            if isinstance(item, rtc.AudioFrame):
                await self._hearing.push(bytes(item.data))
                self._tell(self._hearing.settle())
            else:
                self._tell(await self._hearing.finish())
                self._event_ch.send_nowait(stt.SpeechEvent(stt.SpeechEventType.END_OF_SPEECH))

    def _tell(self, said: Sequence[Said]) -> None:
        if not said:
            return
        words = [
            TimedString(word.text, start_time=word.start_s, end_time=word.end_s, confidence=1.0)
            for word in said
        ]
        data = stt.SpeechData(self._language, " ".join(map(str, words)), words=words)
        event = stt.SpeechEvent(stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives=[data])
        self._event_ch.send_nowait(event)
