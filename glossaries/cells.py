"""Texts of a cell: cleaned, parted into several, and made harmless for spreadsheets. Pure."""

import re
import unicodedata

PART = "|"
"""Between several texts of one cell; a semicolon does too where this is not used."""

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_MARKED_FORMULA = re.compile(r"'+[=+\-@\t\r]")
_INVISIBLE = frozenset("\u00ad\u200b\u2060\ufeff\ufffe\uffff")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They would turn what stands around the cell; a term's own letters say its direction."""

YES = frozenset({"yes", "y", "true", "1", "x", "✓", "✔", "si", "sí", "oui", "sim", "ja", "exact"})
NO = frozenset({"", "no", "n", "false", "0", "non", "não", "nao", "nein", "-"})


def clean(text: str) -> str:
    """One line without what nobody sees, letters composed."""
    text = unicodedata.normalize("NFC", text)
    if text.isprintable():  # nearly all are, and this is quick
        return " ".join(text.split())
    seen = (
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char
        for char in text
        if char not in _INVISIBLE and char not in _BIDI
    )
    return " ".join("".join(seen).split())


def from_spreadsheet(cell: str) -> str:
    """A cell's text: the mark that `for_spreadsheet` puts before a formula is taken off."""
    text = clean(cell)
    return text[1:] if _MARKED_FORMULA.match(text) else text


def for_spreadsheet(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def parted(cell: str) -> tuple[str, ...]:
    """The texts of a cell that may hold several, each once."""
    parts = cell.split(PART) if PART in cell else cell.split(";")
    return tuple(dict.fromkeys(text for text in map(from_spreadsheet, parts) if text))


def joined(texts: tuple[str, ...]) -> str:
    """The cell that `parted` takes apart into these texts."""
    line = f" {PART} ".join(text.replace(PART, "/") for text in texts)
    return f"{line} {PART}" if len(texts) == 1 and ";" in line else line


def yes_or_no(cell: str) -> bool | None:
    """None: it says neither."""
    word = clean(cell).casefold()
    return True if word in YES else False if word in NO else None
