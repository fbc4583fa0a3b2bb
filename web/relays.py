"""What each channel of a meeting is interpreted from: what people chose, and may choose. Pure.

What a choice does is known to `interpreter/floor/routing.py`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import languages
from interpreter.engines import reach
from interpreter.floor.routing import Plan, RelayTrouble, Words, plan
from interpreter.floor.supervision import Pair
from interpreter.line_names import languages_of
from interpreter.room import FROM_FLOOR, RoomMetadata, Wanted
from interpreter.store import Meeting
from web.errors import LanguageNotOffered, RelayInCircle, RelayTooDeep, RelayUnknown
from web.forms import one_line
from web.modes import channels_of

DEPTHS = (1, 2, 3)
"""From so many interpretations a channel may be allowed to be made."""


@dataclass(frozen=True, slots=True)
class RelayChange:
    """What is to change: channels, None to go as it comes; and the depth, None to leave it."""

    channels: Mapping[str, str | None]
    depth: int | None = None


@dataclass(frozen=True, slots=True)
class TooDeep:
    """A channel that is not made from the one that it should be made from."""

    spoken: str
    """While this is spoken …"""
    target: str
    over: str
    """… and that one is an interpretation of interpretations."""
    is_chosen: bool
    """By the organiser; else no other way leads there."""
    has_pair: bool
    """Whether it is made from what is spoken instead."""


def choices(meeting: Meeting, target: str) -> list[str]:
    """The languages of the meeting from which a channel can be interpreted."""
    known = dict.fromkeys([*meeting.spoken, *meeting.offered])
    return [tag for tag in known if tag != target and target in reach.supported_targets(tag)]


def read_change(
    meeting: Meeting,
    channels: Mapping[str, str | None],
    depth: int | None = None,
    peopled: Collection[str] = (),
) -> RelayChange:
    """The change that is asked for; raises LanguageNotOffered, RelayUnknown, RelayInCircle, and
    RelayTooDeep where a choice can never be carried out. Who interprets into a `peopled` channel
    hears the floor."""
    offered = channels_of(meeting)
    for language, source in channels.items():
        if language not in offered:
            raise LanguageNotOffered(language=one_line(language), known=", ".join(offered))
        known = [FROM_FLOOR, *choices(meeting, language)]
        if source is not None and source not in known:
            raise RelayUnknown(source=one_line(source), language=language, known=", ".join(known))
    change = RelayChange(channels, depth)
    chosen = _sources(meeting, change)
    for language in chosen:
        if _leads_back(language, chosen):
            raise RelayInCircle(language=language, source=chosen[language])
    _check_depth(meeting, chosen, depth or meeting.relay_depth, peopled)
    return change


def too_deep(meeting: Meeting, peopled: Collection[str] = ()) -> list[TooDeep]:
    """What is out of reach at the depth that the meeting allows, by what is spoken."""
    sources, depth = meeting.channel_sources, meeting.relay_depth
    return list(_too_deep(meeting, sources, depth, peopled))


def ways_over(meeting: Meeting, target: str, peopled: Collection[str] = ()) -> list[str]:
    """Over which languages a channel is made where nobody chooses: none that are spoken."""
    sources = {tag: one for tag, one in meeting.channel_sources.items() if tag != target}
    plans = (
        _planned(meeting, spoken, sources, meeting.relay_depth, peopled)
        for spoken in meeting.spoken
    )
    read = (pair.source for made in plans for pair in made.pairs if pair.target == target)
    over = (languages_of(line)[-1] for line in read)
    return list(dict.fromkeys(tag for tag in over if tag not in meeting.spoken))


def ways_from(meeting: Meeting, spoken: str, peopled: Collection[str] = ()) -> dict[str, list[str]]:
    """The languages on the way to each channel that a machine makes while this is spoken, chosen or
    not: that of the words which a person says first, the channel's own last."""
    made = _planned(meeting, spoken, meeting.channel_sources, meeting.relay_depth, peopled)
    return {pair.target: [*languages_of(pair.source), pair.target] for pair in made.pairs}


def read_channels(rows: Iterable[str]) -> dict[str, str | None]:
    """What a form says of single channels, as `ca=en`, or `ca=` for one that goes as it comes."""
    parts = (row.partition("=") for row in rows)
    return {language: source or None for language, _, source in parts}


def apply_change(meeting: Meeting, change: RelayChange) -> bool:
    """Write the change into the meeting, where what it does not name stays; whether it is one."""
    before = (meeting.channel_sources, meeting.relay_depth)
    meeting.channel_sources = _sources(meeting, change)
    meeting.relay_depth = change.depth or meeting.relay_depth
    return (meeting.channel_sources, meeting.relay_depth) != before


def _sources(meeting: Meeting, change: RelayChange) -> dict[str, str]:
    chosen = {**meeting.channel_sources, **change.channels}
    return {tag: source for tag, source in chosen.items() if source is not None}


def _check_depth(
    meeting: Meeting, sources: Mapping[str, str], depth: int, peopled: Collection[str]
) -> None:
    """Raise RelayTooDeep for the first choice that is too deep whatever is spoken."""
    chosen = [one for one in _too_deep(meeting, sources, depth, peopled) if one.is_chosen]
    for one in chosen:
        often = sum(one.target == other.target for other in chosen)
        if often == len(set(meeting.spoken) - {one.target}):
            raise RelayTooDeep(language=one.target, source=one.over, depth=str(depth))


def _too_deep(
    meeting: Meeting, sources: Mapping[str, str], depth: int, peopled: Collection[str]
) -> Iterator[TooDeep]:
    for spoken in meeting.spoken:
        made = _planned(meeting, spoken, sources, depth, peopled)
        served = {pair.target for pair in made.pairs}
        for target, trouble in made.troubles.items():
            if trouble.kind is RelayTrouble.TOO_DEEP:
                chosen = sources.get(target, FROM_FLOOR)
                is_chosen = chosen != FROM_FLOOR
                over = chosen if is_chosen else trouble.over
                yield TooDeep(spoken, target, over, is_chosen, target in served)


def _planned(
    meeting: Meeting,
    spoken: str,
    sources: Mapping[str, str],
    depth: int,
    peopled: Collection[str],
) -> Plan:
    """As if this language alone were spoken, recognised or typed, and all others wanted."""
    known = {*meeting.spoken, *meeting.offered} & set(languages.available())
    room = RoomMetadata(
        session="",
        clock_zero=0.0,
        spoken=tuple(meeting.spoken),
        offered=tuple(meeting.offered),
        wanted=Wanted(captions=tuple(meeting.offered)),
        sources=dict(sources),
        relay_depth=depth,
    )
    supported = frozenset(
        Pair(source, target)
        for source in known
        for target in known.intersection(reach.supported_targets(source))
    )
    humans = dict.fromkeys(set(peopled) - {spoken}, 0)
    return plan(room, Words(frozenset({spoken}), frozenset(known), humans, supported))


def _leads_back(language: str, chosen: Mapping[str, str]) -> bool:
    passed: set[str] = set()
    source = chosen.get(language)
    while source is not None and source not in passed:
        if source == language:
            return True
        passed.add(source)
        source = chosen.get(source)
    return False
