"""What a provider's library raises → an error of ours: a sentence that says what to do, and nothing
of what the server has said, which may repeat a key or somebody's words."""

import json
import math
import re
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from inspect import getattr_static

from aiohttp.http_exceptions import HttpProcessingError
from livekit.agents import APIError

from interpreter.engines.error_details import reason_of, retry_s
from interpreter.errors import EngineError, EngineRefused, EngineUnavailable

WAIT = "retry_after_s"
"""Where engines of ours say in an error's body how long the server wants to be left alone."""
KEY_OR_REGION = "key_or_region"
"""A code of ours, where a provider does not tell a wrong key from one of another region."""
KEY_OR_ENDPOINT = "key_or_endpoint"
API_VERSION = "api_version_not_known"
NO_DEPLOYMENT = "deployment_not_found"
"""Codes of ours for what Azure OpenAI says in words, where its own are no more than the status."""
TOO_OFTEN = "rate_limit_exceeded"
"""OpenAI's, which its realtime server says without a status."""
NO_QUOTA = "insufficient_quota"
"""OpenAI's code, which engines of ours use too."""
_NO_STATUS = -1
"""livekit-agents' for an answer that is no error of HTTP."""
_CODE = re.compile(r"[a-z][a-z_]{2,40}")
_CODE_SAID = re.compile(r"\berror \[([a-z][a-z_]{2,40})\]")
"""How classes repeat it that have no status (livekit-plugins-elevenlabs, -speechmatics 1.8.9)."""
_WORTH_ANOTHER_TRY = frozenset({408, 409, 425, 429, 499})
_AWS = {
    "UnrecognizedClientException": "invalid_api_key",
    "InvalidSignatureException": "invalid_api_key",
    "InvalidClientTokenId": "invalid_api_key",
    "SignatureDoesNotMatch": "invalid_api_key",
    "ExpiredTokenException": "token_expired",
    "ThrottlingException": TOO_OFTEN,
    "TooManyRequestsException": TOO_OFTEN,
}
"""Codes of AWS, most of which come with a 400 or a 403."""
KEY_CODES = frozenset(
    {
        "invalid_api_key",
        "authentication_error",
        "invalid_authentication",
        "api_key_invalid",
        "auth_error",
        "token_expired",
        "not_authorised",
    }
)
CREDIT_CODES = frozenset(
    {
        NO_QUOTA,
        "billing_hard_limit_reached",
        "quota_exceeded",
        "billing_disabled",
        "insufficient_funds",
    }
)
_PLACE = frozenset({"failed_precondition", "unsupported_country_region_territory"})
"""Gemini's and OpenAI's words for a country that they do not serve."""
_UNSET = re.compile(r"(?:No|Partial)(Credentials|Region)")
"""How types of errors begin that a library raises before it asks anybody (botocore's, of AWS)."""
_TEXT = frozenset({"content_filter", "content_policy_violation"})
SOUNDLESS = "no audio frames were pushed"
"""How livekit-agents says that a voice's answer has no sound in it; behind it stands the text."""
_WANTS_NAME = 407
_SAID_BY_PROXY = re.compile(r"(\d{3}) ")
"""How httpx repeats what a proxy answered that leads nowhere, …"""
_SAID_OVER_GRPC = re.compile(r"HTTP proxy returned response code (\d{3})")
"""… and gRPC among its words for a server that it has not reached, which it gives the status 503,
as a server would."""
_UNREACHED = ("failed to connect to all addresses", "errors resolving", "DNS resolution failed")
_UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"
_PAGE = re.compile(r"<!doctype html|<html\b|<head>|<body\b")
_MODEL = frozenset({"model_not_found", "invalid_model", "unsupported_model"})

_OF_CODE: Mapping[str, str] = {
    KEY_OR_REGION: (
        "server refused the key, or does not know it in this region ({status}); take a valid key "
        "and its region from the same resource."
    ),
    KEY_OR_ENDPOINT: (
        "server refused the key ({status}), or it is another resource's; take AZURE_OPENAI_API_KEY "
        "and AZURE_OPENAI_ENDPOINT from the same one."
    ),
    NO_DEPLOYMENT: (
        "resource has no such deployment ({status}); set azure_deployment "
        "(AZURE_OPENAI_DEPLOYMENT) to the name that it has there, which is not always its model's."
    ),
    API_VERSION: (
        "server does not know this address or API version ({status}); look at OPENAI_API_VERSION "
        "and AZURE_OPENAI_ENDPOINT."
    ),
}


