"""What each channel of a meeting is interpreted from: what people chose, and may choose. Pure.

What a choice does is known to `interpreter/floor/routing.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from interpreter import engines
from interpreter.room import FROM_FLOOR
from interpreter.store import Meeting
from web.errors import LanguageNotOffered, RelayInCircle, RelayUnknown
from web.forms import one_line
from web.modes import channels_of

DEPTHS = (1, 2, 3)
"""From so many interpretations a channel may be allowed to be made."""


@dataclass(frozen=True, slots=True)
class RelayChange:
    """What is to change: channels, None to go as it comes; and the depth, None to leave it."""

    channels: Mapping[str, str | None]
    depth: int | None = None


def choices(meeting: Meeting, target: str) -> list[str]:
    """The languages of the meeting from which a channel can be interpreted."""
    known = dict.fromkeys([*meeting.spoken, *meeting.offered])
    return [tag for tag in known if tag != target and target in engines.supported_targets(tag)]


def read_change(
    meeting: Meeting, channels: Mapping[str, str | None], depth: int | None = None
) -> RelayChange:
    """The change that is asked for; raises LanguageNotOffered, RelayUnknown, RelayInCircle."""
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
    return change


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


def _leads_back(language: str, chosen: Mapping[str, str]) -> bool:
    passed: set[str] = set()
    source = chosen.get(language)
    while source is not None and source not in passed:
        if source == language:
            return True
        passed.add(source)
        source = chosen.get(source)
    return False
