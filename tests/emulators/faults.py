"""What an emulated server does wrong: on command, or in a share of its answers drawn by a seed.

An emulator asks at each place where a fault may happen: `take` where an answer, a connection or an
utterance begins, `commanded` wherever it may break off in the middle.
"""

import asyncio
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "drop",
    "stall",
    "401",
    "429",
    "500",
    "half_frame",
    "late_final",
    "wrong_order",
    "close",
    "slow",
    "wrong_language",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
REFUSALS: tuple[Kind, ...] = ("401", "429", "500")
"""What a server answers instead of beginning."""
BREAKS: tuple[Kind, ...] = ("drop", "stall", "half_frame", "close")
"""What ends an answer in the middle."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    drop         the connection is lost without a word
    stall        the server says nothing more, and keeps the connection
    401 429 500  it refuses the request, or the connection
    half_frame   it sends half of a message, and the connection is lost
    late_final   an utterance's last word comes `wait_s` later
    wrong_order  messages overtake one another
    close        it closes a WebSocket with `code`
    slow         an answer begins `wait_s` later
    wrong_language  a translator answers in another language
    """

    kind: Kind
    wait_s: float = 1.0
    """How late it is; what a 429 tells to wait."""
    code: int = 1011
    after_s: float = 0.0
    """Not before so many seconds of the connection's sound."""
    says: str = ""
    """A provider's own code for it, as `insufficient_quota`."""


class Faults:
    """What goes wrong next, and how often; nothing does by itself.

    >>> faults = Faults()
    >>> faults.next = Fault("429", wait_s=2.0)
    """

    def __init__(self, seed: int = 0, rate: float = 0.0, kinds: Sequence[Kind] = KINDS) -> None:
        """`rate`: of the answers, connections and utterances, 0 to 1; `kinds`: the ones drawn."""
        self.next: Fault | None = None
        """Happens once, at the next place where it can."""
        self.always: Fault | None = None
        """Happens wherever it can."""
        self.happened: list[Fault] = []
        self._chance = random.Random(seed)
        self._rate = rate
        self._kinds = tuple(kinds)

    def take(self, *kinds: Kind, at_s: float = 0.0) -> Fault | None:
        """What goes wrong with what begins now, of these kinds."""
        if (fault := self.commanded(*kinds, at_s=at_s)) is not None:
            return fault
        drawable = [kind for kind in self._kinds if kind in kinds]
        if not drawable or self._chance.random() >= self._rate:
            return None
        fault = Fault(self._chance.choice(drawable), after_s=self._chance.uniform(0.0, 5.0))
        self.happened.append(fault)
        return fault

    def commanded(self, *kinds: Kind, at_s: float = 0.0) -> Fault | None:
        """What was told to go wrong, of these kinds; `at_s`: how much sound there was by now."""
        for fault in (self.next, self.always):
            if fault is not None and fault.kind in kinds and fault.after_s <= at_s:
                if fault is self.next:
                    self.next = None
                self.happened.append(fault)
                return fault
        return None


class Gone(Faults):
    """From a time on, the server says nothing any more on any connection; for good, or for a while:
    what is connected meanwhile stays without a word."""

    def __init__(self, after_s: float, for_s: float = math.inf) -> None:
        super().__init__()
        self._at_s = asyncio.get_running_loop().time() + after_s
        self._until_s = self._at_s + for_s

    def commanded(self, *kinds: Kind, at_s: float = 0.0) -> Fault | None:
        is_gone = self._at_s <= asyncio.get_running_loop().time() < self._until_s
        return Fault("stall") if is_gone and "stall" in kinds else None
