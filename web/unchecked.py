"""Which channels of a meeting are interpreted without anybody comparing their numbers, negations
and names with what was said, so that pages say it. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import languages
from interpreter.facts import Part, unchecked
from interpreter.store import Meeting
from web.forms import left_to_humans, reachable
from web.i18n import N_

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


def unchecked_in(meeting: Meeting, channels: Collection[str] | None = None) -> list[Unchecked]:
    """Where something is not, in these channels or all; those without a machine are left out."""
    by_humans = left_to_humans(reachable())
    chosen = meeting.offered if channels is None else channels
    known = [tag for tag in languages.available() if tag not in by_humans]
    targets = [tag for tag in meeting.offered if tag in chosen and tag in known]
    found: list[Unchecked] = []
    for source in (tag for tag in meeting.spoken if tag in languages.available()):
        into: dict[tuple[Part, ...], list[str]] = {}
        for target in targets:
            parts = unchecked([languages.load(tag) for tag in way(meeting, source, target)])
            if parts:
                into.setdefault(parts, []).append(target)
        found += [Unchecked(source, tuple(tags), parts) for parts, tags in into.items()]
    return found


def way(meeting: Meeting, source: str, target: str) -> Sequence[str]:
    """From what is spoken to a channel, over what the organiser has it interpreted from."""
    passed = [target]
    while passed[0] != source:
        before = meeting.channel_sources.get(passed[0], source)
        is_known = before in meeting.offered and before in languages.available()
        passed.insert(0, before if is_known and before not in passed else source)
    return passed
