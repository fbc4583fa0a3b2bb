"""Azure's voices: livekit-agents' plugin, with text that is never markup, at any pace.

The plugin writes the text into its SSML as it is (livekit-plugins-azure 1.8.9): "AT&T" would be
refused, and "<break/>" obeyed.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
from livekit.agents import APIConnectionError, APIStatusError, APITimeoutError, tts
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions
from livekit.agents.utils import is_given, shortuuid
from livekit.plugins import azure
from livekit.plugins.azure.tts import SUPPORTED_OUTPUT_FORMATS
from livekit.plugins.azure.tts import ChunkedStream as PluginStream

from interpreter.engines.azure_ssml import Attributes, document, rate_of
from interpreter.engines.failures import KEY_OR_REGION, NO_QUOTA, failure
from interpreter.engines.voice import Paced, Sounding

NOT_FOUND = 404
_WORTH_ANOTHER_TRY = frozenset({408, 425, 429})
_OUT_OF_QUOTA = "out of call volume quota"
"""Azure's gateway says so with a 403 or a 429, of which the latter else means a rate."""
_SAYS_AT_MOST = 4096
_RIFF = b"RIFF"


class Refused(APIStatusError):
    """The server's answer was no; `headers` may say how long to wait."""

    def __init__(self, status: int, headers: Mapping[str, str], said: str = "") -> None:
        code = _code(status, said)
        super().__init__(
            f"Azure's voice answered {status}",
            status_code=status,
            body={"code": code} if code else None,
            retryable=(status >= 500 or status in _WORTH_ANOTHER_TRY) and code != NO_QUOTA,
        )
        self.headers = dict(headers)


class TTS(azure.TTS, Paced, Sounding):
    """The plugin's class, with its options."""

    @property
    def session(self) -> aiohttp.ClientSession:
        return self._ensure_session()

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        return self.synthesize_at(text, 1.0, conn_options=conn_options)

    def synthesize_at(
        self, text: str, rate: float, *, conn_options: APIConnectOptions
    ) -> tts.ChunkedStream:
        return _Utterance(self, text, rate, conn_options)


class _Utterance(PluginStream):
    def __init__(self, voice: TTS, text: str, rate: float, conn_options: APIConnectOptions) -> None:
        super().__init__(tts=voice, input_text=text, conn_options=conn_options)
        self._voice = voice
        self._rate = rate

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        try:
            await self._speak(self._input_text, output_emitter)
        except TimeoutError:
            raise APITimeoutError from None
        except aiohttp.ClientError as error:
            # nothing of its own text: it may have the request's headers, and the key in them
            told = f"Azure's voice broke off ({type(error).__name__})"
            raise APIConnectionError(told) from failure(error, "The voice")

    async def _speak(self, text: str, output_emitter: tts.AudioEmitter) -> None:
        limit_s = self._conn_options.timeout
        limits = aiohttp.ClientTimeout(total=None, sock_connect=limit_s, sock_read=limit_s)
        async with self._voice.session.post(
            self._opts.get_endpoint_url(),
            headers=self._headers(),
            data=self._ssml(text).encode(),
            timeout=limits,
        ) as answer:
            if answer.status >= 400:
                said = await answer.content.read(_SAYS_AT_MOST)
                raise Refused(answer.status, answer.headers, said.decode(errors="replace"))
            if not _is_sound(answer.content_type):
                raise Refused(NOT_FOUND, answer.headers)  # somebody else's page
            beginning = await _read(answer.content, len(_RIFF))
            output_emitter.initialize(
                request_id=shortuuid(),
                sample_rate=self._opts.sample_rate,
                num_channels=1,
                mime_type="audio/wav" if beginning == _RIFF else "audio/pcm",
            )
            output_emitter.push(beginning)
            async for sound in answer.content.iter_any():
                output_emitter.push(sound)

    def _headers(self) -> dict[str, str]:
        headers = {
            "Content-Type": "application/ssml+xml; charset=utf-8",
            "X-Microsoft-OutputFormat": SUPPORTED_OUTPUT_FORMATS[self._opts.sample_rate],
            "User-Agent": "LiveKit Agents",
        }
        if self._opts.auth_token:
            headers["Authorization"] = f"Bearer {self._opts.auth_token}"
        elif self._opts.subscription_key:
            headers["Ocp-Apim-Subscription-Key"] = self._opts.subscription_key
        return headers

    def _ssml(self, text: str) -> str:
        given = self._opts
        prosody: Attributes = {}
        if is_given(given.prosody):
            prosody = {"volume": given.prosody.volume, "pitch": given.prosody.pitch}
        return document(
            text,
            language=given.language or "en-US",
            voice=given.voice,
            prosody={"rate": self._pace(), **prosody},
            style=_style(given.style) if is_given(given.style) else {},
            lexicon=given.lexicon_uri if is_given(given.lexicon_uri) else "",
        )

    def _pace(self) -> str | None:
        """What was asked for, times what the options say."""
        natural = self._opts.prosody.rate if is_given(self._opts.prosody) else None
        if isinstance(natural, str):
            return natural if self._rate == 1.0 else rate_of(self._rate)
        rate = self._rate * (1.0 if natural is None else natural)
        return None if rate == 1.0 else rate_of(rate)


def _code(status: int, said: str) -> str:
    """What it is about, as other providers name it; nothing of what the server has said."""
    if status == 401:
        return KEY_OR_REGION
    is_quota = status in (403, 429) and _OUT_OF_QUOTA in said.casefold()
    return NO_QUOTA if is_quota else ""


def _style(style: Any) -> Attributes:
    return {"style": style.style, "styledegree": style.degree}


def _is_sound(content_type: str) -> bool:
    """Whether it may be what was asked for; Azure calls samples audio/basic, audio/pcm or nothing,
    and a gateway before it may put them into WAV."""
    return content_type == "application/octet-stream" or (
        content_type.startswith("audio/") and content_type != "audio/mpeg"
    )


async def _read(content: aiohttp.StreamReader, size: int) -> bytes:
    """So many bytes, or all that there are."""
    try:
        return await content.readexactly(size)
    except asyncio.IncompleteReadError as error:
        return error.partial
