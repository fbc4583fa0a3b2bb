"""Azure's recogniser: livekit-agents' plugin, with the times of words, its confidence, and errors
that say what to do.

The plugin waits for its whole time limit when it is refused, raises the time-out bare, and hides
what the refusal was about (livekit-plugins-azure 1.8.9).
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from copy import deepcopy
from threading import Thread
from typing import Any
from urllib.parse import unquote

import azure.cognitiveservices.speech as speechsdk
from livekit.agents import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    LanguageCode,
    stt,
)
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
    TimedString,
)
from livekit.agents.utils import is_given
from livekit.plugins import azure
from livekit.plugins.azure.stt import SpeechStream as PluginStream

from interpreter.engines.failures import KEY_OR_REGION
from interpreter.engines.listed import timed
from interpreter.engines.utterances import HEARD_S
from interpreter.proxies import parts_of, proxy_to

TICKS = 10_000_000
"""Of Azure's clock in a second."""
STOPS_S = 0.3
REASON_S = 0.1
_IN_DETAIL = (
    speechsdk.PropertyId.SpeechServiceResponse_RequestDetailedResultTrueFalse,
    speechsdk.PropertyId.SpeechServiceResponse_RequestWordLevelTimestamps,
)
_UPGRADE = re.compile(r"WebSocket upgrade failed: [^()]*\((\d{3})\)")
_STATUS: Mapping[str, int] = {
    "AuthenticationFailure": 401,
    "BadRequest": 400,
    "Forbidden": 402,
    "TooManyRequests": 429,
    "ServiceUnavailable": 503,
    "ServiceError": 500,
}


class STT(azure.STT):
    """The plugin's class, with its options."""

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> PluginStream:
        config = deepcopy(self._config)
        if is_given(language):
            config.language = [LanguageCode(language)]
        return _Stream(stt=self, opts=config, conn_options=conn_options)


