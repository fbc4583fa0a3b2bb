"""Translations of one unit, again and again while it is open → what of them may be spoken. Pure.

Append-only: what was taken stays. A word may be spoken when successive translations agree on it and
it is not among the last ones, and everything when the unit is closed. Where a new translation
diverges from what was spoken, it is continued where the first word of weight is missing, so that no
negation, figure or noun is lost; that a word is said twice is the price.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

import regex

from interpreter.common_prefix import common_prefix
from interpreter.facts import figure_words
from interpreter.pair.policy import CommitPolicy
from languages import Language
from languages.phrases import is_unspaced, phrase_ends
from languages.spacing import tokens

SAME_WORD = 0.7
"""Two words that share so much are forms of one: `esta`, `este`."""
SAFE_WORDS = 2
"""So many words before what is wrong are not spoken either."""
_ELIDED = frozenset("cdjlmst")
"""Before a vowel, of an article or a pronoun: "l'eau"."""
_PREFIXING = ("Arab", "Hebr")
"""Scripts of languages that write articles and conjunctions with the word, and no negation."""
_SIGNS = regex.compile(r"[^\w\p{M}%€$£]+")
"""Marks are kept: Hindi and Thai words may differ in a vowel's alone."""


def plain(token: str) -> str:
    """A token as it is heard: without case and punctuation."""
    return _SIGNS.sub("", token).casefold()


@dataclass(frozen=True, slots=True)
class Weights:
    """What the target language's words are worth when a translation diverges from what was said.

    All in small letters. Negations and figures must be said, and must not be said where they are
    not; words that lead on (articles, prepositions) may differ unsaid.
    """

    leading: frozenset[str] = frozenset()
    negations: frozenset[str] = frozenset()
    figures: Mapping[str, str] = field(default_factory=dict)
    """Words that are numbers, and the figures that they are."""
    script: str = ""
    """ISO 15924; without spaces, a breath ends between phrases."""
    negates_inside: bool = False
    """Whether a form of a word may be its negation ("geldi", "gelmedi"): no form stands for another
    then."""

    @classmethod
    def of(cls, language: Language) -> "Weights":
        """What a language's file says."""
        return cls(
            frozenset(map(plain, language.never_cut_after)),
            frozenset(map(plain, language.negations)),
            {plain(word): figure for word, figure in figure_words(language.tag).items()},
            language.script,
            language.negates_inside_words,
        )

    def compared(self, word: str) -> str:
        """A word as it is compared: a number as its figure."""
        bare = plain(word)
        return self.figures.get(bare, bare)

    def is_vital(self, word: str) -> bool:
        """Whether a meaning turns on it."""
        return word in self.negations or any(sign.isdigit() for sign in word)

    def are_vital(self, words: Sequence[str], begin: int, end: int) -> bool:
        """The same of those from `begin` to `end`; where nobody writes spaces, words are single
        letters, and these may be some of a negation's."""
        if any(self.is_vital(word) for word in words[begin:end]):
            return True
        if not is_unspaced(self.script) or begin == end:
            return False
        reach = ((one, len(one) - 1) for one in self.negations)
        return any(one in "".join(words[max(begin - n, 0) : end + n]) for one, n in reach)

    def is_content(self, word: str) -> bool:
        """Whether something is missing without it."""
        return self.is_vital(word) or word not in self.leading


def resume_at(
    translation: Sequence[str], spoken: Sequence[str], weights: Weights = Weights()
) -> int:
    """Where a translation goes on after what was spoken: an index into its tokens.

    Where it diverges, at the first word of weight that was not said in this place, or after which
    something was said that is not in it: rather said twice than left out.
    """
    said = [weights.compared(one) for one in spoken]
    new = [weights.compared(one) for one in translation]
    if new[: len(said)] == said:
        return len(said)
    matcher = SequenceMatcher(None, said, new, autojunk=False)
    for kind, said_from, said_to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            continue
        taken_back = said[said_from:said_to]
        if weights.are_vital(said, said_from, said_to):
            return _phrase_start(translation, new_from, weights.script)
        if said_from == len(said):
            return new_from
        for place in range(new_from, new_to):
            if weights.is_content(new[place]) and not _is_like(new[place], taken_back, weights):
                return _with_what_leads_on(new, new_from, place, weights)
    return len(new)


