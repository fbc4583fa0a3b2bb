"""Words that another recogniser hears again, by the times that they were told with first. Pure."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from livekit.agents.types import TimedString


def retimed(words: Sequence[TimedString], known: Sequence[TimedString]) -> tuple[TimedString, ...]:
    """Words that another engine has told before have its times; those between keep between."""
    if not words or not known:
        return tuple(words)
    texts = [plain(word) for word in words]
    before = [plain(word) for word in known]
    times = {
        block.b + place: known[block.a + place]
        for block in SequenceMatcher(None, before, texts, autojunk=False).get_matching_blocks()
        for place in range(block.size)
    }
    found, earliest_s = list[TimedString](), 0.0
    for place, word in enumerate(words):
        like = times.get(place, word)
        start_s = max(starts_s(like), earliest_s)
        end_s = max(ends_s(like), start_s)
        found.append(
            TimedString(str(word), start_time=start_s, end_time=end_s, confidence=word.confidence)
        )
        earliest_s = end_s if place in times else start_s
    return tuple(found)


def starts_s(word: TimedString) -> float:
    return float(word.start_time or 0.0)


def ends_s(word: TimedString) -> float:
    return float(word.end_time or 0.0)


def middle_s(word: TimedString) -> float:
    return (starts_s(word) + ends_s(word)) / 2


def plain(word: str) -> str:
    return "".join(sign for sign in word.casefold() if sign.isalnum())
