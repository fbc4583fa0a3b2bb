"""What is written is what was read."""

import pytest

from glossaries import (
    Entry,
    Glossary,
    Problem,
    Rendering,
    fields_of,
    languages_of,
    oriented,
    read,
    read_fields,
    write_csv,
    write_tbx,
)

ENTRIES = (
    Entry(
        "en",
        "treatment plant",
        {
            "es": Rendering("depuradora", ("depuradoras",), ("planta de tratamiento",), "de-pu"),
            "ca": Rendering("depuradora", ('"x", y; z',)),
        },
        ("treatment plants", "the plant"),
        ("treatment plan",),
        note="water <b>& more</b>",
    ),
    Entry("en", "Hydra", is_kept=True, is_case_sensitive=True, pronunciation="/ˈhaɪdrə/"),
    Entry("en", "=HYPERLINK(1)", {"es": Rendering("-casa"), "fr": Rendering("@maison")}),
    Entry("es", "alguacil", {"en": Rendering("bailiff")}),
    Entry("fr", "huissier", {"ca": Rendering("uixer")}),
)


def test_csv_comes_back_as_it_was() -> None:
    glossary = read(write_csv(ENTRIES))
    assert glossary.bad_rows == ()
    assert glossary.entries == ENTRIES


def test_no_cell_of_a_csv_is_a_formula_for_a_spreadsheet() -> None:
    cells = write_csv(ENTRIES).decode("utf-8-sig")
    assert "'=HYPERLINK(1)," in cells
    assert ",'-casa," in cells
    assert ",'@maison," in cells


def test_a_csv_has_no_column_that_says_nothing() -> None:
    entry = Entry("en", "mayor", {"es": Rendering("alcalde")})
    assert write_csv([entry]).decode("utf-8-sig") == "en,es\r\nmayor,alcalde\r\n"
    assert write_csv([]).decode("utf-8-sig") == "en\r\n"


def test_tbx_comes_back_as_it_was() -> None:
    glossary = read(write_tbx(ENTRIES))
    assert glossary.bad_rows == ()
    assert glossary.entries == ENTRIES


def test_a_pair_reads_a_glossary_in_either_direction() -> None:
    (_, plant, *_) = oriented(ENTRIES, "es", "en")
    assert (plant.source_language, plant.source, plant.forms) == (
        "es",
        "depuradora",
        (),
    )
    assert plant.renderings == {
        "en": Rendering("treatment plant", ("treatment plants", "the plant"))
    }
    assert plant.aliases == ()
    (plant, hydra) = oriented(ENTRIES, "es", "ca")
    assert plant.renderings["ca"].text == "depuradora"
    assert hydra.rendering("ca") == Rendering("Hydra", pronunciation="/ˈhaɪdrə/")


def test_of_the_glossarys_own_direction_only_the_target_is_given() -> None:
    found = oriented(ENTRIES, "en", "es")
    assert [one.source for one in found] == ["treatment plant", "Hydra", "=HYPERLINK(1)", "bailiff"]
    assert set(found[0].renderings) == {"es"}
    assert found[1].pronunciation == "/ˈhaɪdrə/"


def test_terms_with_one_rendering_become_one_term_with_two_renderings() -> None:
    entries = [
        Entry("en", "car park", {"es": Rendering("aparcamiento")}),
        Entry("en", "parking lot", {"es": Rendering("aparcamiento")}),
    ]
    (entry,) = oriented(entries, "es", "en")
    assert entry.renderings == {"en": Rendering("car park", ("parking lot",))}


@pytest.mark.parametrize(
    ("pair", "text"), [(("en", "pt-BR"), "ônibus"), (("en-GB", "pt"), "ônibus")]
)
def test_a_region_serves_its_language(pair: tuple[str, str], text: str) -> None:
    entries = [Entry("en", "bus", {"pt-BR": Rendering("ônibus")})]
    (entry,) = oriented(entries, *pair)
    assert (entry.source_language, entry.renderings) == (pair[0], {pair[1]: Rendering(text)})


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_fields_of_a_form_come_back_as_the_term_that_they_show(entry: Entry) -> None:
    languages = languages_of(ENTRIES)
    assert languages == ["en", "es", "fr", "ca"]
    assert read_fields(fields_of(entry, languages)) == Glossary((entry,))


def test_fields_are_checked_like_a_row() -> None:
    fields = {"source language": "en", "en": "plant", "es": "planta", "es forbidden": "planta"}
    (bad,) = read_fields(fields).bad_rows
    assert bad.problem is Problem.FORBIDS_ITSELF
