"""Units → their text in the target language: asked of the translator one by one, each in time."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from interpreter.engines.metrics import FAILURES
from interpreter.engines.translator import TranslationRequest, Translator
from interpreter.errors import EngineError, EngineUnavailable
from interpreter.event_log import EventLog
from interpreter.events import EngineKind, TermRow
from interpreter.lasting_trouble import LastingTrouble
from interpreter.pair.chunking import Unit

logger = logging.getLogger(__name__)

CONTEXT_PAIRS = 3
PATIENCE_S = 1.0
"""So long a closed unit waits for the answer to what is not urgent."""
SILENT_S = 3.0
"""And so long for the answer to another closed unit, where the one before had none: readers would
fall further behind with each, while no engine answers."""


class Translating:
    """The translator of one pair: one request at a time."""

    def __init__(
        self,
        translator: Translator,
        events: EventLog,
        target: str,
        limit_s: float,
        context: Sequence[tuple[str, str]] = (),
    ) -> None:
        """`limit_s` bounds a request; `context` is what another pair has translated last."""
        self._translator = translator
        self._events = events
        self._target = target
        self._limit_s = limit_s
        self._context = list(context)
        self._hurried: tuple[asyncio.Timeout, float] | None = None
        """The limit of a request in flight, and until when it has time though a closed unit
        waits."""
        self.others_wait = False
        """Closed units do, when a request begins."""
        self._known: dict[int, tuple[str, str]] = {}
        """The newest translation of each open unit, and of what: when it closes as it is, nobody
        is asked again."""
        self.has_failed = False
        self._trouble = LastingTrouble(
            logger, "translator failed", "translator answers again", {"target": target}
        )

    @property
    def context(self) -> tuple[tuple[str, str], ...]:
        """The last pairs of source and target."""
        return tuple(self._context[-CONTEXT_PAIRS:])

    @property
    def can_condense(self) -> bool:
        return self._translator.can_condense

    @property
    def step_words(self) -> int:
        """So many more words of an open unit are waited for by who is asked too often."""
        return self._translator.step_words

    def hurry(self) -> None:
        """A closed unit waits: what is not urgent is given a second, and then up; so is what no
        engine seems to answer."""
        if self._hurried is None or self._hurried[0].expired():
            return
        limit, until_s = self._hurried
        soon_s = max(asyncio.get_running_loop().time() + PATIENCE_S, until_s)
        limit.reschedule(min(soon_s, limit.when() or soon_s))

    @property
    def can_repair(self) -> bool:
        """Whether it makes sense to ask again."""
        return self._translator.can_repair

    async def translate(
        self,
        unit: Unit,
        source_text: str,
        committed: str,
        terms: tuple[TermRow, ...] = (),
        repair: tuple[str, ...] = (),
    ) -> str:
        """The unit in the target language; raises EngineError or TimeoutError where the translator
        has none in time.

        `committed` is what was said of it already, `terms` the glossary's rows that occur, `repair`
        what was wrong with its translation before.
        """
        known = self._known.pop(unit.number, None)
        if known is not None and known[0] == source_text and not unit.is_open:
            return self._translated(unit, *known, committed)
        if not source_text:  # fillers alone
            return ""
        number, target = unit.number, self._target
        self._events.write("translation_request", target=target, unit=number)
        pieces: list[str] = []
        request = TranslationRequest(
            source_text,
            self.context,
            committed=committed,
            has_more=known is not None and _goes_on(known, source_text, committed),
            is_open=unit.is_open,
            terms=terms,
            repair=repair,
        )
        async with self._limited(is_urgent=not unit.is_open):
            async for piece in self._translator.translate(request):
                if not pieces:
                    self._events.write("translation_first_token", target=target, unit=number)
                pieces.append(piece)
        text = "".join(pieces).strip()
        if not (text or unit.is_open) and any(sign.isalnum() for sign in source_text):
            raise EngineUnavailable("The translator has answered nothing.")
        self.has_failed = False
        self._trouble.answered()
        return self._translated(unit, source_text, text, committed)

    def failed(self, unit: Unit, error: Exception) -> None:
        """Note that it had no translation of a unit that somebody waits for."""
        self._trouble.failed(error)
        self._events.write(
            "engine_failed", engine="translator", target=self._target, unit=unit.number
        )
        FAILURES.labels(EngineKind.TRANSLATOR.value).inc()
        self.has_failed = True

    async def again(
        self, source_text: str, committed: str, terms: tuple[TermRow, ...], repair: tuple[str, ...]
    ) -> str:
        """Another translation of the unit that was translated last; raises EngineError."""
        request = TranslationRequest(
            source_text,
            self.context[:-1],
            committed=committed,
            terms=terms,
            repair=repair,
            is_second=True,
        )
        pieces = [piece async for piece in self._translator.translate(request)]
        return "".join(pieces).strip()

    def corrected(self, source_text: str, text: str) -> None:
        """A unit's translation is another one: the next are not to follow the wrong one."""
        self._context = [
            (said, text if said == source_text else was) for said, was in self._context
        ]

    async def condense(self, source_text: str) -> str:
        """The text in fewer words; empty where the translator has none in time."""
        request = TranslationRequest(source_text, self.context, is_concise=True)
        try:
            async with self._limited(is_urgent=False):
                pieces = [piece async for piece in self._translator.translate(request)]
        except (EngineError, TimeoutError) as error:
            logger.info("not condensed", extra={"target": self._target}, exc_info=error)
            return ""
        return "".join(pieces).strip()

    @asynccontextmanager
    async def _limited(self, *, is_urgent: bool) -> AsyncIterator[None]:
        is_silent = is_urgent and self.has_failed
        limit_s = min(SILENT_S, self._limit_s) if is_silent and self.others_wait else self._limit_s
        until_s = asyncio.get_running_loop().time() + (SILENT_S if is_silent else 0.0)
        try:
            async with asyncio.timeout(limit_s) as limit:
                self._hurried = None if is_urgent and not is_silent else (limit, until_s)
                yield
        finally:
            self._hurried = None

    def _translated(self, unit: Unit, source_text: str, text: str, committed: str) -> str:
        if unit.is_open:
            if _letters(text) > _letters(committed):  # else it has only said that again
                self._known[unit.number] = (source_text, text)
        else:
            self._context = [*self.context, (source_text, text)]
        self._events.write("translation", target=self._target, unit=unit.number, text=text)
        return text


def _goes_on(known: tuple[str, str], source_text: str, committed: str) -> bool:
    """Whether a translation of a unit's beginning says more than what was said of it."""
    begun, text = known
    return source_text.startswith(begun) and _letters(text) > _letters(committed) > 0


def _letters(text: str) -> int:
    return sum(map(len, text.split()))
