"""Any livekit-agents LLM as a translator.

Asks for the unit, lets out what is certainly a translation, and asks once more, strictly and
whole, when it is none. `prompting.py` writes what is asked, `answer.py` decides what may be spoken
of an answer on its way, `prefill.py` knows whether the engine goes on with words put in its mouth.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from http import HTTPStatus
from typing import Any

from livekit.agents import llm

from interpreter.engines.answer import Answer
from interpreter.engines.chat import Chat
from interpreter.engines.continuing import words_of
from interpreter.engines.failures import status_of, told_wait_s
from interpreter.engines.faults import AnswerFault, Checks, Unusable
from interpreter.engines.prefill import EXTRA, Prefill, known_prefill, learn_prefill
from interpreter.engines.prompting import Ask, Prompt, has_words, messages, plain
from interpreter.engines.scarcity import Scarcity
from interpreter.engines.translator import TranslationRequest
from interpreter.errors import EngineRefused, EngineUnavailable
from languages import Language

logger = logging.getLogger(__name__)

_BREATH_S = 0.2
"""Before a server that failed is asked again."""


class LLMTranslator:
    """Translates one pair by an LLM; `limit_s` bounds a unit, both attempts together."""

    def __init__(
        self,
        engine: llm.LLM[Any],
        source: Language,
        target: Language,
        limit_s: float,
        *,
        has_others: bool = False,
    ) -> None:
        """Where it `has_others` beside it, they are asked while its server wants to be left
        alone."""
        self._chat = Chat(engine, limit_s)
        self.engine = engine
        self._source = source
        self._target = target
        self._has_others = has_others
        self._scarcity = Scarcity()

    @property
    def label(self) -> str:
        is_named = self.engine.model != "unknown"
        return self.engine.model if is_named else self.engine.label

    @property
    def can_condense(self) -> bool:
        return True

    @property
    def can_repair(self) -> bool:
        return True

    @property
    def step_words(self) -> int:
        return self._scarcity.step_words(_now_s())

    async def translate(self, request: TranslationRequest) -> AsyncGenerator[str, None]:
        """Yield the translation, what is committed first; raises EngineError.

        What has no words stays as it is: asked for it, an LLM asks back. Close the iterator to end
        the request.
        """
        text = plain(request.text)
        if not text:
            return
        if not has_words(text):
            yield request.committed or text
            return
        ends_s = self._chat.deadline()
        answer = self._answer(request, self._first_prompt(plain(request.committed)))
        fault: Unusable | EngineUnavailable
        try:
            async with aclosing(self._streamed(request, answer, ends_s)) as pieces:
                async for piece in pieces:
                    yield piece
        except (Unusable, EngineUnavailable) as error:
            fault = error
        else:
            await self._learn(request)
            return
        if rest := await self._again(request, answer, fault, ends_s):
            yield rest

    async def aclose(self) -> None:
        await self.engine.aclose()

    def _first_prompt(self, committed: str) -> Prompt:
        prefill = known_prefill(self.engine)
        continues = prefill not in (None, Prefill.NO)
        return Prompt(Ask.PREFILLED if committed and continues else Ask.WHOLE, committed)

    def _answer(self, request: TranslationRequest, prompt: Prompt, passed: str = "") -> Answer:
        text = plain(request.text)
        checks = Checks(text, self._source, self._target)
        committed = plain(request.committed)
        return Answer(checks, prompt, text, committed=committed, passed=passed)

    async def _streamed(
        self, request: TranslationRequest, answer: Answer, ends_s: float
    ) -> AsyncGenerator[str, None]:
        async with aclosing(self._asked(request, answer.prompt, ends_s)) as pieces:
            async for piece in pieces:
                if text := answer.push(piece):
                    yield text
        if text := answer.finish(is_complete=not request.is_open):
            yield text
        _check_says_more(request, answer)

    async def _asked(
        self, request: TranslationRequest, prompt: Prompt, ends_s: float
    ) -> AsyncGenerator[str, None]:
        turns = messages(request, prompt, self._source, self._target)
        prefill = known_prefill(self.engine)
        is_prefilled = prefill is not None and prompt.ask is Ask.PREFILLED
        extra = EXTRA[prefill] if prefill is not None and is_prefilled else None
        async with aclosing(self._chat.pieces(turns, ends_s, extra)) as pieces:
            async for piece in pieces:
                yield piece

    async def _again(
        self,
        request: TranslationRequest,
        first: Answer,
        fault: Unusable | EngineUnavailable,
        ends_s: float,
    ) -> str:
        """What is still missing after a first answer that failed; raises EngineError."""
        said = first.passed or first.prompt.said
        if isinstance(fault, Unusable) and fault.fault is AnswerFault.PARTED and request.is_open:
            # the unit is asked for again as soon as more was said: nothing new is known yet
            return said.removeprefix(first.passed)
        if isinstance(fault, EngineUnavailable):
            is_limited = status_of(fault) == HTTPStatus.TOO_MANY_REQUESTS
            if is_limited:
                self._scarcity.refused(_now_s())
            wait_s = max(told_wait_s(fault), _BREATH_S)
            is_left_alone = is_limited and (request.is_open or self._has_others)
            if is_left_alone or _now_s() + wait_s > ends_s:
                raise fault
            await asyncio.sleep(wait_s)
        prompt = Prompt(self._second_ask(first, said), said, is_strict=True)
        second = self._answer(request, prompt, first.passed)
        try:
            async with aclosing(self._asked(request, prompt, ends_s)) as pieces:
                whole = "".join([piece async for piece in pieces])
            rest = second.finish(whole, is_complete=not request.is_open, before=first.whole)
            _check_says_more(request, second)
        except Unusable as error:
            logger.warning("answer refused", extra={"fault": error.fault, "before": str(fault)})
            raise EngineRefused(
                f"The translator's answer was no translation ({error.fault})."
            ) from error
        return rest

    def _second_ask(self, first: Answer, said: str) -> Ask:
        if not said:
            return Ask.WHOLE
        continues = known_prefill(self.engine) not in (None, Prefill.NO)
        return Ask.PREFILLED if continues and first.prompt.ask is Ask.WHOLE else Ask.REST

    async def _learn(self, request: TranslationRequest) -> None:
        """A pair's first request is its warm-up, whose end nobody waits for: time to learn whether
        the engine continues a prefix."""
        if not request.context and not request.committed:
            await learn_prefill(self._chat, self._source, self._target)


def _check_says_more(request: TranslationRequest, answer: Answer) -> None:
    """Raise Unusable where an answer only says again what was said, and there was more."""
    is_more_awaited = request.has_more and not request.is_open
    if is_more_awaited and words_of(answer.passed) == words_of(plain(request.committed)):
        raise Unusable(AnswerFault.CUT_OFF)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
