"""How many statements of a text are negated. Pure.

Languages say no in one word or three ("nobody" and "no … nadie"), so statements are counted, not
words, and what may stand for a negation elsewhere ("without", "unlikely") is counted by itself.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from interpreter.facts.fact import Negations
from interpreter.facts.tokens import Phrases, Token
from interpreter.facts.words import NegationLore, lore_of

BETWEEN = " … "
"""Between words that do not stand side by side."""
_NO_NEGATIONS = Negations(0, 0, 0, "")


@dataclass(frozen=True, slots=True)
class _Phrases:
    """A language's phrases, to be found."""

    strict: Phrases
    optional: Phrases
    idioms: Phrases
    tags: Phrases


@cache
def _phrases(lore: NegationLore) -> _Phrases:
    def split(phrases: Sequence[str]) -> Phrases:
        return Phrases(one.split() for one in phrases)

    return _Phrases(split(lore.strict), split(lore.optional), split(lore.idioms), split(lore.tags))


def knows_negation(tag: str) -> bool:
    """Whether it is known how the language says no."""
    return lore_of(tag).negation is not None


def negations(tokens: Sequence[Token], tag: str, ending: str) -> Negations:
    """The negations of a text; `ending` is what stands after its last token."""
    lore = lore_of(tag).negation
    if lore is None:
        return _NO_NEGATIONS
    phrases = _phrases(lore)
    words = ["#" if token.is_digits else token.folded for token in tokens]
    gaps = [*(token.gap for token in tokens[1:]), ending]
    optional = 0
    taken: set[int] = set()
    for place in range(len(words)):
        size = _tag_at(tokens, words, gaps, place, phrases) or phrases.idioms.size_at(words, place)
        if size and taken.isdisjoint(range(place, place + size)):
            optional += _negates(words[place : place + size], lore)
            taken.update(range(place, place + size))
    strict = dict(_strict(words, phrases, lore, taken))
    lone, others, least_words = 0, 0, 0
    for statement in _statements(tokens, words, lore):
        negating = [_as_counted(words[place], lore) for place in statement if place in strict]
        if negating:  # "ne" beside "pas" stands for nothing else
            taken.update(place for place in statement if words[place] in lore.supports)
            lone, others = lone + (len(statement) == 1), others + (len(statement) > 1)
            least_words += max(Counter(negating).values())
    optional += _optional(words, phrases, lore, taken | set(strict))
    text = BETWEEN.join(tokens[place].text for place in sorted(strict))
    left = [place for place in range(len(words)) if place not in taken]
    return Negations(
        others or min(lone, 1),
        least_words,
        optional,
        text,
        next((tokens[place].text for place in left if words[place] in lore.without), ""),
        any(part in f" {word}" for word in words for part in lore.lacking if len(word) > _SHORT),
    )


def _as_counted(word: str, lore: NegationLore) -> str:
    """ "isn't" and "don't" are one word, said twice."""
    return lore.joined[0] if lore.joined and word.endswith(lore.joined) else word


def _negates(words: Sequence[str], lore: NegationLore) -> bool:
    """Whether there is a word in it that negates elsewhere."""
    return any(
        word in lore.strict or word in lore.weak or word.endswith(lore.joined or ("\0",))
        for word in words
    )


def _tag_at(
    tokens: Sequence[Token],
    words: Sequence[str],
    gaps: Sequence[str],
    place: int,
    phrases: _Phrases,
) -> int:
    """A question for assent: after a sign, before the question mark; if longer, at the very end
    too, as recognisers write no signs."""
    size = phrases.tags.size_at(words, place)
    if not size or place == 0:
        return 0
    closes = gaps[place + size - 1]
    is_end = place + size == len(words)
    is_asked = "?" in closes and tokens[place].is_parted
    return size if is_asked or (size > 1 and is_end and not tokens[0].folded == words[place]) else 0


def _strict(
    words: Sequence[str], phrases: _Phrases, lore: NegationLore, taken: set[int]
) -> Iterator[tuple[int, int]]:
    """Place of each word that negates a statement, and its length."""
    supports_at = {place for place, word in enumerate(words) if word in lore.supports}
    supported_until = -1
    for place, word in enumerate(words):
        if place in supports_at:
            supported_until = place + _REACH
        if place in taken:
            continue
        size = phrases.strict.size_at(words, place)
        is_joined = bool(lore.joined) and word.endswith(lore.joined)
        is_supported = word in lore.weak and (
            place <= supported_until or not supports_at.isdisjoint(range(place, place + _BACK))
        )
        if size or is_joined or is_supported:
            supported_until = -1
            yield place, size or 1


_SHORT = 4
"""Letters of words that are too short to be "unpaid"."""
_REACH = 5
"""Words from "ne" to "jamais", at most."""
_BACK = 4
"""Words from "personne" to "ne", at most."""


def _statements(
    tokens: Sequence[Token], words: Sequence[str], lore: NegationLore
) -> Iterator[range]:
    first = 0
    for place in range(1, len(words)):
        if tokens[place].is_parted or words[place] in lore.clause_words:
            yield range(first, place)
            first = place
    yield range(first, len(words))


def _optional(words: Sequence[str], phrases: _Phrases, lore: NegationLore, taken: set[int]) -> int:
    return sum(
        place not in taken
        and (
            phrases.optional.size_at(words, place) > 0
            or (bool(lore.stems) and word.startswith(lore.stems))
        )
        for place, word in enumerate(words)
    )
