"""Organisers see how a meeting kept to its glossaries, line by line and in one sentence."""

import csv
import io
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from interpreter.events import Origin, Segment
from tests.web.conftest import Site, segment
from web.export import lines

SITE = AbstractAsyncContextManager[Site]
FILE = "/m/m1/export/lines.csv"


def rendering(text: str, language: str = "es", at_s: float = 1.0) -> Segment:
    said = segment(text, at_s, language, Origin.MACHINE, f"en.1.{at_s:g}")
    return replace(said, glossary_hits=3, glossary_misses=1, repairs=1, false_copies=2)


def rows(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"))))


def test_a_line_has_its_hits_misses_repairs_and_false_copies() -> None:
    later, first = rows(lines.export([rendering("Hola."), segment("Hello.", 0.5)]))[::-1]

    assert (first["language"], first["text"], first["terms found"]) == ("en", "Hello.", "0")
    marks = ("terms found", "terms missed", "repaired", "false copies", "voice condensed")
    assert [later[mark] for mark in marks] == ["3", "1", "1", "2", "0"]
    assert (later["id"], later["renders"], later["start_s"]) == ("es.1.1", "en.1.1", "1.000")
    assert later["made by"] == "Machine interpretation, en → es, by engine"


def test_a_line_says_what_of_it_was_not_checked() -> None:
    (row,) = rows(lines.export([rendering("こんにちは", "ja")]))
    assert row["made by"].endswith("; not checked: numbers, negations, names")


def test_a_line_says_what_it_is_written_in() -> None:
    untold = replace(rendering("[English] Hello."), text_language="en")

    (row, told) = rows(lines.export([untold, rendering("Adiós.", at_s=4.0)]))

    assert (row["language"], row["language of text"]) == ("es", "en")
    assert (told["language"], told["language of text"]) == ("es", "es")


def test_no_spreadsheet_takes_a_line_for_a_formula_or_is_turned_by_it() -> None:
    spoken = replace(segment("=1+1\u202e"), speaker="@sum(A1)")
    (row,) = rows(lines.export([spoken]))
    assert (row["text"], row["speaker"]) == ("'=1+1", "'@sum(A1)")


async def test_the_organiser_fetches_every_line_of_all_sessions(site: SITE) -> None:
    async with site as web:
        web.begin("r1", clock_zero=1000.0)
        web.say(segment("Hello.", 1.0), rendering("Hola."))
        web.begin("r2", clock_zero=1100.0)
        web.say(rendering("Adiós.", at_s=2.0), room_id="r2")
        file = await web.http.get(f"{FILE}?key=k1")
        stranger = await web.http.get(f"{FILE}?key=wrong")

    assert stranger.status_code == 403
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert [(row["start_s"], row["text"]) for row in rows(file.content)] == [
        ("1.000", "Hello."),
        ("1.000", "Hola."),
        ("102.000", "Adiós."),
    ]


async def test_the_glossaries_page_says_how_the_meeting_kept_to_them(site: SITE) -> None:
    async with site as web:
        web.begin()
        before = await web.http.get("/m/m1/glossaries?key=k1")
        web.say(rendering("Hola."), rendering("Adiós.", at_s=4.0))
        after = await web.http.get("/m/m1/glossaries?key=k1")

    sentence = "Glossary: 6 of 8 terms as agreed (75 %), 2 lines put right, 4 false."
    assert sentence not in before.text
    assert sentence in after.text
    assert f"{FILE}?key=k1" in after.text
