"""Which line each channel is interpreted from: the floor's own, or another channel's (relay). Pure.

The organiser's choice comes first: a channel, or the floor. Without one it is the floor, and where
no pair leads from what is spoken to the channel, another channel on the way: a human's before a
machine's, one that somebody wants anyway before others, English before others, then by the
alphabet. No way is longer than the meeting allows. A channel whose relay is lost is made from the
floor until it is back (relay_watch.py); where no pair can do that, it says why there is nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from interpreter.floor.supervision import Pair, wanted_targets
from interpreter.line_names import interpreted, languages_of, machines_of, spoken_in, steps_of
from interpreter.room import FROM_FLOOR, RoomMetadata

PREFERRED = "en"


class RelayTrouble(StrEnum):
    """Why a channel is not made from the channel that it should be made from."""

    LOST = "lost"
    """Nobody speaks into that one now, or its machine has failed."""
    TOO_DEEP = "too_deep"
    """It would be one interpretation more than the meeting allows."""
    NO_PAIR = "no_pair"
    """Nothing interprets from it."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a channel's relay, and which channel it was to read."""

    kind: RelayTrouble
    over: str


@dataclass(frozen=True, slots=True)
class Words:
    """Where there are words to interpret."""

    floor: frozenset[str]
    """What is spoken there."""
    recognised: frozenset[str]
    """The languages that a recogniser understands."""
    humans: Mapping[str, int]
    """Channels with a human's words: of how many interpretations these are made, theirs not
    counted."""
    supported: frozenset[Pair]
    """From language to language."""
    lost: frozenset[str] = frozenset()
    """Relays that are lost now, named as the line that one machine would write."""


@dataclass(frozen=True, slots=True)
class Way:
    """The line that a channel is made from; empty: there is none."""

    line: str = ""
    trouble: Trouble | None = None
    relays: Mapping[str, Pair | None] = field(default_factory=dict)
    """What it reads, or read if it were not lost: the relay as `Words.lost` names it, and the pair
    that writes it; None: no machine may."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What must run, and why not more."""

    pairs: frozenset[Pair] = frozenset()
    """A pair's source is the name of a line."""
    lines: frozenset[str] = frozenset()
    """Lines that machines are to write."""
    reached: frozenset[str] = frozenset()
    """The offered languages that some pair can interpret into."""
    relays: Mapping[str, Pair | None] = field(default_factory=dict)
    """Of the wanted channels, as in `Way`."""
    troubles: Mapping[str, Trouble] = field(default_factory=dict)
    """By target."""


def plan(room: RoomMetadata, words: Words) -> Plan:
    """The pairs of a room, given where there are words."""
    targets = wanted_targets(room)
    router = _Router(room, words, targets)
    ways = {tag: tuple(router.ways_to(tag)) for tag in room.offered}
    wanted = [(tag, way) for tag in targets for way in ways[tag]]
    relays = {relay: pair for _, way in wanted for relay, pair in way.relays.items()}
    pairs = {Pair(way.line, tag) for tag, way in wanted if way.line}
    feeding = {pair for pair in relays.values() if pair is not None}
    read = {line for pair in pairs | feeding for line in _lines_before(pair.source)}
    return Plan(
        frozenset(pairs | feeding | {Pair(*steps_of(line)[-1]) for line in read}),
        frozenset(read),
        frozenset(tag for tag, found in ways.items() if any(way.line for way in found)),
        relays,
        {tag: way.trouble for tag, found in ways.items() for way in found if way.trouble},
    )


def _is_too_deep(way: Way) -> bool:
    return way.trouble is not None and way.trouble.kind is RelayTrouble.TOO_DEEP


def _lines_before(line: str) -> list[str]:
    """The machines' lines of which this one is made, and it itself."""
    return [interpreted(source, target) for source, target in steps_of(line)]


