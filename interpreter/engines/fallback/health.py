"""What a process knows of its engines: how they are, and who is told.

One for all streams of a process, so that what one speaker's recogniser has learnt, the others know.
Whoever runs a job runs `Health.run` beside it: it asks engines that have failed whether they are
well again, with questions of nobody.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Protocol
from weakref import WeakKeyDictionary

from interpreter.engines.fallback.breaker import OF_LANGUAGE, Breaker, State
from interpreter.engines.fallback.sounded import Pace
from interpreter.engines.fallback.trouble import Told, told_by
from interpreter.engines.metrics import STATE, TROUBLES, count_switch
from interpreter.engines.rhythm import Rhythm
from interpreter.events import EngineKind, EngineSwitch
from interpreter.kept_waiting import own_time

logger = logging.getLogger(__name__)

LOOK_S = 0.5
PROBE_LIMIT_S = 5.0
WARM_AFTER_S, KEEP_WARM_S = 10.0, 90.0
"""Engines of this machine that others stand before are asked something so long after a pair has
begun, and so often: they stop two minutes after their last text (host.py), and to start again costs
plain MT over a third language 3 s, which listeners would wait."""

Tell = Callable[[EngineSwitch], None]
_Key = tuple[EngineKind, str, str]
"""An engine, by name, and the one language that it is wrong for; empty: for all."""


class NotNow(Exception):
    """A probe has nothing to ask with yet; the engine is as it was."""


class Probed(Protocol):
    """Engines that can be asked whether they are well: chain.Chain."""

    @property
    def kind(self) -> EngineKind: ...

    @property
    def language(self) -> str: ...

    @property
    def names(self) -> tuple[str, ...]: ...

    async def keep_warm(self) -> None:
        """Ask those something that forget what they have loaded."""
        ...

    async def probe(self, name: str) -> None:
        """Return when the engine is well; raises what is wrong with it, or NotNow."""
        ...


class Health:
    """The engines of one process."""

    def __init__(self) -> None:
        self._breakers: dict[_Key, Breaker] = {}
        self._chains: WeakKeyDictionary[Probed, asyncio.AbstractEventLoop] = WeakKeyDictionary()
        """And the loop that each lives in."""
        self._warm_until_s: WeakKeyDictionary[Probed, float] = WeakKeyDictionary()
        self._listeners: list[Tell] = []
        self._lost: set[tuple[EngineKind, str]] = set()
        """Kinds and languages of which no engine is left."""
        self.rhythms: defaultdict[str, Rhythm] = defaultdict(Rhythm)
        """Of recognisers, by name."""
        self.paces: defaultdict[tuple[str, str], Pace] = defaultdict(Pace)
        """Of voices, by name and language."""
        self._probing: set[_Key] = set()
        self._counted: dict[_Key, State] = {}
        """As which state each breaker is counted."""

    def breaker(self, kind: EngineKind, name: str, language: str = "") -> Breaker:
        """An engine's; or where one is wrong for a language alone, that one's."""
        return self._breakers.setdefault((kind, name, language), Breaker())

    def breakers(self, kind: EngineKind, name: str, language: str) -> list[Breaker]:
        """Those that must be closed for the engine to be asked about a language."""
        of_language = self._breakers.get((kind, name, language)) if language else None
        return [self.breaker(kind, name), *([of_language] if of_language else [])]

    def watch(self, chain: Probed) -> None:
        """Probe its engines too, and tell of it."""
        self._chains[chain] = asyncio.get_running_loop()
        self._warm_until_s.setdefault(chain, _now_s() + WARM_AFTER_S)

    def forget(self, chain: Probed) -> None:
        self._chains.pop(chain, None)
        self._warm_until_s.pop(chain, None)

    @contextmanager
    def telling(self, tell: Tell) -> Iterator[None]:
        """Have every switch told while the block runs."""
        self._listeners.append(tell)
        try:
            yield
        finally:
            self._listeners.remove(tell)

    def is_lost(self, kind: EngineKind, language: str) -> bool:
        """Whether it was told that no engine is left, and not yet that one serves again."""
        return (kind, language) in self._lost

    def switched(self, switch: EngineSwitch) -> None:
        """Tell of it; what is opened anew while no engine is left finds none again, and that is no
        news."""
        key = (switch.kind, switch.language)
        was_lost = key in self._lost
        if was_lost and switch.before == switch.after == "":
            return
        count_switch(switch)
        if switch.after:
            self._lost.discard(key)
        else:
            self._lost.add(key)
        if switch.before or was_lost or not switch.after:
            told = (switch.kind.value, switch.before or "none", switch.after or "none", switch.why)
            logger.warning("another engine serves: %s, %s → %s (%s)", *told)
        for tell in list(self._listeners):
            tell(switch)

    def failed(self, kind: EngineKind, name: str, told: Told, language: str = "") -> None:
        """Note a failure of live traffic."""
        TROUBLES.labels(kind.value, name, told.trouble.value).inc()
        breaker = self.breaker(kind, name, language if told.trouble in OF_LANGUAGE else "")
        has_opened = breaker.failed(told.trouble, _now_s(), told.wait_s, is_sure=told.is_sure)
        if has_opened and told.says:
            what = (kind.value, name, told.trouble.value, told.says)
            logger.warning("an engine is left alone for a while: %s, %s (%s): %s", *what)

    async def run(self) -> None:
        """Probe what has failed, and keep warm what may be asked next, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            clock: asyncio.Task[None] | None = None
            while True:
                if self._chains and clock is None:  # else nobody asks it
                    clock = tasks.create_task(own_time().run(), name="engines:clock")
                for key, chain in self._due():
                    name = f"probe:{chain.kind}:{_label(key)}"
                    tasks.create_task(self._probe(key, chain), name=name)
                for chain in self._cooling():
                    tasks.create_task(chain.keep_warm(), name=f"warm:{chain.kind}")
                self._count_states()
                await asyncio.sleep(LOOK_S)

    def _due(self) -> list[tuple[_Key, Probed]]:
        """Each engine once, however many languages it serves."""
        due: dict[_Key, Probed] = {}
        for chain in self._here():
            for name in chain.names:
                key = self._wrong(chain, name)
                if key is None or key in self._probing:
                    continue
                if self._breakers[key].is_probe_due(_now_s()):
                    due[key] = chain
        return list(due.items())

    def _wrong(self, chain: Probed, name: str) -> _Key | None:
        """What a chain finds out about an engine: where it is wrong for its language, that first,
        as it can say no more."""
        for language in dict.fromkeys((chain.language, "")):
            breaker = self._breakers.get((chain.kind, name, language))
            if breaker is not None and not breaker.is_closed:
                return (chain.kind, name, language)
        return None

    def _cooling(self) -> list[Probed]:
        now_s = _now_s()
        found = [chain for chain in self._here() if self._warm_until_s.get(chain, now_s) <= now_s]
        for chain in found:
            self._warm_until_s[chain] = now_s + KEEP_WARM_S
        return found

    def _here(self) -> list[Probed]:
        here = asyncio.get_running_loop()
        return [chain for chain, loop in self._chains.items() if loop is here]

    def _count_states(self) -> None:
        for key, breaker in self._breakers.items():
            state, before = breaker.state(_now_s()), self._counted.get(key)
            if state is before:
                continue
            if before is not None:
                STATE.labels(key[0].value, _label(key), before.value).dec()
            STATE.labels(key[0].value, _label(key), state.value).inc()
            self._counted[key] = state

    async def _probe(self, key: _Key, chain: Probed) -> None:
        self._probing.add(key)
        breaker, name = self._breakers[key], key[1]
        try:
            async with asyncio.timeout(PROBE_LIMIT_S):
                await chain.probe(name)
        except NotNow:
            return
        except Exception as error:  # noqa: BLE001  (whatever is wrong, the engine is not well)
            told = told_by(error)
            if told.trouble in OF_LANGUAGE and not key[2] and chain.language:
                breaker.probed(None, _now_s())  # it is there; another chain may be well with it
                wrong = self.breaker(chain.kind, name, chain.language)
                wrong.failed(told.trouble, _now_s(), told.wait_s, is_sure=True)
            else:
                breaker.probed(told.trouble, _now_s(), told.wait_s)
        else:
            breaker.probed(None, _now_s())
        finally:
            self._probing.discard(key)


@cache
def process_health() -> Health:
    """This process's."""
    return Health()


def _label(key: _Key) -> str:
    return f"{key[1]} ({key[2]})" if key[2] else key[1]


def _now_s() -> float:
    return asyncio.get_running_loop().time()
