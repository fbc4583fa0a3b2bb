"""Plain MT takes no glossary: a noun that it knows, of the rendering's gender and number, stands
for a term while it translates, and is replaced in what comes back. Pure.

So articles, adjectives and verbs agree: "the new telescope was broken" → "el telescopio nuevo
estuvo roto". What cannot be replaced exactly is not replaced at all.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import Any

from interpreter.events import TermRow
from interpreter.terms.forms import after, gender, plural
from interpreter.terms.verifying import Target
from interpreter.terms.words import folded, placed
from languages import Language


@dataclass(frozen=True, slots=True)
class _Stand:
    """One term and the noun in its place."""

    source: str
    target: str
    """The noun in both languages."""
    rendering: str
    count: int


@dataclass(frozen=True, slots=True)
class StandIn:
    """A text with nouns in the place of terms."""

    text: str
    stands: tuple[_Stand, ...]
    target: Language

    def restored(self, translation: str) -> str | None:
        """The translation with the renderings; None where a noun is not there as it should be."""
        for stand in self.stands:
            pattern = re.compile(rf"(?<!\w){re.escape(stand.target)}(?!\w)", re.IGNORECASE)
            if len(pattern.findall(translation)) != stand.count:
                return None
            while found := pattern.search(translation):
                translation = put(translation, found.span(), stand.rendering, self.target)
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
        noun, stand = chosen
        text = pattern.sub(partial(_as_large, noun), text)
        stands.append(_Stand(noun, stand, written(row, target), count))
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


def _noun(
    row: TermRow, text: str, stands: Sequence[_Stand], source: Language, target: Language
) -> tuple[str, str] | None:
    """A noun for a row, in both languages, that nothing else in the text is."""
    used = {stand.source for stand in stands} | {word.plain for word in placed(text)}
    if row.is_kept or row.target[:1].isupper():
        names = [name for name in _table()["names"]["known"] if name not in used]
        return (names[0], names[0]) if names else None
    kind = gender(row.target, target)
    if kind is None:
        return None
    for noun in _table()[kind.value]:
        if source.tag not in noun or target.tag not in noun or noun[source.tag] in used:
            continue
        if plural(noun[source.tag], source) in used or f"{noun[source.tag]}s" in used:
            continue
        return (
            (_plural_of(noun[source.tag], source), plural(noun[target.tag], target))
            if row.is_plural
            else (noun[source.tag], noun[target.tag])
        )
    return None


def _plural_of(noun: str, source: Language) -> str:
    made = plural(noun, source)
    return f"{noun}s" if made == noun else made


def _as_large(noun: str, found: re.Match[str]) -> str:
    is_large = found.group()[:1].isupper() and found.start() == 0
    return noun[:1].upper() + noun[1:] if is_large else noun


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("standing_in.toml").read_text("utf-8"))
