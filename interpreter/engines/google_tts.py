"""Google's voices: livekit-agents' plugin, heard while they speak, at any pace and address.

A text is sent as text, and never as markup; the sounds of words that have their own go beside it.
The plugin waits for the whole sound of a text, or
gives all of it one time limit (livekit-plugins-google 1.8.9).
"""

import asyncio
from collections.abc import AsyncIterator

from google.api_core.exceptions import GoogleAPICallError
from google.auth.exceptions import DefaultCredentialsError
from google.cloud import texttospeech
from google.cloud.texttospeech_v1.services.text_to_speech.transports import (
    TextToSpeechGrpcAsyncIOTransport as Transport,
)
from livekit.agents import APIConnectionError, APIStatusError, APITimeoutError, tts
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
)
from livekit.agents.utils import is_given, shortuuid
from livekit.plugins import google
from livekit.plugins.google.tts import ChunkedStream as PluginStream

from interpreter.engines.failures import is_unreached, wait_body
from interpreter.engines.google_channel import (
    EVERYWHERE,
    check_account,
    client_at,
    is_plain,
    usual_endpoint,
)
from interpreter.engines.voice import Paced, Sounding
from interpreter.word_sounds import pieces, spelt

SLOWEST, FASTEST = 0.25, 2.0
"""Google speaks no slower and no faster."""
CHIRP = "chirp_3"
"""The model that keeps to a pace; Gemini's do not, and say nothing of it
(github.com/googleapis/python-genai/issues/1707)."""

_HIDDEN = "Internal error from Core"
"""What grpc.aio says where an answer, mostly a refusal, has ended a call while its text was still
being sent: nothing was heard, and asked again it is told what the answer was …"""
_HIDDEN_TRIES = 4
"""… though on a busy machine not always at once."""


class TTS(google.TTS, Paced, Sounding):
    """The plugin's class, which streams."""

    def __init__(
        self,
        *,
        language: str = "en-US",
        voice_name: NotGivenOr[str] = NOT_GIVEN,
        model_name: NotGivenOr[str] = NOT_GIVEN,
        prompt: NotGivenOr[str] = NOT_GIVEN,
        sample_rate: int = 24_000,
        speaking_rate: float = 1.0,
        location: str = EVERYWHERE,
        credentials_file: NotGivenOr[str] = NOT_GIVEN,
        endpoint: str = "",
    ) -> None:
        """The account is the file that GOOGLE_APPLICATION_CREDENTIALS names. `endpoint`: another
        address than Google's own, as `http://127.0.0.1:9000`; one that begins with http:// is asked
        without TLS and account."""
        if not is_plain(endpoint):
            check_account(credentials_file)
        if model_name == CHIRP and not is_given(voice_name):
            voice_name = f"{language}-Chirp3-HD-Charon"  # the plugin's is an English one
        super().__init__(
            language=language,
            voice_name=voice_name,
            model_name=model_name,
            prompt=prompt,
            sample_rate=sample_rate,
            speaking_rate=speaking_rate,
            location=location,
            credentials_file=credentials_file,
        )
        self._endpoint = endpoint

    @property
    def is_paced(self) -> bool:
        return self._opts.model_name == CHIRP

    @property
    def client(self) -> texttospeech.TextToSpeechAsyncClient:
        return self._ensure_client()

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> PluginStream:
        return self.synthesize_at(text, 1.0, conn_options=conn_options)

    def synthesize_at(
        self, text: str, rate: float, *, conn_options: APIConnectOptions
    ) -> PluginStream:
        return _Utterance(self, text, rate, conn_options)

    def requests(
        self, text: str, rate: float
    ) -> AsyncIterator[texttospeech.StreamingSynthesizeRequest]:
        """How a text is asked for: how it sounds, and then the text."""
        pace = min(max(self._opts.speaking_rate * rate, SLOWEST), FASTEST)
        config = texttospeech.StreamingSynthesizeConfig(
            voice=self._opts.voice,
            streaming_audio_config=texttospeech.StreamingAudioConfig(
                audio_encoding=texttospeech.AudioEncoding.PCM,
                sample_rate_hertz=self.sample_rate,
                speaking_rate=pace,
            ),
            custom_pronunciations=_sounds(text),
        )
        return _requests(config, spelt(text), self._opts.prompt)

    def _ensure_client(self) -> texttospeech.TextToSpeechAsyncClient:
        if self._client is None:
            endpoint = self._endpoint or usual_endpoint("texttospeech", self._location)
            made = texttospeech.TextToSpeechAsyncClient
            self._client = client_at(made, Transport, endpoint, self._credentials_file)
        return self._client


