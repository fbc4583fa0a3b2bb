"""Chat completions of OpenAI's protocol: how an answer ended, which livekit's classes do not tell.

They drop `finish_reason`, and take what is no answer for an empty one (livekit-agents 1.8.9): one
that a limit or a filter has cut would be taken for whole, and a login page for nothing to say.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from livekit.agents import APIError
from openai.types import CompletionUsage

from interpreter.engines.failures import NoSuchAnswer
from interpreter.engines.faults import AnswerFault, Unusable
from interpreter.errors import EngineUnavailable

_AT_ITS_LIMIT, _FILTERED = "length", "content_filter"
_UNTOLD = CompletionUsage(completion_tokens=0, prompt_tokens=0, total_tokens=0)
"""What stands at the end of an answer that is whole by its reason: of several servers behind one
address some tell no usage, and by that alone it would be taken for one that broke off."""


def tell_ends(engine: object) -> None:
    """Have the engine's client raise where an answer was cut or is none; another stays as it is."""
    chat = getattr(getattr(engine, "_client", None), "chat", None)
    completions: Any = getattr(chat, "completions", None)
    if callable(create := getattr(completions, "create", None)):
        completions.create = _told(create)


def _told(create: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def created(**request: Any) -> Any:
        response = await create(**request)
        return _Chunks(response) if request.get("stream") else response

    return created


class _Chunks:
    """A streamed answer; raises at its end when it was cut, or none. Servers that give no reason
    are believed."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def __aenter__(self) -> "_Chunks":
        await self._stream.__aenter__()
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self._stream.__aexit__(*raised)

    async def __aiter__(self) -> AsyncIterator[Any]:
        reason: str | None = None
        is_answer = has_usage = False
        async for chunk in self._stream:
            if (choices := getattr(chunk, "choices", None)) is None:
                continue
            is_answer, last = True, chunk
            has_usage = has_usage or getattr(chunk, "usage", None) is not None
            for choice in choices:
                reason = choice.finish_reason or reason
            yield chunk
        if not is_answer:
            elsewhere = EngineUnavailable(
                "The translator's server answered with no message of OpenAI's protocol; does "
                "base_url lead to a login page or another service?"
            )
            elsewhere.origin = NoSuchAnswer
            raise elsewhere
        if reason == _FILTERED:
            raise APIError("the answer was filtered", body={"code": _FILTERED}, retryable=False)
        if reason == _AT_ITS_LIMIT:
            raise Unusable(AnswerFault.CUT_OFF)
        if reason and not has_usage:
            yield last.model_copy(update={"choices": [], "usage": _UNTOLD})
