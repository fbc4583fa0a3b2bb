"""A recogniser that knows what will be said: one sentence an utterance, again and again."""

from itertools import count

from livekit.agents import APIConnectOptions, stt
from livekit.agents.language import LanguageCode
from livekit.agents.types import NOT_GIVEN, NotGivenOr
from livekit.agents.utils import AudioBuffer

SENTENCES = {
    "en": (
        "the city wants to build a new school near the river",
        "the teachers asked for more time and the parents did not ask for money",
        "the village has more than three hundred houses",
    ),
    "es": (
        "la ciudad quiere construir una escuela nueva cerca del río",
        "los maestros no han pedido más dinero",
        "el pueblo tiene más de trescientas casas",
    ),
}


class STT(stt.STT[str]):
    """Hears recordings, as a plugin that cannot stream."""

    def __init__(self, *, language: str = "en") -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=False, interim_results=False))
        self.language = language
        self._numbers = count()

    async def _recognize_impl(
        self,
        buffer: AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> stt.SpeechEvent:
        sentences = SENTENCES[self.language]
        text = sentences[next(self._numbers) % len(sentences)]
        data = stt.SpeechData(LanguageCode(self.language), text)
        return stt.SpeechEvent(stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives=[data])
