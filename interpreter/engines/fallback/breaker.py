"""Whether an engine may be asked, by what happened when it was. Pure: times are given.

    closed ──trouble──► open ──wait is over──► half-open ──healthy probes──► closed
                         ▲                         │
                         └────── a probe fails ────┘

Live traffic never tries an engine out: only probes close a breaker, several in a row, so that an
engine that is up for a moment does not get the meeting back. One that fails again soon after is
left alone for longer each time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Trouble(StrEnum):
    """What is wrong with an engine."""

    ERROR = "error"
    """It cannot be reached, or its server failed (5xx)."""
    TIMEOUT = "timeout"
    STALL = "stall"
    """It was asked, and says nothing."""
    RATE_LIMIT = "rate_limit"
    QUOTA = "quota"
    """Nothing is left of what was paid for."""
    KEY = "key"
    """It does not take our key."""
    WRONG_LANGUAGE = "wrong_language"
    TOO_SLOW = "too_slow"
    """Slower than people speak: whoever waits for it falls behind for good."""
    REFUSED = "refused"
    """It does not take what it was asked for; another question it may."""


class State(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class Opening:
    """When a trouble opens the breaker, and for how long."""

    after: int
    """In a row."""
    wait_s: float
    longest_s: float


SHORT_S, LONG_S = 5.0, 600.0
MOST_SHORT_S, MOST_LONG_S = 120.0, 3600.0
OPENINGS: Mapping[Trouble, Opening] = {
    Trouble.ERROR: Opening(1, SHORT_S, MOST_SHORT_S),
    Trouble.TIMEOUT: Opening(1, SHORT_S, MOST_SHORT_S),
    Trouble.STALL: Opening(1, SHORT_S, MOST_SHORT_S),
    Trouble.RATE_LIMIT: Opening(1, 10.0, MOST_LONG_S),
    Trouble.QUOTA: Opening(1, LONG_S, MOST_LONG_S),
    Trouble.KEY: Opening(1, LONG_S, MOST_LONG_S),
    Trouble.WRONG_LANGUAGE: Opening(2, 30.0, MOST_LONG_S),
    Trouble.TOO_SLOW: Opening(3, 20.0, MOST_SHORT_S),
    Trouble.REFUSED: Opening(3, 60.0, MOST_LONG_S),
}
HOPELESS = frozenset({Trouble.QUOTA, Trouble.KEY, Trouble.RATE_LIMIT})
"""Who is asked before the wait is over says no again, and some count it against us."""
LATE = frozenset({Trouble.TIMEOUT, Trouble.STALL, Trouble.TOO_SLOW})
"""It may be well, and only cold: who has just begun to load what it needs is as slow."""
OF_LANGUAGE = frozenset({Trouble.WRONG_LANGUAGE, Trouble.REFUSED})
"""In another language the same engine may be well."""
PROBES = 2
"""So many healthy ones in a row close it …"""
PROBE_EVERY_S = 3.0
"""… so far apart."""
STEADY_S = 60.0
"""Who fails again within this time of coming back is left alone for twice as long."""
MOST_RETRY_AFTER_S = MOST_LONG_S


@dataclass(slots=True)
class Breaker:
    """Of one engine, in one process."""

    why: Trouble | None = None
    """What opened it; None while it is closed."""
    since_s: float = 0.0
    """When it opened, or closed again."""
    _until_s: float = 0.0
    """No probe before."""
    _in_a_row: int = 0
    _last: Trouble | None = None
    _wait_s: float = 0.0
    """How long it was left alone the last time."""
    _healthy: int = 0

    @property
    def is_closed(self) -> bool:
        return self.why is None

    def state(self, now_s: float) -> State:
        if self.is_closed:
            return State.CLOSED
        return State.HALF_OPEN if now_s >= self._until_s or self._healthy else State.OPEN

    def may_be_asked_in_need(self, now_s: float) -> bool:
        """Whether live traffic may go here when no other engine is left."""
        return self.is_closed or self.why not in HOPELESS or now_s >= self._until_s

    def is_probe_due(self, now_s: float) -> bool:
        return not self.is_closed and now_s >= self._until_s

    def failed(
        self, trouble: Trouble, now_s: float, wait_s: float | None = None, *, is_sure: bool = False
    ) -> bool:
        """Note a failure of live traffic; True when it has opened the breaker now.

        `wait_s` is how long the engine itself wants to be left alone; `is_sure`: no second failure
        is waited for.
        """
        self._in_a_row = self._in_a_row + 1 if trouble is self._last else 1
        self._last = trouble
        if not self.is_closed:
            self._reopen(trouble, now_s, wait_s)
            return False
        if not is_sure and self._in_a_row < OPENINGS[trouble].after:
            return False
        self._open(trouble, now_s, wait_s)
        return True

    def succeeded(self, now_s: float) -> bool:
        """Note a success of live traffic, which an open breaker gets only in need; True when it has
        closed the breaker now."""
        self._in_a_row, self._last = 0, None
        return self.is_probe_due(now_s) and self._note_healthy(now_s)

    def probed(self, trouble: Trouble | None, now_s: float, wait_s: float | None = None) -> bool:
        """Note a probe's end, None where all was well; True when it has closed the breaker."""
        if self.is_closed:
            return False
        if trouble is None:
            return self._note_healthy(now_s)
        self._reopen(trouble, now_s, wait_s)
        return False

    def warmed(self, began_s: float, now_s: float) -> bool:
        """Note that it has answered what was to warm it up; True when that has closed the breaker:
        what it was too slow for meanwhile, it was cold for."""
        if self.why not in LATE or self.since_s < began_s:
            return False
        self.why, self.since_s, self._wait_s, self._healthy = None, now_s, 0.0, 0
        self._in_a_row, self._last = 0, None
        return True

    def _note_healthy(self, now_s: float) -> bool:
        self._healthy += 1
        self._until_s = now_s + PROBE_EVERY_S
        if self._healthy < PROBES:
            return False
        self.why, self.since_s, self._healthy = None, now_s, 0
        return True

    def _open(self, trouble: Trouble, now_s: float, wait_s: float | None) -> None:
        has_been_open = self._wait_s > 0
        is_again = has_been_open and now_s - self.since_s < STEADY_S
        self._wait_s = self._wait_of(trouble, self._wait_s if is_again else 0.0, wait_s)
        self.why, self.since_s, self._healthy = trouble, now_s, 0
        self._until_s = now_s + self._wait_s

    def _reopen(self, trouble: Trouble, now_s: float, wait_s: float | None) -> None:
        """It is open already, and no better: `since_s` stays."""
        self._wait_s = self._wait_of(trouble, self._wait_s, wait_s)
        self.why, self._healthy = trouble, 0
        self._until_s = max(self._until_s, now_s + self._wait_s)

    def _wait_of(self, trouble: Trouble, before_s: float, asked_s: float | None) -> float:
        opening = OPENINGS[trouble]
        grown_s = min(max(opening.wait_s, 2 * before_s), opening.longest_s)
        if asked_s is None:
            return grown_s
        return min(max(asked_s, 0.0), MOST_RETRY_AFTER_S)
