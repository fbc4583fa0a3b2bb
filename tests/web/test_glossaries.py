"""The organiser brings glossaries, changes them term by term, and running meetings follow."""

import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import httpx
import pytest

from glossaries import Entry, Rendering, read, sample
from interpreter.glossary_rows import GlossaryRow, entries_of, versions_of
from interpreter.store import Meeting
from tests.web.conftest import Site
from web.glossaries import glossaries_of, numbered_entries

SITE = AbstractAsyncContextManager[Site]
LIST = "/m/m1/glossaries?key=k1"
TABLE = "en,es\nmayor,alcaldesa\nplant,planta\n,fábrica\n"


async def send(web: Site, data: bytes | str, **form: str) -> httpx.Response:
    """The form of the page with a file."""
    content = data.encode() if isinstance(data, str) else data
    files = {"file": ("council terms.csv", content)}
    fields = {"source": "en", "target": "es", "pasted": "", **form}
    return await web.http.post(LIST, data=fields, files=files)


async def sent(web: Site, data: bytes | str = TABLE) -> str:
    """A glossary is there; its page without the query."""
    web.begin()
    answer = await send(web, data)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def page(web: Site, path: str, **query: str) -> str:
    answer = await web.http.get(path, params={"key": "k1", **query})
    return answer.raise_for_status().text


async def change(web: Site, path: str, action: str, **form: str) -> httpx.Response:
    return await web.http.post(f"{path}/{action}?key=k1", data=form)


def terms(web: Site) -> list[str]:
    (glossary_id,) = versions(web)
    found = web.keep(lambda session: entries_of(session, [glossary_id]))
    return [one.source for one in found]


def versions(web: Site) -> dict[str, int]:
    return web.keep(lambda session: versions_of(session, "m1"))


async def test_a_file_becomes_a_glossary_with_a_report_of_what_was_left_out(site: SITE) -> None:
    async with site as web:
        path = await sent(web)
        shown = await page(web, path)
        assert terms(web) == ["mayor", "plant"]
        assert "council terms" in shown
        assert "Rows left out: 1" in shown
        assert "Row 4 · left out" in shown
        assert "The term is missing" in shown
        report = (await web.http.get(f"{path}/report.csv?key=k1")).content.decode("utf-8-sig")
        assert report.splitlines()[1].startswith('4,no,"The term is missing.')
        listed = await page(web, "/m/m1/glossaries")
        assert "Terms: 2" in listed


async def test_two_columns_are_pasted(site: SITE) -> None:
    async with site as web:
        web.begin()
        pasted = "mayor = alcaldesa\ncity council = ayuntamiento"
        form = {"pasted": pasted, "source": "en", "target": "es", "name": "  My  terms "}
        answer = await web.http.post(LIST, data=form, files={"file": ("", b"")})
        assert answer.status_code == 303
        assert terms(web) == ["mayor", "city council"]
        (listed,) = web.keep(lambda session: glossaries_of(session, "m1"))
        assert (listed.row.name, listed.is_used, listed.count) == ("My terms", True, 2)


async def test_a_term_that_is_a_common_word_is_said_beside_it(site: SITE) -> None:
    async with site as web:
        web.begin()
        form = {"pasted": "who = OMS\nmotion = moción", "source": "en", "target": "es", "name": "x"}
        answer = await web.http.post(LIST, data=form, files={"file": ("", b"")})
        shown = await page(web, answer.headers["location"])
        assert terms(web) == ["who", "motion"]
        assert "“who” is one of the commonest words too" in shown


async def test_one_of_ours_is_taken_and_changed_without_touching_ours(site: SITE) -> None:
    async with site as web:
        web.begin()
        answer = await web.http.post(LIST, data={"sample": "football"})
        assert answer.status_code == 303
        assert len(terms(web)) == len(sample("football").entries)
        path = answer.headers["location"].partition("?")[0]
        await change(web, path, "rows", number="1", delete="1")
        assert len(terms(web)) == len(sample("football").entries) - 1


async def test_a_glossary_may_begin_empty(site: SITE) -> None:
    async with site as web:
        web.begin()
        form = {"empty": "1", "pasted": "", "name": "Names"}
        answer = await web.http.post(LIST, data=form, files={"file": ("", b"")})
        path = answer.headers["location"].partition("?")[0]
        added = await change(web, path, "rows", **{"number": "0", "en": "mayor", "es": "alcalde"})
        assert added.status_code == 303
        assert terms(web) == ["mayor"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04\0\0\0", "Open it there and save it as CSV"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "This is no text."),
        (b"a,b,c,d\n", "write the languages into the first row"),
        (b"<?xml version='1.0'?><!DOCTYPE t [<!ENTITY a 'b'>]><tbx>&a;</tbx>", "defines entities"),
    ],
)
async def test_what_cannot_be_read_is_said_and_what_was_typed_stays(
    site: SITE, data: bytes, sentence: str
) -> None:
    async with site as web:
        web.begin()
        answer = await send(web, data, name="My terms")
        assert answer.status_code == 422
        assert sentence.lower() in answer.text.lower()
        assert 'value="My terms"' in answer.text
        assert versions(web) == {}


