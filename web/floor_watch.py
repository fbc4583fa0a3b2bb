"""What to do about the floor agents of one room, from who is there and how they answer. Pure.

A floor agent whose process has died is taken out of the room by its worker at once; one that only
reconnects is back within a moment, or answers no ping for three seconds. So one that is there is
dead after four pings in a row that nobody answered, and as good as dead when it has been deaf for a
while. One that has just said that its machine is too busy is given more time: it is late, and
another one would make all later. It is removed first, so that no two write one line; then another
is sent. Of several the newest epoch stays. One that was removed and comes back is removed again.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

MISSES = 4
AWAY_S = 0.7
"""One that reconnects anew leaves the room for a moment."""
STARTING_S = 3.0
"""A floor agent that has just joined may not answer yet."""
UNSERVED_S = 5.0
"""A room without a floor agent for so long is said to be without interpretation."""
ARRIVING_S = 6.5
"""One that was sent joins within this time, or nobody took the job (LiveKit knows after 5 s)."""
TAKEN_S = 20.0
"""If somebody took the job, it may take longer on a busy machine."""
HANDOVER_S = 5.0
DEAF_S = 5.0
MOST_DEAF_S = 300.0
"""Where another agent is deaf too (music on the floor), it is given longer and longer."""
BUSY_FOR_S = 15.0
"""So long after it said that its machine is too busy …"""
BUSY_TIMES = 3
"""… it is given so many times the time."""
HEALTHY_S = 600.0
"""An agent that hears for so long counts as proof that its kind can."""
LONGEST_PAUSE_S = 5.0
"""Between two sendings into one room."""


class FloorState(StrEnum):
    """What a floor agent says of itself."""

    OK = "ok"
    DEAF = "deaf"
    """There is speech and no hypothesis."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """An answer to a ping."""

    state: FloorState = FloorState.OK
    told_s: float = 0.0
    """All that was said until so long ago is on its line: what came after is lost with it."""
    is_busy: bool = False
    """Its machine did not let it run when it should have."""


@dataclass(frozen=True, slots=True)
class Floor:
    """A floor agent that is in the room."""

    identity: str
    epoch: int
    joined_ms: int = 0
    is_leaving: bool = False
    """Its worker stops: it goes on until a successor is there."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do now: first remove, then send."""

    remove: tuple[str, ...] = ()
    send: bool = False


@dataclass(slots=True)
class _Known:
    floor: Floor
    seen_s: float
    """When it was first seen here."""
    has_answered: bool = False
    misses: int = 0
    state: FloorState = FloorState.OK
    since_s: float = 0.0
    """When it came to be in this state."""
    busy_until_s: float = -math.inf


