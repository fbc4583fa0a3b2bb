"""What the store keeps of glossaries."""

from sqlalchemy import Engine
from sqlmodel import Session

from glossaries import Entry, Rendering, sample
from interpreter.glossary_rows import (
    GlossaryRow,
    MeetingGlossary,
    add_entries,
    decode_entry,
    encode_entry,
    entries_for,
    entries_of,
    versions_of,
)


def test_a_term_is_kept_with_everything_that_is_known_of_it() -> None:
    entry = Entry(
        "en",
        "plant",
        {"es": Rendering("planta", ("plantas",), ("fábrica",), "plan-ta")},
        ("plants",),
        ("plan",),
        is_case_sensitive=True,
        is_kept=True,
        pronunciation="/plɑːnt/",
        note="water",
    )
    assert decode_entry(encode_entry(entry)) == entry


def test_a_term_of_a_later_release_is_read_as_far_as_it_is_known() -> None:
    data = {"source_language": "en", "source": "x", "renderings": {"es": {"text": "y", "new": 1}}}
    assert decode_entry({**data, "new": True}) == Entry("en", "x", {"es": Rendering("y")})


def test_a_meeting_has_the_glossaries_that_it_uses(store: Engine) -> None:
    with Session(store) as session:
        for number, is_used in enumerate((True, False, True)):
            session.add(GlossaryRow(id=f"g{number}", name="G", version=number + 4))
            session.flush()
            link = MeetingGlossary(meeting_id="m1", glossary_id=f"g{number}", is_used=is_used)
            session.add(link)
        session.commit()
        assert versions_of(session, "m1") == {"g0": 4, "g2": 6}
        assert versions_of(session, "m2") == {}


def test_of_two_glossaries_the_first_is_said_and_both_count(store: Engine) -> None:
    with Session(store) as session:
        for glossary_id, text in (("b", "planta"), ("a", "fábrica")):
            session.add(GlossaryRow(id=glossary_id, name="G"))
            session.flush()
            add_entries(session, glossary_id, [Entry("en", "plant", {"es": Rendering(text)})])
        session.commit()
        (entry,) = entries_for(session, ["b", "a"], "en", "es")
    assert entry.renderings == {"es": Rendering("planta", ("fábrica",))}


def test_a_whole_sample_comes_back_in_its_order(store: Engine) -> None:
    entries = list(sample("council").entries)
    with Session(store) as session:
        session.add(GlossaryRow(id="g1", name="Council"))
        session.flush()
        add_entries(session, "g1", entries)
        session.commit()
        assert entries_of(session, ["g1"]) == entries
