"""How Gemini says no: https://ai.google.dev/gemini-api/docs/generate-content/api-errors, in the
shape of https://cloud.google.com/apis/design/errors. A fault's `says` is one of these."""

from typing import Any

from aiohttp import web

from tests.emulators.faults import Fault, Kind

_SAYS: dict[str, tuple[int, str, str]] = {
    "API_KEY_INVALID": (
        400,
        "INVALID_ARGUMENT",
        "API key not valid. Please pass a valid API key.",
    ),
    "API_KEY_EXPIRED": (400, "INVALID_ARGUMENT", "API key expired. Please renew the API key."),
    "DEADLINE": (
        400,
        "INVALID_ARGUMENT",
        "Manually set deadline {wait}s is too short. Minimum allowed deadline is 10s.",
    ),
    "FAILED_PRECONDITION": (
        400,
        "FAILED_PRECONDITION",
        "User location is not supported for the API use.",
    ),
    "CREDITS": (402, "RESOURCE_EXHAUSTED", "Your prepayment credits are depleted."),
    "CONSUMER_SUSPENDED": (
        403,
        "PERMISSION_DENIED",
        "Permission denied: Consumer 'api_key:{given}' has been suspended.",
    ),
    "PERMISSION_DENIED": (
        403,
        "PERMISSION_DENIED",
        "The caller does not have permission.",
    ),
    "NOT_FOUND": (
        404,
        "NOT_FOUND",
        "models/{model} is not found for API version v1beta, or is not supported for "
        "generateContent. Call ListModels to see the list of available models.",
    ),
    "RESOURCE_EXHAUSTED": (
        429,
        "RESOURCE_EXHAUSTED",
        "You exceeded your current quota, please check your plan and billing details. "
        "Please retry in {wait}s.",
    ),
    "INTERNAL": (500, "INTERNAL", "An internal error has occurred. Please retry."),
    "UNAVAILABLE": (
        503,
        "UNAVAILABLE",
        "This model is currently experiencing high demand. Please try again later.",
    ),
    "DEADLINE_EXCEEDED": (504, "DEADLINE_EXCEEDED", "Deadline expired."),
}
_OF_KIND: dict[Kind, str] = {
    "401": "API_KEY_INVALID",
    "429": "RESOURCE_EXHAUSTED",
    "500": "INTERNAL",
}
_OF_KEY = ("API_KEY_INVALID", "API_KEY_EXPIRED")
_TYPE = "type.googleapis.com/google.rpc."


def refused(fault: Fault, given: str, model: str) -> web.Response:
    """What is answered instead of beginning, to whoever has `given` this key."""
    says = fault.says or _OF_KIND[fault.kind]
    return error(says, given=given, model=model, wait=f"{fault.wait_s:g}")


def error(says: str, *, given: str = "", model: str = "", wait: str = "") -> web.Response:
    """An answer that is no."""
    status, name, message = _SAYS[says]
    told = message.format(given=given, model=model, wait=wait)
    body: dict[str, Any] = {"code": status, "message": told, "status": name}
    if details := _details(says, model, wait):
        body["details"] = details
    return web.json_response({"error": body}, status=status)


def _details(says: str, model: str, wait: str) -> list[dict[str, Any]]:
    if says in (*_OF_KEY, "CONSUMER_SUSPENDED"):
        reason = "API_KEY_INVALID" if says in _OF_KEY else says
        return [
            {
                "@type": f"{_TYPE}ErrorInfo",
                "reason": reason,
                "domain": "googleapis.com",
                "metadata": {"service": "generativelanguage.googleapis.com"},
            }
        ]
    if says != "RESOURCE_EXHAUSTED":
        return []
    violation = {
        "quotaMetric": "generativelanguage.googleapis.com/generate_content_requests",
        "quotaId": "GenerateRequestsPerMinutePerProjectPerModel",
        "quotaDimensions": {"location": "global", "model": model},
    }
    return [
        {"@type": f"{_TYPE}QuotaFailure", "violations": [violation]},
        {"@type": f"{_TYPE}RetryInfo", "retryDelay": f"{wait}s"},
    ]
