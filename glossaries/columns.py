"""The first row of a table → what each column means, by the names that people really use. Pure.

A column is a language ("en", "English", "inglés"), or something about terms ("note"), or both
("es forms", "forbidden (fr)").
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from babel import Locale, UnknownLocaleError


class Kind(StrEnum):
    """What stands in a column's cells."""

    SOURCE = "source"
    TARGET = "target"
    TERM = "term"
    """In the column's language, whichever of the two that is."""
    SOURCE_LANGUAGE = "source language"
    FORMS = "forms"
    FORBIDDEN = "forbidden"
    PRONUNCIATION = "pronunciation"
    ALIASES = "aliases"
    CASE = "case"
    KEPT = "do not translate"
    NOTE = "note"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Column:
    kind: Kind
    name: str
    """As it stands in the file."""
    language: str = ""
    """BCP 47; empty where the name says none."""


_NAMES = {
    Kind.SOURCE: "source, source term, src, term, terms, original, término, término origen, origen,"
    " fuente, terme, terme source, terme origen, original term, termo, termo de origem, termine,"
    " termine di origine, begriff, ausgangsbegriff, quelle, ausgangstext",
    Kind.TARGET: "target, target term, translation, rendering, equivalent, traducción, destino,"
    " término destino, traducció, destí, traduction, cible, terme cible, tradução, traduzione,"
    " übersetzung, ziel, zielbegriff",
    Kind.SOURCE_LANGUAGE: "source language, language, lang, idioma, idioma de origen, llengua,"
    " langue, langue source, língua, lingua, sprache, ausgangssprache",
    Kind.FORMS: "forms, form, inflections, inflected forms, variants, synonyms, formas, variantes,"
    " sinónimos, formes, variants, sinònims, synonymes, sinónimos, forme, varianti, sinonimi,"
    " formen, varianten, synonyme",
    Kind.FORBIDDEN: "forbidden, avoid, do not use, not, deprecated, prohibido, evitar, no usar,"
    " prohibit, prohibits, interdit, à éviter, proibido, vietato, da evitare, verboten, vermeiden",
    Kind.PRONUNCIATION: "pronunciation, say, say it like, ipa, phonetic, pronunciación,"
    " pronunciació, prononciation, pronúncia, pronuncia, aussprache",
    Kind.ALIASES: "aliases, alias, heard as, misheard, misheard as, sounds like, recognised as,"
    " recognized as, se oye como, se sent com, entendu comme, ouvido como, sentito come,"
    " gehört als",
    Kind.CASE: "case, case sensitive, match case, capitals, mayúsculas, distingue mayúsculas,"
    " majúscules, majuscules, casse, maiúsculas, maiuscole, groß-/kleinschreibung, großschreibung",
    Kind.KEPT: "dnt, do not translate, don't translate, keep, kept, untranslated, no traducir,"
    " no traduir, ne pas traduire, não traduzir, non tradurre, nicht übersetzen",
    Kind.NOTE: "note, notes, comment, comments, remark, remarks, context, definition, domain,"
    " nota, notas, comentario, comentarios, observaciones, contexto, definición, comentari,"
    " comentaris, context, definició, commentaire, commentaires, remarque, contexte, définition,"
    " comentário, comentários, observações, definição, commento, definizione, contesto, anmerkung,"
    " bemerkung, kommentar, definition, kontext",
}
_PAGE_LANGUAGES = ("en", "es", "ca", "fr", "pt", "it", "de", "gl", "nl", "pl")
"""In which languages' own words a column may name its language."""
_TAG = re.compile(r"[a-z]{2,3}([-_][a-z]{4})?([-_]([a-z]{2}|\d{3}))?", re.IGNORECASE)
_NO_LANGUAGE = frozenset({"id", "no", "nr", "ref", "num"})
"""Tags too, but as the name of a column they number it."""


def plain(name: str) -> str:
    """A name as it is compared: no accents, capitals or signs."""
    split = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(char for char in split if not unicodedata.combining(char))
    return " ".join(re.sub(r"[^\w'-]|_", " ", letters).split())


@cache
def _kinds() -> dict[str, Kind]:
    return {plain(name): kind for kind, names in _NAMES.items() for name in names.split(",")}


@cache
def _languages() -> dict[str, str]:
    """Names of languages → tags."""
    found: dict[str, str] = {}
    for page in _PAGE_LANGUAGES:
        for tag, name in Locale.parse(page).languages.items():
            if "_" not in tag:
                found.setdefault(plain(name), tag)
    return found


@cache
def language_of(name: str) -> str:
    """The BCP 47 tag of a language's tag or name; empty where it is none."""
    name = name.strip()
    if _TAG.fullmatch(name) and name.lower() not in _NO_LANGUAGE:
        try:
            return str(Locale.parse(name.replace("_", "-"), sep="-")).replace("_", "-")
        except (UnknownLocaleError, ValueError):
            pass
    return _languages().get(plain(name), "")


def column_of(name: str) -> Column:
    """What a column of this name holds."""
    words = plain(name).split()
    if kind := _kinds().get(" ".join(words)):
        return Column(kind, name)
    if language := language_of(name):
        return Column(Kind.TERM, name, language)
    for cut in range(1, len(words)):
        for one, other in ((words[:cut], words[cut:]), (words[cut:], words[:cut])):
            kind, language = _kinds().get(" ".join(other)), language_of(" ".join(one))
            if kind and language:
                return Column(kind, name, language)
    return Column(Kind.UNKNOWN, name)


_TERMS = (Kind.SOURCE, Kind.TARGET, Kind.TERM)


def header(row: Sequence[str]) -> list[Column] | None:
    """The columns that a first row names; None where it is a row of terms already."""
    columns = [column_of(cell) for cell in row]
    named = [column for column in columns if column.kind is not Kind.UNKNOWN]
    places = [(column.kind, column.language) for column in named]
    if not any(column.kind in _TERMS for column in named) or len(set(places)) < len(places):
        return None
    is_whole = len(named) == sum(1 for cell in row if cell.strip())
    return columns if is_whole or len(named) > 1 else None
