"""Rows that speak of the same term become one entry; what contradicts is reported. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from glossaries.entry import Entry, Rendering
from glossaries.report import BadRow, Problem
from glossaries.rows import Reading, Row, WrongRow

_Key = tuple[str, str]


def merged(rows: Iterable[Row]) -> Reading:
    """One entry a term, in the order in which they came first."""
    reading = Reading()
    places: dict[_Key, int] = {}
    for row in rows:
        try:
            entry = _consistent(row, reading)
            place = places.setdefault(_key(entry), len(reading.rows))
            if place == len(reading.rows):
                reading.rows.append(Row(row.number, entry))
                continue
            before = reading.rows[place]
            together = _together(before, entry)
            reading.rows[place] = Row(before.number, together)
            where = str(before.number)
            reading.note(row.number, Problem.MERGED, term=entry.source, row=where)
        except WrongRow as wrong:
            reading.bad.append(BadRow(row.number, wrong.problem, wrong.values))
    _part_aliases(reading)
    return reading


def _key(entry: Entry) -> _Key:
    source = entry.source if entry.is_case_sensitive else entry.source.casefold()
    return entry.source_language, source


def _consistent(row: Row, reading: Reading) -> Entry:
    """The entry without what forbids part of its own rendering; raises WrongRow where it forbids
    the whole."""
    entry = row.entry
    renderings = dict(entry.renderings)
    for target, rendering in entry.renderings.items():
        allowed = {text.casefold() for text in (rendering.text, *rendering.forms)}
        kept: list[str] = []
        for text in rendering.forbidden:
            if text.casefold() in allowed:
                raise WrongRow(Problem.FORBIDS_ITSELF, text=text, term=entry.source)
            if _holds(rendering.text, text):
                values = {"text": text, "term": entry.source, "other": rendering.text}
                reading.note(row.number, Problem.FORBIDS_PART, **values)
            else:
                kept.append(text)
        renderings[target] = replace(rendering, forbidden=tuple(kept))
    return replace(entry, renderings=renderings)


def _holds(text: str, part: str) -> bool:
    return f" {part.casefold()} " in f" {text.casefold()} "


def _together(before: Row, entry: Entry) -> Entry:
    known = before.entry
    renderings = dict(known.renderings)
    for target, rendering in entry.renderings.items():
        other = renderings.get(target)
        if other is not None and other.text != rendering.text:
            raise WrongRow(
                Problem.CONFLICT,
                term=entry.source,
                other=other.text,
                language=target,
                row=str(before.number),
                text=rendering.text,
            )
        renderings[target] = _both(other, rendering) if other else rendering
    return replace(
        known,
        renderings=renderings,
        forms=_union(known.forms, entry.forms),
        aliases=_union(known.aliases, entry.aliases),
        is_kept=known.is_kept or entry.is_kept,
        pronunciation=known.pronunciation or entry.pronunciation,
        note=known.note or entry.note,
    )


def _both(one: Rendering, other: Rendering) -> Rendering:
    return Rendering(
        one.text,
        _union(one.forms, other.forms),
        _union(one.forbidden, other.forbidden),
        one.pronunciation or other.pronunciation,
    )


def _union(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def _part_aliases(reading: Reading) -> None:
    """What is heard for a term may be no term itself: two that name each other would go round."""
    terms: dict[str, dict[str, int]] = {}
    for row in reading.rows:
        known = terms.setdefault(row.entry.source_language, {})
        for text in (row.entry.source, *row.entry.forms):
            known.setdefault(text.casefold(), row.number)
    for place, row in enumerate(reading.rows):
        known, entry = terms[row.entry.source_language], row.entry
        own = {text.casefold() for text in (entry.source, *entry.forms)}
        aliases = tuple(text for text in entry.aliases if text.casefold() not in known)
        for text in entry.aliases:
            if text.casefold() in known and text.casefold() not in own:
                values = {"text": text, "term": entry.source}
                reading.note(row.number, Problem.ALIAS_IS_TERM, **values)
        if aliases != entry.aliases:
            reading.rows[place] = Row(row.number, replace(entry, aliases=aliases))
