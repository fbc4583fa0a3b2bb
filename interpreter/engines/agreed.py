"""What a recogniser goes on believing of the words that have no final yet. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from livekit.agents.types import TimedString

from interpreter.common_prefix import common_prefix
from interpreter.engines.timed_words import ends_s, plain

AGREE_S = 0.35
"""Hypotheses so far apart agree, as where words are committed (floor/stability.py)."""


@dataclass(slots=True)
class Agreed:
    """One engine's hypotheses since its last final."""

    _recent: list[tuple[float, tuple[TimedString, ...]]] = field(default_factory=list)

    _ends_s: list[float] = field(default_factory=list)
    """Where each of the words ended at the latest, as they were told."""

    def push(
        self, words: Sequence[TimedString], heard_s: float, *, is_believed: bool = True
    ) -> None:
        for place, word in enumerate(words):
            if place == len(self._ends_s):
                self._ends_s.append(0.0)
            self._ends_s[place] = max(self._ends_s[place], ends_s(word))
        if not is_believed:
            return
        recent = [one for one in self._recent if one[0] < heard_s]
        before = [one for one in recent if one[0] <= heard_s - AGREE_S + 1e-6]
        within = recent[len(before) :]
        self._recent = [*before[-1:], *within, (heard_s, tuple(words))]

    def clear(self) -> None:
        self._recent, self._ends_s = [], []

    def latest_s(self, count: int) -> float:
        """Where the first so many words ended at the latest: whoever has committed them may know
        them by that."""
        return max(self._ends_s[:count], default=0.0)

    @property
    def words(self) -> tuple[TimedString, ...]:
        """The words that all of them have, but for the newest one."""
        if not self._recent or self._recent[0][0] > self._recent[-1][0] - AGREE_S + 1e-6:
            return ()
        newest = self._recent[-1][1]
        count = len(newest) - 1
        for _, words in self._recent[:-1]:
            count = min(count, common_prefix(words, newest, _is_same))
        return newest[: max(count, 0)]


def _is_same(one: TimedString, other: TimedString) -> bool:
    return plain(one) == plain(other)
