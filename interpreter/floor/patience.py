"""How long a silent pair is waited for, and how many may start at once. Pure.

To start a job takes as much processor time as to interpret for many seconds. On a machine that is
too busy, who sends another pair for each that is merely late makes all of them later, and then
sends others for those. So there a silent pair is waited for longer, and few start at a time.

What is proof of a busy machine: the floor agent, or a pair by its own word, was not let run when it
should have woken. Several pairs that are silent at the same moment have one cause: only one is
replaced, and the others when that one has come soon.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass

from interpreter.kept_waiting import BUSY_S

PATIENCE_S = 4.0
"""A pair in the room that is silent for so long does not reconnect: that takes 3.0 s, measured."""
FIRST_REPORT_S = 4.0
"""A pair that is in the room has said something by then."""
START_LIMIT_S = 20.0
"""A pair that has not reported by then is dispatched again."""
BUSY_PATIENCE_S = 15.0
BUSY_START_LIMIT_S = 45.0
"""The same where the machines are too busy; the latter of a pair that a worker has taken."""
LONGEST_PATIENCE_S = 30.0
"""Each replacement in a row that falls silent too is given twice the time, up to this."""
STEADY_S = 20.0
"""Who reported for so long begins such a row anew."""
BUSY_STARTS = 2
"""So many pairs of a room start at once on busy machines."""
HOLDS_UP_S = 10.0
"""A start that takes longer holds no other up."""
PROMPT_S = 4.0
"""A pair that reports so soon after it was sent says that there is time for others."""


@dataclass(slots=True)
class Allowance:
    """What may be started at one look."""

    is_busy: bool = False
    starts: float = math.inf
    replacements: float = math.inf
    """Of them, in the place of pairs that are in the room, and silent."""

    def take(self, *, is_replacement: bool = False) -> bool:
        """Whether one more may start; it is counted."""
        if self.starts < 1 or (is_replacement and self.replacements < 1):
            return False
        self.starts -= 1
        self.replacements -= 1
        return True


@dataclass(slots=True)
class Machines:
    """What is known of those on which a room's pairs run."""

    _busy_until_s: float = -math.inf
    _prompt_s: float = -math.inf
    """When a start was last seen to be quick."""

    def kept_waiting(self, now_s: float) -> None:
        """Some process of this room was not let run when it should have."""
        self._busy_until_s = now_s + BUSY_S

    def started(self, took_s: float, now_s: float) -> None:
        """A pair that was sent has reported."""
        if took_s <= PROMPT_S:
            self._prompt_s = now_s

    def allowance(
        self, silent_since_s: Collection[float], starting: int, now_s: float
    ) -> Allowance:
        """`silent_since_s`: of the pairs in the room that are silent now, since when; `starting`:
        how many were sent lately, and have not reported."""
        is_busy = now_s < self._busy_until_s
        is_common = len(silent_since_s) > 1 and self._prompt_s <= min(silent_since_s)
        return Allowance(
            is_busy,
            BUSY_STARTS - starting if is_busy else math.inf,
            1 - starting if is_busy or is_common else math.inf,
        )


def patience_s(*, has_reported: bool, silences: int, is_busy: bool) -> float:
    """How long a pair in the room may be silent; `silences`: how many before it were replaced for
    their silence, in a row."""
    usual_s = PATIENCE_S if has_reported else FIRST_REPORT_S
    first_s = BUSY_PATIENCE_S if is_busy else usual_s
    return float(min(first_s * 2 ** max(silences - 1, 0), LONGEST_PATIENCE_S))
