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

from interpreter.engines.fallback.breaker import Breaker, State
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


class NotNow(Exception):
    """A probe has nothing to ask with yet; the engine is as it was."""


class Probed(Protocol):
    """Engines that can be asked whether they are well: chain.Chain."""

    @property
    def kind(self) -> EngineKind: ...

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
        self._breakers: dict[tuple[EngineKind, str], Breaker] = {}
        self._chains: WeakKeyDictionary[Probed, asyncio.AbstractEventLoop] = WeakKeyDictionary()
        """And the loop that each lives in."""
        self._warm_until_s: WeakKeyDictionary[Probed, float] = WeakKeyDictionary()
        self._listeners: list[Tell] = []
        self.rhythms: defaultdict[str, Rhythm] = defaultdict(Rhythm)
        """Of recognisers, by name."""
        self.paces: defaultdict[str, Pace] = defaultdict(Pace)
        """Of voices."""
        self._probing: set[tuple[EngineKind, str]] = set()
        self._counted: dict[tuple[EngineKind, str], State] = {}
        """As which state each breaker is counted."""

    def breaker(self, kind: EngineKind, name: str) -> Breaker:
        return self._breakers.setdefault((kind, name), Breaker())

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

    def switched(self, switch: EngineSwitch) -> None:
        count_switch(switch)
        if switch.before:
            told = (switch.kind.value, switch.before, switch.after, switch.why)
            logger.warning("another engine serves: %s, %s → %s (%s)", *told)
        for tell in list(self._listeners):
            tell(switch)

    def failed(self, kind: EngineKind, name: str, told: Told) -> None:
        """Note a failure of live traffic."""
        TROUBLES.labels(kind.value, name, told.trouble.value).inc()
        breaker = self.breaker(kind, name)
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
                for chain, name in self._due():
                    task = self._probe(chain, name)
                    tasks.create_task(task, name=f"probe:{chain.kind}:{name}")
                for chain in self._cooling():
                    tasks.create_task(chain.keep_warm(), name=f"warm:{chain.kind}")
                self._count_states()
                await asyncio.sleep(LOOK_S)

    def _due(self) -> list[tuple[Probed, str]]:
        """Each engine once, however many languages it serves."""
        due: dict[tuple[EngineKind, str], Probed] = {}
        for chain in self._here():
            for name in chain.names:
                key = (chain.kind, name)
                if key not in self._probing and self.breaker(*key).is_probe_due(_now_s()):
                    due[key] = chain
        return [(chain, name) for (_, name), chain in due.items()]

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
            (kind, name), state, before = key, breaker.state(_now_s()), self._counted.get(key)
            if state is before:
                continue
            if before is not None:
                STATE.labels(kind.value, name, before.value).dec()
            STATE.labels(kind.value, name, state.value).inc()
            self._counted[key] = state

    async def _probe(self, chain: Probed, name: str) -> None:
        kind = chain.kind
        self._probing.add((kind, name))
        breaker = self.breaker(kind, name)
        try:
            async with asyncio.timeout(PROBE_LIMIT_S):
                await chain.probe(name)
        except NotNow:
            return
        except Exception as error:  # noqa: BLE001  (whatever is wrong, the engine is not well)
            told = told_by(error)
            breaker.probed(told.trouble, _now_s(), told.wait_s)
        else:
            breaker.probed(None, _now_s())
        finally:
            self._probing.discard((kind, name))


@cache
def process_health() -> Health:
    """This process's."""
    return Health()


def _now_s() -> float:
    return asyncio.get_running_loop().time()
