"""A recogniser's word: its times, and its text as it is compared. Pure."""

import unicodedata

from livekit.agents.types import TimedString


def starts_s(word: TimedString) -> float:
    return float(word.start_time or 0.0)


def ends_s(word: TimedString) -> float:
    return float(word.end_time or 0.0)


def middle_s(word: TimedString) -> float:
    return (starts_s(word) + ends_s(word)) / 2


def plain(word: str) -> str:
    """Letters and figures alone, without case."""
    return "".join(sign for sign in word.casefold() if sign.isalnum() or _is_mark(sign))


def _is_mark(sign: str) -> bool:
    """Whether it is a vowel that is written as a mark, as from Devanagari to Khmer."""
    return "\u0900" <= sign <= "\u17ff" and unicodedata.category(sign).startswith("M")
