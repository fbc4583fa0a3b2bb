"""What a voice is, whoever makes it: livekit-agents' TTS with pace and timbre per utterance."""

from abc import ABC, abstractmethod

from livekit.agents import tts
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions


class Voice(tts.TTS[str]):
    """Speaks one language; word times come with the frames (USERDATA_TIMED_TRANSCRIPT)."""

    @property
    def has_rate(self) -> bool:
        """Whether the engine itself speaks faster; else `rate` changes nothing."""
        return True

    def reads(self, ipa: str) -> bool:
        """Whether it says these sounds where they stand in a text as in word_sounds.py."""
        return False

    @abstractmethod
    def synthesize(
        self,
        text: str,
        *,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        rate: float = 1.0,
        speaker: str = "",
    ) -> tts.ChunkedStream:
        """Speak `text` at `rate` × the natural pace; the same `speaker` always sounds the same."""

    async def warm_up(self, text: str) -> None:
        """Say a text to nobody, so that the engine loads what it needs; raises APIError."""
        async with self.synthesize(text) as utterance:
            async for _ in utterance:
                pass


class Paced(ABC):
    """What a plugin's class is whose engine itself speaks faster: nobody needs to stretch it."""

    @property
    def is_paced(self) -> bool:
        """Whether the model that was chosen does."""
        return True

    @abstractmethod
    def synthesize_at(
        self, text: str, rate: float, *, conn_options: APIConnectOptions
    ) -> tts.ChunkedStream:
        """Speak `text` at `rate` × the natural pace."""


class Sounding:
    """What a plugin's class of ours is that is given words with their sounds (`word_sounds.py`),
    and tells its provider of them as that one reads them."""


class Explaining:
    """What a plugin's class of ours is whose errors say what to do, and nothing of what the server
    has said: they are passed on as they are."""


class WrappedVoice(Voice):
    """A voice that is another one in all but how it speaks."""

    def __init__(self, voice: Voice) -> None:
        super().__init__(
            capabilities=voice.capabilities,
            sample_rate=voice.sample_rate,
            num_channels=voice.num_channels,
        )
        self.voice = voice

    @property
    def has_rate(self) -> bool:
        return self.voice.has_rate

    def reads(self, ipa: str) -> bool:
        return self.voice.reads(ipa)

    @property
    def model(self) -> str:
        return self.voice.model

    @property
    def provider(self) -> str:
        return self.voice.provider

    async def aclose(self) -> None:
        await self.voice.aclose()
