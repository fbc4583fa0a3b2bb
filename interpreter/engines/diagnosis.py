"""What an engine's failure means for whoever runs it, in a sentence that says what to do. Pure.

Providers' own texts are read and never repeated: some hold a part of the key.
"""

import re
from asyncio import CancelledError
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from interpreter.engines.failures import (
    API_VERSION,
    CREDIT_CODES,
    KEY_CODES,
    KEY_OR_ENDPOINT,
    TOO_OFTEN,
    causes,
    code_of,
    is_elsewhere,
    is_page,
    is_soundless,
    is_untrusted,
    proxy_status,
    status_of,
    told_wait_s,
    unset_by,
)


class EngineFault(StrEnum):
    """What is wrong with an engine."""

    KEY_REFUSED = "key refused"
    KEY_EXPIRED = "key expired"
    NO_CREDENTIALS = "no credentials"
    NO_REGION = "no region"
    NOT_ALLOWED = "not allowed"
    PAGE = "refused with a page"
    KEY_OR_REGION = "key or region refused"
    KEY_OR_ENDPOINT = "key or endpoint refused"
    NOT_HERE = "not served here"
    LOCATION = "not in this location"
    NO_QUOTA = "no quota"
    TOO_OFTEN = "asked too often"
    LANGUAGE = "language not supported"
    VOICE = "voice not supported"
    MODEL = "model not known"
    API_VERSION = "API version not known"
    REFUSED = "request refused"
    TOO_LARGE = "request too large"
    TOO_SLOW = "no answer in time"
    CERTIFICATE = "certificate not trusted"
    ELSEWHERE = "another service answers"
    PROXY = "stopped by a proxy"
    UNREACHABLE = "not reachable"
    EMPTY = "empty answer"
    SERVER = "server failed"
    BROKEN = "failed"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A fault, and what to do about it."""

    fault: EngineFault
    sentence: str


class EmptyAnswer(Exception):
    """The engine answered, and there was nothing in it."""


_REMEDIES = {
    EngineFault.KEY_REFUSED: "The provider does not accept the key; correct {key}.",
    EngineFault.KEY_EXPIRED: "The key has expired; make a new one and put it into {key}.",
    EngineFault.NO_CREDENTIALS: (
        "It finds no credentials here, or a part of them; set {key} and what belongs to it (AWS: "
        "AWS_ACCESS_KEY_ID, or a role of this machine)."
    ),
    EngineFault.NO_REGION: (
        "It knows no region; set the option region (AWS: or AWS_DEFAULT_REGION)."
    ),
    EngineFault.NOT_ALLOWED: (
        "The key is known, and may not do this; give its account or project the permission for "
        "{kind}, or use another one in {key}."
    ),
    EngineFault.PAGE: (
        "A page answers that this is forbidden, and not the service: it may be of a proxy or a "
        "firewall of your network, or of the provider's own, which lets nobody in from here; have "
        "its address allowed there, and look at base_url. The key need not be wrong."
    ),
    EngineFault.KEY_OR_REGION: (
        "The provider does not know this key in this region: it is wrong, has expired, or belongs "
        "to another region; take both from the same resource: {key}, and the variable or option "
        "with the region."
    ),
    EngineFault.KEY_OR_ENDPOINT: (
        "The provider does not know this key at this address: it is wrong, has expired, or belongs "
        "to another resource; take both from the same resource: {key}, and AZURE_OPENAI_ENDPOINT."
    ),
    EngineFault.NOT_HERE: (
        "The provider does not serve this country, or not without billing; turn billing on, run "
        "this elsewhere, or use another provider."
    ),
    EngineFault.LOCATION: (
        "The project, or the model, is not in this location; correct the option location, or take "
        "a model that is there."
    ),
    EngineFault.NO_QUOTA: "The account has no quota or credit left; add some with the provider.",
    EngineFault.TOO_OFTEN: (
        "The account is asked more often than it may; wait, or raise its limit with the provider."
    ),
    EngineFault.LANGUAGE: (
        "It does not serve {language}, or calls it otherwise; write what its provider calls it, "
        '"language@{tag}" = "…" (or as its option is called), or the engine\'s languages = […] '
        "without it, and give the language an engine of its own."
    ),
    EngineFault.VOICE: (
        "It has no such voice for {language}; choose another with the option voice, or "
        'voice@{tag} for this language alone ("voice_name" with Google).'
    ),
    EngineFault.MODEL: (
        "It does not know the address or the model, or the account may not use it; look at "
        "base_url (most end in /v1), and correct the option model (Azure: the deployment, which is "
        "azure_deployment for a translator)."
    ),
    EngineFault.API_VERSION: (
        "It does not know this version of its interface, or the address is not its own; correct "
        "OPENAI_API_VERSION (for example 2024-10-21) and AZURE_OPENAI_ENDPOINT."
    ),
    EngineFault.REFUSED: (
        "It refuses the request; compare the engine's options with its documentation."
    ),
    EngineFault.TOO_LARGE: (
        "What it is sent at once is more than it takes; raise the limit of your own server, or of "
        "the proxy before it (nginx: client_max_body_size), or choose a model that takes more."
    ),
    EngineFault.TOO_SLOW: (
        "It did not answer in time; look at the provider's state page and the network."
    ),
    EngineFault.CERTIFICATE: (
        "Nobody whom this machine trusts vouches for its certificate: it is the server's own, or "
        "your network looks into what is sent; name the file with its authority in SSL_CERT_FILE."
    ),
    EngineFault.ELSEWHERE: (
        "What answers is not the service; base_url seems to lead to a login page or another "
        "service."
    ),
    EngineFault.PROXY: (
        "A proxy of your network does not lead there: it wants a name and a password in "
        "HTTPS_PROXY (407), or does not allow the address; what needs no proxy, write into "
        "NO_PROXY."
    ),
    EngineFault.UNREACHABLE: (
        "Its address cannot be reached; look at base_url or the region, at DNS, proxy and "
        "firewall, and whether a server of your own runs."
    ),
    EngineFault.EMPTY: (
        "It answered with nothing that can be read or heard; look at base_url, and try another "
        "model or voice, or response_format where a voice has one (a WAV has to have 16 bits)."
    ),
    EngineFault.SERVER: (
        "Its server answers that it failed; look at its log where it is your own, or else at the "
        "provider's state page, and try again."
    ),
    EngineFault.BROKEN: "It failed ({error}); the log has more.",
}
_PLACES = ("location is not supported", "unsupported_country_region_territory")
_QUOTA = re.compile(r"insufficient_quota|current quota|out of credit|no credit|billing|\bbalance\b")
"""A load balancer has none."""
_AUTHENTICATION = (
    "authentication",
    "unauthenticated",
    "unauthorized",
    "invalid api key",
    "incorrect api key",
    "api_key_invalid",
    "api key not valid",
    "websocket upgrade failed: 401",
)

_FAILS = 500
_NO_REASONS = (StopAsyncIteration, CancelledError, BaseExceptionGroup)
_OURS = "interpreter."
_OWN_WORDS = re.compile(r"\bthe (?:translator|recogniser|voice)'s\b")
"""How a sentence of ours begins (failures.py): what is refused need not be a voice."""
_ADDRESS = re.compile(r"\b(?:https?|wss?)://[^\s'\"<>]+")
"""aiohttp repeats what was asked: a language or a region in it is not what is wrong."""


def diagnose(error: BaseException, *, kind: str, key: str, language: str, tag: str) -> Diagnosis:
    """What the failure means; `key` names the variables that the key is read from."""
    chain = list(causes(error))
    text = _ADDRESS.sub("", " ".join(_said(one) for one in chain).casefold())
    status = status_of(error)
    if _is_asked_wrong(status):
        text = _OWN_WORDS.sub("", text)
    is_told_to_wait = status == 429 and told_wait_s(error) > 0
    fault = EngineFault.TOO_OFTEN if is_told_to_wait else _fault(chain, text, status)
    status = proxy_status(error) or status
    sentence = _REMEDIES[fault].format(
        key=key, kind=kind, language=language, tag=tag, error=_named(chain)
    )
    return Diagnosis(fault, f"{sentence} (status {status})" if status else sentence)


def _fault(chain: list[BaseException], text: str, status: int) -> EngineFault:
    rules: list[tuple[Callable[[], bool], EngineFault]] = [
        (lambda: any(isinstance(one, EmptyAnswer) for one in chain), EngineFault.EMPTY),
        (lambda: is_soundless(chain[0]), EngineFault.EMPTY),
        (lambda: unset_by(chain[0]) == "credentials", EngineFault.NO_CREDENTIALS),
        (lambda: unset_by(chain[0]) == "region", EngineFault.NO_REGION),
        (lambda: bool(proxy_status(chain[0])), EngineFault.PROXY),
        (lambda: status == 403 and is_page(chain[0]), EngineFault.PAGE),
        (lambda: status == 413, EngineFault.TOO_LARGE),
        (lambda: "expired" in text and ("key" in text or "token" in text), EngineFault.KEY_EXPIRED),
        (lambda: any(sign in text for sign in _PLACES), EngineFault.NOT_HERE),
        (lambda: status == 402 or bool(_QUOTA.search(text)), EngineFault.NO_QUOTA),
        (lambda: not status and code_of(chain[0]) in CREDIT_CODES, EngineFault.NO_QUOTA),
        (lambda: status == 429 or "resource_exhausted" in text, EngineFault.TOO_OFTEN),
        (lambda: code_of(chain[0]) == TOO_OFTEN, EngineFault.TOO_OFTEN),
        (lambda: code_of(chain[0]) == KEY_OR_ENDPOINT, EngineFault.KEY_OR_ENDPOINT),
        (lambda: _is_key(text, status) and "region" in text, EngineFault.KEY_OR_REGION),
        (lambda: _is_key(text, status), EngineFault.KEY_REFUSED),
        (lambda: code_of(chain[0]) in KEY_CODES, EngineFault.KEY_REFUSED),
        (lambda: status == 403 or "permission" in text, EngineFault.NOT_ALLOWED),
        (lambda: code_of(chain[0]) == API_VERSION, EngineFault.API_VERSION),
        (lambda: _is_asked_wrong(status) and "voice" in text, EngineFault.VOICE),
        (lambda: _is_asked_wrong(status) and _is_of_language(text), EngineFault.LANGUAGE),
        (lambda: _is_asked_wrong(status) and "location" in text, EngineFault.LOCATION),
        (lambda: _is_asked_wrong(status) and _is_of_model(text, status), EngineFault.MODEL),
        (lambda: _is_asked_wrong(status), EngineFault.REFUSED),
        (lambda: status >= _FAILS, EngineFault.SERVER),
        (lambda: is_untrusted(chain[0]), EngineFault.CERTIFICATE),
        (lambda: is_elsewhere(chain[0]), EngineFault.ELSEWHERE),
        (lambda: any(_is_late(one) for one in chain), EngineFault.TOO_SLOW),
        (lambda: not status and any(_is_away(one) for one in chain), EngineFault.UNREACHABLE),
    ]
    return next((fault for is_it, fault in rules if is_it()), EngineFault.BROKEN)


def _named(chain: list[BaseException]) -> str:
    """What it began with: how something was ended, or held together, is not it."""
    told = [type(one) for one in chain if not isinstance(one, _NO_REASONS)]
    return next(
        (one.__name__ for one in reversed(told) if not one.__module__.startswith(_OURS)),
        "it told no reason",
    )


def _is_key(text: str, status: int) -> bool:
    return status == 401 or any(sign in text for sign in _AUTHENTICATION)


def _is_asked_wrong(status: int) -> bool:
    return status in (400, 404, 405, 415, 422)


def _is_of_language(text: str) -> bool:
    return "language" in text or "locale" in text


def _is_of_model(text: str, status: int) -> bool:
    return "model" in text or "deployment" in text or status == 404


def _is_late(error: BaseException) -> bool:
    return isinstance(error, TimeoutError) or "Timeout" in type(error).__name__


def _is_away(error: BaseException) -> bool:
    return isinstance(error, OSError) or "Connect" in type(error).__name__


def _said(error: BaseException) -> str:
    return f"{error} {getattr(error, 'body', '')}"
