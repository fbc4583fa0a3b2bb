"""Chats with a livekit-agents LLM: turns in, pieces of its answer out, its errors made ours."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from livekit.agents import APIConnectOptions, APIError, llm
from livekit.agents.types import NOT_GIVEN

from interpreter.engines import unreported
from interpreter.engines.completions import tell_ends
from interpreter.engines.failures import WAIT, causes, failure, told_wait_s
from interpreter.engines.faults import AnswerFault, Unusable
from interpreter.engines.prompting import Message
from interpreter.errors import EngineError, EngineUnavailable

PATIENCE = 0.4
"""Of the time limit, for the next piece: a stall leaves time to ask again."""

Extra = dict[str, object]


class Chat:
    """One engine; `limit_s` bounds an answer."""

    def __init__(self, engine: llm.LLM[Any], limit_s: float) -> None:
        self.engine = engine
        self._limit_s = limit_s
        self._reports_usage = False
        tell_ends(engine)
        engine.on("error", _keep_wait)

    def deadline(self) -> float:
        """When an answer that is asked for now must be over, in the loop's time."""
        return asyncio.get_running_loop().time() + self._limit_s

    async def pieces(
        self, turns: Sequence[Message], ends_s: float, extra: Extra | None = None
    ) -> AsyncGenerator[str, None]:
        """Yield the answer as it comes; raises EngineError, and Unusable when it broke off.

        Closing the iterator ends the request.
        """
        # the stream's own retry would repeat what was already said
        once = APIConnectOptions(max_retry=0, timeout=self._limit_s)
        context = llm.ChatContext.empty()
        for turn in turns:
            role = cast(Literal["system", "user", "assistant"], turn.role)
            context.add_message(role=role, content=turn.text)
        has_usage, asked = False, _Asked()
        try:
            async with self._opened(context, once, extra) as stream:
                while (chunk := await self._next(stream, ends_s, asked)) is not None:
                    has_usage = has_usage or chunk.usage is not None
                    if chunk.delta is not None and chunk.delta.content:
                        yield chunk.delta.content
        finally:
            if asked.is_unreported:
                unreported.asked(self.engine)
        if self._reports_usage and not has_usage:
            raise Unusable(AnswerFault.CUT_OFF)
        self._reports_usage = has_usage

    def _opened(
        self, context: llm.ChatContext, once: APIConnectOptions, extra: Extra | None
    ) -> llm.LLMStream:
        return self.engine.chat(
            chat_ctx=context, conn_options=once, extra_kwargs=extra if extra else NOT_GIVEN
        )

    async def _next(
        self, stream: llm.LLMStream, ends_s: float, asked: "_Asked"
    ) -> llm.ChatChunk | None:
        """The next chunk; None at the end of the answer."""
        patient_s = asyncio.get_running_loop().time() + self._limit_s * PATIENCE
        try:
            async with asyncio.timeout_at(min(ends_s, patient_s)):
                chunk = await anext(stream, None)
        except TimeoutError as error:
            raise EngineUnavailable("The translator did not answer in time; try again.") from error
        except Exception as error:  # noqa: BLE001  (whatever a provider's library raises)
            asked.failed_with = error
            if ours := [one for one in causes(error) if isinstance(one, Unusable | EngineError)]:
                raise ours[0] from None
            # a server's own words stay out: they may repeat a key
            raise failure(error, "The translator") from None
        asked.has_begun = asked.has_begun or chunk is not None
        return chunk


@dataclass(slots=True)
class _Asked:
    """How far a request came."""

    has_begun: bool = False
    failed_with: Exception | None = None

    @property
    def is_unreported(self) -> bool:
        """Whether its server has had work, of which livekit-agents tells nothing: it does so of
        answers that have begun, and that have not failed (1.8.9, `_metrics_monitor_task`)."""
        if self.failed_with is None:
            return not self.has_begun
        return self.has_begun or unreported.is_too_late(self.failed_with)


def _keep_wait(told: llm.LLMError) -> None:
    """livekit-agents raises an error again where somebody reads, and it forgets what it came from:
    how long the server said to wait is kept in it. A body may be text, as of a proxy."""
    error = told.error
    if isinstance(error, APIError) and (wait_s := told_wait_s(error)):
        error.body = {**(error.body if isinstance(error.body, dict) else {}), WAIT: wait_s}
