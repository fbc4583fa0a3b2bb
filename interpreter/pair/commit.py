"""Translations of one unit, again and again while it is open → what of them may be spoken. Pure.

Append-only: what was taken stays. A word may be spoken when successive translations agree on it and
it is not among the last ones, and everything when the unit is closed. Where a new translation
diverges from what was spoken, it is continued from the best match of the last spoken words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from interpreter.pair.policy import CommitPolicy

_WITHOUT_SPACES = "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_TOKEN = re.compile(rf"(?:[{_WITHOUT_SPACES}]|[^\s{_WITHOUT_SPACES}]+)\s*")
_SIGNS = re.compile(r"[^\w%€$£]+")


def tokens(text: str) -> list[str]:
    """Words with the space after them; single signs where a script has no spaces."""
    return _TOKEN.findall(text.strip())


def plain(token: str) -> str:
    """A token as it is heard: without case and punctuation."""
    return _SIGNS.sub("", token).casefold()


def resume_at(translation: Sequence[str], spoken: Sequence[str]) -> int:
    """Where a translation goes on after what was spoken: an index into its tokens."""
    said, new = [plain(one) for one in spoken], [plain(one) for one in translation]
    if new[: len(said)] == said:
        return len(said)
    blocks = SequenceMatcher(None, said, new, autojunk=False).get_matching_blocks()
    found = [block for block in blocks if block.size]
    if not found:
        return min(len(said), len(new))
    last = found[-1]
    unmatched = len(said) - last.a - last.size
    return min(last.b + last.size + unmatched, len(new))


@dataclass(slots=True)
class TargetCommit:
    """What of one unit was spoken, and what may be next."""

    policy: CommitPolicy
    never_last: frozenset[str] = frozenset()
    """Words that what is spoken does not end with, while there is more to come."""
    spoken: list[str] = field(default_factory=list)
    is_closed: bool = False
    _translations: list[list[str]] = field(default_factory=list)

    def translated(self, text: str, is_closed: bool) -> None:
        """Another translation of the unit; of the closed one none follows."""
        self.is_closed = is_closed
        self._translations = [*self._translations, tokens(text)][-self.policy.agreements :]

    @property
    def length(self) -> int:
        """Tokens of the newest translation."""
        return len(self._translations[-1]) if self._translations else 0

    def ready(self) -> list[str]:
        """What may be spoken now."""
        if not self._translations:
            return []
        newest = self._translations[-1]
        begin = resume_at(newest, self.spoken)
        if self.is_closed:
            return newest[begin:]
        policy = self.policy
        agreements = policy.agreements if self.spoken else policy.first_agreements
        held = policy.held_words if self.spoken else policy.first_held_words
        if len(self._translations) < agreements:
            return []
        end = min(self._agreed(newest, begin, agreements), len(newest) - held)
        while end > begin and plain(newest[end - 1]) in self.never_last:
            end -= 1
        return newest[begin:end] if end - begin >= self.policy.least_words else []

    def take(self) -> list[str]:
        """What may be spoken now, and from now on counts as spoken."""
        taken = self.ready()
        self.spoken = [*self.spoken, *taken]
        return taken

    def _agreed(self, newest: list[str], begin: int, agreements: int) -> int:
        """Up to which of its tokens so many successive translations say the same."""
        rest = [plain(one) for one in newest[begin:]]
        count = len(rest)
        for other in self._translations[-agreements:-1]:
            told = [plain(one) for one in other[resume_at(other, self.spoken) :]]
            count = min(count, _common(rest, told))
        return begin + count


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count
