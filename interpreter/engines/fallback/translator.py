"""Translators as one: a unit that one does not translate in time is asked of the next.

An answer counts when it is whole. Nobody hears a piece of it before (pair/translating.py), so what
broke off need not be taken back, and the next one is asked for the same: what was spoken of the
unit stays its prefix.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass
from typing import cast

from interpreter.engines.fallback import Named
from interpreter.engines.fallback.breaker import Trouble
from interpreter.engines.fallback.chain import Chain
from interpreter.engines.fallback.health import Health, process_health
from interpreter.engines.fallback.trouble import EngineTroubled, told_by
from interpreter.engines.translator import TranslationRequest, Translator
from interpreter.errors import EngineError, EngineUnavailable
from interpreter.events import EngineKind
from interpreter.kept_waiting import own_now_s, patient_until

PROBE = "Good morning."
WARM_S = 20.0
"""So long an engine of this machine may take to load what it needs."""
NOBODY = "No translator answers; try again."


@dataclass(frozen=True, slots=True)
class TranslatorLimits:
    """When another one is asked instead, if there is another."""

    first_s: float = 1.4
    """For the first piece, and for a short answer."""
    gap_s: float = 1.0
    """For each further piece; …"""
    grace_s: float = 0.3
    speech_cps: float = 20.0
    """… and so many letters a second are to come from `grace_s` after the first piece on. People
    speak about 15: a translator that is slower falls behind for good."""
    rest_s: float = 0.5
    """Who was silent when a request was given up is asked the next one with what was left of its
    time, and so much at least."""
    slow_s: float = 3.0
    """A whole answer that took longer is not good enough for long, whoever had to wait for it."""
    most_s: float = 5.0
    """So much longer it is waited for at most, where this process was not let run meanwhile."""


LIMITS = TranslatorLimits()


class FallbackTranslator:
    """The first of these translators that answers."""

    def __init__(
        self,
        engines: Sequence[Named[Translator]],
        *,
        language: str = "",
        limits: TranslatorLimits = LIMITS,
        health: Health | None = None,
    ) -> None:
        """`language` is the target, as switches name it."""
        self._chain = Chain(
            EngineKind.TRANSLATOR, language, engines, health or process_health(), self._probe, _warm
        )
        self._limits = limits
        self._silent: dict[str, tuple[float, float]] = {}
        """Engine → how long it had said nothing when its last request was given up, and when that
        was: one that is asked again much later begins anew."""

    @property
    def label(self) -> str:
        return self._chain.now.engine.label

    @property
    def can_condense(self) -> bool:
        return self._chain.now.engine.can_condense

    @property
    def can_repair(self) -> bool:
        return self._chain.now.engine.can_repair

    @property
    def step_words(self) -> int:
        return self._chain.now.engine.step_words

    async def translate(self, request: TranslationRequest) -> AsyncGenerator[str, None]:
        """Yield the translation in one piece, of a warm-up none; raises EngineError when no engine
        has one."""
        if request.is_warm_up:
            await self._warm_up(request)
            return
        failure: Exception | None = None
        why = Trouble.ERROR
        for one, has_another in self._chain.order():
            if _is_beyond(request, one.engine):
                continue
            try:
                began_s = own_now_s()
                text = await self._answer(one, request, has_another)
            except Exception as error:  # noqa: BLE001  (whatever it is, others can be asked)
                failure, told = error, told_by(error)
                why = told.trouble
                self._chain.failed(one, told)
                continue
            is_slow = own_now_s() - began_s > self._limits.slow_s
            self._chain.serve(one, but=Trouble.TOO_SLOW if is_slow else None)
            if text:
                yield text
            return
        if not (request.is_concise or request.is_second):
            self._chain.lost(why)
        if isinstance(failure, EngineError):
            raise failure
        raise EngineUnavailable(NOBODY) from failure

    async def aclose(self) -> None:
        self._chain.health.forget(self._chain)
        for one in self._chain.engines:
            await one.engine.aclose()

    async def _answer(
        self, one: Named[Translator], request: TranslationRequest, has_another: bool
    ) -> str:
        """One engine's, whole; with nobody else to ask it is waited for."""
        watch = _Watch(self._limits, own_now_s() - self._silent_s(one.name))
        pieces: list[str] = []
        answer = cast(AsyncGenerator[str, None], one.engine.translate(request))
        async with aclosing(answer):
            while True:
                try:
                    async with self._in_time(watch.until_s if has_another else None) as limit:
                        pieces.append(await anext(answer))
                except StopAsyncIteration:
                    break
                except TimeoutError as error:
                    if not limit.expired():
                        raise
                    raise EngineTroubled(watch.trouble) from error
                except asyncio.CancelledError:
                    now_s = own_now_s()
                    self._silent[one.name] = now_s - (watch.last_s or watch.began_s), now_s
                    raise
                watch.heard(len(pieces[-1]), own_now_s())
        text = "".join(pieces)
        if has_another and not text.strip() and any(sign.isalnum() for sign in request.text):
            raise EngineTroubled(Trouble.REFUSED)
        return text

    def _silent_s(self, name: str) -> float:
        """So long it had been silent when it was given up just now."""
        silent_s, at_s = self._silent.pop(name, (0.0, 0.0))
        is_new = own_now_s() - at_s < self._limits.first_s
        return min(silent_s, self._limits.first_s - self._limits.rest_s) if is_new else 0.0

    async def _warm_up(self, request: TranslationRequest) -> None:
        async def ask(engine: Translator) -> None:
            async for _ in engine.translate(request):
                pass

        try:
            await self._chain.warm_up(ask, self._limits.first_s)
        except EngineError:
            raise
        except Exception as error:
            raise EngineUnavailable(NOBODY) from error

    def _in_time(self, until_s: float | None) -> AbstractAsyncContextManager[asyncio.Timeout]:
        if until_s is None:
            return asyncio.timeout(None)
        return patient_until(until_s, self._limits.most_s)

    async def _probe(self, engine: Translator) -> None:
        """A short text, asked as if it were somebody's: it must come as fast, too."""
        limits = self._limits
        async with self._in_time(own_now_s() + limits.first_s + limits.gap_s):
            pieces = [piece async for piece in engine.translate(TranslationRequest(PROBE))]
        if not "".join(pieces).strip():
            raise EngineTroubled(Trouble.STALL)


