"""Gemini as a translator: livekit-agents' plugin, at any address, and whole answers alone.

The plugin takes an answer that ends without a reason for whole, or one that its limit has cut
(livekit-plugins-google 1.8.9): its last words would be missing, and nobody told. The key is read
from GOOGLE_API_KEY, another address from GOOGLE_GEMINI_BASE_URL too.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from google.genai import types
from livekit.agents import APIConnectionError
from livekit.agents.types import NOT_GIVEN, NotGivenOr
from livekit.plugins import google

from interpreter.engines.address import unversioned
from interpreter.engines.faults import AnswerFault, Unusable

SERVER_S = 60
"""Google's own limit, in place of the plugin's, which is ours: one below 10 s is refused
(github.com/livekit/agents/issues/3723), and ours is kept here."""

Responses = AsyncIterator[types.GenerateContentResponse]


class LLM(google.LLM):
    """The plugin's class, for translations."""

    def __init__(
        self,
        *,
        model: str = "gemini-3.5-flash-lite",
        api_key: NotGivenOr[str] = NOT_GIVEN,
        base_url: str = "",
        temperature: NotGivenOr[float] = NOT_GIVEN,
        max_output_tokens: NotGivenOr[int] = NOT_GIVEN,
        thinking_config: NotGivenOr[types.ThinkingConfig] = NOT_GIVEN,
        safety_settings: NotGivenOr[list[types.SafetySetting]] = NOT_GIVEN,
        service_tier: NotGivenOr[types.ServiceTier] = NOT_GIVEN,
        vertexai: NotGivenOr[bool] = NOT_GIVEN,
        project: NotGivenOr[str] = NOT_GIVEN,
        location: NotGivenOr[str] = NOT_GIVEN,
    ) -> None:
        """`base_url`: another address than Google's own."""
        super().__init__(
            model=model,
            api_key=api_key,
            temperature=temperature,
            max_output_tokens=max_output_tokens,
            thinking_config=thinking_config,
            safety_settings=list(safety_settings) if safety_settings else NOT_GIVEN,
            service_tier=service_tier,
            vertexai=vertexai,
            project=project,
            location=location,
            http_options=types.HttpOptions(
                base_url=unversioned(base_url) or None, timeout=SERVER_S * 1000
            ),
        )
        models: Any = self._client.aio.models
        models.generate_content_stream = _whole(models.generate_content_stream)


def _whole(ask: Callable[..., Awaitable[Responses]]) -> Callable[..., Awaitable[Responses]]:
    async def asked(**request: Any) -> Responses:
        return _until_its_end(await ask(**request))

    return asked


async def _until_its_end(responses: Responses) -> Responses:
    """The responses; raises where the last one does not say that this was all: of another reason
    than that, it is this answer that is of no use, and not the engine."""
    is_whole, reason = False, None
    async for response in responses:
        _count_thoughts(response)
        for candidate in response.candidates or ():
            has_more = bool(candidate.continuation_token)  # which the plugin asks for
            reason = candidate.finish_reason
            is_whole = reason is types.FinishReason.STOP or has_more
        yield response
    if not is_whole and reason is None:
        raise APIConnectionError("Gemini's answer broke off")
    if not is_whole:
        raise Unusable(AnswerFault.CUT_OFF)


def _count_thoughts(response: types.GenerateContentResponse) -> None:
    """What it thinks is billed as what it says (https://ai.google.dev/gemini-api/docs/thinking),
    and the plugin counts the latter alone."""
    if (used := response.usage_metadata) is not None and used.thoughts_token_count:
        used.candidates_token_count = (used.candidates_token_count or 0) + used.thoughts_token_count
