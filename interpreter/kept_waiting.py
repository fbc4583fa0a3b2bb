"""Whether this process was let run when it should have woken: what nobody outside can tell from a
silence, and a clock of the time in which it was."""

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from weakref import WeakKeyDictionary

NAP_S = 0.1
"""Of the watch over this process: what is shorter keeps nobody waiting."""
_ROUND_S = 1e-6
BUSY_S = 10.0
"""So long after somebody was kept waiting, the machines are taken to be too busy."""
NOTICED_S = 0.02
"""So much later a wait ends on machines that are not busy."""


@dataclass(frozen=True, slots=True)
class Nap:
    """A wait that has begun; the loop's clock, and the processor time of this process."""

    began_s: float
    cpu_s: float

    @classmethod
    def begin(cls) -> "Nap":
        return cls(asyncio.get_running_loop().time(), time.process_time())

    def late_s(self, meant_s: float) -> float:
        """How much later than meant it ends now, but for what this process did meanwhile."""
        now = Nap.begin()
        return late_s(now.began_s - self.began_s, meant_s, now.cpu_s - self.cpu_s)


def late_s(slept_s: float, meant_s: float, worked_s: float) -> float:
    """Who works itself is not kept waiting. Pure."""
    return max(slept_s - meant_s - worked_s, 0.0)


class OwnTime:
    """A clock that stands still while this process is not let run: for whoever judges by it how
    long others take. Only while `run` runs; else it goes as the loop's does."""

    def __init__(self) -> None:
        self._kept_s = 0.0
        self._nap: Nap | None = None
        self._noted_s = -math.inf
        """Until then, what was late is in `_kept_s`; there may be two who nap."""

    def now_s(self) -> float:
        now_s = asyncio.get_running_loop().time()
        return now_s - self._kept_s - (self._late_s(self._nap, now_s) if self._nap else 0.0)

    def kept_waiting(self, seconds: float) -> None:
        """It was not let run for so long, until now."""
        self._kept_s += seconds

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            nap = self._nap = Nap.begin()
            await asyncio.sleep(NAP_S)
            now_s = asyncio.get_running_loop().time()
            late_s = self._late_s(nap, now_s)
            self._nap = None
            self.kept_waiting(late_s)
            self._noted_s = now_s

    def _late_s(self, nap: Nap, now_s: float) -> float:
        late_s = min(nap.late_s(NAP_S), now_s - self._noted_s)
        return late_s if late_s > NOTICED_S else 0.0


_clocks: WeakKeyDictionary[asyncio.AbstractEventLoop, OwnTime] = WeakKeyDictionary()


def own_time() -> OwnTime:
    """The clock of this loop."""
    return _clocks.setdefault(asyncio.get_running_loop(), OwnTime())


def own_now_s() -> float:
    """Now by it: nobody is late while this process is kept waiting."""
    return own_time().now_s()


@asynccontextmanager
async def patient_until(until_s: float, most_s: float) -> AsyncIterator[asyncio.Timeout]:
    """As `asyncio.timeout_at`, by that clock, though `most_s` later at most."""
    loop, clock = asyncio.get_running_loop(), own_time()
    timer: asyncio.TimerHandle
    latest_s = loop.time() + max(until_s - clock.now_s(), 0.0) + most_s
    async with asyncio.timeout(None) as limit:

        def look() -> None:
            nonlocal timer
            left_s = min(until_s - clock.now_s(), latest_s - loop.time())
            if left_s > _ROUND_S:
                timer = loop.call_later(left_s, look)
            else:
                limit.reschedule(loop.time())

        timer = loop.call_later(max(until_s - clock.now_s(), 0.0), look)
        try:
            yield limit
        finally:
            timer.cancel()
