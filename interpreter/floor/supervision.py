"""Which channels machines feed, and which pairs have died. Pure.

A self-hosted LiveKit never starts a dead job again, and reports a killed one only after 20 s. A
pair whose process has died is taken out of the room by its worker at once (dead_jobs.py), and
replaced as one that has left. One that only reconnects says nothing for three seconds while its
voice goes on; so a pair that is in the room and silent (line.ReaderMessage comes every 500 ms) is
given a little longer, then removed, and dispatched again with the next epoch, at the words where it
was; patience.py says how much longer, and how many at a time.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from interpreter.floor.patience import (
    BUSY_START_LIMIT_S,
    FIRST_REPORT_S,
    HOLDS_UP_S,
    START_LIMIT_S,
    STEADY_S,
    Allowance,
    Machines,
    patience_s,
)
from interpreter.line import ReaderMessage
from interpreter.room import RoomMetadata

PAIRS_AN_EPOCH = 1000
"""No floor agent sends one pair so often."""
SILENT_S = 1.6
"""Three reader messages missed: nobody knows how the pair is."""
AWAY_S = 0.5
"""A pair that has left the room for so long does not come back: one that reconnects is away for
20 ms, and at our own reconnect everybody is."""
NO_CAPACITY_S = 4.0
"""A dispatch that no worker has taken by then waits for room on a worker."""
KEPT_WAITING_S = 0.4
"""A process that wakes so much too late, and has done nothing meanwhile, was not let run."""


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """Source → target, as BCP 47 tags."""

    source: str
    """Or the name of the line that it reads (line_names.py), where that is another channel's."""
    target: str


@dataclass(frozen=True, slots=True)
class PresentPair:
    """A pair agent in the room, as the server describes it."""

    pair: Pair
    identity: str
    epoch: int
    is_leaving: bool = False
    """Its worker is being stopped: it goes on until another has taken over."""


@dataclass(frozen=True, slots=True)
class Start:
    """Dispatch this pair with this epoch; `after` is the last word of the one before it."""

    pair: Pair
    epoch: int
    after: ReaderMessage | None
    since_s: float
    """Since when it should be there: where `after` does not say what was read, nothing was."""


@dataclass(frozen=True, slots=True)
class Stop:
    """End this pair's job in good order."""

    pair: Pair
    epoch: int


@dataclass(frozen=True, slots=True)
class Remove:
    """Take this participant out of the room: it is dead, or another has its place."""

    identity: str


Action = Start | Stop | Remove


@dataclass(slots=True)
class Running:
    """What is known of one pair that should run."""

    epoch: int
    dispatched_s: float
    since_s: float
    """Since when this pair, or one that it replaces without a word of theirs, should be there."""
    identity: str = ""
    reported_s: float | None = None
    last: ReaderMessage | None = None
    present_since_s: float | None = None
    is_dispatched: bool = True
    is_taken: bool = False
    """Whether a worker has taken the dispatch."""
    unwanted_since_s: float | None = None
    away_since_s: float | None = None
    first_reported_s: float | None = None
    silences: int = 0
    """How many before it were replaced for their silence, in a row."""
    is_late: bool = False
    """Silent, or still on its way, and waited for: the machines are too busy."""

    @property
    def is_wanted(self) -> bool:
        return self.unwanted_since_s is None

    def note_presence(self, is_present: bool, now_s: float) -> None:
        if is_present:
            self.away_since_s = None
        elif self.away_since_s is None:
            self.away_since_s = now_s

    @property
    def last_sign_s(self) -> float | None:
        """When it was last seen to live: by its word, or before the first by coming to the room."""
        return self.reported_s if self.reported_s is not None else self.present_since_s

    @property
    def is_steady(self) -> bool:
        """Whether it has reported for so long that it can."""
        if self.reported_s is None or self.first_reported_s is None:
            return False
        return self.reported_s - self.first_reported_s >= STEADY_S


def wanted_targets(metadata: RoomMetadata) -> frozenset[str]:
    """The channels that machines are to feed: those that somebody wants; and where a human
    interprets, the machine stands by, unless nobody wants it to."""
    standing_by = {tag for tag, staff in metadata.staff.items() if not staff.is_only}
    alone = metadata.staff.keys() - standing_by
    wanted = (metadata.wanted.languages | standing_by) - alone
    return frozenset(wanted & set(metadata.offered))


