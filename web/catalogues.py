"""The catalogues of the pages' languages: kept in step with the strings in code and templates."""

from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import glossaries
from web.i18n import CATALOGUES

_WEB = Path(__file__).parent
_GLOSSARIES = Path(glossaries.__file__).parent
"""What is wrong with a glossary is said on pages too."""
_METHODS = [
    ("pages/**.py", "python"),
    ("api/**.py", "python"),
    ("*.py", "python"),
    ("templates/**.html", "jinja2"),
]
_KEYWORDS: dict[str, None] = {"_": None, "gettext": None, "N_": None}

_HEADER = """\
msgid ""
msgstr ""
"Language: {}\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""


def _place(found: tuple[str, int, object, object, object]) -> tuple[str, int]:
    return found[0], found[1]


def strings() -> Catalog:
    """Every string that the pages say, as it stands in code and templates."""
    template = Catalog(project="Live interpretation", charset="utf-8", fuzzy=False)
    of_web = extract_from_dir(
        _WEB,
        _METHODS,
        {"templates/**.html": {"trimmed": "true"}},
        keywords=_KEYWORDS,
        directory_filter=lambda folder: Path(folder).name not in ("client", "static", "locale"),
    )
    of_reports = extract_from_dir(_GLOSSARIES, _METHODS, keywords=_KEYWORDS)
    found = [*sorted(of_web, key=_place), *sorted(of_reports, key=_place)]
    for _, _, message, _, context in found:
        template.add(message, context=context)
    return template


def read_catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], abort_invalid=True)


def update_catalogues() -> dict[str, int]:
    """Bring every catalogue in step; language → how many strings wait for a translation."""
    waiting: dict[str, int] = {}
    for path in sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po")):
        catalogue = read_catalogue(path)
        catalogue.update(strings(), no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with path.open("wb") as file:
            file.write(_HEADER.format(path.parts[-3]).encode())
            write_po(file, catalogue, width=96, no_location=True, omit_header=True)
        waiting[path.parts[-3]] = sum(not one.string for one in catalogue if one.id)
    return waiting
