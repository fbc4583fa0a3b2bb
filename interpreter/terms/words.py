"""Text → words with their places, and whether two words are forms of one. Pure."""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import regex
import snowballstemmer

import languages
from interpreter.common_prefix import common_prefix

_WITHOUT_SPACES = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = regex.compile(
    rf"[{_WITHOUT_SPACES}]|(?:(?![{_WITHOUT_SPACES}])[\p{{L}}\p{{M}}\p{{N}}_]|·(?=\p{{L}}))+"
)
_SENTENCE_START = regex.compile(r"(?:^|[.!?…]\s+)[\"'“«¿¡(]*")
LEAST_COMMON = 3
"""Forms of one word begin with as many letters that are the same, or one is all of the other's
beginning."""

REMEMBERED, REMEMBERED_PAIRS = 4096, 8192
"""Words, and pairs of words of text and glossary: a meeting says new ones for hours."""
LONGEST_COMMON = 4
"""Letters: longer words may be terms, whatever they are besides."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A word and where it stands in its text."""

    text: str
    start: int
    end: int

    @property
    def plain(self) -> str:
        return plain(self.text)


def placed(text: str) -> list[Placed]:
    """The words of a text; single signs where a script has no spaces; parts of a compound
    ("e-bike") and what an apostrophe parts ("l'ajuntament") are words."""
    return [Placed(found.group(), *found.span()) for found in _WORD.finditer(text)]


def words_of(text: str) -> tuple[str, ...]:
    """The same without places, as they are compared."""
    return tuple(word.plain for word in placed(text))


def plain(word: str) -> str:
    return unicodedata.normalize("NFC", word).casefold()


def folded(word: str) -> str:
    """Without accents: what one form has and another may not ("sesión", "sesiones")."""
    return plain(word) if word.isascii() else _without_accents(word)


@lru_cache(maxsize=REMEMBERED)
def _without_accents(word: str) -> str:
    parts = unicodedata.normalize("NFD", plain(word))
    return unicodedata.normalize("NFC", "".join(p for p in parts if not "\u0300" <= p <= "\u036f"))


@lru_cache(maxsize=REMEMBERED_PAIRS)
def is_form(word: str, other: str, language: str) -> bool:
    """Whether two plain words are the same, or forms of one."""
    if word == other:
        return True
    known = inflection(language)
    if "stemmer" not in known:
        return False
    one, two = folded(word), folded(other)
    common = common_prefix(one, two)
    if common < LEAST_COMMON and common < min(len(one), len(two)):
        return False
    if _is_irregular(one, two, language):
        return True
    begun = one[:common]
    if not (_is_ending(one[common:], begun, known) and _is_ending(two[common:], begun, known)):
        return False
    if _derived(one, known) != _derived(two, known):
        return False
    return _stem(word, language) == _stem(other, language)


def matches_at(
    words: Sequence[str], begin: int, wanted: Sequence[str], language: str, *, is_exact: bool
) -> bool:
    """Whether the wanted words stand in the text from here on, in any form unless exactly."""
    if begin + len(wanted) > len(words):
        return False
    found = words[begin : begin + len(wanted)]
    if is_exact:
        return tuple(found) == tuple(wanted)
    return all(is_form(one, other, language) for one, other in zip(found, wanted, strict=True))


def is_common(text: str, language: str) -> bool:
    """Whether a text is one of the small words that nearly every sentence has, as "it" is."""
    word = plain(text)
    has_case = word != word.upper()
    return has_case and len(word) <= LONGEST_COMMON and word in _common_words(language)


def has_capitals(text: str) -> bool:
    """Whether a text has capitals other than where sentences begin."""
    starts = {found.end() for found in _SENTENCE_START.finditer(text)}
    return any(
        sign.isupper() and place not in starts and not _is_i(text, place)
        for place, sign in enumerate(text)
    )


def begins_sentence(text: str, place: int) -> bool:
    """Whether a sentence begins at this place."""
    return any(found.end() == place for found in _SENTENCE_START.finditer(text))


@cache
def inflection(language: str) -> dict[str, Any]:
    """What `inflection.toml` knows of a language; empty where it knows nothing."""
    known = _table()
    return known.get(language, known.get(language.partition("-")[0], {}))


@cache
def _common_words(language: str) -> frozenset[str]:
    known = languages.load(language).never_cut_after if language in languages.available() else ()
    return frozenset({*known, *inflection(language).get("common", ())})


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files(__package__).joinpath("inflection.toml").read_text("utf-8"))


def _is_i(text: str, place: int) -> bool:
    """English writes "I" large wherever it stands."""
    around = text[place - 1 : place] + text[place + 1 : place + 2]
    return text[place] == "I" and not any(sign.isalpha() for sign in around)


def _is_irregular(one: str, two: str, language: str) -> bool:
    pairs, ends = _irregular(language)
    return one.endswith(ends) and any(
        one.endswith(end)
        and two.endswith(other)
        and one.removesuffix(end) == two.removesuffix(other)
        for end, other in pairs
    )


@cache
def _irregular(language: str) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Pairs of endings that are forms of one, in either order; and all of these endings."""
    listed = [tuple(pair.split()) for pair in inflection(language).get("irregular", ())]
    pairs = tuple(pair for single, many in listed for pair in ((single, many), (many, single)))
    return pairs, tuple({end for end, _ in pairs})


def _derived(word: str, known: dict[str, Any]) -> str:
    """The ending that makes a word another word than the others of its stem."""
    ends = known.get("derived", ())
    return next((end for end in ends if re.search(rf"(?:{end})$", word)), "")


def _is_ending(ending: str, begun: str, known: dict[str, Any]) -> bool:
    if "endings" not in known:
        return bool(len(ending) <= known["longest_ending"])
    if ending[:1] and ending[0] in known["doubled"] and begun.endswith(ending[0]):
        return ending[1:] in ("ed", "ing")
    return bool(ending in known["endings"])


@lru_cache(maxsize=REMEMBERED)
def _stem(word: str, language: str) -> str:
    return str(_stemmer(language).stemWord(word))


@cache
def _stemmer(language: str) -> Any:
    return snowballstemmer.stemmer(inflection(language)["stemmer"])
