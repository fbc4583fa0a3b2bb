"""Engines of one kind in order of preference: who is asked next, and what is told of a switch."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

from interpreter.engines.fallback import Named
from interpreter.engines.fallback.breaker import HOPELESS, LATE, Breaker, Trouble
from interpreter.engines.fallback.health import Health
from interpreter.engines.fallback.trouble import Told, told_by
from interpreter.events import EngineKind, EngineSwitch

T = TypeVar("T")

FIRST = "first"
"""Why an engine serves: nobody was asked before."""
HEALTHY = "healthy"
"""… those preferred to it are well, or well again."""

_PASSING = LATE | {Trouble.ERROR}


class Chain(Generic[T]):
    """The engines of one language (of a translator: its target)."""

    def __init__(
        self,
        kind: EngineKind,
        language: str,
        engines: Sequence[Named[T]],
        health: Health,
        probe: Callable[[T], Awaitable[None]],
        warm: Callable[[T], Awaitable[None]] | None = None,
    ) -> None:
        """`warm`: asks an engine of this machine something, so that it loads what it needs; None:
        these are loaded soon enough."""
        if not engines:
            raise ValueError("a chain needs an engine")
        self.kind = kind
        self.language = language
        self.engines = tuple(engines)
        self.health = health
        self._probe = probe
        self._ask_to_warm = warm
        self._serves = ""
        """Its name; empty before the first answer, and while nobody can."""
        self._is_lost = False
        self._last_trouble: dict[str, Trouble] = {}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.engines)

    @property
    def first(self) -> T:
        return self.engines[0].engine

    @property
    def now(self) -> Named[T]:
        """Who serves, or would be asked first."""
        serves = next((one for one in self.engines if one.name == self._serves), None)
        return serves or self.healthy([]) or self.engines[0]

    @property
    def preferred(self) -> Named[T]:
        """Who would be asked first now."""
        return self.healthy([]) or self.now

    def order(self) -> Iterator[tuple[Named[T], bool]]:
        """Who is to be asked, one after another, and whether somebody healthy is left who could be
        asked instead; `failed` is to be told meanwhile.

        The healthy ones in order of preference; then, as words must not wait for a probe, those
        that may be asked in need; in the end once more the first that may have been unlucky.
        """
        asked = list[Named[T]]()
        while (turn := self.pick(asked)) is not None:
            asked.append(turn[0])
            yield turn
        again = next((one for one in asked if self._is_worth_another_try(one)), None)
        if again is not None:
            yield again, False

    def pick(self, but: Sequence[Named[T]]) -> tuple[Named[T], bool] | None:
        """Who is to be asked next of the others, as `order` has them; None: nobody."""
        self.health.watch(self)
        one = self.healthy(but)
        if one is not None:
            return one, self.healthy([*but, one]) is not None
        in_need = (one for one in self.engines if one not in but and self._may_be_asked(one))
        one = next(in_need, None)
        return None if one is None else (one, False)

    def healthy(self, but: Sequence[Named[T]]) -> Named[T] | None:
        """The first of the others that is well; None: nobody."""
        others = (one for one in self.engines if one not in but)
        return next((one for one in others if self._is_well(one)), None)

    def doubt(self, one: Named[T], trouble: Trouble) -> None:
        """It may have failed: another one is asked, and decides."""
        self._last_trouble[one.name] = trouble

    def failed(self, one: Named[T], told: Told) -> None:
        """It has not; the next one of `order` is to be asked."""
        self._last_trouble[one.name] = told.trouble
        self.health.failed(self.kind, one.name, told, self.language)

    def serve(self, one: Named[T], but: Trouble | None = None) -> None:
        """It has answered, `but` not as it should; told where it is another one than before."""
        if but is None:
            for breaker in self._breakers(one):
                breaker.succeeded(_now_s())
        else:
            self.failed(one, Told(but))
        if one.name != self._serves:
            before, self._serves = self._serves, one.name
            is_lost = self._is_lost or self.health.is_lost(self.kind, self.language)
            why = self._why(one) if before or is_lost else FIRST
            self._tell(before, one.name, why)
        self._is_lost = False

    def lost(self, why: Trouble) -> None:
        """Nobody can answer: told once, until somebody can."""
        if not self._is_lost:
            before, self._serves, self._is_lost = self._serves, "", True
            self._tell(before, "", why.value)

    def _tell(self, before: str, after: str, why: str) -> None:
        self.health.switched(EngineSwitch(self.kind, self.language, before, after, why))

    def _why(self, one: Named[T]) -> str:
        """What is wrong with the first of those that are preferred to it."""
        for other in self.engines:
            if other == one:
                break
            whys = [breaker.why for breaker in self._breakers(other)]
            whys.append(self._last_trouble.get(other.name))
            if (why := next((one for one in whys if one is not None), None)) is not None:
                return why.value
        return HEALTHY

    async def warm_up(self, ask: Callable[[T], Awaitable[None]], patience_s: float) -> None:
        """Have whoever is to be asked first load what it needs, and the next one too where that
        fails or takes longer than words would wait; raises what is wrong where nobody answers.

        Nobody waits for the answers, so that slowness counts against no engine.
        """
        self.health.watch(self)
        failures: list[Exception] = []
        asked = [one for one in self.engines if self._may_be_asked(one)]
        async with asyncio.TaskGroup() as tasks:
            for one in asked:
                warming = self._warm(one, ask, failures)
                task = tasks.create_task(warming, name=f"warm-up:{self.kind}:{one.name}")
                await asyncio.wait([task], timeout=patience_s)
                if task.done() and task.result():
                    break
        if asked and len(failures) == len(asked):
            whys = [told_by(error).trouble for error in failures]
            if LATE.isdisjoint(whys):
                self.lost(whys[-1])
            raise failures[-1]

    async def _warm(
        self, one: Named[T], ask: Callable[[T], Awaitable[None]], failures: list[Exception]
    ) -> bool:
        """Whether it has answered. Of what it fails with, only what waiting does not mend is
        noted: words find out as soon whether the rest has passed."""
        began_s = _now_s()
        try:
            await ask(one.engine)
        except Exception as error:  # noqa: BLE001  (whatever it is, others can be asked)
            failures.append(error)
            told = told_by(error)
            if told.trouble in HOPELESS:
                self.failed(one, told)
            return False
        for breaker in self._breakers(one):
            breaker.warmed(began_s, _now_s())
        if not self._serves and one == self.preferred:
            self.serve(one)
        return True

    async def keep_warm(self) -> None:
        """Have those of this machine that nobody asks while another one serves load what they have
        forgotten; what is wrong with one shows when it is asked with words."""
        for one in self.engines:
            if one.is_local and one.name != self._serves and self._ask_to_warm is not None:
                with suppress(Exception):
                    await self._ask_to_warm(one.engine)

    async def probe(self, name: str) -> None:
        for one in self.engines:
            if one.name == name:
                await self._probe(one.engine)

    def _is_well(self, one: Named[T]) -> bool:
        return all(breaker.is_closed for breaker in self._breakers(one))

    def _may_be_asked(self, one: Named[T]) -> bool:
        return all(it.may_be_asked_in_need(_now_s()) for it in self._breakers(one))

    def _is_worth_another_try(self, one: Named[T]) -> bool:
        return self._may_be_asked(one) and self._last_trouble.get(one.name) in _PASSING

    def _breakers(self, one: Named[T]) -> list[Breaker]:
        return self.health.breakers(self.kind, one.name, self.language)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
