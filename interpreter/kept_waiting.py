"""Whether this process was let run when it should have woken: what nobody outside can tell from a
silence."""

import asyncio
import time
from dataclasses import dataclass


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