@dataclass(frozen=True, slots=True)
class _Router:
    room: RoomMetadata
    words: Words
    wanted: frozenset[str]
    found: dict[tuple[str, str, int], Way] = field(default_factory=dict)

    def ways_to(self, target: str) -> Iterator[Way]:
        """One from each language of the floor."""
        for spoken in sorted(self.words.floor - {target}):
            way = self._way(spoken, target, self.room.relay_depth + 1)  # to know what is too deep
            if way != Way():
                yield way

    def _way(self, spoken: str, target: str, relays: int) -> Way:
        """Over at most so many other channels; asked many times for the same."""
        place = spoken, target, relays
        if place not in self.found:
            self.found[place] = self._found(spoken, target, relays)
        return self.found[place]

    def _found(self, spoken: str, target: str, relays: int) -> Way:
        direct = Way(spoken if self._is_direct(spoken, target) else "")
        chosen = self.room.sources.get(target, "")
        if chosen not in ("", FROM_FLOOR, spoken):
            if relays == 0:
                return replace(direct, trouble=Trouble(RelayTrouble.TOO_DEEP, chosen))
            way = self._over(chosen, spoken, target, relays - 1)
            return way if way.trouble is None else replace(way, line=direct.line)
        if direct.line or chosen or relays == 0:
            return direct
        return self._automatic(spoken, target, relays - 1)

    def _automatic(self, spoken: str, target: str, relays: int) -> Way:
        tried = Way()
        for over in self._candidates(spoken, target):
            way = self._over(over, spoken, target, relays)
            seen = {**tried.relays, **way.relays}
            if way.line:
                return Way(way.line, relays=seen)
            trouble = way.trouble if way.relays or _is_too_deep(way) else None
            tried = Way("", tried.trouble or trouble, seen)
        return tried

    def _candidates(self, spoken: str, target: str) -> list[str]:
        """The channels on the way, best first; only those that interpret into the target."""
        humans, wanted = self.words.humans, self.wanted
        known = {*self.room.offered, *self.room.spoken, *humans} - {spoken, target}
        if self._is_served(target):
            known -= set(humans)
        return sorted(
            (tag for tag in known if Pair(tag, target) in self.words.supported),
            key=lambda tag: (
                tag not in humans,
                tag not in wanted and tag not in self.room.staff,
                tag != PREFERRED,
                tag,
            ),
        )

    def _is_served(self, target: str) -> bool:
        """Whether a human's words would be heard beside others that say the same."""
        words = self.words
        is_heard = target in words.floor or target in words.humans
        return is_heard or any(self._is_direct(spoken, target) for spoken in words.floor)

    def _over(self, over: str, spoken: str, target: str, relays: int) -> Way:
        """By way of another channel, which is made over at most so many others."""
        if Pair(over, target) not in self.words.supported:
            return Way("", Trouble(RelayTrouble.NO_PAIR, over))
        relay, before = interpreted(spoken, over), Way()
        if over in self.words.humans:
            line, pair, deep = over, None, self.words.humans[over] + 1
        else:
            before = self._way(spoken, over, relays)
            if not before.line or target in languages_of(before.line):
                no_pair = Trouble(RelayTrouble.NO_PAIR, over)
                return Way("", before.trouble or no_pair, before.relays)
            line, deep = interpreted(before.line, over), self._depth(before.line, spoken) + 1
            pair = Pair(before.line, over)
        if deep > self.room.relay_depth:
            return Way("", Trouble(RelayTrouble.TOO_DEEP, over))
        is_human_only = over in self.room.staff and self.room.staff[over].is_only
        read = {**before.relays, relay: None if is_human_only else pair}
        if relay in self.words.lost:
            return Way("", Trouble(RelayTrouble.LOST, over), read)
        if is_human_only and pair is not None:
            return Way("", relays=read)  # nobody speaks there: it is about to be lost
        return Way(line, relays=read)

    def _depth(self, line: str, spoken: str) -> int:
        """From how many interpretations a line's words are."""
        first = spoken_in(line)
        by_human = 0 if first == spoken else self.words.humans.get(first, 0) + 1
        return machines_of(line) + by_human

    def _is_direct(self, spoken: str, target: str) -> bool:
        return spoken in self.words.recognised and Pair(spoken, target) in self.words.supported
