"""An engine's failure is told in a sentence that says what to do, and never what its provider
wrote: some write a part of the key."""

import asyncio
from asyncio import CancelledError
from json import JSONDecodeError
from ssl import SSLCertVerificationError

import aiohttp
import httpx
import pytest
from livekit.agents import APIConnectionError, APIError, APIStatusError, APITimeoutError
from multidict import CIMultiDict, CIMultiDictProxy
from websockets.datastructures import Headers
from websockets.exceptions import InvalidStatus
from websockets.http11 import Response
from yarl import URL

from interpreter.engines.diagnosis import EmptyAnswer, EngineFault, diagnose
from interpreter.engines.failures import NoSuchAnswer
from interpreter.errors import EngineRefused, EngineUnavailable


def answered(status: int, text: str, body: object = None) -> APIStatusError:
    return APIStatusError(text, status_code=status, body=body)


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def hiding(error: Exception, context: BaseException) -> Exception:
    """As with `from None`."""
    error.__context__ = context
    error.__suppress_context__ = True
    return error


class NoRegionError(Exception):
    """As botocore's."""


class NoCredentialsError(Exception):
    """As botocore's."""


def misread(answer: str) -> Exception:
    """As OpenAI's library of a page, which it gives as a text."""
    try:
        getattr(answer, "text")  # noqa: B009  (no text has it)
    except AttributeError as error:
        return error
    raise ValueError(answer)


SOUNDLESS = APIError("no audio frames were pushed for text: My key has expired.")
"""livekit-agents repeats what was to be said."""
UNTRUSTED = SSLCertVerificationError("self-signed certificate")
PAGE = InvalidStatus(Response(200, "OK", Headers(), b"<html>"))

HTML = {"Content-Type": "text/html; charset=utf-8"}
FORBIDDEN = InvalidStatus(Response(403, "Forbidden", Headers(HTML), b""))
SERVER = httpx.Request("POST", "https://here/v1")
FORBIDDEN_BY_HTTP = httpx.HTTPStatusError(
    "403", request=SERVER, response=httpx.Response(403, headers=HTML)
)
FORBIDDEN_BY_AIOHTTP = aiohttp.ClientResponseError(
    aiohttp.RequestInfo(URL("https://here/v1"), "POST", CIMultiDictProxy(CIMultiDict())),
    (),
    status=403,
    headers=CIMultiDict(HTML),
)