class NoSuchAnswer(ValueError):
    """What came without an error is no answer of the service that was asked."""


def failure(error: BaseException, engine: str) -> EngineError:
    """What went wrong with an engine; `engine` begins the sentence, as "The recogniser"."""
    refused = proxy_status(error)
    ours = _behind_a_proxy(engine, refused) if refused else _ours(error, engine)
    ours.origin = lambda: error
    return ours


def loggable(error: Exception, engine: str) -> Exception:
    """As a log may have it: what a library raises by itself may say what is in a key file, so that
    a sentence of ours takes its place, with where it was raised."""
    if isinstance(error, EngineError | APIError | TimeoutError):
        return error
    return failure(error, engine).with_traceback(error.__traceback__)


def _ours(error: BaseException, engine: str) -> EngineError:
    status, code = status_of(error), code_of(error)
    said = ", ".join(str(one) for one in (status or "", code) if one)
    if code in _OF_CODE:
        return EngineRefused(f"{engine}'s {_OF_CODE[code].format(status=status)}")
    if status == 401 or code in KEY_CODES:
        return EngineRefused(f"{engine}'s server refused the key ({said}); set one that is valid.")
    if status == 402 or code in CREDIT_CODES:
        return EngineRefused(
            f"{engine}'s account has no credit left ({said}); look at its plan and its bills."
        )
    if code in _TEXT or _is_blocked(error):
        return EngineRefused(
            f"{engine}'s server does not take this text, for what it speaks of"
            f"{f' ({said})' if said else ''}; loosen its filter, or let another engine follow it."
        )
    if code in _PLACE:
        return EngineRefused(
            f"{engine}'s provider does not serve this country, or not without billing ({said}); "
            "turn billing on, or use another provider."
        )
    if status == 403:
        return EngineRefused(f"{engine}'s {_forbidden(error)} ({said}).")
    if status == 404 or code in _MODEL:
        return EngineRefused(
            f"{engine}'s server does not know this address or model ({said}); look at base_url and "
            "model."
        )
    if status == 429 or code == TOO_OFTEN:
        return EngineUnavailable(f"{engine}'s server is asked too often ({said}); try again.")
    if 400 <= status < 500 and status not in _WORTH_ANOTHER_TRY:
        return EngineRefused(
            f"{engine}'s server refused the request ({said}); look at the engine's options."
        )
    return _without_an_answer(error, engine, said)


def _behind_a_proxy(engine: str, status: int) -> EngineError:
    if status == _WANTS_NAME:
        return EngineRefused(
            f"{engine}'s server is behind a proxy that wants a name and a password ({status}); "
            "write them into HTTPS_PROXY, or the server into NO_PROXY where it needs no proxy."
        )
    kind = EngineRefused if status < 500 else EngineUnavailable
    return kind(
        f"{engine}'s server is behind a proxy that does not lead there ({status}); have the "
        "address allowed there, or write it into NO_PROXY where it needs no proxy."
    )


def _forbidden(error: BaseException) -> str:
    if is_page(error):
        return "address is forbidden by a page, as of a proxy or a firewall that stands before it"
    return "key may not use this model, or not in this region"


def _without_an_answer(error: BaseException, engine: str, said: str) -> EngineError:
    if lacks := unset_by(error):
        remedy = "the variables of its key" if lacks == "credentials" else "its option region"
        return EngineRefused(f"{engine} has no {lacks} ({_kind(error)}); set {remedy}.")
    return EngineUnavailable(f"{engine}'s server {_fails(error, said)}")


def _fails(error: BaseException, said: str) -> str:
    kind = _kind(error)
    if is_untrusted(error):
        return (
            f"has a certificate that is not trusted here ({kind}); name the file with its "
            "authority in SSL_CERT_FILE."
        )
    if is_elsewhere(error):
        return (
            f"gives no answer of its service ({kind}); base_url seems to lead to a login page or "
            "another service."
        )
    if is_soundless(error):
        return (
            "answered with no sound that can be read (a WAV has to have 16 bits); look at base_url,"
            " and try another response_format, model or voice."
        )
    return f"cannot be reached, or failed ({said or kind}); try again."


def unset_by(error: BaseException) -> str:
    """What a library was not told, "credentials" or "region", so that it asked nobody."""
    found = (_UNSET.match(type(one).__name__) for one in causes(error))
    return next((one.group(1).lower() for one in found if one), "")


