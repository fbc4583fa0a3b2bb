"""Entries → CSV, as `columns.py` and `rows.py` read it back."""

import csv
import io
from collections.abc import Sequence

from glossaries.cells import for_spreadsheet, joined
from glossaries.columns import Kind
from glossaries.entry import Entry, Rendering

_NOTHING = Rendering("")


def write_csv(entries: Sequence[Entry]) -> bytes:
    """UTF-8 with its mark, by which spreadsheets know it; no cell is a formula for them."""
    rows = _rows(entries)
    kept = [
        column
        for column in range(len(rows[0]))
        if _is_term(rows[0][column]) or any(row[column] for row in rows[1:])
    ]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for row in rows:
        writer.writerow([for_spreadsheet(row[column]) for column in kept])
    return text.getvalue().encode("utf-8-sig")


def _is_term(name: str) -> bool:
    return " " not in name and name not in (Kind.ALIASES, Kind.CASE, Kind.NOTE)


def _rows(entries: Sequence[Entry]) -> list[list[str]]:
    sources = list(dict.fromkeys(entry.source_language for entry in entries)) or ["en"]
    targets = [target for entry in entries for target in entry.renderings]
    languages = list(dict.fromkeys((*sources, *targets)))
    has_one = len(sources) == 1
    names = [
        name
        for language in languages
        for name in (
            language,
            f"{language} {Kind.FORMS}",
            f"{language} {Kind.FORBIDDEN}",
            f"{language} {Kind.PRONUNCIATION}",
        )
    ]
    general = [Kind.ALIASES, Kind.CASE, Kind.KEPT, Kind.NOTE]
    head = [*names, *(kind.value for kind in general), Kind.SOURCE_LANGUAGE.value]
    return [head, *(_row(entry, languages, has_one) for entry in entries)]


def _row(entry: Entry, languages: Sequence[str], has_one: bool) -> list[str]:
    cells: list[str] = []
    for language in languages:
        if language == entry.source_language:
            cells += [entry.source, joined(entry.forms), "", entry.pronunciation]
        else:
            one = entry.renderings.get(language, _NOTHING)
            cells += [one.text, joined(one.forms), joined(one.forbidden), one.pronunciation]
    return [
        *cells,
        joined(entry.aliases),
        "yes" if entry.is_case_sensitive else "",
        "yes" if entry.is_kept else "",
        entry.note,
        "" if has_one else entry.source_language,
    ]
