"""Which relays are lost: the channel that another one is made from has no words. Pure.

Nobody is sent to and fro: what is lost was away for some seconds, or again and again, as one whose
machine dies each time that it has begun; and what is back has stayed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

LOST_S = 6.0
"""A pair whose process died is replaced, and goes on, in less."""
LOOKS_BACK_S = 30.0
LOSSES = 3
"""So often within that time: whatever comes back next is not to be trusted …"""
AWAY_S = 10.0
"""… nor after being away for so long in sum."""
BACK_S = 15.0


@dataclass(slots=True)
class _Relay:
    """One relay now, and when it was away of late."""

    lives: bool
    since_s: float
    wished_s: float
    """Since when anybody looks: what was not there then has yet to begin, and has not gone."""
    away: list[tuple[float, float]] = field(default_factory=list)

    def look(self, lives: bool, now_s: float) -> None:
        if lives and not self.lives:
            self.away.append((self.since_s, now_s))
        if lives != self.lives:
            self.lives, self.since_s = lives, now_s
        self.away = [one for one in self.away if one[1] > now_s - LOOKS_BACK_S]

    def is_gone(self, now_s: float) -> bool:
        """Whether it was away for too long, or too often."""
        if self.lives:
            return self._is_too_much(self.away, now_s)
        is_long = now_s - self.since_s >= LOST_S
        return is_long or self._is_too_much([*self.away, (self.since_s, now_s)], now_s)

    def is_back(self, now_s: float) -> bool:
        return self.lives and now_s - self.since_s >= BACK_S

    def _is_too_much(self, away: list[tuple[float, float]], now_s: float) -> bool:
        begins_s = now_s - LOOKS_BACK_S
        in_sum_s = sum(to_s - max(from_s, begins_s) for from_s, to_s in away)
        losses = sum(from_s > self.wished_s for from_s, _ in away)
        return losses >= LOSSES or in_sum_s >= AWAY_S


@dataclass(slots=True)
class RelayWatch:
    """By relay, named as `routing.Words.lost` names them; times are the room's."""

    lost: frozenset[str] = frozenset()
    _relays: dict[str, _Relay] = field(default_factory=dict)

    def look(self, is_live: Mapping[str, bool], now_s: float) -> None:
        """So are the relays that are wished now; others are forgotten."""
        self._relays = {
            name: self._relays.get(name) or _Relay(lives, now_s, now_s)
            for name, lives in is_live.items()
        }
        for name, lives in is_live.items():
            self._relays[name].look(lives, now_s)
        self.lost = frozenset(
            name for name, relay in self._relays.items() if self._is_lost(name, relay, now_s)
        )

    def _is_lost(self, name: str, relay: _Relay, now_s: float) -> bool:
        if name not in self.lost:
            return relay.is_gone(now_s)
        if relay.is_back(now_s):
            relay.away.clear()
            return False
        return True
