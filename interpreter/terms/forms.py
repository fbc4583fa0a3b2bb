"""A rendering in another number, its gender, and what it does to the word before it. Pure.

By rules for the ends of words: right for nearly all nouns of the languages that have rules, and
silent for others.
"""

import re
from enum import StrEnum

from interpreter.terms.words import inflection, placed
from languages import Language


class Gender(StrEnum):
    MASCULINE = "m"
    FEMININE = "f"


def gender(rendering: str, language: Language) -> Gender | None:
    """Of a noun phrase by its first word, unless it is listed whole; None where nobody knows."""
    known, words = inflection(language.tag), placed(rendering)
    if "feminine" not in known or not words:
        return None
    if rendering.casefold() in known["masculine"]:
        return Gender.MASCULINE
    word = words[0].plain
    if word in known["feminine_words"]:
        return Gender.FEMININE
    longest = max((end for end in known["masculine"] if word.endswith(end)), key=len, default="")
    ends = max((end for end in known["feminine"] if word.endswith(end)), key=len, default="")
    return Gender.FEMININE if ends and len(ends) > len(longest) else Gender.MASCULINE


def plural(rendering: str, language: Language) -> str:
    """In the plural: the noun and what agrees with it, up to the first preposition."""
    known = inflection(language.tag)
    if "plurals" not in known:
        return rendering
    parts: list[str] = []
    rest = 0
    for word in placed(rendering):
        if word.plain in language.never_cut_after:
            break
        parts += [rendering[rest : word.start], _plural(word.text, known)]
        rest = word.end
    return "".join(parts) + rendering[rest:]


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


def _plural(word: str, known: dict[str, list[list[str]]]) -> str:
    for ends, instead in known["plurals"]:
        if re.search(ends, word):
            made = re.sub(ends, instead, word, count=1)
            for accent, without in known.get("accents_lost", ()):
                made = re.sub(accent, without, made)
            return made
    return word