@dataclass(slots=True)
class PairBook:
    """Decides what to start, stop and remove; each decision is made once."""

    idle_s: float
    floor_epoch: int = 1
    """Of the floor agent that decides: it does not know which epochs those before it gave to pairs
    that are gone, and what its own pairs say must not go by the names of what those have said."""
    running: dict[Pair, Running] = field(default_factory=dict)
    _epochs: dict[Pair, int] = field(default_factory=dict)
    _removed: set[str] = field(default_factory=set)
    _machines: Machines = field(default_factory=Machines)
    _allowance: Allowance = field(default_factory=Allowance)
    """Of the look that is being made."""

    def report(self, pair: Pair, identity: str, message: ReaderMessage, now_s: float) -> None:
        """A pair has said how it is; one with a higher epoch than the book's takes its place."""
        known = self.running.get(pair)
        if known is None or message.pair_epoch > known.epoch:
            known = self.running[pair] = Running(message.pair_epoch, now_s, now_s)
        self._epochs[pair] = max(self._epochs.get(pair, 0), message.pair_epoch)
        if message.kept_waiting_s >= KEPT_WAITING_S:
            self._machines.kept_waiting(now_s)
        if message.pair_epoch == known.epoch:
            if known.first_reported_s is None:
                known.first_reported_s = now_s
                self._machines.started(now_s - known.dispatched_s, now_s)
            known.identity, known.reported_s, known.last = identity, now_s, message
            known.is_taken, known.is_late = True, False
        elif not known.is_dispatched:
            known.last = message  # of one that leaves, while nobody can be sent in its place

    def decide(
        self,
        wanted: Collection[Pair],
        present: Collection[PresentPair],
        now_s: float,
        ended: Collection[Pair] = (),
    ) -> list[Action]:
        """Compare what runs with what is wanted and what is there; `ended` are to stop at once, as
        others say the same now."""
        actions: list[Action] = []
        self._adopt(present, now_s)
        actions += self._remove_stale(present)
        self._allowance = self._allow(present, now_s)
        for pair in sorted({*wanted, *self.running}):
            if pair in ended and pair not in wanted:
                actions.append(Stop(pair, self.running.pop(pair).epoch))
            else:
                actions += self._decide_one(pair, pair in wanted, present, now_s)
        return actions

    def taken(self, pair: Pair, epoch: int) -> None:
        """A worker has taken the dispatch."""
        known = self.running.get(pair)
        if known is not None and known.epoch == epoch:
            known.is_taken = True

    def kept_waiting(self, now_s: float) -> None:
        """We were not let run when we should have: those who are late may be no more dead."""
        self._machines.kept_waiting(now_s)

    def excuse(self, now_s: float) -> None:
        """We could not hear anybody until now: nobody's silence counts before."""
        for running in self.running.values():
            running.away_since_s = None
            if running.reported_s is not None:
                running.reported_s = now_s
            elif running.present_since_s is not None:
                running.present_since_s = now_s

    def failed(self, pair: Pair) -> None:
        """The dispatch could not be made: it is made again at the next look."""
        self.running[pair].is_dispatched = False

    def _adopt(self, present: Collection[PresentPair], now_s: float) -> None:
        """Pairs that run already, from before this floor agent, are ours."""
        for there in present:
            newest = self._epochs.get(there.pair, 0)
            if there.epoch > newest and there.identity not in self._removed:
                self._epochs[there.pair] = there.epoch
                self.running[there.pair] = Running(there.epoch, now_s, now_s, there.identity)
            known = self.running.get(there.pair)
            if known is not None and known.epoch == there.epoch:
                known.identity, known.is_taken = there.identity, True
                if known.present_since_s is None:
                    known.present_since_s = now_s

    def _remove_stale(self, present: Collection[PresentPair]) -> list[Action]:
        """A lower epoch goes as soon as a higher one has reported: no two voices, and no gap."""
        actions: list[Action] = []
        for there in present:
            known = self.running.get(there.pair)
            is_replaced = (
                known is not None and known.reported_s is not None and there.epoch < known.epoch
            )
            if is_replaced and there.identity not in self._removed:
                self._removed.add(there.identity)
                actions.append(Remove(there.identity))
        return actions

    def _allow(self, present: Collection[PresentPair], now_s: float) -> Allowance:
        there = {one.identity for one in present}
        silent_since_s = [
            one.last_sign_s
            for one in self.running.values()
            if one.is_wanted and one.identity in there and one.last_sign_s is not None
            if now_s - one.last_sign_s > SILENT_S
        ]
        starting = sum(
            one.is_dispatched and one.reported_s is None and now_s - one.dispatched_s < HOLDS_UP_S
            for one in self.running.values()
        )
        return self._machines.allowance(silent_since_s, starting, now_s)

    def _decide_one(
        self, pair: Pair, is_wanted: bool, present: Collection[PresentPair], now_s: float
    ) -> list[Action]:
        known = self.running.get(pair)
        if known is None:
            return self._begin(pair, now_s)
        if not is_wanted:
            return self._stop_when_idle(pair, known, now_s)
        known.unwanted_since_s = None
        if not known.is_dispatched:
            return self._start_again(pair, known, now_s)
        there = next((p for p in present if p.identity == known.identity), None)
        if there is not None and there.is_leaving:
            return [self._start(pair, known.last, now_s, known.since_s)]
        known.note_presence(there is not None, now_s)
        known.is_late = self._is_late(known, now_s)
        if self._has_gone(known, now_s):
            return self._start_again(pair, known, now_s)
        return self._replace_silent(pair, known, there, now_s)

    def _begin(self, pair: Pair, now_s: float) -> list[Action]:
        """A pair that is wanted for the first time; on busy machines it may have to wait."""
        if self._allowance.take():
            return [self._start(pair, None, now_s, now_s)]
        epoch = self._epochs.get(pair, 0)
        self.running[pair] = Running(epoch, now_s, now_s, is_dispatched=False)
        return []

    def _start_again(self, pair: Pair, known: Running, now_s: float) -> list[Action]:
        if not self._allowance.take():
            return []
        return [self._start(pair, known.last, now_s, known.since_s)]

    def _is_late(self, known: Running, now_s: float) -> bool:
        """Silent, or still on its way, and waited for."""
        if known.last_sign_s is None:
            return known.is_taken and self._allowance.is_busy
        return self._allowance.is_busy and now_s - known.last_sign_s > SILENT_S

    def _has_gone(self, known: Running, now_s: float) -> bool:
        """It has left the room, or never came."""
        if known.last_sign_s is None:
            limit_s = BUSY_START_LIMIT_S if known.is_late else START_LIMIT_S
            return now_s - known.dispatched_s >= limit_s
        is_away = known.away_since_s is not None and now_s - known.away_since_s >= AWAY_S
        if known.reported_s is None and known.present_since_s is not None:
            return is_away and now_s - known.present_since_s >= FIRST_REPORT_S
        return is_away

    def _replace_silent(
        self, pair: Pair, known: Running, there: PresentPair | None, now_s: float
    ) -> list[Action]:
        """It is in the room and says nothing; taken out when it has been waited for, and its
        replacement may start."""
        if known.last_sign_s is None:  # it is on its way
            return []
        silent_s = now_s - known.last_sign_s
        silences = 0 if known.is_steady else known.silences
        limit_s = patience_s(
            has_reported=known.reported_s is not None,
            silences=silences,
            is_busy=self._allowance.is_busy,
        )
        if silent_s < limit_s or not self._allowance.take(is_replacement=True):
            return []
        removed: list[Action] = []
        if there is not None and there.identity not in self._removed:
            self._removed.add(there.identity)
            removed.append(Remove(there.identity))
        start = self._start(pair, known.last, now_s, known.since_s)
        self.running[pair].silences = silences + 1
        return [*removed, start]

    def _start(
        self, pair: Pair, after: ReaderMessage | None, now_s: float, since_s: float
    ) -> Start:
        before = (self.floor_epoch - 1) * PAIRS_AN_EPOCH
        epoch = max(self._epochs.get(pair, 0), before) + 1
        self._epochs[pair] = epoch
        self.running[pair] = Running(epoch, now_s, since_s, last=after)
        return Start(pair, epoch, after, since_s)

    def _stop_when_idle(self, pair: Pair, known: Running, now_s: float) -> list[Action]:
        if known.unwanted_since_s is None:
            known.unwanted_since_s = now_s
        if now_s - known.unwanted_since_s < self.idle_s:
            return []
        del self.running[pair]
        return [Stop(pair, known.epoch)]
