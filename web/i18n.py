"""The page's language: chosen from the browser's list, spoken through gettext catalogues."""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

CATALOGUES = Path(__file__).parent / "locale"
DEFAULT = "en"
"""What the strings in code and templates are written in."""


def N_(message: str) -> str:
    """Mark a message that is translated later, where the reader's language is known."""
    return message


@cache
def available() -> tuple[str, ...]:
    """Languages of the pages."""
    found = CATALOGUES.glob("*/LC_MESSAGES/messages.po")
    return (DEFAULT, *sorted(path.parts[-3] for path in found))


def negotiate(accept_language: str) -> Locale:
    """The best language of the pages for an Accept-Language header."""
    wanted = [tag.replace("-", "_") for tag in _by_preference(accept_language)]
    return Locale.parse(negotiate_locale(wanted, available()) or DEFAULT)


@cache
def translations(locale: str) -> NullTranslations:
    """The catalogue of one of the available languages; read as it is, nothing to compile."""
    if locale == DEFAULT:
        return NullTranslations()
    compiled = BytesIO()
    with (CATALOGUES / locale / "LC_MESSAGES" / "messages.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=locale))
    compiled.seek(0)
    return Translations(compiled)


def _by_preference(accept_language: str) -> list[str]:
    weighted: list[tuple[float, str]] = []
    for part in accept_language.split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        if tag and weight > 0:
            weighted.append((weight, tag))
    return [tag for _, tag in sorted(weighted, key=lambda item: -item[0])]
