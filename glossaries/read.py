"""A file, or what somebody pasted → a glossary: its entries, and a report of every bad row."""

from collections.abc import Callable
from pathlib import Path

from glossaries.encoding import decode, decode_as
from glossaries.merging import merged
from glossaries.report import BadRow, Glossary, Problem, refused
from glossaries.rows import MOST_ROWS, Reading, read_rows
from glossaries.table import languages_in, read_table
from glossaries.tbx import is_tbx, read_tbx

MOST_BYTES = 20_000_000
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""XLSX and ODS; XLS."""


IsCommon = Callable[[str, str], bool]
"""(text, language) → whether it is a word like "it"."""


def nothing_is(_text: str, _language: str) -> bool:
    """No words are known."""
    return False


def load(
    path: Path,
    source_language: str = "",
    target_language: str = "",
    is_common: IsCommon = nothing_is,
) -> Glossary:
    """Read a file; raises OSError where there is none."""
    if path.stat().st_size > MOST_BYTES:
        return _too_large()
    return read(path.read_bytes(), source_language, target_language, is_common)


def read(
    data: bytes,
    source_language: str = "",
    target_language: str = "",
    is_common: IsCommon = nothing_is,
) -> Glossary:
    """CSV, TSV, TBX, or two columns; the languages are needed where the first row names none."""
    if len(data) > MOST_BYTES:
        return _too_large()
    if data.startswith(_SPREADSHEETS):
        return refused(Problem.SPREADSHEET)
    decoded = decode(data)
    if decoded is not None and decoded.is_guessed:
        tags = (source_language, target_language, *languages_in(decoded.text))
        decoded = decode_as(data, tags) or decoded
    if decoded is None:
        return refused(Problem.BINARY)
    if not decoded.text.strip("\ufeff\0 \t\r\n"):
        return refused(Problem.EMPTY)
    if is_tbx(decoded.text):
        return _glossary(read_tbx(data, source_language), is_common)
    glossary = _glossary(_read_table(decoded.text, source_language, target_language), is_common)
    if not decoded.is_guessed:
        return glossary
    name = decoded.encoding.replace("cp12", "Windows-12")
    guess = BadRow(0, Problem.GUESSED, {"encoding": name}, is_taken=True)
    return Glossary(glossary.entries, (guess, *glossary.bad_rows))


def _read_table(text: str, source_language: str, target_language: str) -> Reading:
    table = read_table(text)
    reading = read_rows(table.rows, source_language, target_language)
    reading.bad += [BadRow(row, Problem.QUOTE, is_taken=True) for row in table.unclosed]
    if table.is_cut and not any(one.problem is Problem.TOO_MANY for one in reading.bad):
        most = {"most": str(MOST_ROWS)}
        reading.bad.append(BadRow(len(table.rows), Problem.TOO_MANY, most))
    return reading


def _glossary(reading: Reading, is_common: IsCommon) -> Glossary:
    one_a_term = merged(reading.rows)
    for row in one_a_term.rows:
        if is_common(row.entry.source, row.entry.source_language):
            one_a_term.note(row.number, Problem.COMMON_WORD, term=row.entry.source)
    entries = tuple(row.entry for row in one_a_term.rows)
    bad = sorted([*reading.bad, *one_a_term.bad], key=lambda one: one.row)
    if not entries and not bad:
        return refused(Problem.EMPTY)
    return Glossary(entries, tuple(bad))


def _too_large() -> Glossary:
    return refused(Problem.TOO_LARGE, most=str(MOST_BYTES // 1_000_000))
