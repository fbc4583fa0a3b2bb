"""Google's recogniser: livekit-agents' plugin, at any address, and with nothing kept back.

The plugin leaves out hypotheses that Google is not sure of, which for most models is all of them,
and opens its next stream in silence after five minutes, without the sound of the last one
(livekit-plugins-google 1.8.9). It gives words as Google lists them beside a text, which is not
always as people write them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from google.cloud.speech_v1.services.speech import SpeechAsyncClient as ClientV1
from google.cloud.speech_v1.services.speech.transports import (
    SpeechGrpcAsyncIOTransport as TransportV1,
)
from google.cloud.speech_v2.services.speech import SpeechAsyncClient as ClientV2
from google.cloud.speech_v2.services.speech.transports import (
    SpeechGrpcAsyncIOTransport as TransportV2,
)
from grpc import ChannelConnectivity
from grpc.aio import Channel
from livekit.agents import APIConnectionError, APIStatusError, APITimeoutError, stt
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
    TimedString,
)
from livekit.agents.utils import is_given
from livekit.plugins import google
from livekit.plugins.google.stt import SpeechStream as PluginStream

from interpreter.engines.error_details import subject
from interpreter.engines.failures import is_unreached, wait_body
from interpreter.engines.google_channel import (
    EVERYWHERE,
    check_account,
    client_at,
    credentials_for,
    is_plain,
    usual_endpoint,
)
from interpreter.engines.listed import timed
from interpreter.engines.timed_words import ends_s, starts_s

_DECIDED = frozenset({ChannelConnectivity.READY, ChannelConnectivity.TRANSIENT_FAILURE})
_OVER = frozenset({"Aborted", "OutOfRange", "Cancelled"})
"""What Google answers to a stream that is too long, or was silent for too long."""
_REFUSED = 400
"""Statuses from here on are refusals: the plugin has -1 where HTTP has none, as for a connection
that breaks off ("unknown"). This one is no refusal of a stream whose options were taken, as it has
been answered."""
_READING, _BEGINS = "|", "▁ "


class STT(google.STT):
    """The plugin's class, for one language."""

    def __init__(
        self,
        *,
        languages: str = "en-US",
        model: str = "latest_long",
        location: str = EVERYWHERE,
        project: NotGivenOr[str] = NOT_GIVEN,
        credentials_file: NotGivenOr[str] = NOT_GIVEN,
        keywords: NotGivenOr[list[tuple[str, float]]] = NOT_GIVEN,
        profanity_filter: bool = False,
        punctuate: bool = True,
        endpoint: str = "",
    ) -> None:
        """The account is the file that GOOGLE_APPLICATION_CREDENTIALS names. `endpoint`: another
        address than Google's own, as `http://127.0.0.1:9000`; one that begins with http:// is asked
        without TLS and account."""
        if not is_plain(endpoint):
            check_account(credentials_file)
        has_project = is_given(project) or not is_plain(endpoint)
        super().__init__(
            languages=languages,
            detect_language=False,
            model=model,
            location=location,
            credentials=credentials_for(endpoint),
            credentials_file=credentials_file,
            keywords=keywords,
            profanity_filter=profanity_filter,
            punctuate=punctuate,
            min_confidence_threshold=0.0,
            enable_word_confidence=True,
            project=project if has_project else "none",
        )
        self._endpoint = endpoint

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> PluginStream:
        config = self._sanitize_options(language=language)
        return _Stream(
            stt=self,
            conn_options=conn_options,
            pool=self._pool,
            recognizer_cb=self._get_recognizer,
            config=config,
        )

    async def _create_client(self, timeout: float) -> ClientV1 | ClientV2:  # noqa: ASYNC109
        endpoint = self._endpoint or usual_endpoint("speech", self._location)
        file = self._credentials_file
        if self._config.version == 2:
            return client_at(_ClientV2, TransportV2, endpoint, file)
        return client_at(_ClientV1, TransportV1, endpoint, file)


class _ClientV1(ClientV1):
    async def streaming_recognize(self, *args: Any, **given: Any) -> Any:
        return await _once(super().streaming_recognize, *args, **given)


class _ClientV2(ClientV2):
    async def streaming_recognize(self, *args: Any, **given: Any) -> Any:
        return await _once(super().streaming_recognize, *args, **given)


async def _once(begin: Callable[..., Awaitable[Any]], *, requests: Any) -> Any:
    """One try at a stream: Google's first client would go on for 83 minutes, without the beginning
    of the stream, and tell nobody; and neither ends what the plugin tells it from."""
    try:
        return await begin(requests=requests, retry=None)
    except BaseException:
        with suppress(RuntimeError):  # it is being read, and ends by itself
            await requests.aclose()
        raise


class _Stream(PluginStream):
    _has_connected = False
    _has_answered = False

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.opened = asyncio.Event()
        """There is a connection: what it is told before, nobody hears."""

    async def _run(self) -> None:
        try:
            async with self._pool.connection(timeout=self._conn_options.timeout) as client:
                transport: Any = client.transport
                await _connected(transport.grpc_channel, self._conn_options.timeout)
            self.opened.set()
            await super()._run()
        except APIStatusError as error:
            name = type(error.__cause__).__name__
            if is_unreached(error):
                raise APIConnectionError("Google cannot be reached") from error
            is_taken = self._has_answered and error.status_code == _REFUSED
            if is_taken or name in _OVER or error.status_code < _REFUSED:
                raise APIConnectionError(f"Google's stream is over ({name})") from None
            raise _refusal(error.status_code, error.__cause__ or error) from None
        finally:
            self._reconnect_event.set()  # the plugin leaves a task that waits for it

    async def __anext__(self) -> stt.SpeechEvent:
        event = await super().__anext__()
        self._has_answered = True
        return replace(event, alternatives=[as_written(data) for data in event.alternatives])

    def _report_connection_acquired(self, acquire_time: float, connection_reused: bool) -> None:
        """Once a stream: the next one is to be told again what this one has not heard."""
        if self._has_connected:
            raise APIConnectionError("Google's stream is over")
        self._has_connected = True
        super()._report_connection_acquired(acquire_time, connection_reused)


async def _connected(channel: Channel, within_s: float) -> None:
    """Until there is a connection, or none to be had: the stream says why."""
    try:
        async with asyncio.timeout(within_s):
            while (state := channel.get_state(try_to_connect=True)) not in _DECIDED:
                await channel.wait_for_state_change(state)
    except TimeoutError:
        raise APITimeoutError("Google does not take the connection") from None


def as_written(data: stt.SpeechData) -> stt.SpeechData:
    """A result with the words of its text; without any where Google tells no times."""
    listed = list(_listed(data))
    if not any(ends_s(word) > (word.start_time_offset or 0.0) for word in data.words or ()):
        return replace(data, words=None)
    words = timed(data.text, listed, starts_s(listed[0]), ends_s(listed[-1]))
    return replace(data, words=words or None)


def _listed(data: stt.SpeechData) -> Iterator[TimedString]:
    """Its words without the readings of Japanese ("今日|キョウ") and marks of where words begin
    ("▁오늘")."""
    for word in data.words or ():
        yield TimedString(
            word.partition(_READING)[0].strip(_BEGINS),
            start_time=word.start_time,
            end_time=word.end_time,
            confidence=word.confidence,
        )


def _refusal(status: int, error: BaseException) -> APIStatusError:
    """Without Google's words, which name projects and accounts."""
    code = subject(str(error))
    return APIStatusError(
        f"Google's recogniser answered {status}",
        status_code=status,
        body=wait_body(error) | ({"code": code} if code else {}),
        retryable=status == 429 or status >= 500,
    )
