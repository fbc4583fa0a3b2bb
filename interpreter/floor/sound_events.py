"""What captions say beside words: that several people speak at once, and that nothing has been
interpreted for a while, so that no silence is without a reason. Pure.

Music and applause would stand here too; no detector of them is installed, so nobody says them.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from interpreter.floor.supervision import Pair, Running
from interpreter.line import LineWriter
from interpreter.pair.policy import policy_named
from interpreter.room import RoomMetadata

SEVERAL_S = 1.5
"""A breath that another speaker uses is shorter."""
SEVERAL_AGAIN_S = 10.0
"""A debate is not told of at each interruption."""
NOT_INTERPRETED_S = 5.0
SLOW_NOT_INTERPRETED_S = 15.0
"""The same in modes that wait for a recogniser's last word on an utterance."""
OVER_S = 10.0
"""So long after the last word that was spoken, nobody waits for more."""


@dataclass(slots=True)
class SeveralSpeak:
    """Whether several people speak at once."""

    _since_s: float | None = None
    _told_s: float = -math.inf

    def look(self, speaking: int, now_s: float) -> float | None:
        """So many speak now. Since when it is more than one, whenever that is to be told."""
        if speaking < 2:
            self._since_s = None
            return None
        if self._since_s is None:
            self._since_s = now_s
        is_new = self._since_s - self._told_s >= SEVERAL_AGAIN_S
        if not is_new or now_s - self._since_s < SEVERAL_S:
            return None
        self._told_s = now_s
        return self._since_s


@dataclass(frozen=True, slots=True)
class Gap:
    """Words of the floor that a channel has not rendered."""

    since_s: float
    until_s: float
    is_over: bool

    @property
    def seconds(self) -> int:
        return max(1, int(self.until_s - self.since_s + 0.05))


@dataclass(slots=True)
class Waiting:
    """How long one pair has had words and rendered none."""

    said_seq: int = -1
    shown_seq: int = -1
    said_s: float = 0.0
    """When the last word came on the line."""
    _since_s: float | None = None
    _is_told: bool = False

    def look(self, said_seq: int, shown_seq: int, now_s: float, limit_s: float) -> Gap | None:
        """The last word said, and the last one rendered. A gap that is told of, as it is now."""
        if said_seq != self.said_seq:
            self.said_seq, self.said_s = said_seq, now_s
        has_news, self.shown_seq = shown_seq > self.shown_seq, max(shown_seq, self.shown_seq)
        if shown_seq >= said_seq or has_news or now_s - self.said_s >= OVER_S:
            gap = self.end(now_s)
            self._since_s = now_s if shown_seq < said_seq and has_news else None
            return gap
        if self._since_s is None:
            self._since_s = now_s
        if now_s - self.said_s < OVER_S and now_s - self._since_s >= limit_s:
            self._is_told = True
            return Gap(self._since_s, now_s, is_over=False)
        return None

    def end(self, now_s: float) -> Gap | None:
        """It is over: the gap, if it was told of."""
        is_told, self._is_told = self._is_told, False
        if self._since_s is None or not is_told:
            return None
        return Gap(self._since_s, now_s, is_over=True)


@dataclass(slots=True)
class NotInterpreted:
    """The channels in which machines should interpret and do not."""

    _pairs: dict[Pair, Waiting] = field(default_factory=dict)

    def look(
        self,
        metadata: RoomMetadata,
        pairs: Mapping[Pair, Running],
        lines: Mapping[str, LineWriter],
        others: Collection[str],
        now_s: float,
    ) -> dict[str, Gap]:
        """The gap of each channel that is to be told of it; none of `others`, in which no machine
        is to be heard. A pair that has never reported is still starting, and pages say so."""
        found: dict[str, Gap] = {}
        for pair, running in pairs.items():
            line, last = lines.get(pair.source), running.last
            is_wanted = pair.target in metadata.wanted.languages and pair.target not in others
            if line is None or last is None or not is_wanted:
                continue
            waiting = self._pairs.setdefault(pair, Waiting())
            shown = last.shown_seq if last.epoch == line.epoch else -1
            mode = policy_named(metadata.policy_of(pair.target))
            limit_s = SLOW_NOT_INTERPRETED_S if mode.waits_for_final else NOT_INTERPRETED_S
            gap = waiting.look(line.last_word_seq, shown, now_s, limit_s)
            if gap is not None:
                found[pair.target] = gap
        for pair in [one for one in self._pairs if self._is_gone(one, metadata, pairs, others)]:
            gap = self._pairs.pop(pair).end(now_s)
            if gap is not None:
                found[pair.target] = gap
        return found

    def _is_gone(
        self,
        pair: Pair,
        metadata: RoomMetadata,
        pairs: Mapping[Pair, Running],
        others: Collection[str],
    ) -> bool:
        is_wanted = pair.target in metadata.wanted.languages and pair.target not in others
        return pair not in pairs or not is_wanted