def _sounds(text: str) -> texttospeech.CustomPronunciations | None:
    ipa = texttospeech.CustomPronunciationParams.PhoneticEncoding.PHONETIC_ENCODING_IPA
    told = {piece.text: piece.ipa for piece in pieces(text) if piece.ipa}
    if not told:
        return None
    return texttospeech.CustomPronunciations(
        pronunciations=[
            texttospeech.CustomPronunciationParams(
                phrase=phrase, phonetic_encoding=ipa, pronunciation=sounds
            )
            for phrase, sounds in told.items()
        ]
    )


async def _requests(
    config: texttospeech.StreamingSynthesizeConfig, text: str, prompt: str | None
) -> AsyncIterator[texttospeech.StreamingSynthesizeRequest]:
    yield texttospeech.StreamingSynthesizeRequest(streaming_config=config)
    said = texttospeech.StreamingSynthesisInput(text=text, prompt=prompt)
    yield texttospeech.StreamingSynthesizeRequest(input=said)


class _Utterance(PluginStream):
    def __init__(self, voice: TTS, text: str, rate: float, conn_options: APIConnectOptions) -> None:
        super().__init__(tts=voice, input_text=text, conn_options=conn_options)
        self._voice = voice
        self._rate = rate
        self._has_begun = False

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=shortuuid(),
            sample_rate=self._voice.sample_rate,
            num_channels=1,
            mime_type="audio/pcm",
        )
        try:
            for tries_left in reversed(range(_HIDDEN_TRIES)):
                try:
                    await self._speak(output_emitter)
                    break
                except GoogleAPICallError as error:
                    is_hidden = _HIDDEN in str(error.message) and not self._has_begun
                    if not is_hidden or not tries_left:
                        raise
        except TimeoutError:
            raise APITimeoutError from None
        except DefaultCredentialsError:
            says = "Google's voice has no credentials: GOOGLE_APPLICATION_CREDENTIALS names no file"
            raise APIStatusError(f"{says} of a service account", status_code=401) from None
        except GoogleAPICallError as error:
            if is_unreached(error):
                raise APIConnectionError("Google's voice cannot be reached") from error
            raise _failure(int(error.code or 0), wait_body(error)) from None

    async def _speak(self, output_emitter: tts.AudioEmitter) -> None:
        requests = self._voice.requests(self._input_text, self._rate)
        limit_s = self._conn_options.timeout
        async with asyncio.timeout(limit_s) as limit:
            # no limit for the whole of it: what is long is long in coming
            answers = await self._voice.client.streaming_synthesize(requests, timeout=None)
            async for answer in answers:
                limit.reschedule(asyncio.get_running_loop().time() + limit_s)
                self._has_begun = self._has_begun or bool(answer.audio_content)
                output_emitter.push(answer.audio_content)


def _failure(status: int, body: object) -> APIConnectionError | APIStatusError:
    """Without Google's words, which name projects and accounts."""
    if status in (0, 499, 503):
        return APIConnectionError("Google's voice cannot be reached, or broke off")
    return APIStatusError(
        f"Google's voice answered {status}",
        status_code=status,
        body=body,
        retryable=status == 429 or status >= 500,
    )