async def test_a_file_of_50_mb_is_refused_with_a_sentence(site: SITE) -> None:
    async with site as web:
        web.begin()
        answer = await send(web, bytes(50_000_000))
        assert answer.status_code == 413
        assert "A file may have 20 MB. Split it" in answer.text
        unsaid = await web.http.post(LIST, content=nothing_said(), headers={"Accept": "text/html"})
        assert unsaid.status_code == 413


async def nothing_said() -> AsyncIterator[bytes]:
    """A body whose length nobody says."""
    yield b"x"


async def test_ten_thousand_rows_with_ten_thousand_mistakes(site: SITE) -> None:
    async with site as web:
        rows = "".join(f"term {n},rendering {n}\n,nothing {n}\n" for n in range(10_000))
        path = await sent(web, f"en,es\n{rows}")
        shown = await page(web, path)
        assert "Rows left out: 10000" in shown
        assert "And more: 9900" in shown
        assert "Page 1 of 200" in shown
        report = (await web.http.get(f"{path}/report.csv?key=k1")).text
        assert len(report.splitlines()) == 10_001
        found = await page(web, path, q="RENDERING 9999")
        assert "Terms found: 1" in found
        assert "term 9999" in found


async def test_html_and_formulas_are_shown_as_text_and_exported_harmless(site: SITE) -> None:
    async with site as web:
        path = await sent(web, "en,es,note\n<img src=x onerror=alert(1)>,=1+1,<b>x</b>\n")
        shown = await page(web, path)
        assert "<img src=x" not in shown
        assert "&lt;img src=x onerror=alert(1)&gt;" in shown
        csv = (await web.http.get(f"{path}/glossary.csv?key=k1")).content
        assert b",'=1+1," in csv


async def test_what_is_downloaded_is_what_was_sent(site: SITE) -> None:
    async with site as web:
        path = await sent(web, "en,es\nmayor,alcaldesa\n")
        for ending in ("csv", "tbx"):
            answer = await web.http.get(f"{path}/glossary.{ending}?key=k1")
            assert f"council%20terms.{ending}" in answer.headers["content-disposition"]
            expected = (Entry("en", "mayor", {"es": Rendering("alcaldesa")}),)
            assert read(answer.content).entries == expected


async def test_a_term_is_changed_with_everything_that_is_known_of_it(site: SITE) -> None:
    async with site as web:
        path = await sent(web)
        form = {
            "number": "2",
            "source language": "en",
            "en": "treatment plant",
            "en forms": "treatment plants",
            "en pronunciation": "",
            "es": "depuradora",
            "es forms": "depuradoras | la depuradora",
            "es forbidden": "planta",
            "es pronunciation": "de-pu-ra-do-ra",
            "ca": "",
            "aliases": "treatment plan",
            "note": "water",
            "case": "yes",
        }
        before = versions(web)
        answer = await change(web, path, "rows", **form)
        assert answer.status_code == 303
        assert answer.headers["location"].endswith("#term-2")
        (glossary_id,) = before
        found = dict(web.keep(lambda session: numbered_entries(session, glossary_id)))
        spanish = Rendering(
            "depuradora", ("depuradoras", "la depuradora"), ("planta",), "de-pu-ra-do-ra"
        )
        assert found[2] == Entry(
            "en",
            "treatment plant",
            {"es": spanish},
            ("treatment plants",),
            ("treatment plan",),
            is_case_sensitive=True,
            note="water",
        )
        assert versions(web) == {glossary_id: before[glossary_id] + 1}


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"en": "", "es": "x"}, "The term is missing"),
        ({"en": "plant", "es": ""}, "has no rendering"),
        ({"en": "Plant", "es": "fábrica"}, "is a term of this glossary already"),
        ({"en": "x", "es": "y", "es forbidden": "y"}, "Decide for one of them"),
        ({"en": "x" * 300, "es": "y"}, "A term is a few words"),
    ],
)
async def test_a_term_that_cannot_be_is_said_beside_it(
    site: SITE, form: dict[str, str], sentence: str
) -> None:
    async with site as web:
        path = await sent(web)
        before = versions(web)
        answer = await change(web, path, "rows", number="1", **{"source language": "en"}, **form)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert form["es"] in answer.text
        assert re.search(r'id="term-1">\s*<details open>', answer.text)
        assert (terms(web), versions(web)) == (["mayor", "plant"], before)


