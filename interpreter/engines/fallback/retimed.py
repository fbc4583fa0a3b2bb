"""Words that were told before keep their times. Pure."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from livekit.agents.types import TimedString

from interpreter.engines.timed_words import ends_s, plain, starts_s


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
