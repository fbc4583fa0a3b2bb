"""What the templates of glossaries are given."""

from dataclasses import dataclass, field

from web.contexts import GlossaryFigures, LanguageChoice


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One thing that is wrong in a file."""

    row: int
    """0: the file as a whole."""
    sentence: str
    is_taken: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What was wrong in a file: the first of it, and where all of it can be fetched."""

    rows: list[ReportRow]
    left_out: int
    """Rows that were not taken."""
    more: int
    """Beyond `rows`."""
    url: str = ""


@dataclass(frozen=True, slots=True)
class GlossaryLine:
    """One of a meeting's glossaries, in their list."""

    id: str
    name: str
    count: int
    is_used: bool
    url: str


@dataclass(frozen=True, slots=True)
class SampleChoice:
    """A sample glossary that can be taken."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class GlossariesPage:
    """`glossaries.html`: a meeting's glossaries, and a form for another one."""

    meeting_name: str
    links_url: str
    add_url: str
    use_url: str
    share_url: str
    glossaries: list[GlossaryLine]
    terms: GlossaryFigures | None
    """How the meeting kept to them so far; None where no term was said."""
    lines_url: str
    """Every line with its figures, as a file."""
    samples: list[SampleChoice]
    languages: list[LanguageChoice]
    most_mb: int
    is_changed: bool = False
    name: str = ""
    pasted: str = ""
    source: str = ""
    target: str = ""
    link: str = ""
    """Of another meeting."""
    is_link_wrong: bool = False
    report: Report | None = None
    """Why nothing of what was sent could be taken."""


@dataclass(frozen=True, slots=True)
class TermField:
    """One text of a term in a form."""

    name: str
    label: str
    value: str
    language: LanguageChoice | None = None
    """Whose letters are written in it; None: the page's, or any."""


@dataclass(frozen=True, slots=True)
class TermForm:
    """A term as it is changed."""

    number: int
    """0: a new one."""
    fields: list[list[TermField]]
    """One list a language, and one for the whole."""
    is_case_sensitive: bool
    is_kept: bool
    source_language: str
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Said:
    """A term in one language."""

    language: LanguageChoice
    text: str


@dataclass(frozen=True, slots=True)
class TermLine:
    """A term as it is shown, and the form that changes it."""

    term: Said
    renderings: list[Said]
    note: str
    form: TermForm


@dataclass(frozen=True, slots=True)
class GlossaryPage:
    """`glossary.html`: one glossary's terms."""

    meeting_name: str
    glossaries_url: str
    name: str
    count: int
    found: int
    query: str
    terms: list[TermLine]
    new: TermForm
    page: int
    pages: int
    key: str
    search_url: str
    """Of the first page; the search and the key follow."""
    rows_url: str
    name_url: str
    file_url: str
    delete_url: str
    csv_url: str
    tbx_url: str
    earlier_url: str
    later_url: str
    most_mb: int
    report: Report | None = None
    is_changed: bool = False
