"""Which words a recogniser is told to expect."""

from pathlib import Path

from sqlmodel import Session

from glossaries import Entry, Rendering
from interpreter.floor.vocabulary import vocabulary, words_to_expect
from interpreter.glossary_rows import GlossaryRow, add_entries
from interpreter.store import create_schema, open_store
from interpreter.word_sounds import marked

ENTRIES = [
    Entry("en", "council", {"es": Rendering("concejo")}),
    Entry("en", "neighbourhood plan", {"es": Rendering("plan de barrio")}),
    Entry("en", "Zorvex", is_kept=True),
]


def test_names_come_first_and_long_terms_before_short_ones() -> None:
    assert words_to_expect(ENTRIES, "en") == ["Zorvex", "neighbourhood plan", "council"]


def test_they_come_with_their_sounds_where_the_glossary_tells_them() -> None:
    spanish = {"es": Rendering("Lleida", pronunciation="/ˈʎejða/")}
    entries = [
        Entry("en", "Lerida", spanish, pronunciation="/ˈlɛɹɪdə/"),
        Entry("en", "Nguyen", is_kept=True, pronunciation="win"),
    ]

    assert words_to_expect(entries, "en") == ["Nguyen", marked("Lerida", "ˈlɛɹɪdə")]
    assert words_to_expect(entries, "es") == ["Nguyen", marked("Lleida", "ˈʎejða")]


def test_renderings_are_what_is_said_in_their_language() -> None:
    assert words_to_expect(ENTRIES, "es") == ["Zorvex", "plan de barrio", "concejo"]
    assert words_to_expect(ENTRIES, "fr") == ["Zorvex"]


async def test_they_are_read_from_the_store_and_nothing_comes_of_a_broken_one(
    tmp_path: Path,
) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'test.db'}")
    read = vocabulary(store, lambda: ["g"])
    assert await read("en") == []  # no tables yet
    create_schema(store)
    with Session(store) as session:
        session.add(GlossaryRow(id="g", name="g"))
        session.flush()
        add_entries(session, "g", ENTRIES)
        session.commit()
    assert await read("en") == ["Zorvex", "neighbourhood plan", "council"]
    assert await vocabulary(store, list)("en") == []
    store.dispose()
