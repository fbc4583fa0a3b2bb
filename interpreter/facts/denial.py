"""A negation that is lost on the way into a language whose negations nobody can count. Pure.

Japanese and Korean say no inside their verbs. What can be known is that a text says no nowhere; so
a loss is claimed only where the source plainly negates a statement and the translation has nothing
that says no. A negation that is new, or one of two that is lost, is not found: such pairs stay "not
checked".
"""

import re
from collections.abc import Iterator
from functools import cache
from unicodedata import normalize

from interpreter.facts.extraction import Facts
from interpreter.facts.fact import Difference, Kind
from interpreter.facts.tokens import Phrases
from interpreter.facts.words import lore_of

_LETTER = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
"""Kana, Han or Hangul: else it is no translation."""
_CLOSING = " \"'”»)"


def notices_loss(source: str, target: str) -> bool:
    """Whether a lost negation can be noticed between these two languages."""
    lore = lore_of(source).negation
    return lore is not None and bool(lore.otherwise) and bool(lore_of(target).denials)


def lost_denial(
    ours: Facts, source_text: str, source: str, translation: str, target: str
) -> Iterator[Difference]:
    """What is lost of a source with these facts: one difference, or none."""
    negated = ours.negations
    if not negated.statements or negated.optional or negated.without:
        return
    translation = normalize("NFC", translation)
    if source_text.rstrip(_CLOSING).endswith("?") or not _LETTER.search(translation):
        return
    words, otherwise = [token.folded for token in ours.tokens], _otherwise(source)
    if any(otherwise.size_at(words, place) for place in range(len(words))):
        return
    if _denials(target).search(translation) is None:
        message = f'The source is negated ("{negated.text}"); the translation says no nowhere.'
        yield Difference(Kind.NEGATION, negated.text, "", message, negated.statements)


def denials_in(text: str, tag: str) -> tuple[str, ...] | None:
    """What of a text may say no, in order; None where nobody knows how the language does."""
    known = lore_of(tag).denials
    if not known:
        return None
    return tuple(one.group() for one in _denials(tag).finditer(normalize("NFC", text)))


@cache
def _otherwise(tag: str) -> Phrases:
    lore = lore_of(tag).negation
    return Phrases(phrase.split() for phrase in (lore.otherwise if lore else ()))


@cache
def _denials(tag: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in lore_of(tag).denials))
