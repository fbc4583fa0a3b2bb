"""Words that were said for good though their engine has not ended them: which of them it says
again, and what of an utterance that has no end is said for good. Pure.

Engines do not tell when the words of a hypothesis were said, or not exactly: what is said again is
found by its text.
"""

from collections.abc import Sequence

from livekit.agents.types import TimedString

from interpreter.engines.fallback.retimed import ends_s, plain, starts_s

LONG_S = 12.0
"""An utterance that an engine does not end for so long is not waited for: what it has said of it
unchanged is final, …"""
FRESH_S = 5.0
"""… but for its last words, which it may still change."""
INEXACT_S = 3.0
"""The words of a hypothesis are believed so much too early or too late."""
_SHORTEST_S = 0.1
"""Less of a word is not understood."""
_SEEN, _SLACK = 40, 10
"""Words that are compared; and how many more or fewer an engine may make of them now."""
_SAME, _OTHER, _MORE = 2.0, -1.0, -1.2
"""What an equal word counts, another one in its place, and one too many or too few."""


def ripe(words: Sequence[TimedString], before: Sequence[TimedString], now_s: float) -> int:
    """How many words of a hypothesis are said for good, given the one before; 0 for most."""
    if not words or now_s - starts_s(words[0]) < LONG_S:
        return 0
    count = 0
    for word, earlier in zip(words, before, strict=False):
        if ends_s(word) > now_s - FRESH_S or plain(word) != plain(earlier):
            break
        count += 1
    return count


class Said:
    """Of what an engine has not ended."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._ends_s: list[float] = []
        self._is_whole = True
        """It begins with the first of them, if it says them again."""

    def add(self, words: Sequence[TimedString]) -> None:
        self._words += [plain(word) for word in words]
        self._ends_s += [ends_s(word) for word in words]

    @property
    def needed_from_s(self) -> float:
        """From here on another connection has to hear what was said, to find where that ends."""
        return self._ends_s[-1] - INEXACT_S

    def hears_from(self, at_s: float) -> None:
        """Another connection does, and says what is after that."""
        if not self._ends_s or self._ends_s[-1] <= at_s + _SHORTEST_S:
            self._drop(len(self._words))
            return
        self._drop(sum(word_s <= at_s - INEXACT_S for word_s in self._ends_s))
        self._is_whole = False

    def again(self, words: Sequence[str]) -> int:
        """How many words of a hypothesis were said before."""
        return self._found(words)[1]

    def ended(self, words: Sequence[str]) -> None:
        """The engine has said its last word on these."""
        said, heard = self._found(words)
        self._drop(said if heard == len(words) else len(self._words))

    def _drop(self, count: int) -> None:
        del self._words[:count], self._ends_s[:count]
        self._is_whole = self._is_whole or not self._words

    def _found(self, words: Sequence[str]) -> tuple[int, int]:
        """How many of them were said, and of the words that say them again."""
        count = len(self._words)
        if not count or not words:
            return 0, 0
        skipped = max(count - _SEEN, 0)
        said = self._words[skipped:]
        if self._is_whole and [plain(word) for word in words[skipped:count]] == said:
            return count, count
        unheard = 0 if self._is_whole else _SEEN  # of those, by another connection
        since = max(skipped - unheard - _SLACK, 0)
        heard = [plain(word) for word in words[since : count + _SLACK]]
        is_begun = self._is_whole and not skipped
        told, again = overlap(said, heard, is_begun=is_begun, is_cut=skipped > 0)
        return (skipped + told, since + again) if told or again else (0, 0)


def overlap(
    said: Sequence[str], heard: Sequence[str], *, is_begun: bool, is_cut: bool = False
) -> tuple[int, int]:
    """How many of what was said, and of what is heard, are the same words: all of one of them.
    `is_begun`: they begin with the same word, and half of them are equal at least; `is_cut`: what
    is heard has words before that."""
    row = [0.0 if is_cut else _MORE * place for place in range(len(heard) + 1)]
    best, found = row[-1] if not is_cut else -1.0, (0, len(heard))
    for number, word in enumerate(said, 1):
        before, row = row, [_MORE * number if is_begun else 0.0]
        for place, other in enumerate(heard, 1):
            alike = before[place - 1] + (_SAME if word == other else _OTHER)
            row.append(max(alike, before[place] + _MORE, row[-1] + _MORE))
        if number < len(said) and row[-1] > best:
            best, found = row[-1], (number, len(heard))
    last = max(range(len(row)), key=row.__getitem__)
    if row[last] >= best:
        best, found = row[last], (len(said), last)
    least = min(len(said), len(heard)) / 2 if is_begun else 1.0
    return found if best >= least else (0, 0)
