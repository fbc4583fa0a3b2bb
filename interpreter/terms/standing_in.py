"""Plain MT takes no glossary: a noun that it knows, of the rendering's gender and number, stands
for a term while it translates, and is replaced in what comes back. Pure.

So articles, adjectives and verbs agree: "the new telescope was broken" → "el telescopio nuevo
estuvo roto". What cannot be replaced exactly is not replaced at all.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import Any

from interpreter.events import TermRow
from interpreter.terms.forms import Gender, after, gender, names_many, plural
from interpreter.terms.verifying import Target
from interpreter.terms.words import folded, placed
from languages import Language


@dataclass(frozen=True, slots=True)
class _Noun:
    """A noun in both languages, in one number."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class _Stand:
    """One term and what stands in its place."""

    source: str
    renderings: Mapping[str, str]
    """By the noun that the translation has: in the number of the text; and in the other one, where
    English has "no side effects" and Spanish one."""
    count: int


@dataclass(frozen=True, slots=True)
class StandIn:
    """A text with nouns in the place of terms."""

    text: str
    stands: tuple[_Stand, ...]
    target: Language

    def restored(self, translation: str) -> str | None:
        """The translation with the renderings; None where a noun is not there as it should be."""
        places: list[tuple[tuple[int, int], str]] = []
        for stand in self.stands:
            nouns = "|".join(re.escape(noun) for noun in stand.renderings)
            found = list(re.finditer(rf"(?<!\w)(?:{nouns})(?!\w)", translation, re.IGNORECASE))
            if len(found) != stand.count:
                return None
            places += [(one.span(), stand.renderings[_as_listed(one, stand)]) for one in found]
        for place, rendering in sorted(places, reverse=True):
            translation = put(translation, place, rendering, self.target)
        return translation


def stood_in(
    text: str, rows: Iterable[TermRow], source: Language, target: Language
) -> StandIn | None:
    """The text with a noun for each of these rows; None where none is known for one of them."""
    stands: list[_Stand] = []
    for row in rows:
        pattern = re.compile(rf"(?<!\w){re.escape(row.source)}(?!\w)", re.IGNORECASE)
        chosen = _noun(row, text, stands, source, target)
        count = len(pattern.findall(text))
        if chosen is None or not count:
            return None
        noun, other = chosen
        text = pattern.sub(partial(_as_large, noun.source), text)
        renderings = {other.target: _in_other_number(row, source, target)}
        stands.append(_Stand(noun.source, renderings | {noun.target: written(row, target)}, count))
    return StandIn(text, tuple(stands), target) if stands else None


def written(row: TermRow, target: Language) -> str:
    """A row's rendering in the number that the text has."""
    if not row.is_plural or row.is_kept:
        return row.target
    made = plural(row.target, target)
    listed = {folded(form): form for form in row.forms}
    return listed.get(folded(made), made)


def put(text: str, place: tuple[int, int], rendering: str, target: Language) -> str:
    """The rendering in a place of a text: large where a sentence begins, after the article that
    its first letter wants."""
    begin, end = place
    is_large = text[begin].isupper() and (begin == 0 or rendering[:1].islower())
    shown = rendering[:1].upper() + rendering[1:] if is_large else rendering
    return after(text[:begin], shown, target) + shown + text[end:]


def replaced(translation: str, alone: str, row: TermRow, target: Language) -> str | None:
    """The translation with the rendering in the place of what the engine makes of the term alone;
    None where that is not there once, or has another gender: then nothing would agree."""
    rendering = written(row, target)
    if not alone or gender(alone, target) is not gender(rendering, target):
        return None
    found = Target(translation, target)
    place = found.find((alone,), is_exact=True)
    if place is None or found.find((alone,), is_exact=True) is not None:
        return None
    before = translation[: place.start]
    if before.endswith(("'", "’")) and after("el ", rendering, target) == "el ":
        return None
    return put(translation, (place.start, place.end), rendering, target)


def _in_other_number(row: TermRow, source: Language, target: Language) -> str:
    if row.is_plural or row.is_kept or _is_many(row, source, target):
        return row.target
    return plural(row.target, target)


def _is_many(row: TermRow, source: Language, target: Language) -> bool:
    """Whether a rendering is plural as it is listed: "obras públicas", "cuartos de final"; a single
    word alone proves nothing ("marcapasos")."""
    if folded(row.source) == folded(row.target) or not names_many(row.target, target):
        return False
    return len(placed(row.target)) > 1 or names_many(row.source, source)


def _noun(
    row: TermRow, text: str, stands: Sequence[_Stand], source: Language, target: Language
) -> tuple[_Noun, _Noun] | None:
    """A noun for a row, in the number that is wanted and in the other, that nothing else in the
    text is."""
    used = {stand.source for stand in stands} | {word.plain for word in placed(text)}
    if row.is_kept or row.target[:1].isupper():
        names = [name for name in _table()["names"]["known"] if name not in used]
        return (_Noun(names[0], names[0]),) * 2 if names else None
    is_plural_only = _is_many(row, source, target)
    is_many = row.is_plural or is_plural_only
    ours = gender(row.source, source, is_many=row.is_plural or names_many(row.source, source))
    theirs = gender(row.target, target, is_many=is_plural_only)
    for noun in _nouns(source, ours, target, theirs):
        one = _Noun(noun[source.tag], noun[target.tag])
        many = _Noun(plural(one.source, source), plural(one.target, target))
        if used.isdisjoint({one.source, many.source}):
            return (many, one) if is_many else (one, many)
    return None


def _nouns(
    source: Language, ours: Gender | None, target: Language, theirs: Gender | None
) -> list[dict[str, str]]:
    """The nouns of these genders in both languages; a language without any takes what comes."""
    kind = theirs or ours
    if kind is None:
        return []
    if ours in (None, kind):
        known = _table()[kind.value]
    else:
        known = _table().get(f"{source.tag}-{ours}-{target.tag}-{theirs}", [])
    return [noun for noun in known if source.tag in noun and target.tag in noun]


def _as_listed(found: re.Match[str], stand: _Stand) -> str:
    said = found.group().casefold()
    return next(noun for noun in stand.renderings if noun.casefold() == said)


def _as_large(noun: str, found: re.Match[str]) -> str:
    is_large = found.group()[:1].isupper() and found.start() == 0
    return noun[:1].upper() + noun[1:] if is_large else noun


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("standing_in.toml").read_text("utf-8"))
