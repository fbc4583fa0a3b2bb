"""Glossaries on PostgreSQL: many terms, and several organisers who change them at once."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from glossaries import Entry, Glossary, Rendering
from interpreter.glossary_rows import entries_for, entries_of, versions_of
from tests.live.test_postgres import server, store  # noqa: F401  (fixtures)
from web.db import Database
from web.glossaries import (
    add_glossary,
    drop_entry,
    glossaries_of,
    put_entry,
    remove_glossary,
    replace_entries,
)

pytestmark = pytest.mark.live

MANY = Glossary(
    tuple(Entry("en", f"term {n}", {"es": Rendering(f"término {n}")}) for n in range(10_000))
)


@pytest.fixture
def db(store: Engine) -> Iterator[Database]:  # noqa: F811
    database = Database(store)
    yield database
    database.close()


async def test_a_large_glossary_is_kept_listed_replaced_and_removed(db: Database) -> None:
    glossary_id = await db.run(lambda s: add_glossary(s, "m1", "Large", MANY))
    (listed,) = await db.run(lambda s: glossaries_of(s, "m1"))
    assert (listed.row.id, listed.is_used, listed.count) == (glossary_id, True, 10_000)
    assert len(await db.run(lambda s: entries_for(s, [glossary_id], "es", "en"))) == 10_000
    await db.run(lambda s: replace_entries(s, glossary_id, Glossary(MANY.entries[:2])))
    await db.run(lambda s: drop_entry(s, glossary_id, 1))
    assert await db.run(lambda s: entries_of(s, [glossary_id])) == [MANY.entries[1]]
    assert await db.run(lambda s: versions_of(s, "m1")) == {glossary_id: 3}
    await db.run(lambda s: remove_glossary(s, "m1", glossary_id))
    assert await db.run(lambda s: glossaries_of(s, "m1")) == []


async def test_of_those_who_add_one_term_at_once_one_is_first(db: Database) -> None:
    glossary_id = await db.run(lambda s: add_glossary(s, "m1", "Small", Glossary()))
    entry = Entry("en", "mayor", {"es": Rendering("alcalde")})
    same = [db.run(lambda s: put_entry(s, glossary_id, None, entry)) for _ in range(6)]
    refused = [one for one in await asyncio.gather(*same) if one is not None]
    assert len(refused) == 5
    others = [
        db.run(lambda s, one=one: put_entry(s, glossary_id, None, one))  # type: ignore[misc]
        for one in MANY.entries[:6]
    ]
    assert await asyncio.gather(*others) == [None] * 6
    assert len(await db.run(lambda s: entries_of(s, [glossary_id]))) == 7
    assert await db.run(lambda s: versions_of(s, "m1")) == {glossary_id: 8}