async def test_a_glossary_is_replaced_by_a_file_or_stays_as_it_is(site: SITE) -> None:
    async with site as web:
        path = await sent(web)
        url, files = f"{path}/file?key=k1", {"file": ("x.csv", b"en,es\ntown,villa\n")}
        assert (await web.http.post(url, files=files)).status_code == 303
        assert terms(web) == ["town"]
        refused = await web.http.post(url, files={"file": ("x.xlsx", b"PK\x03\x04")})
        assert refused.status_code == 422
        assert "save it as CSV" in refused.text
        assert terms(web) == ["town"]


async def test_a_meeting_chooses_its_glossaries(site: SITE) -> None:
    async with site as web:
        await sent(web)
        await send(web, "en,es\nriver,río\n")
        first, second = versions(web)
        chosen = await web.http.post("/m/m1/glossaries/use?key=k1", data={"glossary": second})
        assert chosen.status_code == 303
        assert list(versions(web)) == [second]
        shown = await page(web, "/m/m1/glossaries")
        assert f'value="{first}" >' in shown
        assert f'value="{second}" checked>' in shown


async def test_a_glossary_is_renamed_and_deleted(site: SITE) -> None:
    async with site as web:
        path = await sent(web)
        await change(web, path, "name", name="Water")
        assert "<h1>Water</h1>" in await page(web, path)
        assert (await change(web, path, "delete")).status_code == 303
        assert versions(web) == {}
        assert web.keep(lambda session: session.get(GlossaryRow, path.split("/")[-1])) is None
        assert (await web.http.get(f"{path}?key=k1")).status_code == 404


async def test_the_glossary_of_another_meeting_is_not_found(site: SITE) -> None:
    async with site as web:
        path = await sent(web)
        other = Meeting(id="m2", name="O", spoken=["en"], offered=["es"], speaker_key="k2")
        web.keep(lambda session: session.add(other))
        foreign = path.replace("/m1/", "/m2/")
        assert (await web.http.get(f"{foreign}?key=k2")).status_code == 404
        assert (await web.http.post(f"{foreign}/delete?key=k2")).status_code == 404
        assert terms(web) == ["mayor", "plant"]


async def test_the_glossaries_of_another_meeting_are_shared_by_its_link(site: SITE) -> None:
    async with site as web:
        path = await sent(web)
        other = Meeting(id="m2", name="O", spoken=["en"], offered=["es"], speaker_key="k2")
        web.keep(lambda session: session.add(other))
        link = {"link": "https://meet.test/m/m1/speak?key=k1"}
        for _ in range(2):
            shared = await web.http.post("/m/m2/glossaries/share?key=k2", data=link)
            assert shared.status_code == 303
        assert web.keep(lambda session: versions_of(session, "m2")) == versions(web)
        there = path.replace("/m1/", "/m2/")
        await web.http.post(f"{there}/rows?key=k2", data={"number": "1", "delete": "1"})
        assert terms(web) == ["plant"]
        await web.http.post(f"{there}/delete?key=k2")
        assert terms(web) == ["plant"]


@pytest.mark.parametrize(
    "link", ["", "nonsense", "http://[", "/m/m1/speak?key=no", "/m/m1/links", "/m/m9/speak?key=k1"]
)
async def test_a_link_that_opens_no_meeting_shares_nothing(site: SITE, link: str) -> None:
    async with site as web:
        await sent(web)
        other = Meeting(id="m2", name="O", spoken=["en"], offered=["es"], speaker_key="k2")
        web.keep(lambda session: session.add(other))
        refused = await web.http.post("/m/m2/glossaries/share?key=k2", data={"link": link})
        assert refused.status_code == 422
        assert "not the speakers’ link" in refused.text
        assert web.keep(lambda session: versions_of(session, "m2")) == {}


@pytest.mark.parametrize("action", ["", "/share", "/rows", "/file", "/name", "/delete"])
async def test_the_speakers_key_and_our_own_page_are_needed(site: SITE, action: str) -> None:
    async with site as web:
        path = await sent(web)
        is_of_one = action not in ("", "/share")
        url = f"{path if is_of_one else '/m/m1/glossaries'}{action}"
        assert (await web.http.post(f"{url}?key=no")).status_code == 403
        foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.test"}
        assert (await web.http.post(f"{url}?key=k1", headers=foreign)).status_code == 403


async def test_the_links_lead_to_the_glossaries(site: SITE) -> None:
    async with site as web:
        web.begin()
        assert "/m/m1/glossaries?key=k1" in await page(web, "/m/m1/links")


async def test_a_report_is_read_in_the_readers_language(site: SITE) -> None:
    async with site as web:
        path = await sent(web)
        answer = await web.http.get(f"{path}?key=k1", headers={"Accept-Language": "es"})
        assert "Falta el término" in answer.text
