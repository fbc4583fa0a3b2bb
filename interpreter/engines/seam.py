"""Where words that are final end, and which of those that are heard again are new. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from livekit.agents.types import TimedString

from interpreter.engines.timed_words import ends_s, middle_s, plain, starts_s

ABOUT_S = 0.05
"""A word that was final is heard again as its end, and hardly goes on for longer."""
MISTIMED_S = 4.5
"""Words that are heard again may seem so much earlier or later, as engines without word times only
guess them; one word alone, that may have been said twice, only earlier."""

AGAIN_WORDS = 64
"""So many of the last final words may be heard again: in scripts without spaces these are letters,
a dozen a second."""
EXACT_S, ROUGH_S, ROUGH_SAME_S = 0.4, 1.5, 4.0
"""Words are made final so that others can go on: so much sound before their end is heard again
where their engine knows when a word was said, and so much where it tells of each as if it had just
been said, however late it is; more by itself on another connection, as it hears that quickly and
may have been seconds late."""


@dataclass(frozen=True, slots=True)
class Seam:
    """Where words that are final end, and the last of them: those that may be heard again."""

    at_s: float = 0.0
    words: tuple[TimedString, ...] = ()
    told_s: float = 0.0
    """Where they ended at the latest, as they were told: new ones are after that."""
    given_s: float = math.inf
    """From here on sound is heard again, as far as that is known."""

    def beyond(
        self, words: Sequence[TimedString], *, is_rough: bool = False
    ) -> tuple[TimedString, ...]:
        """The words that are not final yet, as if none began earlier; engines disagree on where a
        word ends. `is_rough`: who hears them only guesses when they were said."""
        count = self._again(words, is_rough)
        if count is None:
            count = 0
            while count < len(words) and self._is_final(words[count]):
                count += 1
        return tuple(self.later(word) for word in words[count:])

    def after(self, words: Sequence[TimedString], *, is_rough: bool = False) -> "Seam":
        """The same where these words were said to the end: once they are all that is heard again, a
        word that follows is another one."""
        if not words or not self.words:
            return self
        is_all = plain(words[-1]) == plain(self.words[-1])
        is_all = is_all or bool(self.beyond(words, is_rough=is_rough))
        return replace(self, given_s=math.inf) if is_all else self

    def _again(self, words: Sequence[TimedString], is_rough: bool) -> int | None:
        """How many of the words are final, by their texts; None where that cannot be told.

        The first of them is laid on each of the final ones in turn: most must be alike, at about
        the same time.
        """
        best: tuple[int, float] | None = None
        found = None
        olds = [(word, plain(word)) for word in self.words]
        news = [(word, plain(word)) for word in words[: len(olds)]]
        for place in range(len(olds)):
            pairs = list(zip(olds[place:], news, strict=False))
            alike = [(old, new) for (old, said), (new, text) in pairs if said == text]
            score = 2 * len(alike) - len(pairs)
            if not alike or score < 0:
                continue
            off_s = sum(abs(starts_s(new) - starts_s(old)) for old, new in alike) / len(alike)
            is_twice = len(alike) == 1 and starts_s(alike[0][1]) >= self.at_s
            if is_rough and middle_s(olds[place][0]) >= self.given_s:
                is_twice = False  # its sound is given again: said twice, it is heard twice
            if off_s > MISTIMED_S or is_twice:
                continue
            if best is None or (score, -off_s) > best:
                best, found = (score, -off_s), len(pairs)
        return found

    def _is_final(self, word: TimedString) -> bool:
        if self.words and plain(word) == plain(self.words[-1]):
            return starts_s(word) < self.at_s
        return middle_s(word) <= self.at_s and ends_s(word) <= self.at_s + ABOUT_S

    def later(self, word: TimedString) -> TimedString:
        """A new word, which is after the final ones however it was timed."""
        at_s = max(self.at_s, self.told_s)
        if middle_s(word) > at_s:
            return word
        return TimedString(
            str(word),
            start_time=at_s,
            end_time=max(ends_s(word), at_s + ABOUT_S),
            confidence=word.confidence,
        )
