"""What Google's errors say beside their status: google.rpc's details, as JSON or messages. Pure.

https://cloud.google.com/apis/design/errors#error_details
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_REASON = re.compile(r"[A-Z][A-Z0-9_]{2,60}")
_SUBJECTS = (
    ("billing", "billing_disabled"),
    ("language", "language_code"),
    ("location", "location"),
)
_DELAY = re.compile(r"(\d+(?:\.\d+)?)s")


def reason_of(error: BaseException) -> str:
    """`api_key_invalid`, as codes are written elsewhere; its status' name where there is no
    reason, empty without either."""
    body = _body(error)
    reasons = [one.get("reason") for one in _details(body)]
    for name in (*reasons, body.get("status")):
        if isinstance(name, str) and _REASON.fullmatch(name):
            return name.lower()
    return ""


def subject(said: str) -> str:
    """What a refusal without details is about, as a code; empty for anything else. Its own words
    name projects and accounts."""
    told = said.casefold()
    return next((code for sign, code in _SUBJECTS if sign in told), "")


def retry_s(error: BaseException) -> float | None:
    """So long it wants to be left alone; None where it does not say."""
    for one in _details(_body(error)):
        if found := _DELAY.fullmatch(str(one.get("retryDelay", ""))):
            return float(found.group(1))
    messages = getattr(error, "details", None)  # as google-api-core keeps them
    for one in messages if isinstance(messages, list) else ():
        if (delay := getattr(one, "retry_delay", None)) is not None:
            return float(delay.ToTimedelta().total_seconds())
    return None


def _body(error: BaseException) -> Mapping[str, Any]:
    """As google-genai keeps it."""
    told = getattr(error, "details", None)
    inner = told.get("error", told) if isinstance(told, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def _details(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    listed = body.get("details")
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, Mapping):
            yield one
