"""A glossary at work with plain MT: sixty sentences whose translations were read by hand.

Each is as grammatical with its terms as the engine's own sentence is without (`plain`), or more;
some of the engine's sentences are not, for reasons of their own.
"""

import json
from pathlib import Path

import pytest

import languages
from glossaries import oriented, sample
from glossaries.entry import Entry, Rendering
from interpreter.engines import open_translator
from interpreter.engines.translator import TranslationRequest
from interpreter.settings import Settings
from interpreter.terms import Terms

pytestmark = pytest.mark.live

DATA = Path(__file__).parents[1] / "data"


def rows_of(name: str) -> list[dict[str, str]]:
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in lines.splitlines()]


ROWS, SAMPLED = rows_of("plain_terms"), rows_of("plain_terms_samples")


def entries(row: dict[str, object]) -> list[Entry]:
    terms, target = row["terms"], str(row["target"])
    assert isinstance(terms, dict)
    return [
        Entry("en", source, {target: Rendering(text)} if text else {}, is_kept=not text)
        for source, text in terms.items()
    ]


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['target']}-{row['source']}" for row in ROWS])
async def test_terms_stand_in_sentences_that_stay_grammatical(
    offline: Settings, row: dict[str, str]
) -> None:
    target = languages.load(row["target"])
    terms = Terms(entries(dict(row)), languages.load("en"), target)
    rows = terms.rows(terms.matches(row["source"]))
    translator = open_translator("en", target.tag, offline)
    request = TranslationRequest(row["source"], terms=rows)
    answer = "".join([piece async for piece in translator.translate(request)])

    assert answer == row["expected"]
    checked = terms.check(terms.matches(row["source"]), answer)
    assert (checked.findings, len(checked.hits)) == ((), len(row["terms"]))


@pytest.mark.parametrize(
    "row", SAMPLED, ids=[f"{row['target']}-{row['source']}" for row in SAMPLED]
)
async def test_terms_of_the_samples_agree_with_what_is_around_them(
    offline: Settings, row: dict[str, str]
) -> None:
    """In number and gender, also from a language that has genders itself."""
    source, target = languages.load(row["source_language"]), languages.load(row["target"])
    known = oriented(sample(row["glossary"]).entries, source.tag, target.tag)
    terms = Terms(known, source, target)
    rows = terms.rows(terms.matches(row["source"]))
    translator = open_translator(source.tag, target.tag, offline)
    request = TranslationRequest(row["source"], terms=rows)
    answer = "".join([piece async for piece in translator.translate(request)])

    assert answer == row["expected"]
    assert terms.check(terms.matches(row["source"]), answer).findings == ()


@pytest.mark.parametrize(
    ("target", "expected"),
    [("fr", "conseil communal"), ("it", "giunta comunale"), ("pt", "câmara municipal")],
)
async def test_terms_survive_two_hops(offline: Settings, target: str, expected: str) -> None:
    entry = Entry("en", "city council", {target: Rendering(expected)})
    terms = Terms([entry], languages.load("en"), languages.load(target))
    text = "The city council did not approve 14 plans."
    request = TranslationRequest(text, terms=terms.rows(terms.matches(text)))
    translator = open_translator("en", target, offline)
    answer = "".join([piece async for piece in translator.translate(request)])

    assert terms.check(terms.matches(text), answer).findings == ()
    assert "14" in answer
