"""What reading a glossary gives: its entries, and every row that was not taken as it stands.

The sentences are message ids of the pages' catalogues too (`web/catalogues.py`).
"""

from dataclasses import dataclass, field
from enum import Enum

from glossaries.entry import Entry


def N_(message: str) -> str:
    """Mark a sentence that pages translate."""
    return message


class Problem(Enum):
    """What is wrong with a row or a file, and what to do; `{places}` are filled in after."""

    EMPTY = N_("The file is empty. Put a term and its rendering into each row.")
    TOO_LARGE = N_("The file has more than {most} MB. Split it into several glossaries.")
    TOO_MANY = N_(
        "A glossary has {most} rows at most. Split it: the rows from here on are left out."
    )
    SPREADSHEET = N_("This is a spreadsheet’s own file. Open it there and save it as CSV (UTF-8).")
    BINARY = N_("This is no text. Save the glossary as CSV, TSV or TBX.")
    NOT_XML = N_(
        "This TBX file is broken at line {line}. Export it again from your terminology tool."
    )
    ENTITIES = N_(
        "This TBX file defines entities, which are not read. Export it without a DTD of its own."
    )
    NOT_TBX = N_("This XML file has no terms. Export the glossary as TBX (TBX-Basic).")
    NO_HEADER = N_(
        "Nobody can tell which language is in which column. "
        "Write the languages into the first row, for example: en, es, note."
    )
    NO_LANGUAGES = N_(
        "Say which languages the two columns are in, or write them above the columns."
    )
    SAME_LANGUAGE = N_("Both columns are in the same language. Choose two.")
    GUESSED = N_(
        "Read as {encoding}. If letters look wrong, save the file as UTF-8 and send it again."
    )
    COLUMN_UNKNOWN = N_(
        "The column “{column}” is not known and was left out. Rename it, or delete it."
    )
    COLUMN_WITHOUT_LANGUAGE = N_(
        "The column “{column}” does not say for which language it is. "
        "Name it like “es {column}”; it was left out."
    )
    QUOTE = N_("A quotation mark opens here and is not closed. Close it, or write it twice.")
    NO_TERM = N_("The term is missing. Write it, or delete the row.")
    NO_RENDERING = N_(
        "“{term}” has no rendering. Write one, or mark the term as not to be translated."
    )
    NO_LETTERS = N_("“{text}” has neither letters nor digits. Write a word.")
    TOO_LONG = N_("“{text}” is longer than {most} letters. A term is a few words: shorten it.")
    NOTE_TOO_LONG = N_("The note was cut after {most} letters.")
    TOO_MANY_VALUES = N_("A cell holds {most} forms at most; the others were left out.")
    NEITHER_YES_NOR_NO = N_("“{text}” is neither yes nor no. Write “yes”, or leave the cell empty.")
    TOO_MANY_CELLS = N_(
        "This row has more cells than there are columns. Put texts with commas in quotation marks."
    )
    MERGED = N_("“{term}” is in row {row} already, with the same rendering: they became one entry.")
    DUPLICATE = N_("“{term}” is a term of this glossary already. Change that one.")
    CONFLICT = N_(
        "“{term}” is “{other}” in {language} by row {row}, and “{text}” here. "
        "Keep one row, or write the second among the forms of the first."
    )
    FORBIDS_ITSELF = N_(
        "“{text}” is forbidden for “{term}” and is its rendering too. Decide for one of them."
    )
    FORBIDS_PART = N_(
        "“{text}” is forbidden for “{term}” and is part of its rendering “{other}”: "
        "it is not checked. Forbid longer words."
    )
    ALIAS_IS_TERM = N_(
        "“{text}” is given as what is heard for “{term}”, and is a term itself: "
        "it stays the latter."
    )
    COMMON_WORD = N_(
        "“{term}” is one of the commonest words too: "
        "only in capitals it is taken for the term. Choose a longer term."
    )

    @property
    def code(self) -> str:
        """For programs."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class BadRow:
    """One thing that is wrong, and where."""

    row: int
    """As a spreadsheet counts, from 1, or the number of the entry in a TBX file; 0: the file."""
    problem: Problem
    values: dict[str, str] = field(default_factory=dict, hash=False)
    is_taken: bool = False
    """Whether the row was taken all the same, without what is wrong."""

    @property
    def sentence(self) -> str:
        """What is wrong and what to do, in English."""
        return self.problem.value.format(**self.values)


@dataclass(frozen=True, slots=True)
class Glossary:
    """What a file held."""

    entries: tuple[Entry, ...] = ()
    bad_rows: tuple[BadRow, ...] = ()
    """In order of rows."""


def refused(problem: Problem, **values: str) -> Glossary:
    """Nothing of a file is taken."""
    return Glossary(bad_rows=(BadRow(0, problem, values),))