async def _warm(engine: Translator) -> None:
    async with asyncio.timeout(WARM_S):
        async for _ in engine.translate(TranslationRequest(PROBE)):
            pass


@dataclass(slots=True)
class _Watch:
    """One answer: until when its next piece is waited for."""

    limits: TranslatorLimits
    began_s: float
    first_s: float | None = None
    last_s: float = 0.0
    letters: int = 0

    def heard(self, letters: int, now_s: float) -> None:
        self.first_s = now_s if self.first_s is None else self.first_s
        self.last_s = now_s
        self.letters += letters

    @property
    def until_s(self) -> float:
        short_s = self.began_s + self.limits.first_s
        if self.first_s is None:
            return short_s
        paced_s = self.first_s + self.limits.grace_s + self.letters / self.limits.speech_cps
        return min(self.last_s + self.limits.gap_s, max(short_s, paced_s))

    @property
    def trouble(self) -> Trouble:
        """What it is when that is over: it came too slowly, or there is nothing any more."""
        is_slow = self.first_s is not None and self.until_s - self.last_s < self.limits.gap_s - 0.2
        return Trouble.TOO_SLOW if is_slow else Trouble.STALL


def _is_beyond(request: TranslationRequest, engine: Translator) -> bool:
    """Whether the engine would answer something else than what it is asked for."""
    return (request.is_concise and not engine.can_condense) or (
        request.is_second and not engine.can_repair
    )
