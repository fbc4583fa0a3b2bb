"""In which mode a meeting is interpreted: the words by which people choose, and what they chose.

Pure. What a mode does is known to `interpreter/pair/policy.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from interpreter.pair.policy import BALANCED, MODES
from interpreter.store import Meeting
from web.errors import LanguageNotOffered, ModeUnknown
from web.forms import one_line
from web.i18n import N_

DEFAULT = BALANCED


@dataclass(frozen=True, slots=True)
class Words:
    """What a mode is called, and what listeners notice of it; message ids."""

    name: str
    sentence: str


WORDS = {
    "fast": Words(N_("Fast"), N_("About two seconds behind the speaker; more mistakes.")),
    "balanced": Words(N_("Balanced"), N_("Between fast and accurate; right for most meetings.")),
    "accurate": Words(
        N_("Accurate"), N_("About five seconds behind the speaker; fewest mistakes.")
    ),
    "consecutive": Words(N_("Consecutive"), N_("The voice speaks when the speaker has stopped.")),
}


@dataclass(frozen=True, slots=True)
class ModeChange:
    """What is to change: nothing, or the meeting's mode; and channels, None to go with it."""

    meeting: str | None
    channels: Mapping[str, str | None]


def channels_of(meeting: Meeting) -> list[str]:
    """The languages into which this meeting is interpreted."""
    return [
        target for target in meeting.offered if any(source != target for source in meeting.spoken)
    ]


def read_change(
    meeting: Meeting, mode: str | None, channels: Mapping[str, str | None]
) -> ModeChange:
    """The change that is asked for; raises ModeUnknown and LanguageNotOffered."""
    for asked in (mode, *channels.values()):
        if asked is not None and asked not in MODES:
            raise ModeUnknown(mode=one_line(asked), known=", ".join(MODES))
    known = channels_of(meeting)
    for language in channels:
        if language not in known:
            raise LanguageNotOffered(language=one_line(language), known=", ".join(known))
    return ModeChange(mode, channels)


def read_channels(rows: Iterable[str]) -> dict[str, str | None]:
    """What a form says of single channels, as `es=fast`, or `es=` for one like the meeting."""
    parts = (row.partition("=") for row in rows)
    return {language: mode or None for language, _, mode in parts}


def apply_change(meeting: Meeting, change: ModeChange) -> bool:
    """Write the change into the meeting, where what it does not name stays; whether it is one."""
    before = (meeting.mode, meeting.channel_modes)
    own = {**meeting.channel_modes, **change.channels}
    meeting.mode = change.meeting or meeting.mode
    meeting.channel_modes = {tag: mode for tag, mode in own.items() if mode is not None}
    return (meeting.mode, meeting.channel_modes) != before
