"""A table's rows → entries, with everything that is wrong on the way. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from glossaries.cells import clean, from_spreadsheet, parted, yes_or_no
from glossaries.columns import Column, Kind, header, language_of
from glossaries.entry import Entry, Rendering
from glossaries.report import BadRow, Problem

MOST_ROWS = 50_000
MOST_LETTERS = 200
MOST_NOTE_LETTERS = 500
MOST_VALUES = 50
_OF_ONE_TARGET = (Kind.FORBIDDEN, Kind.PRONUNCIATION)


@dataclass(frozen=True, slots=True)
class Row:
    """An entry and where it stood."""

    number: int
    entry: Entry


class WrongRow(Exception):
    """This row is not taken."""

    def __init__(self, problem: Problem, **values: str) -> None:
        super().__init__(problem)
        self.problem, self.values = problem, values


@dataclass(slots=True)
class Reading:
    """Rows so far, and the report."""

    rows: list[Row] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)

    def note(self, row: int, problem: Problem, /, **values: str) -> None:
        """Something was left out of a row that is taken."""
        self.bad.append(BadRow(row, problem, values, is_taken=True))


def read_rows(
    rows: Sequence[Sequence[str]], source_language: str = "", target_language: str = ""
) -> Reading:
    """The entries of a table; the languages are asked for only where its first row says none."""
    reading = Reading()
    first = next((at for at, row in enumerate(rows) if row), 0)
    columns = header(rows[first])
    begins = first + 1 if columns else first
    try:
        known = columns or _unnamed(len(rows[first]))
        columns = _with_languages(known, source_language, target_language)
    except WrongRow as wrong:
        reading.bad.append(BadRow(0, wrong.problem, wrong.values))
        return reading
    columns = _placed(columns, reading, first + 1)
    main = _main_language(columns, source_language)
    for number, row in enumerate(rows[begins:], begins + 1):
        if len(reading.rows) == MOST_ROWS:
            reading.bad.append(BadRow(number, Problem.TOO_MANY, {"most": str(MOST_ROWS)}))
            break
        if row:
            _read_row(reading, number, row, columns, main)
    return reading


def _unnamed(width: int) -> list[Column]:
    """Two columns that nobody named are a term and its rendering; a third is a note."""
    if not 2 <= width <= 3:
        raise WrongRow(Problem.NO_HEADER)
    kinds = (Kind.SOURCE, Kind.TARGET, Kind.NOTE)
    return [Column(kind, kind.value) for kind in kinds[:width]]


def _with_languages(columns: Sequence[Column], source: str, target: str) -> list[Column]:
    asked = {Kind.SOURCE: source, Kind.TARGET: target}
    placed = []
    for column in columns:
        language = column.language or asked.get(column.kind, "")
        is_named = column.kind not in asked or language or _has_own_language(columns, column.kind)
        if not is_named:
            raise WrongRow(Problem.NO_LANGUAGES)
        placed.append(Column(column.kind, column.name, language))
    languages = [one.language for one in placed if one.kind in (*asked, Kind.TERM)]
    if len(set(languages)) < len(languages):
        raise WrongRow(Problem.SAME_LANGUAGE)
    return placed


def _has_own_language(columns: Sequence[Column], kind: Kind) -> bool:
    return kind is Kind.SOURCE and any(one.kind is Kind.SOURCE_LANGUAGE for one in columns)


def _placed(columns: Sequence[Column], reading: Reading, row: int) -> list[Column]:
    """Columns without a language get the only one that they can mean; others are reported."""
    main = _main_language(columns, "")
    targets = [
        one.language
        for one in columns
        if one.kind in (Kind.TERM, Kind.TARGET) and one.language != main
    ]
    placed = []
    for column in columns:
        if column.kind is Kind.UNKNOWN and column.name.strip():
            reading.note(row, Problem.COLUMN_UNKNOWN, column=clean(column.name))
        if column.kind is Kind.FORBIDDEN and not column.language and len(targets) != 1:
            reading.note(row, Problem.COLUMN_WITHOUT_LANGUAGE, column=clean(column.name))
            column = Column(Kind.UNKNOWN, column.name)
        elif column.kind in _OF_ONE_TARGET and not column.language and len(targets) == 1:
            column = Column(column.kind, column.name, targets[0])
        placed.append(column)
    return placed


def _main_language(columns: Sequence[Column], wanted: str) -> str:
    """The language whose cells are terms, where a row does not say otherwise."""
    sources = [one.language for one in columns if one.kind is Kind.SOURCE]
    terms = [one.language for one in columns if one.kind is Kind.TERM]
    if sources:
        return sources[0]
    return wanted if wanted in terms else (terms or [""])[0]


def _read_row(
    reading: Reading, number: int, row: Sequence[str], columns: Sequence[Column], main: str
) -> None:
    cells: dict[tuple[Kind, str], str] = {}
    for column, cell in zip(columns, row, strict=False):
        kind = Kind.TERM if column.kind in (Kind.SOURCE, Kind.TARGET) else column.kind
        if column.kind is not Kind.UNKNOWN and clean(cell):
            cells[kind, column.language] = cell
    try:
        if any(cell.strip() for cell in row[len(columns) :]):
            raise WrongRow(Problem.TOO_MANY_CELLS)
        entry = _entry(_Cells(cells, reading, number), main)
    except WrongRow as wrong:
        reading.bad.append(BadRow(number, wrong.problem, wrong.values))
    else:
        reading.rows.append(Row(number, entry))


@dataclass(frozen=True, slots=True)
class _Cells:
    """One row by what its cells are."""

    cells: dict[tuple[Kind, str], str]
    reading: Reading
    number: int

    def term(self, language: str) -> str:
        return term(self.cells.get((Kind.TERM, language), ""))

    def texts(self, kind: Kind, language: str = "") -> tuple[str, ...]:
        texts = parted(self.cells.get((kind, language), ""))
        if len(texts) > MOST_VALUES:
            self.reading.note(self.number, Problem.TOO_MANY_VALUES, most=str(MOST_VALUES))
        return tuple(term(text) for text in texts[:MOST_VALUES])

    def text(self, kind: Kind, language: str = "") -> str:
        return term(self.cells.get((kind, language), ""), has_letters=False)

    def answer(self, kind: Kind) -> bool:
        cell = self.cells.get((kind, ""), "")
        if (answer := yes_or_no(cell)) is None:
            raise WrongRow(Problem.NEITHER_YES_NOR_NO, text=_short(clean(cell)))
        return answer

    def note(self) -> str:
        text = from_spreadsheet(self.cells.get((Kind.NOTE, ""), ""))
        if len(text) > MOST_NOTE_LETTERS:
            self.reading.note(self.number, Problem.NOTE_TOO_LONG, most=str(MOST_NOTE_LETTERS))
        return text[:MOST_NOTE_LETTERS]

    def languages(self) -> Iterator[str]:
        return (language for kind, language in self.cells if kind is Kind.TERM)


def term(cell: str, *, has_letters: bool = True) -> str:
    """A text that stands in an entry; raises WrongRow for what is none."""
    text = from_spreadsheet(cell)
    if len(text) > MOST_LETTERS:
        raise WrongRow(Problem.TOO_LONG, text=_short(text), most=str(MOST_LETTERS))
    if text and has_letters and not any(char.isalnum() for char in text):
        raise WrongRow(Problem.NO_LETTERS, text=_short(text))
    return text


def _entry(cells: _Cells, main: str) -> Entry:
    source_language = _source_language(cells, main)
    source = cells.term(source_language) or cells.term("")
    if not source:
        raise WrongRow(Problem.NO_TERM)
    targets = [one for one in cells.languages() if one not in (source_language, "")]
    renderings = {
        target: Rendering(
            cells.term(target),
            cells.texts(Kind.FORMS, target),
            cells.texts(Kind.FORBIDDEN, target),
            cells.text(Kind.PRONUNCIATION, target),
        )
        for target in targets
    }
    is_kept = cells.answer(Kind.KEPT)
    if not renderings and not is_kept:
        raise WrongRow(Problem.NO_RENDERING, term=source)
    said = (cells.text(Kind.PRONUNCIATION, one) for one in ("", source_language))
    own = [""] if source_language in targets else ["", source_language]
    return Entry(
        source_language=source_language,
        source=source,
        renderings=renderings,
        forms=tuple(text for one in own for text in cells.texts(Kind.FORMS, one)),
        aliases=tuple(text for one in own for text in cells.texts(Kind.ALIASES, one)),
        is_case_sensitive=cells.answer(Kind.CASE),
        is_kept=is_kept,
        pronunciation=next(filter(None, said), ""),
        note=cells.note(),
    )


def _source_language(cells: _Cells, main: str) -> str:
    """What the row itself says, else the table's; a row without a term there has another."""
    said = cells.cells.get((Kind.SOURCE_LANGUAGE, ""), "")
    language = language_of(said) if said else main
    if said and not language:
        raise WrongRow(Problem.NO_TERM)
    if cells.term(language) or (said and cells.term("")):
        return language
    others = [one for one in cells.languages() if one]
    if len(others) > 1 or (others and cells.answer(Kind.KEPT)):
        return others[0]
    raise WrongRow(Problem.NO_TERM)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
