"""Which of the room's terms occur in what people say, for the booths; whoever interprets."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from glossaries import Entry, Rendering, oriented
from interpreter.terms.matching import Index
from languages import load


def terms_said_in(
    entries: Sequence[Entry], language: str, others: Iterable[str]
) -> dict[str, Entry]:
    """The terms of a language that have a rendering in one of the others, by themselves."""
    found: dict[str, Entry] = {}
    for other in others:
        if other != language:
            for entry in oriented(entries, language, other):
                found.setdefault(entry.source, entry)
    return found


class Occurring:
    """Finds terms as a pair does: the longest ones, in any form, as heard or misheard."""

    def __init__(self) -> None:
        self._indexes: Mapping[str, Index] = {}

    async def use(
        self, entries: Sequence[Entry], spoken: Iterable[str], known: Iterable[str]
    ) -> None:
        """Other glossaries, or edited ones, from the next words on; ten thousand entries take a
        thread some tenths of a second."""
        self._indexes = await asyncio.to_thread(_indexes, entries, list(spoken), list(known))

    def found(self, language: str, text: str) -> tuple[str, ...]:
        """The terms that occur in what was said in a language, each once, as the glossary has
        them."""
        index = self._indexes.get(language)
        matches = index.matches(text) if index is not None else ()
        return tuple(dict.fromkeys(match.entry.source for match in matches))


def _indexes(entries: Sequence[Entry], spoken: list[str], known: list[str]) -> dict[str, Index]:
    return {tag: _index(terms_said_in(entries, tag, known).values(), tag) for tag in spoken}


def _index(terms: Iterable[Entry], tag: str) -> Index:
    """Whatever they are rendered as: here they stand for themselves."""
    own = (replace(one, renderings={tag: Rendering(one.source)}) for one in terms)
    language = load(tag)
    return Index(own, language, language)