@dataclass(slots=True)
class FloorWatch:
    """Told of one room's floor agents; times are seconds of one monotonic clock.

    At `began_s` one may be on its way already.
    """

    began_s: float
    _known: dict[str, _Known] = field(default_factory=dict)
    _removed: set[str] = field(default_factory=set)
    _sent_s: float | None = None
    _is_taken: bool = False
    _pause_until_s: float = 0.0
    _sendings: int = 0
    _deaf_limit_s: float = DEAF_S
    _served_s: float = 0.0
    _told_s: float | None = None
    _gone_s: float | None = None
    """When one was missed in the room first."""

    def __post_init__(self) -> None:
        self._sent_s = self._served_s = self.began_s

    @property
    def identities(self) -> tuple[str, ...]:
        """Whom to ping."""
        return tuple(self._known)

    @property
    def lacks_taker(self) -> bool:
        """Whether one was sent that has not joined, and nobody is known to have taken its job."""
        return self._sent_s is not None and not self._is_taken

    def present(self, floors: Iterable[Floor], now_s: float) -> None:
        """Who is in the room, as LiveKit says."""
        there = {floor.identity: floor for floor in floors}
        for gone in self._known.keys() - there.keys():
            del self._known[gone]
            self._gone_s = now_s
        for identity, floor in there.items():
            if identity in self._known:
                self._known[identity].floor = floor
                continue
            self._known[identity] = _Known(floor, now_s, since_s=now_s)
            if identity not in self._removed:
                self._sent_s, self._is_taken = None, False

    def answered(self, identity: str, pulse: Pulse, now_s: float) -> None:
        """A ping was answered."""
        known = self._known.get(identity)
        if known is None:
            return
        known.has_answered, known.misses = True, 0
        told_s = now_s - pulse.told_s
        self._told_s = told_s if self._told_s is None else max(self._told_s, told_s)
        if pulse.is_busy:
            known.busy_until_s = now_s + BUSY_FOR_S
        if pulse.state is not known.state:
            known.state, known.since_s = pulse.state, now_s

    def missed(self, identity: str, now_s: float) -> None:
        """The agent is in the room and did not answer a ping in time."""
        known = self._known.get(identity)
        if known and (known.has_answered or now_s - known.seen_s >= STARTING_S):
            known.misses += 1

    def taken(self) -> None:
        """A worker has taken the job of the agent that was sent."""
        self._is_taken = True

    def sent(self, now_s: float) -> None:
        """Another was sent."""
        self._sent_s, self._is_taken = now_s, False
        self._pause_until_s = now_s + min(0.5 * 2.0 ** min(self._sendings, 8), LONGEST_PAUSE_S)
        self._sendings += 1

    def plan(self, now_s: float) -> Plan:
        """What to do now; whoever is to be removed counts as gone from here on."""
        out = [one for one in self._known.values() if self._must_go(one, now_s)]
        for one in out:
            self._remove(one)
        newest = self._newest()
        for one in list(self._known.values()):
            if newest is not None and one is not newest and self._is_replaced(one, newest, now_s):
                self._remove(one)
                out.append(one)
        if newest is not None:
            self._served_s = now_s
            self._recover(newest, now_s)
        needs_one = newest is None or newest.floor.is_leaving
        return Plan(tuple(one.floor.identity for one in out), needs_one and self._may_send(now_s))

    @property
    def is_heard(self) -> bool:
        """Whether some floor agent hears the floor now."""
        return any(one.state is FloorState.OK for one in self._known.values())

    def untold_s(self, now_s: float) -> float | None:
        """Since how long what is said is on no line; None when that is not known here."""
        return None if self._told_s is None else now_s - self._told_s

    def is_served(self, now_s: float) -> bool:
        """False when the room has been without a floor agent for so long that people must know."""
        return bool(self._known) or now_s - self._served_s < UNSERVED_S

    def _must_go(self, one: _Known, now_s: float) -> bool:
        times = BUSY_TIMES if now_s < one.busy_until_s else 1
        if one.floor.identity in self._removed or one.misses >= times * MISSES:
            return True
        return one.state is FloorState.DEAF and now_s - one.since_s >= times * self._deaf_limit_s

    def _is_replaced(self, older: _Known, newest: _Known, now_s: float) -> bool:
        """One that is leaving has time to hand its work over."""
        if older.floor.is_leaving and now_s - newest.seen_s < HANDOVER_S:
            return False
        return newest.has_answered

    def _remove(self, one: _Known) -> None:
        if one.state is FloorState.DEAF:
            self._deaf_limit_s = min(2 * self._deaf_limit_s, MOST_DEAF_S)
        self._removed.add(one.floor.identity)
        del self._known[one.floor.identity]

    def _newest(self) -> _Known | None:
        """The highest epoch; of two with the same, who came first."""
        return max(
            self._known.values(),
            key=lambda one: (one.floor.epoch, -one.floor.joined_ms),
            default=None,
        )

    def _recover(self, newest: _Known, now_s: float) -> None:
        if newest.state is not FloorState.OK:
            return
        if now_s - newest.since_s >= LONGEST_PAUSE_S:
            self._sendings = 0
        if now_s - newest.since_s >= HEALTHY_S:
            self._deaf_limit_s = DEAF_S

    def _may_send(self, now_s: float) -> bool:
        is_back_soon = self._gone_s is not None and now_s - self._gone_s < AWAY_S
        if is_back_soon or now_s < self._pause_until_s:
            return False
        arriving_s = TAKEN_S if self._is_taken else ARRIVING_S
        return self._sent_s is None or now_s - self._sent_s >= arriving_s


def read_pulse(payload: str) -> Pulse:
    """The answer to a ping; what cannot be read comes from an agent that lives."""
    try:
        said = json.loads(payload)
        told_s = max(0.0, float(said.get("told_s", 0.0)))
        return Pulse(FloorState(said["state"]), told_s, said.get("busy") is True)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Pulse()
