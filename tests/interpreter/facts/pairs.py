"""Sentences with their translations, right and wrong, and what is to be found in them."""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import languages
from languages import Language

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence, a translation, and the kinds of difference between them."""

    source: str
    target: str
    text: str
    translation: str
    kinds: frozenset[str]


def language(tag: str) -> Language:
    """The language; one without a file yet writes its numbers as Spanish does."""
    if tag in languages.available():
        return languages.load(tag)
    return replace(languages.load("es"), tag=tag, engines={})


def languages_of(pair: str) -> tuple[str, str]:
    """Source and target of "en-es"."""
    source, _, target = pair.partition("-")
    return source, target


def pairs(name: str) -> list[Pair]:
    """All of one list."""
    data = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return [
        Pair(*languages_of(tag), text, translation, frozenset(kinds))
        for tag, table in data.items()
        for text, translation, *kinds in table["rows"]
    ]
