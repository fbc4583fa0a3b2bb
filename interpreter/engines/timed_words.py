"""A recogniser's word: its times, and its text as it is compared. Pure."""

from livekit.agents.types import TimedString


def starts_s(word: TimedString) -> float:
    return float(word.start_time or 0.0)


def ends_s(word: TimedString) -> float:
    return float(word.end_time or 0.0)


def middle_s(word: TimedString) -> float:
    return (starts_s(word) + ends_s(word)) / 2


def plain(word: str) -> str:
    """Letters and figures alone, without case."""
    return "".join(sign for sign in word.casefold() if sign.isalnum())
