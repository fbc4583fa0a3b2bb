"""What the voice may say next: the units in order, and of each what is committed. Pure.

The voice asks when it is about to fall silent, no earlier: until then every translation that comes
may still change what it will say.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from math import ceil

from interpreter.pair.chunking import Unit
from interpreter.pair.commit import TargetCommit, Weights
from interpreter.pair.policy import CommitPolicy
from languages.spacing import tokens


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something to be said in one breath: a unit, or a part of it."""

    unit: Unit
    text: str
    source_end_s: float
    """When the source word at the place of its first word ended."""
    is_last: bool
    """Whether it ends its unit."""


@dataclass(slots=True)
class _Entry:
    unit: Unit
    commit: TargetCommit
    is_full: bool = True
    """Whether nobody has tried to say it in fewer words."""
    after: int | None = None
    """It comes after this unit, not in its own place."""
    is_doubtful: bool = False
    """Whether a meaning is lost in it that may still be put right."""


class Script:
    """The units of one voice, from their first translation until they are spoken."""

    def __init__(
        self,
        policy: CommitPolicy,
        weights: Weights,
        begun: tuple[tuple[int, int], str] = ((0, -1), ""),
    ) -> None:
        """`begun`: the place of a unit's first word, and what another voice has said of it."""
        self._begun = begun
        self._policy = policy
        self.weights = weights
        self._entries: OrderedDict[int, _Entry] = OrderedDict()
        self._doubtful: dict[int, _Entry] = {}
        """Those that are spoken so."""
        self._done = -1
        """The newest unit of which nothing more is said."""
        self._over: set[int] = set()
        """All of those: two speakers' units may end in another order than they began in."""
        self.is_silent = False
        """Whether nothing may be taken now: it is the speaker's turn."""

    def use(self, policy: CommitPolicy) -> None:
        """Commit by another mode from now on; what was spoken stays."""
        self._policy = policy
        for entry in self._entries.values():
            entry.commit.policy = policy

    def translated(
        self, unit: Unit, text: str, safe_share: float = 1.0, *, is_doubtful: bool = False
    ) -> None:
        """A unit as it is now, open or closed, and what it says in the target language; of the open
        one no more than this share is spoken. A closed one `is_doubtful` where it may be
        `corrected`, and that is to be heard also by who has heard the wrong one."""
        if unit.number in self._over:
            return
        entry = self._entries.get(unit.number)
        if entry is None:
            commit = TargetCommit(self._policy, self.weights)
            place, said = self._begun
            if (unit.line_epoch, unit.first_seq) == place:
                commit.spoken, commit.said = tokens(said), [said]
            entry = _Entry(unit, commit)
            self._entries[unit.number] = entry
            self._sort()
        entry.unit, entry.is_doubtful = unit, is_doubtful
        entry.commit.translated(text, is_closed=not unit.is_open, safe_share=safe_share)

    def dropped(self, unit: Unit) -> None:
        """Of this closed unit nothing more will be said."""
        self._entries.pop(unit.number, None)
        self._over.add(unit.number)
        self._done = max(self._done, unit.number) if not self._entries else self._done

    def clear(self) -> list[Unit]:
        """Somebody else speaks: of the units so far nothing more will be said. Returns the closed
        ones; one that is open may be begun anew."""
        closed = [entry.unit for entry in self._entries.values() if entry.commit.is_closed]
        self._entries.clear()
        self._doubtful.clear()
        self._over.update(unit.number for unit in closed)
        self._done = max([self._done, *(unit.number for unit in closed)])
        self._begun = ((0, -1), "")
        return closed

    def expire(self, before_s: float) -> list[Unit]:
        """Of the closed units that come first and ended before this time nothing more will be
        said; returns them."""
        old = list(
            takewhile(
                lambda entry: entry.commit.is_closed and entry.unit.end_s < before_s,
                self._entries.values(),
            )
        )
        for entry in old:
            self._pass(entry)
        return [entry.unit for entry in old]

    def spoken_text(self, unit: Unit) -> str:
        """What was taken of a unit so far."""
        entry = self._entries.get(unit.number)
        return " ".join(entry.commit.said) if entry else ""

    def spoken_words(self, unit: Unit) -> int:
        """How many source words of a unit what was taken of it may render: rather more than
        fewer, as languages order words differently."""
        entry = self._entries.get(unit.number)
        if entry is None:
            return len(unit.words) if (unit.line_epoch, unit.first_seq) == self._begun[0] else 0
        share = len(entry.commit.spoken) / max(entry.commit.length, 1)
        return min(ceil(share * len(entry.unit.words)) + 1, len(unit.words)) if share else 0

    def has_next(self) -> bool:
        """Whether there is something to say."""
        return not self.is_silent and any(one.commit.ready() for one in self._finished_last())

    def take(self) -> Utterance | None:
        """The next thing to say; an empty one ends a unit of which nothing is left."""
        if self.is_silent:
            return None
        for entry in self._finished_last():
            begun = len(entry.commit.spoken)
            taken = entry.commit.take()
            is_last = entry.commit.is_closed
            if is_last:
                self._pass(entry)
                if entry.is_doubtful:
                    self._doubtful[entry.unit.number] = entry
            if taken or is_last:
                return _utterance(entry, begun, taken, is_last)
        return None

    def waiting(self) -> list[tuple[Unit, str]]:
        """Closed units of which something is unsaid, in order, and what that is."""
        return [
            (entry.unit, "".join(unsaid).strip())
            for entry in self._entries.values()
            if entry.commit.is_closed and (unsaid := entry.commit.ready())
        ]

    def untouched(self) -> tuple[Unit, str] | None:
        """The next closed unit of which nothing was said, and that nobody has tried to condense,
        with all of its text; it counts as tried from now on."""
        for entry in self._entries.values():
            if entry.commit.is_closed and entry.is_full and not entry.commit.said:
                entry.is_full = False
                return entry.unit, "".join(entry.commit.ready()).strip()
        return None

    def condensed(self, unit: Unit, text: str) -> bool:
        """Say this instead of all of the unit; False where its voice has begun meanwhile."""
        entry = self._entries.get(unit.number)
        if entry is None or entry.commit.said:
            return False
        entry.commit.translated(text, is_closed=True)
        return True

    def corrected(self, unit: Unit, text: str) -> None:
        """A closed unit's translation is a better one: it is said as far as its voice has not come
        to it; of one that was doubtful what was said wrong is said again, and right."""
        entry = self._entries.get(unit.number)
        if entry is not None and entry.commit.is_closed:
            entry.commit.translated(text, is_closed=True)
            entry.is_doubtful = False
            return
        entry = self._doubtful.pop(unit.number, None)
        if entry is not None:
            self._put_right(entry, text)

    def _put_right(self, entry: _Entry, text: str) -> None:
        """It is said next, or after a unit that was begun since: from where it is wrong, or all of
        it where something else was said since, as nobody would know what is meant."""
        entry.commit.translated(text, is_closed=True)
        if not entry.commit.ready():
            return
        number, entry.is_doubtful = entry.unit.number, False
        begun = [one for one, other in self._entries.items() if one > number and other.commit.said]
        if begun or self._done > number:
            entry.commit.spoken = []
        entry.after = max(begun, default=None)
        self._entries[number] = entry
        self._sort()

    def _sort(self) -> None:
        def place(number: int) -> tuple[int, bool]:
            after = self._entries[number].after
            return (number, False) if after is None else (after, True)

        self._entries = OrderedDict((n, self._entries[n]) for n in sorted(self._entries, key=place))

    def _finished_last(self) -> Iterator[_Entry]:
        """The units in order, up to the first that is still open."""
        for entry in list(self._entries.values()):
            yield entry
            if not entry.commit.is_closed:
                return

    def _pass(self, entry: _Entry) -> None:
        del self._entries[entry.unit.number]
        self._over.add(entry.unit.number)
        self._done = max(self._done, entry.unit.number)


def _utterance(entry: _Entry, begun: int, taken: list[str], is_last: bool) -> Utterance:
    words = entry.unit.words
    share = begun / max(entry.commit.length, begun + len(taken), 1)
    place = min(int(share * len(words)), len(words) - 1)
    return Utterance(entry.unit, "".join(taken).strip(), words[place].end_s, is_last)
