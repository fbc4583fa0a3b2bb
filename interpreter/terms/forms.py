"""A rendering in another number, its gender, and what it does to the word before it. Pure.

By rules for the ends of words: right for nearly all nouns of the languages that have rules, and
silent for others.
"""

import re
from enum import StrEnum
from typing import Any

from interpreter.terms.words import Placed, inflection, placed
from languages import Language


class Gender(StrEnum):
    MASCULINE = "m"
    FEMININE = "f"


def gender(rendering: str, language: Language, *, is_many: bool = False) -> Gender | None:
    """Of a noun phrase by its first word, unless it is listed whole; None where nobody knows.
    `is_many`: it is in the plural."""
    known, words = inflection(language.tag), placed(rendering)
    words = [word for word in words if word.plain not in known.get("genderless", ())] or words
    if "feminine" not in known or not words:
        return None
    if rendering.casefold() in known["masculine"]:
        return Gender.MASCULINE
    word = words[0].plain
    if word in _ends(known, "feminine_words", is_many):
        return Gender.FEMININE
    longest = max(
        (len(end) for end in _ends(known, "masculine", is_many) if word.endswith(end)), default=0
    )
    ends = max(
        (len(end) for end in _ends(known, "feminine", is_many) if word.endswith(end)), default=0
    )
    return Gender.FEMININE if ends > longest else Gender.MASCULINE


def names_many(phrase: str, language: Language) -> bool:
    """Whether a term is in the plural as it is listed ("vital signs"), as far as the ends of the
    noun and of what agrees with it tell."""
    known, head = inflection(language.tag), [word.plain for word in _head(phrase, language)]
    if "many" not in known or not head:
        return False
    if known.get("noun_is_last"):
        head = head[-1:]
    has_end = re.search(known["many"], head[0]) is not None
    return has_end and len(head[0]) >= _LEAST_MANY and all(word.endswith("s") for word in head)


def plural(rendering: str, language: Language) -> str:
    """In the plural: the noun and what agrees with it, up to the first preposition."""
    known = inflection(language.tag)
    if "plurals" not in known:
        return rendering
    words = _head(rendering, language)
    for word in reversed(words[-1:] if known.get("noun_is_last") else words):
        rendering = rendering[: word.start] + _plural(word.text, known) + rendering[word.end :]
    return rendering


def after(before: str, rendering: str, language: Language) -> str:
    """What stands before a rendering, as the rendering's first letter wants it: "de l'acta"."""
    joins: list[tuple[str, str, str]] = inflection(language.tag).get("joins", [])
    for ends, begins, instead in joins:
        if re.match(begins, rendering, re.IGNORECASE) and (
            found := re.search(f"(?:{ends})$", before, re.IGNORECASE)
        ):
            is_large = found.group()[0].isupper()
            joined = instead[0].upper() + instead[1:] if is_large else instead
            return before[: found.start()] + joined
    return before


def is_plural(heard: str, listed: str) -> bool:
    """Whether a term was heard in the plural of what is listed, as far as a final s tells."""
    pairs = zip(placed(heard), placed(listed), strict=False)
    return any(
        said.plain != word.plain and said.plain.endswith(("s", "x"))
        for said, word in pairs
        if not word.plain.endswith(("s", "x"))
    )


def _head(phrase: str, language: Language) -> list[Placed]:
    """The noun and what agrees with it, up to the first preposition."""
    words = placed(phrase)
    ends = (
        n
        for n, word in enumerate(words)
        if word.plain in language.never_cut_after or phrase[word.end :].startswith(("'", "’"))
    )
    return words[: next(ends, len(words))]


_LEAST_MANY = 5
"""Letters: "bus" and "mes" are one."""


def _ends(known: dict[str, Any], kind: str, is_many: bool) -> list[str]:
    return [_plural(end, known) for end in known[kind]] if is_many else known[kind]


def _plural(word: str, known: dict[str, Any]) -> str:
    for ends, instead in known.get("plurals", ()):
        if re.search(ends, word):
            made = re.sub(ends, instead, word, count=1)
            for accent, without in known.get("accents_lost", ()):
                made = re.sub(accent, without, made)
            return made
    return word
