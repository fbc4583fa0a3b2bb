"""Which relays are lost: the channel that another one is made from has no words. Pure.

Nobody is sent to and fro: what is lost was away for some seconds, and what is back has stayed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

LOST_S = 6.0
"""A pair whose process died is replaced, and goes on, in less."""
BACK_S = 15.0


@dataclass(slots=True)
class RelayWatch:
    """By relay, named as `routing.Words.lost` names them; times are the room's."""

    lost: frozenset[str] = frozenset()
    _changing_since_s: dict[str, float] = field(default_factory=dict)
    """Since when a relay has been otherwise than it is taken to be."""

    def look(self, is_live: Mapping[str, bool], now_s: float) -> None:
        """So are the relays that are wished now; others are forgotten."""
        lost = self.lost & is_live.keys()
        changing = {
            relay: self._changing_since_s.get(relay, now_s)
            for relay, lives in is_live.items()
            if lives == (relay in lost)
        }
        for relay, since_s in list(changing.items()):
            limit_s = BACK_S if relay in lost else LOST_S
            if now_s - since_s >= limit_s:
                lost ^= {relay}
                del changing[relay]
        self.lost, self._changing_since_s = lost, changing
