"""Words that another recogniser hears again: which of them are new, and the rest by the times that
they were told with first. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from livekit.agents.types import TimedString

ABOUT_S = 0.05
"""A word that was final is heard again as its end, and hardly goes on for longer."""


@dataclass(frozen=True, slots=True)
class Seam:
    """Where words that are final end, and what the last one of them is."""

    at_s: float = 0.0
    word: str = ""

    def beyond(self, words: Sequence[TimedString]) -> tuple[TimedString, ...]:
        """The words that are not final yet, as if none began earlier; engines disagree on where a
        word ends."""
        count = 0
        while count < len(words) and self._is_final(words[count]):
            count += 1
        return tuple(self._later(word) for word in words[count:])

    def _is_final(self, word: TimedString) -> bool:
        if plain(word) == plain(self.word):
            return starts_s(word) < self.at_s
        return middle_s(word) <= self.at_s and ends_s(word) <= self.at_s + ABOUT_S

    def _later(self, word: TimedString) -> TimedString:
        if middle_s(word) > self.at_s:
            return word
        return TimedString(
            str(word),
            start_time=self.at_s,
            end_time=max(ends_s(word), self.at_s + ABOUT_S),
            confidence=word.confidence,
        )


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