class _Stream(PluginStream):
    _stoppable: Any = None
    _is_cut = False
    """What is heard after that was heard before: the SDK tells it to another connection."""

    @property
    def _recognizer(self) -> Any:
        """The SDK's recogniser: told to answer in detail before the plugin starts it."""
        return self._stoppable

    @_recognizer.setter
    def _recognizer(self, made: Any) -> None:
        for option in _IN_DETAIL:
            made.properties.set_property(option, "true")
        for option, value in _proxy_options(self._address).items():
            made.properties.set_property(option, value)
        connection = speechsdk.Connection.from_recognizer(made)
        connection.disconnected.connect(self._on_disconnected)
        self._stoppable = _Stoppable(made, connection)

    @_recognizer.deleter
    def _recognizer(self) -> None:
        self._stoppable = None

    @property
    def _address(self) -> str:
        own = (self._opts.speech_endpoint, self._opts.speech_host)
        region = f"wss://{self._opts.speech_region}.stt.speech.microsoft.com"
        return next((one for one in own if is_given(one)), region)

    async def _run(self) -> None:
        try:
            await super()._run()
        except (TimeoutError, APIConnectionError) as error:
            if (details := self._cancellation_error) is not None:
                raise _failure(details) from None
            if isinstance(error, APIConnectionError):
                raise APIConnectionError("Azure's recogniser ended the session") from None
            raise APITimeoutError("Azure's recogniser did not answer in time") from None
        finally:
            self._use()  # what was sent is paid, however it ends
            self._session_stopped_event.set()  # the plugin leaves a task that waits for it

    def _on_canceled(self, evt: Any) -> None:
        super()._on_canceled(evt)
        if self._cancellation_error is not None:
            self._soon(self._session_started_event.set)

    def _on_disconnected(self, evt: Any) -> None:
        """The SDK would connect again by itself, and under load loses words; what it says the
        connection was cut for, if anything, comes a moment later."""
        self._is_cut = True
        self._soon(self._loop.call_later, REASON_S, self._session_stopped_event.set)

    def _on_recognizing(self, evt: Any) -> None:
        self._tell(evt, stt.SpeechEventType.INTERIM_TRANSCRIPT)

    def _on_recognized(self, evt: Any) -> None:
        self._soon(self._use)
        self._tell(evt, stt.SpeechEventType.FINAL_TRANSCRIPT)

    def _emit_recognition_usage(self) -> None:
        """Told with what the server answers: by itself it would look like a sign of life."""

    def _on_speech_start(self, evt: Any) -> None:
        """Said once, and not at every utterance; words have times."""

    def _on_speech_end(self, evt: Any) -> None:
        pass

    def _tell(self, evt: Any, kind: stt.SpeechEventType) -> None:
        if not self._is_cut and (data := heard(evt.result, self._opts.language[0])):
            if kind is stt.SpeechEventType.INTERIM_TRANSCRIPT:
                data.metadata = {HEARD_S: data.end_time}  # it is late: what follows is no silence
            self._soon(self._say, stt.SpeechEvent(type=kind, alternatives=[data]))

    def _use(self) -> None:
        if not self._event_ch.closed:
            super()._emit_recognition_usage()

    def _say(self, event: stt.SpeechEvent) -> None:
        if not self._event_ch.closed:  # it is, where nobody waited for the SDK to stop
            self._event_ch.send_nowait(event)

    def _soon(self, call: Any, *given: Any) -> None:
        """In the loop: the SDK calls from threads of its own, also after the loop's end."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(call, *given)


class _Stoppable:
    """The SDK's recogniser, left to stop by itself: where a server says nothing any more it takes
    eleven seconds (1.53.0), and its speaker is waiting for the next connection."""

    def __init__(self, made: Any, connection: Any) -> None:
        self._made = made
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._made, name)

    def stop_continuous_recognition(self) -> None:
        made, self._made, self._connection = self._made, None, None
        stopping = Thread(target=made.stop_continuous_recognition, name="azure:stop")
        stopping.start()
        del made
        stopping.join(STOPS_S)


def _proxy_options(address: str) -> dict[Any, str]:
    """How the SDK is told of the proxy to an address: it reads no environment (1.53.0)."""
    if (proxy := proxy_to(address)) is None:
        return {}
    found, ids = parts_of(proxy), speechsdk.PropertyId
    told = {
        ids.SpeechServiceConnection_ProxyHostName: found.hostname or "",
        ids.SpeechServiceConnection_ProxyPort: str(found.port or 80),
    }
    if found.username:
        told[ids.SpeechServiceConnection_ProxyUserName] = unquote(found.username)
        told[ids.SpeechServiceConnection_ProxyPassword] = unquote(found.password or "")
    return told


def heard(result: Any, language: str) -> stt.SpeechData | None:
    """What a result of the SDK says; nothing where it has no text."""
    text = result.text.strip()
    if not text:
        return None
    detected = speechsdk.AutoDetectSourceLanguageResult(result).language
    start_s = result.offset / TICKS
    end_s = start_s + result.duration / TICKS
    best = _best(result.json)
    return stt.SpeechData(
        language=LanguageCode(detected or language),
        text=text,
        start_time=start_s,
        end_time=end_s,
        confidence=float(best.get("Confidence", 0.0)),
        words=timed(text, _listed(best), start_s, end_s),
    )


def _listed(best: Mapping[str, Any]) -> list[TimedString]:
    """The words that Azure tells times of: as they were said ("twenty"), where its text is as it is
    written ("20")."""
    return [
        TimedString(
            word["Word"],
            start_time=word["Offset"] / TICKS,
            end_time=(word["Offset"] + word["Duration"]) / TICKS,
        )
        for word in best.get("Words", ())
    ]


def _best(told: str) -> Mapping[str, Any]:
    """The best of what a detailed result lists; empty for one that is not detailed."""
    try:
        best = json.loads(told)["NBest"][0]
    except (ValueError, KeyError, IndexError, TypeError):
        return {}
    return best if isinstance(best, dict) else {}


def refusal_status(name: str, told: str) -> int | None:
    """The HTTP status that the end of a session comes to, by the SDK's code and words; None where
    it was no answer. `Forbidden` is a free account without quota, whose connection is closed as a
    bad request (1007) otherwise; an address that is not there is a "service error".

    https://learn.microsoft.com/dotnet/api/microsoft.cognitiveservices.speech.cancellationerrorcode
    """
    if found := _UPGRADE.search(told):
        return int(found[1])
    if "throttled" in told.casefold():
        return 429
    return 402 if "quota" in told.casefold() else _STATUS.get(name)


def _failure(details: Any) -> APIConnectionError | APIStatusError:
    """What ended a session, without the SDK's words: they name addresses and accounts."""
    name = details.code.name
    if (status := refusal_status(name, details.error_details or "")) is None:
        return APIConnectionError(f"Azure's recogniser ended the session ({name})")
    is_temporary = status >= 500 or status == 429
    about = ": its language, or another option" if status == 400 else ""
    return APIStatusError(
        f"Azure's recogniser refused the session ({name}){about}",
        status_code=status,
        body={"code": KEY_OR_REGION} if status == 401 else None,
        retryable=is_temporary,
    )