def _phrase_start(words: Sequence[str], place: int, script: str) -> int:
    """Where nobody writes spaces, nobody begins inside a word."""
    return max((end for end in phrase_ends(list(words), script) if end <= place), default=0)


def _with_what_leads_on(words: Sequence[str], begin: int, place: int, weights: Weights) -> int:
    while place > begin and not weights.is_content(words[place - 1]):
        place -= 1
    return place


def _is_like(word: str, said: Sequence[str], weights: Weights) -> bool:
    """Whether one of these is the same word in another form."""
    if weights.negates_inside or weights.is_vital(word):
        return word in said
    return any(
        not _differ_in_front(word, other, weights)
        and SequenceMatcher(None, word, other, autojunk=False).ratio() >= SAME_WORD
        for other in said
    )


def _differ_in_front(word: str, other: str, weights: Weights) -> bool:
    """Whether one has something before the other that may negate it ("unsafe"), and is no article:
    forms of a word differ at their end."""
    longer, shorter = sorted((word, other), key=len, reverse=True)
    if longer == shorter or weights.script in _PREFIXING:
        return False
    before = longer.removesuffix(shorter)
    return before not in _ELIDED and (before != longer or longer[0] != shorter[0])


@dataclass(slots=True)
class TargetCommit:
    """What of one unit was spoken, and what may be next."""

    policy: CommitPolicy
    weights: Weights = field(default_factory=Weights)
    said: list[str] = field(default_factory=list)
    """What was taken, utterance by utterance."""
    spoken: list[str] = field(default_factory=list)
    """What that amounts to: a beginning of the newest translation that it was taken from."""
    is_closed: bool = False
    _translations: list[list[str]] = field(default_factory=list)
    _safe_share: float = 1.0

    def translated(self, text: str, is_closed: bool, safe_share: float = 1.0) -> None:
        """Another translation of the unit; of the closed one none follows. While it is open, only
        its beginning may be spoken where not all of it is safe."""
        self.is_closed = is_closed
        self._safe_share = safe_share
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
        begin = self._resume_at(newest)
        if self.is_closed:
            return newest[begin:]
        policy = self.policy
        agreements = policy.agreements if self.spoken else policy.first_agreements
        held = policy.held_words if self.spoken else policy.first_held_words
        if len(self._translations) < agreements:
            return []
        end = min(self._agreed(newest, begin, agreements), len(newest) - held, self._safe_end)
        ends = phrase_ends(newest, self.weights.script)
        while end > begin and (end not in ends or self._leads_on(newest[end - 1])):
            end -= 1
        return newest[begin:end] if end - begin >= self.policy.least_words else []

    def take(self) -> list[str]:
        """What may be spoken now, and from now on counts as spoken."""
        taken = self.ready()
        if taken:
            newest = self._translations[-1]
            self.spoken = newest[: self._resume_at(newest) + len(taken)]
            self.said = [*self.said, "".join(taken).strip()]
        return taken

    @property
    def _safe_end(self) -> int:
        """Languages order words differently: what is wrong may stand a little earlier."""
        if self._safe_share >= 1.0:
            return self.length
        return int(self._safe_share * self.length) - SAFE_WORDS

    def _leads_on(self, token: str) -> bool:
        """Whether nobody stops after this word, while there is more to come."""
        word = plain(token)
        return word in self.weights.leading or word in self.weights.negations

    def _resume_at(self, translation: list[str]) -> int:
        return resume_at(translation, self.spoken, self.weights)

    def _agreed(self, newest: list[str], begin: int, agreements: int) -> int:
        """Up to which of its tokens so many successive translations say the same."""
        rest = [plain(one) for one in newest[begin:]]
        count = len(rest)
        for other in self._translations[-agreements:-1]:
            told = [plain(one) for one in other[self._resume_at(other) :]]
            count = min(count, common_prefix(rest, told))
        return begin + count
