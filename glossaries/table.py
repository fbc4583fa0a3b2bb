"""Text → rows of cells, whichever sign stands between them. Pure."""

import csv
import re
from collections import Counter
from dataclasses import dataclass

from glossaries.columns import header

_SIGNS = ("\t", ";", ",")
_ARROW = re.compile(r"\s+(?:=|==|=>|->|→|⇒)\s+")
"""Between the two columns of a list that somebody typed."""
_SAMPLE_ROWS = 30
MOST_LINES = 150_000
_ROW_LINES = 20
"""A row over more lines has a quotation mark that is not closed."""


@dataclass(frozen=True, slots=True)
class Table:
    rows: list[list[str]]
    """The first is row 1; empty rows are there, without cells."""
    is_cut: bool = False
    """Whether there are more lines than are read; the last row is the last that was."""
    unclosed: tuple[int, ...] = ()
    """Rows in which a quotation mark opens that is not closed: each is read as one line."""


def read_table(text: str) -> Table:
    """The rows of a table whose separator nobody names."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:  # Excel's own line
        return _with_row_before(_split(rest, first.strip()[4]))
    return _split(text, _separator(text))


def languages_in(text: str) -> list[str]:
    """The languages that the first row of a table names."""
    rows = read_table("\n".join(text.splitlines()[:_SAMPLE_ROWS])).rows
    columns = header(next((row for row in rows if row), []))
    return [column.language for column in columns or [] if column.language]


def _with_row_before(table: Table) -> Table:
    unclosed = tuple(row + 1 for row in table.unclosed)
    return Table([[], *table.rows], table.is_cut, unclosed)


def _separator(text: str) -> str:
    """The sign that gives most rows as many cells as most; empty: an arrow or an equals sign."""
    sample = "\n".join(text.split("\n", _SAMPLE_ROWS + 1)[:_SAMPLE_ROWS])
    best, best_score = "", (False, 0.0)
    for sign in _SIGNS:
        rows = [row for row in _split(sample, sign).rows if row]
        if not rows:
            continue
        width, often = Counter(len(row) for row in rows).most_common(1)[0]
        score = (header(rows[0]) is not None and len(rows[0]) > 1, often / len(rows))
        if width > 1 and score > best_score:
            best, best_score = sign, score
    lines = [line for line in sample.split("\n") if line.strip()]
    arrows = sum(1 for line in lines if _ARROW.search(line))
    if not best_score[0] and lines and arrows / len(lines) > max(best_score[1] - 0.01, 0.5):
        return ""
    return best or ","


def _split(text: str, sign: str) -> Table:
    lines = text.removesuffix("\n").split("\n", MOST_LINES)
    is_cut = len(lines) > MOST_LINES
    del lines[MOST_LINES:]
    if not sign:
        cells = [_ARROW.split(line, maxsplit=1) if line.strip() else [] for line in lines]
        return Table(cells, is_cut)
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    rows: list[list[str]] = []
    unclosed: list[int] = []
    at = 0
    while at < len(lines):
        few = [f"{line}\n" for line in lines[at : at + _ROW_LINES]]
        reader = csv.reader(few, delimiter=sign, strict=True)
        try:
            row = next(reader)
            at += reader.line_num
        except csv.Error:
            row = next(csv.reader(few[:1], delimiter=sign))
            at += 1
            if few[0].count('"') % 2:
                unclosed.append(len(rows) + 1)
        rows.append(row if any(cell.strip() for cell in row) else [])
    return Table(rows, is_cut, tuple(unclosed))