def is_untrusted(error: BaseException) -> bool:
    """Whether this machine knows no authority for the server's certificate."""
    is_certificate = any(
        isinstance(one, ssl.SSLCertVerificationError) or _UNTRUSTED in _words_of_grpc(one)
        for one in causes(error)
    )
    return is_certificate and not status_of(error)


def is_elsewhere(error: BaseException) -> bool:
    """Whether somebody answers, without an error, what the service never does: as a page."""
    found = list(causes(error))
    is_other = any(map(_is_misread, found)) or any(
        200 <= status < 400 for one in found if not _has_error(one) for status in _statuses(one)
    )
    return is_other and not status_of(error)


def _has_error(error: BaseException) -> bool:
    """Whether the service itself says so, in the middle of an answer (Anthropic's, overloaded)."""
    body = getattr(error, "body", None)
    return isinstance(body, dict) and isinstance(body.get("error"), dict)


def _is_misread(error: BaseException) -> bool:
    """Whether a message was looked for in what is none: OpenAI's library gives a page as a text."""
    if isinstance(error, json.JSONDecodeError | NoSuchAnswer):
        return True
    return isinstance(error, AttributeError) and isinstance(error.obj, str)


def is_page(error: BaseException) -> bool:
    """Whether the answer is for a browser: by what is repeated of it, or by its type."""
    chain = list(causes(error))
    said = " ".join(f"{one} {getattr(one, 'body', '')}" for one in chain).casefold()
    return bool(_PAGE.search(said)) or any("html" in _type_of_answer(one) for one in chain)


def _type_of_answer(error: BaseException) -> str:
    """Of an answer that a library keeps, or whose headers it does."""
    headers = getattr(getattr(error, "response", error), "headers", None)
    return str(headers.get("content-type", "")).casefold() if isinstance(headers, Mapping) else ""


def is_soundless(error: BaseException) -> bool:
    """Whether a voice's server answered, and there was no sound in what it said."""
    found = any(
        isinstance(one, APIError) and one.message.startswith(SOUNDLESS) for one in causes(error)
    )
    return found and not status_of(error)


def status_of(error: BaseException) -> int:
    """The HTTP status that a server answered with; 0 where there is none."""
    for one in causes(error):
        for status in _statuses(one):
            if 400 <= status < 600:
                return status
    return 0


def proxy_status(error: BaseException) -> int:
    """What a proxy answered that did not lead to the server; 0 where it did, or there is none."""
    for one in causes(error):
        if over_grpc := _SAID_OVER_GRPC.search(_words_of_grpc(one)):
            return int(over_grpc[1])
        if "Proxy" in type(one).__name__:
            told = _SAID_BY_PROXY.match(str(one))
            found = [*_statuses(one), *([int(told[1])] if told else ())]
            if status := next((status for status in found if 400 <= status < 600), 0):
                return status
    return _WANTS_NAME if status_of(error) == _WANTS_NAME else 0


def is_unreached(error: BaseException) -> bool:
    """Whether gRPC has found no way to the server, and gives a status of its own instead."""
    return any(_words_of_grpc(one) for one in causes(error))


def _words_of_grpc(error: BaseException) -> str:
    """What it says where it has reached nobody; empty for all else."""
    said = str(error)
    return said if any(sign in said for sign in _UNREACHED) else ""


def _statuses(error: BaseException) -> list[int]:
    """Where libraries keep it, and whatever else is kept there."""
    if isinstance(error, HttpProcessingError):
        return []  # its code is what aiohttp thinks of an answer that broke off
    if _words_of_grpc(error):
        return []  # nobody has answered
    places = (
        (error, "status_code"),
        (error, "status"),
        (getattr(error, "response", None), "status_code"),
    )
    told = _told_by_aws(error, "ResponseMetadata").get("HTTPStatusCode")
    # Google's `code` is a plain attribute; the `code` of websockets is a property that warns.
    values = [
        *(getattr(place, name, None) for place, name in places),
        getattr_static(error, "code", None),
        told,
    ]
    return [int(status) for status in values if isinstance(status, int)]


