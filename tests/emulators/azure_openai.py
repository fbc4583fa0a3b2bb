"""Azure OpenAI's chat completions, where they are not OpenAI's: what may be asked there, what
stands before an answer, and how it says no.

https://learn.microsoft.com/azure/ai-services/openai/reference; how it words a refusal was read in
reports of its users.
"""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from aiohttp import web

from tests.emulators import openai_errors
from tests.emulators.faults import Fault

PATH = "/openai/deployments/{deployment}/chat/completions"
DEPLOYMENT = "our-translator"
"""Its operator's own name for a model."""
VERSIONS = (
    "2024-09-01-preview",
    "2024-10-01-preview",
    "2024-10-21",
    "2024-12-01-preview",
    "2025-01-01-preview",
    "2025-02-01-preview",
    "2025-03-01-preview",
    "2025-04-01-preview",
)
"""Earlier ones do not know `stream_options`, which livekit's plugin always sends."""
_ARGUMENTS = frozenset(
    "audio data_sources frequency_penalty function_call functions logit_bias logprobs "
    "max_completion_tokens max_tokens messages metadata modalities model n parallel_tool_calls "
    "prediction presence_penalty reasoning_effort response_format seed stop store stream "
    "stream_options temperature tool_choice tools top_logprobs top_p user".split()
)
_SAFE = {"filtered": False, "severity": "safe"}
_FILTER = dict.fromkeys(("hate", "self_harm", "sexual", "violence"), _SAFE)


def denied(
    request: web.Request, body: dict[str, Any], key: str, has_deployment: Callable[[str], bool]
) -> web.Response | None:
    """Its answer to whoever may not ask this; `key`: the only right one, any where it is empty."""
    given = request.headers.get("api-key", "")
    if not given or (key and given != key):
        return wrong_key()
    if request.query.get("api-version") not in VERSIONS:
        return _error(404, "404", "Resource not found")
    if not has_deployment(request.match_info["deployment"]):
        return _error(
            404,
            "DeploymentNotFound",
            "The API deployment for this resource does not exist. If you created the deployment "
            "within the last 5 minutes, please wait a moment and try again.",
        )
    if unknown := sorted(set(body) - _ARGUMENTS):
        told = f"Unrecognized request arguments supplied: {', '.join(unknown)}"
        body = {"message": told, "type": "invalid_request_error", "param": None, "code": None}
        return web.json_response({"error": body}, status=400)
    return None


def refusal(fault: Fault) -> web.Response:
    """What it answers instead of beginning."""
    if fault.kind == "401":
        return wrong_key()
    if fault.kind == "500" or fault.says:
        return openai_errors.refusal(fault, "")
    wait = {"retry-after": f"{fault.wait_s:g}"}
    told = "Requests to the ChatCompletions_Create Operation have exceeded the token rate limit."
    return _error(429, "429", told, wait)


def wrong_key() -> web.Response:
    """It does not tell a wrong key from another resource's, and repeats neither."""
    return _error(
        401,
        "401",
        "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide "
        "a valid key for an active subscription and use a correct regional API endpoint for your "
        "resource.",
    )


async def chunks(events: AsyncIterator[str]) -> AsyncIterator[str]:
    """A streamed answer's events, after one without a choice that tells of its filter."""
    head = {"id": "", "object": "", "created": 0, "model": "", "choices": []}
    found = [{"prompt_index": 0, "content_filter_results": _FILTER}]
    yield f"data: {json.dumps({**head, 'prompt_filter_results': found})}\n\n"
    async for event in events:
        yield event


def _error(
    status: int, code: str, message: str, headers: dict[str, str] | None = None
) -> web.Response:
    body = {"error": {"code": code, "message": message}}
    return web.json_response(body, status=status, headers=headers)
