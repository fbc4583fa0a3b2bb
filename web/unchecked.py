"""Which channels of a meeting are interpreted without anybody comparing their numbers, negations
and names with what was said, so that pages say it. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

import languages
from interpreter.facts import Part, unchecked
from interpreter.store import Meeting
from web.i18n import N_
from web.relays import ways_from

NAMES = {
    Part.NUMBERS: N_("numbers"),
    Part.NEGATIONS: N_("negations"),
    Part.NAMES: N_("names"),
}


@dataclass(frozen=True, slots=True)
class Unchecked:
    """What is not checked from one spoken language into some channels."""

    source: str
    targets: tuple[str, ...]
    parts: tuple[Part, ...]


def unchecked_in(
    meeting: Meeting, channels: Collection[str] | None = None, peopled: Collection[str] = ()
) -> list[Unchecked]:
    """Where something is not, in these channels or all, whether it is interpreted directly or over
    another channel; those without a machine are left out. `peopled` channels have interpreters."""
    chosen = meeting.offered if channels is None else channels
    found: list[Unchecked] = []
    for source in (tag for tag in meeting.spoken if tag in languages.available()):
        ways = ways_from(meeting, source, peopled)
        into: dict[tuple[Part, ...], list[str]] = {}
        for target in (tag for tag in meeting.offered if tag in chosen and tag in ways):
            parts = unchecked([languages.load(tag) for tag in ways[target]])
            if parts:
                into.setdefault(parts, []).append(target)
        found += [Unchecked(source, tuple(tags), parts) for parts, tags in into.items()]
    return found
