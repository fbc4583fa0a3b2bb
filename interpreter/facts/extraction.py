"""A text → what it says that a translation must not change. Pure; remembers the last texts."""

from dataclasses import dataclass
from functools import lru_cache

from interpreter.facts.dates import months_and_days
from interpreter.facts.fact import Figure, Mention, Negations
from interpreter.facts.figures import figures, with_percents
from interpreter.facts.names import names
from interpreter.facts.negation import negations
from interpreter.facts.tokens import Token, tokens_of
from interpreter.facts.words import lore_of
from languages import Language

_ENDINGS = " .?!…,;:»\"'”)"
REMEMBERED = 64
"""Texts: a source unit is compared with each of its growing translations."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is to be compared of one text."""

    tokens: tuple[Token, ...]
    figures: tuple[Figure, ...]
    dates: tuple[Mention, ...]
    names: tuple[Mention, ...]
    negations: Negations


@lru_cache(maxsize=REMEMBERED)
def facts_of(text: str, language: Language) -> Facts:
    """What a text says, in its language."""
    tag = language.tag
    tokens = with_percents(tokens_of(text, lore_of(tag).elides), tag)
    ending = text[len(text.rstrip(_ENDINGS)) :]
    return Facts(
        tokens,
        figures(tokens, language),
        tuple(months_and_days(tokens, tag)),
        tuple(names(tokens, tag)),
        negations(tokens, tag, ending),
    )