def told(error: Exception) -> tuple[EngineFault, str]:
    found = diagnose(error, kind="tts", key="SOME_KEY", language="Catalan", tag="ca")
    return found.fault, found.sentence


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (answered(401, "Incorrect API key provided: sk-abc***xyz"), EngineFault.KEY_REFUSED),
        (answered(400, "API key not valid. Please pass a valid API key."), EngineFault.KEY_REFUSED),
        (APIConnectionError("ElevenLabs STT error [auth_error]"), EngineFault.KEY_REFUSED),
        (APIConnectionError("ElevenLabs STT error [quota_exceeded]"), EngineFault.NO_QUOTA),
        (answered(400, "API key expired. Please renew the API key."), EngineFault.KEY_EXPIRED),
        (answered(401, "", {"error": {"code": "token_expired"}}), EngineFault.KEY_EXPIRED),
        (
            APIConnectionError(
                "WebSocket upgrade failed: Authentication error (401). Please check subscription "
                "information and region name."
            ),
            EngineFault.KEY_OR_REGION,
        ),
        (
            caused(APIConnectionError(), httpx.ProxyError("407 Proxy Authentication Required")),
            EngineFault.PROXY,
        ),
        (caused(APIConnectionError(), httpx.ProxyError("403 Forbidden")), EngineFault.PROXY),
        (answered(407, ""), EngineFault.PROXY),
        (answered(402, "payment required"), EngineFault.NO_QUOTA),
        (answered(403, "Your balance is used up"), EngineFault.NO_QUOTA),
        (answered(503, "no server behind the load balancer"), EngineFault.SERVER),
        (answered(429, "", {"error": {"code": "insufficient_quota"}}), EngineFault.NO_QUOTA),
        (
            answered(429, "You exceeded your current quota, check your billing"),
            EngineFault.NO_QUOTA,
        ),
        (answered(403, "BILLING_DISABLED for this project"), EngineFault.NO_QUOTA),
        (answered(429, "Rate limit reached for requests"), EngineFault.TOO_OFTEN),
        (answered(403, "The caller does not have permission"), EngineFault.NOT_ALLOWED),
        (answered(403, "<!DOCTYPE html><title>Access denied: billing</title>"), EngineFault.PAGE),
        (answered(403, "Error code: 403", "<html><body>Blocked</body></html>"), EngineFault.PAGE),
        (caused(answered(403, ""), FORBIDDEN), EngineFault.PAGE),
        (caused(answered(403, ""), FORBIDDEN_BY_HTTP), EngineFault.PAGE),
        (caused(answered(403, ""), FORBIDDEN_BY_AIOHTTP), EngineFault.PAGE),
        (answered(413, "Request Entity Too Large"), EngineFault.TOO_LARGE),
        (answered(400, "Voice 'x' is not one of"), EngineFault.VOICE),
        (
            answered(404, "Not found, url='wss://host/v3/ws?language_code=es&region=eu-west'"),
            EngineFault.MODEL,
        ),
        (answered(401, "Unauthorized, url=https://host/v2?region=eu"), EngineFault.KEY_REFUSED),
        (answered(400, "Unsupported language 'gl' for this model"), EngineFault.LANGUAGE),
        (answered(400, "The specified locale is not supported"), EngineFault.LANGUAGE),
        (answered(404, "The model `gpt-9` does not exist"), EngineFault.MODEL),
        (answered(404, "DeploymentNotFound"), EngineFault.MODEL),
        (
            answered(404, "The voice's server does not know this address or model (404)."),
            EngineFault.MODEL,
        ),
        (
            answered(400, "The voice's server refused the request (400); look at its options."),
            EngineFault.REFUSED,
        ),
        (
            caused(answered(400, "The voice's server refused it."), answered(400, "No locale xx")),
            EngineFault.LANGUAGE,
        ),
        (
            caused(answered(422, "The voice's server refused it."), answered(422, "no voice_id x")),
            EngineFault.VOICE,
        ),
        (
            answered(400, "Expected resource location to be global, but found us-central1."),
            EngineFault.LOCATION,
        ),
        (answered(422, "bad sample rate"), EngineFault.REFUSED),
        (TimeoutError(), EngineFault.TOO_SLOW),
        (APITimeoutError(), EngineFault.TOO_SLOW),
        (caused(EngineUnavailable("late"), TimeoutError()), EngineFault.TOO_SLOW),
        (APIConnectionError(), EngineFault.UNREACHABLE),
        (caused(APIConnectionError(), httpx.ConnectError("refused")), EngineFault.UNREACHABLE),
        (OSError("name or service not known"), EngineFault.UNREACHABLE),
        (hiding(APIConnectionError(), UNTRUSTED), EngineFault.CERTIFICATE),
        (caused(httpx.ConnectTimeout("late"), UNTRUSTED), EngineFault.CERTIFICATE),
        (caused(APIConnectionError(), JSONDecodeError("", "<html>", 0)), EngineFault.ELSEWHERE),
        (caused(APIConnectionError(), PAGE), EngineFault.ELSEWHERE),
        (caused(APIConnectionError(), misread("<html>")), EngineFault.ELSEWHERE),
        (caused(EngineUnavailable("ours"), NoSuchAnswer()), EngineFault.ELSEWHERE),
        (caused(APIConnectionError(), SOUNDLESS), EngineFault.EMPTY),
        (caused(answered(502, "<html>"), JSONDecodeError("", "<html>", 0)), EngineFault.SERVER),
        (caused(APIConnectionError(), NoRegionError()), EngineFault.NO_REGION),
        (caused(APIConnectionError(), NoCredentialsError()), EngineFault.NO_CREDENTIALS),
        (EmptyAnswer(), EngineFault.EMPTY),
        (hiding(answered(500, "oops"), StopAsyncIteration()), EngineFault.SERVER),
        (ZeroDivisionError(), EngineFault.BROKEN),
        (caused(EngineRefused("ours"), answered(401, "no")), EngineFault.KEY_REFUSED),
        (ExceptionGroup("tasks", [answered(401, "no")]), EngineFault.KEY_REFUSED),
    ],
)
def test_a_failure_is_told_by_what_is_wrong(error: Exception, fault: EngineFault) -> None:
    assert told(error)[0] is fault


def test_the_sentence_names_the_variable_the_language_and_the_status() -> None:
    assert "correct SOME_KEY. (status 401)" in told(answered(401, "no"))[1]
    assert "set SOME_KEY and" in told(NoCredentialsError())[1]
    assert "Catalan" in told(answered(400, "no such voice"))[1]
    assert "voice@ca" in told(answered(400, "no such voice"))[1]


def test_how_a_stream_ended_is_not_told_as_what_went_wrong() -> None:
    """As NVIDIA's recogniser, which ends without an error."""
    assert "(it told no reason)" in told(hiding(EngineUnavailable("x"), CancelledError()))[1]
    assert "(ValueError)" in told(hiding(ValueError("x"), StopAsyncIteration()))[1]
    assert "(APIError)" in told(ExceptionGroup("x", [hiding(APIError("x"), CancelledError())]))[1]


def test_nothing_of_what_a_provider_wrote_is_repeated() -> None:
    for text in ("Incorrect API key provided: sk-Pr1vate", "expired key sk-Pr1vate", "sk-Pr1vate"):
        for status in (400, 401, 403, 404, 429, 500):
            assert "Pr1vate" not in told(answered(status, text, {"said": text}))[1]


async def test_a_time_limit_of_ours_is_a_slow_engine() -> None:
    with pytest.raises(TimeoutError) as raised:
        async with asyncio.timeout(0):
            await asyncio.sleep(1)
    assert told(raised.value)[0] is EngineFault.TOO_SLOW
