"""What a provider's library raises → an error of ours: a sentence that says what to do, and nothing
of what the server has said, which may repeat a key or somebody's words."""

import re

from interpreter.errors import EngineError, EngineRefused, EngineUnavailable

_CODE = re.compile(r"[a-z][a-z_]{2,40}")
_WORTH_ANOTHER_TRY = frozenset({408, 409, 425, 429, 499})
_KEY = frozenset({"invalid_api_key", "authentication_error", "invalid_authentication"})
_CREDIT = frozenset({"insufficient_quota", "billing_hard_limit_reached", "quota_exceeded"})
_MODEL = frozenset({"model_not_found", "invalid_model", "unsupported_model"})


def failure(error: BaseException, engine: str) -> EngineError:
    """What went wrong with an engine; `engine` begins the sentence, as "The recogniser"."""
    status, code = status_of(error), code_of(error)
    said = ", ".join(str(one) for one in (status or "", code) if one)
    if status == 401 or code in _KEY:
        return EngineRefused(f"{engine}'s server refused the key ({said}); set one that is valid.")
    if status == 402 or code in _CREDIT:
        return EngineRefused(
            f"{engine}'s account has no credit left ({said}); look at its plan and its bills."
        )
    if status == 403:
        return EngineRefused(
            f"{engine}'s key may not use this model, or not in this region ({said})."
        )
    if status == 404 or code in _MODEL:
        return EngineRefused(
            f"{engine}'s server does not know this address or model ({said}); look at base_url and "
            "model."
        )
    if status == 429:
        return EngineUnavailable(f"{engine}'s server is asked too often ({said}); try again.")
    if 400 <= status < 500 and status not in _WORTH_ANOTHER_TRY:
        return EngineRefused(
            f"{engine}'s server refused the request ({said}); look at the engine's options."
        )
    return EngineUnavailable(
        f"{engine}'s server cannot be reached, or failed ({said or _kind(error)}); try again."
    )


def status_of(error: BaseException) -> int:
    """The HTTP status that a server answered with; 0 where there is none."""
    for one in _chain(error):
        for place, name in ((one, "status_code"), (one, "status"), (_response(one), "status_code")):
            status = getattr(place, name, None)
            if isinstance(status, int) and 400 <= status < 600:
                return status
    return 0


def code_of(error: BaseException) -> str:
    """A provider's own code for what went wrong, as `insufficient_quota`; empty without one."""
    for one in _chain(error):
        body = getattr(one, "body", None)
        if isinstance(body, dict):
            inner = body.get("error", body)
            code = inner.get("code") if isinstance(inner, dict) else None
            if isinstance(code, str) and _CODE.fullmatch(code):
                return code
    return ""


def told_wait_s(error: BaseException) -> float:
    """So long the server said to wait before it is asked again; 0 where it said nothing."""
    for one in _chain(error):
        headers = getattr(_response(one), "headers", None) or getattr(one, "headers", None) or {}
        try:
            return max(float(headers.get("retry-after", "")), 0.0)
        except (ValueError, AttributeError):
            continue
    return 0.0


def _response(error: BaseException) -> object:
    return getattr(error, "response", None)


def _kind(error: BaseException) -> str:
    """The name of what it began with."""
    seen: list[BaseException] = []
    inner: BaseException | None = error
    while inner is not None and not any(inner is one for one in seen):
        seen.append(inner)
        inner = inner.exceptions[0] if isinstance(inner, BaseExceptionGroup) else inner.__cause__
    single = [one for one in seen if not isinstance(one, BaseExceptionGroup)]
    return type(single[-1]).__name__.strip("_")


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what it was raised from: plugins hide the answer that they had."""
    found: list[BaseException] = []
    ahead: list[BaseException | None] = [error]
    while ahead:
        one = ahead.pop(0)
        if one is None or any(one is known for known in found):
            continue
        found.append(one)
        ahead += one.exceptions if isinstance(one, BaseExceptionGroup) else ()
        ahead += [one.__cause__, one.__context__]
    return found
