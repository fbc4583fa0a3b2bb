"""The sample glossaries: read without a word of complaint, in five languages, and worth having."""

from pathlib import Path

import pytest

import glossaries
from glossaries import SAMPLES, Entry, load, oriented, read, sample, write_csv

FOLDER = Path(glossaries.__file__).parent
LANGUAGES = ("en", "es", "ca", "fr", "pt")
samples = pytest.mark.parametrize("name", SAMPLES)


def translated(name: str) -> list[Entry]:
    return [entry for entry in sample(name).entries if not entry.is_kept]


@samples
def test_a_sample_has_nothing_to_report_and_sixty_terms_in_five_languages(name: str) -> None:
    assert sample(name).bad_rows == ()
    assert len(translated(name)) >= 60
    for entry in translated(name):
        assert entry.source_language == "en", entry.source
        assert tuple(entry.renderings) == LANGUAGES[1:], entry.source


@samples
def test_a_sample_is_written_as_it_is_read(name: str) -> None:
    assert read(write_csv(sample(name).entries)).entries == sample(name).entries
    assert (FOLDER / f"{name}.csv").read_bytes() == write_csv(sample(name).entries)


@samples
def test_no_sample_forbids_what_it_demands_elsewhere_for_the_same_term(name: str) -> None:
    for entry in translated(name):
        for tag, rendering in entry.renderings.items():
            allowed = {rendering.text, *rendering.forms}
            assert not allowed & set(rendering.forbidden), (entry.source, tag)


@samples
def test_a_sample_serves_pairs_in_every_direction(name: str) -> None:
    for source in LANGUAGES:
        for target in set(LANGUAGES) - {source}:
            assert len(oriented(sample(name).entries, source, target)) >= 55, (source, target)


@samples
def test_a_sample_shows_names_that_stay_and_what_is_forbidden(name: str) -> None:
    entries = sample(name).entries
    assert any(entry.is_kept for entry in entries)
    assert any(one.forbidden for entry in entries for one in entry.renderings.values())
    assert any(entry.aliases for entry in entries)


def test_the_council_comes_as_tbx_too() -> None:
    glossary = load(FOLDER / "council.tbx")
    assert glossary.bad_rows == ()
    assert glossary.entries == sample("council").entries
