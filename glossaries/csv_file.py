"""Entries → CSV, and one entry → the fields of a form; `columns.py` and `rows.py` read both."""

import csv
import io
from collections.abc import Mapping, Sequence

from glossaries.cells import for_spreadsheet, joined
from glossaries.columns import Kind
from glossaries.entry import Entry, Rendering
from glossaries.merging import merged
from glossaries.report import Glossary
from glossaries.rows import read_rows

_NOTHING = Rendering("")
_OF_LANGUAGE = (Kind.FORMS, Kind.FORBIDDEN, Kind.PRONUNCIATION)


def write_csv(entries: Sequence[Entry]) -> bytes:
    """UTF-8 with its mark, by which spreadsheets know it; no cell is a formula for them. Columns
    that say nothing are left out."""
    languages = languages_of(entries) or ["en"]
    has_one = len({entry.source_language for entry in entries}) == 1
    rows = [fields_of(entry, languages) for entry in entries]
    kept = [
        name
        for name in fields_of(Entry("", ""), languages)
        if name in languages
        or (any(row[name] for row in rows) and not (has_one and name == Kind.SOURCE_LANGUAGE))
    ]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(kept)
    writer.writerows([for_spreadsheet(row[name]) for name in kept] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def languages_of(entries: Sequence[Entry]) -> list[str]:
    """Those of the terms first, then those of their renderings."""
    sources = [entry.source_language for entry in entries]
    return list(dict.fromkeys([*sources, *(tag for entry in entries for tag in entry.renderings)]))


def fields_of(entry: Entry, languages: Sequence[str]) -> dict[str, str]:
    """Name of a column → its cell, for an entry in some of these languages."""
    fields: dict[str, str] = {}
    for language in languages:
        one = entry.renderings.get(language, _NOTHING)
        if language == entry.source_language:
            one = Rendering(entry.source, entry.forms, (), entry.pronunciation)
        cells = (joined(one.forms), joined(one.forbidden), one.pronunciation)
        fields[language] = one.text
        fields |= {
            field_name(language, kind): cell for kind, cell in zip(_OF_LANGUAGE, cells, strict=True)
        }
    return fields | {
        Kind.ALIASES.value: joined(entry.aliases),
        Kind.CASE.value: "yes" if entry.is_case_sensitive else "",
        Kind.KEPT.value: "yes" if entry.is_kept else "",
        Kind.NOTE.value: entry.note,
        Kind.SOURCE_LANGUAGE.value: entry.source_language,
    }


def field_name(language: str, kind: Kind) -> str:
    """The name of a column of one language."""
    return f"{language} {kind}"


def read_fields(fields: Mapping[str, str]) -> Glossary:
    """One term as a form gives it, checked like a row of a file."""
    reading = read_rows([list(fields), list(fields.values())])
    checked = merged(reading.rows)
    entries = tuple(row.entry for row in checked.rows)
    return Glossary(entries, (*reading.bad, *checked.bad))