def code_of(error: BaseException) -> str:
    """A provider's own code for what went wrong, as `insufficient_quota`; empty without one."""
    for one in causes(error):
        body = getattr(one, "body", None) or _json(getattr(one, "response", None))
        if isinstance(body, dict):
            inner = body.get("error", body)
            code = _code_in(inner) if isinstance(inner, dict) else None
            if isinstance(code, str) and _CODE.fullmatch(code):
                return code
        code = _AWS.get(str(_told_by_aws(one, "Error").get("Code")), "")
        if reason := reason_of(one) or code:
            return reason
        if isinstance(one, APIError) and (told := _CODE_SAID.search(one.message)):
            return told[1]
    return ""


def _code_in(told: Mapping[str, object]) -> object:
    """A server's own, or ours for Azure OpenAI's and Anthropic's words."""
    code, message = told.get("code"), str(told.get("message")).casefold()
    if code == "DeploymentNotFound":
        return NO_DEPLOYMENT
    if "credit balance is too low" in message:
        return NO_QUOTA  # with a 400
    if "invalid subscription key or wrong api endpoint" in message:
        return KEY_OR_ENDPOINT
    return API_VERSION if (code, message) == ("404", "resource not found") else code


def _told_by_aws(error: BaseException, part: str) -> Mapping[str, object]:
    """A part of what AWS answered, as botocore keeps it."""
    response = getattr(error, "response", None)
    found = response.get(part) if isinstance(response, dict) else None
    return found if isinstance(found, dict) else {}


def _json(response: object) -> object:
    """What a server answered instead of opening a WebSocket, as `websockets` keeps it."""
    body = getattr(response, "body", None)
    try:
        return json.loads(body) if isinstance(body, bytes | bytearray) else None
    except ValueError:
        return None


def told_wait_s(error: BaseException) -> float:
    """So long the server said to wait before it is asked again; 0 where it said nothing."""
    waits = (_wait_s(one) for one in causes(error))
    told_s = next((wait_s for wait_s in waits if wait_s is not None), 0.0)
    return max(told_s, 0.0) if math.isfinite(told_s) else 0.0


def wait_body(error: BaseException) -> dict[str, float]:
    """The same, for the body of an error that is raised in its place."""
    wait_s = told_wait_s(error)
    return {WAIT: wait_s} if wait_s else {}


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error, those inside it, and those that it came from, `from None` too: plugins hide the
    one that has the answer, and so do we."""
    seen: set[int] = set()
    ahead: list[BaseException | None] = [error]
    while ahead:
        one = ahead.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        ahead += one.exceptions if isinstance(one, BaseExceptionGroup) else ()
        origin = one.origin if isinstance(one, EngineError) else None
        ahead += [one.__cause__, one.__context__, origin() if origin else None]


def _is_blocked(error: BaseException) -> bool:
    """Whether a plugin says that there is an answer, and that it is always no."""
    return any(
        getattr(one, "status_code", None) == _NO_STATUS and getattr(one, "retryable", True) is False
        for one in causes(error)
    )


def _wait_s(error: BaseException) -> float | None:
    """By an engine of ours, which has read it already, or by the answer's headers."""
    body = getattr(error, "body", None)
    if isinstance(body, dict) and isinstance(body.get(WAIT), int | float):
        return float(body[WAIT])
    if (told_s := retry_s(error)) is not None:
        return told_s
    headers = getattr(getattr(error, "response", None), "headers", None)
    headers = getattr(error, "headers", None) if headers is None else headers
    if not isinstance(headers, Mapping):
        return None
    named = {str(name).casefold(): str(value) for name, value in headers.items()}
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return float(named[name]) * unit_s
        except (KeyError, ValueError):
            continue
    until, now = _date(named.get("retry-after")), _date(named.get("date"))
    return (until - now).total_seconds() if until and now else None


def _date(text: str | None) -> datetime | None:
    """An HTTP date; the other one in the same answer says what the server's clock shows. One
    without a zone is of UTC too, as in the form that is older than zones."""
    try:
        found = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found


def _kind(error: BaseException) -> str:
    """The name of what it began with: of what the network said, where it said something, as
    libraries hide it."""
    found = list(causes(error))
    for kind in (ssl.SSLError, OSError):
        for one in found:
            if isinstance(one, kind):
                return type(one).__name__
    seen: list[BaseException] = []
    inner: BaseException | None = error
    while inner is not None and not any(inner is one for one in seen):
        seen.append(inner)
        inner = inner.exceptions[0] if isinstance(inner, BaseExceptionGroup) else inner.__cause__
    single = [one for one in seen if not isinstance(one, BaseExceptionGroup)]
    return type(single[-1]).__name__.strip("_")
