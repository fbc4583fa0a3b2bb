"""A recogniser that has said nothing, or no new word, and what another one's words make of that.
Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from livekit.agents import stt
from livekit.agents.types import TimedString

from interpreter.engines.fallback import Named
from interpreter.engines.fallback.breaker import Trouble
from interpreter.engines.fallback.doubts import BEHIND_S
from interpreter.engines.timed_words import ends_s

NEW_S = 0.3
"""A word that ends so much later is another one: no two engines agree on times exactly."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """Who was waited for until `at_s`; the last word that was heard ends at `word_s`."""

    one: Named[stt.STT[Any]]
    trouble: Trouble
    word_s: float
    at_s: float

    def is_undecided(self, words: Sequence[TimedString]) -> bool:
        """Whether these are but those that it had told. Who says nothing owes an answer on them,
        too."""
        return self.trouble is Trouble.TOO_SLOW and ends_s(words[-1]) < self.word_s + NEW_S

    def has_failed(self, words: Sequence[TimedString]) -> bool:
        """Whether it should have told one of these by then; else the speaker has only made a pause
        that sounded."""
        if self.trouble is not Trouble.TOO_SLOW:
            return True
        since_s, until_s = self.word_s + NEW_S, self.at_s - BEHIND_S
        return any(since_s <= ends_s(word) <= until_s for word in words)
