"""How OpenAI says no: https://developers.openai.com/api/docs/guides/error-codes."""

from collections.abc import Mapping

from aiohttp import web

from tests.emulators.faults import Fault


def refusal(fault: Fault, given: str) -> web.Response:
    """What a server answers instead of beginning, to whoever has `given` this key."""
    if fault.kind == "401":
        return wrong_key(given)
    if fault.kind == "500":
        return error(500, "The server had an error while processing your request.", "server_error")
    wait = {"retry-after": f"{fault.wait_s:g}"}
    return error(429, "Rate limit reached.", fault.says or "rate_limit_exceeded", wait)


def wrong_key(given: str) -> web.Response:
    """As the least careful of servers: it repeats the key."""
    return error(401, f"Incorrect API key provided: {given}.", "invalid_api_key")


def error(
    status: int, message: str, code: str, headers: Mapping[str, str] | None = None
) -> web.Response:
    """An answer that is no."""
    kind = "server_error" if status >= 500 else "invalid_request_error"
    body = {"error": {"message": message, "type": kind, "param": None, "code": code}}
    return web.json_response(body, status=status, headers=headers)
