"""The words that a room's recognisers are told to expect: its glossaries' terms in their language.

Read when a recogniser is opened: what is edited later counts from the next one on.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from glossaries import Entry
from interpreter.glossary_rows import entries_of
from interpreter.terms.saying import ipa_of
from interpreter.word_sounds import marked

logger = logging.getLogger(__name__)

READ_S = 2.0
"""A recogniser is not kept waiting longer."""

Vocabulary = Callable[[str], Awaitable[list[str]]]
"""Language → words to expect, the most important first; with their sounds (`word_sounds.py`) where
the glossary tells them."""


async def no_words(_language: str) -> list[str]:
    """For a room without a store."""
    return []


def vocabulary(store: Engine, glossary_ids_now: Callable[[], Sequence[str]]) -> Vocabulary:
    """Reads the glossaries that the room has by then; nothing where the store does not answer."""

    def ask(glossary_ids: Sequence[str], language: str) -> list[str]:
        with Session(store) as session:
            return words_to_expect(entries_of(session, glossary_ids), language)

    async def read(language: str) -> list[str]:
        glossary_ids = glossary_ids_now()
        if not glossary_ids:
            return []
        try:
            async with asyncio.timeout(READ_S):
                return await asyncio.to_thread(ask, glossary_ids, language)
        except (TimeoutError, SQLAlchemyError):
            logger.warning("the recogniser is told no terms", extra={"language": language})
            return []

    return read


def words_to_expect(entries: Iterable[Entry], language: str) -> list[str]:
    """The terms of a language: names first, then the longest, which are heard worst."""
    found: dict[str, tuple[bool, str]] = {}
    for entry in entries:
        is_name = entry.is_kept or entry.is_case_sensitive
        own = entry.renderings.get(language)
        if entry.source_language == language or (entry.is_kept and own is None):
            found.setdefault(entry.source, (is_name, ipa_of(entry.pronunciation)))
        elif own is not None:
            found.setdefault(own.text, (is_name, ipa_of(own.pronunciation)))
    texts = sorted(found, key=lambda text: (not found[text][0], -len(text), text))
    return [marked(text, ipa) if (ipa := found[text][1]) else text for text in texts]
