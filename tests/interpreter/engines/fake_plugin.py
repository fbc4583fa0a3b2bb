"""A livekit-agents plugin that only remembers how it was made."""

import os
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, TypedDict

from livekit.agents import llm, stt, tts
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
)

SAID_HZ = 22_050


class Named(TypedDict, total=False):
    name: str
    provider: str | None


@dataclass
class Params:
    """As Soniox's, and ElevenLabs' settings of a voice."""

    hints: list[str] | None = None
    delay_ms: int = 100


class Mode(Enum):
    FAST = "fast"
    SLOW = "slow"


class LLM(llm.LLM[str]):
    def __init__(
        self,
        *,
        model: str,
        temperature: NotGivenOr[float] = NOT_GIVEN,
        best_of: int = 1,
        streams: bool = True,
        effort: NotGivenOr[Literal["low", "high"]] = NOT_GIVEN,
        user: str | None = None,
        named: Named | None = None,
        params: Params | None = None,
        mode: Mode = Mode.FAST,
        body: NotGivenOr[dict[str, Any]] = NOT_GIVEN,
        api_key: NotGivenOr[str] = NOT_GIVEN,
        client: object = None,
        _hidden: str = "",
    ) -> None:
        super().__init__()
        self.made_with = {
            "model": model,
            "temperature": temperature,
            "best_of": best_of,
            "streams": streams,
            "effort": effort,
            "user": user,
            "named": named,
            "params": params,
            "mode": mode,
            "body": body,
            "key": os.environ.get("FAKE_API_KEY"),  # noqa: TID251  (as plugins do)
        }
        if model == "none":
            raise RuntimeError("no such model")
        if model == "keyless":
            raise ValueError("Fake's API key is required")

    def chat(self, **_: Any) -> llm.LLMStream:
        raise NotImplementedError


class TTS(tts.TTS[str]):
    """Half a second of a rate that WebRTC has no frames for, in two channels."""

    def __init__(self, *, language: str = "en", voice: str = "first") -> None:
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False), sample_rate=SAID_HZ, num_channels=2
        )
        self.language = language
        self.voice = voice

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        return _Said(bytes(2), 0.5, tts=self, input_text=text, conn_options=conn_options)


class BriefTTS(TTS):
    """A tenth of a second, whatever it is to say."""

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        return _Said(b"\x00\x20", 0.1, tts=self, input_text=text, conn_options=conn_options)


class _Said(tts.ChunkedStream):
    def __init__(self, sample: bytes, seconds: float, **given: Any) -> None:
        super().__init__(**given)
        self._sound = sample * (round(SAID_HZ * seconds) * 2)

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id="fake", sample_rate=SAID_HZ, num_channels=2, mime_type="audio/pcm"
        )
        output_emitter.push(self._sound)


class _Hears(stt.STT[str]):
    def __init__(self, **made_with: object) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=False, interim_results=False))
        self.made_with = made_with

    async def _recognize_impl(self, *_: Any, **__: Any) -> stt.SpeechEvent:
        raise NotImplementedError


class ListedSTT(_Hears):
    """Takes a list of languages, as Gladia's."""

    def __init__(self, *, languages: list[str] | None = None) -> None:
        super().__init__(languages=languages)


class FewSTT(_Hears):
    """Takes some languages, as LMNT's voice; and formats, of which ours is none."""

    def __init__(
        self,
        *,
        language: Literal["de", "es"] | None = None,
        response_format: Literal["mp3"] = "mp3",
    ) -> None:
        super().__init__(language=language, response_format=response_format)


class CodedSTT(_Hears):
    """Has another name for its language, as ElevenLabs' and NVIDIA's."""

    def __init__(self, *, language_code: str = "en-US") -> None:
        super().__init__(language_code=language_code)


class UntoldSTT(_Hears):
    """Has its languages in a table, as Soniox's; Deepgram's for conversations has hints."""

    def __init__(self, *, model: str = "english", params: Params | None = None) -> None:
        super().__init__(model=model, params=params)


class UnnamedSTT(_Hears):
    """Has a model that takes no language, as AssemblyAI's."""

    def __init__(self, *, model: str = "one", language_code: NotGivenOr[str] = NOT_GIVEN) -> None:
        if model == "many" and language_code is not NOT_GIVEN:
            raise ValueError("model 'many' takes no language_code")
        super().__init__(model=model, language_code=language_code)


class NeedsLanguageSTT(_Hears):
    """Cannot be made without one."""

    def __init__(self, *, language: str) -> None:
        super().__init__(language=language)


class StreamingSTT(_Hears):
    def __init__(self) -> None:
        super().__init__()
        self._capabilities.streaming = True
