"""What people get: pages, links, files; and words that help when something is wrong."""

from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pycaption  # type: ignore[import-untyped]
import pytest
from sqlalchemy import text
from sqlmodel import select

from interpreter.events import Origin
from interpreter.store import Meeting
from languages import available
from tests.web.conftest import Site, segment

NAMES = ['<b>Council</b> & "co"', "a --> b", "\u200fישיבה\u202e", "🎉 party 👩‍👩‍👧‍👦"]


async def test_the_home_page_offers_the_languages_of_the_engines(
    site: AbstractAsyncContextManager[Site],
) -> None:
    async with site as web:
        page = await web.http.get("/")
    assert page.status_code == 200
    assert 'name="spoken" value="en"' in page.text
    assert 'name="offered" value="es"' in page.text
    assert 'name="offered" value="ca"' in page.text


async def test_what_no_engine_serves_is_behind_a_click_and_said_to_need_humans(
    site: AbstractAsyncContextManager[Site],
) -> None:
    async with site as web:
        home = (await web.http.get("/")).text
    spoken, offered = home.split('<fieldset class="chips"')[1:3]
    plain, more = offered.partition("</fieldset>")[0].split("<details")

    assert [tag for tag in available() if f'value="{tag}"' in plain] == "ca es fr it pt".split()
    assert "only human interpreters interpret into them" in more
    assert all(f'value="{tag}"' in more for tag in ("de", "ja", "ar"))
    assert "checked" not in more
    assert 'value="en"' in spoken.partition("<details")[0]
    assert 'value="es"' in spoken.partition("<details")[2]


@pytest.mark.parametrize("name", NAMES)
async def test_a_new_meeting_has_links_for_everybody(
    site: AbstractAsyncContextManager[Site], name: str
) -> None:
    async with site as web:
        form = {"name": name, "spoken": ["en"], "offered": ["es", "ca"]}
        made = await web.http.post("/meetings", data=form)
        assert made.status_code == 303
        links = await web.http.get(made.headers["location"])
        (meeting,) = web.keep(lambda session: list(session.exec(select(Meeting))))
        assert (meeting.name, meeting.offered) == (name, ["es", "ca"])
        key = parse_qs(urlsplit(made.headers["location"]).query)["key"][0]
        pages = [
            await web.http.get(path)
            for path in (
                f"/m/{meeting.id}",
                f"/m/{meeting.id}/speak?key={key}",
                f"/m/{meeting.id}/transcript",
            )
        ]
    assert [page.status_code for page in [links, *pages]] == [200] * 4
    assert f"http://web.test/m/{meeting.id}/speak?key={key}" in links.text
    assert "<svg" in links.text
    assert not any("<b>Council" in page.text for page in [links, *pages])


async def test_what_nobody_recognises_may_be_spoken_and_the_organiser_is_told(
    site: AbstractAsyncContextManager[Site],
) -> None:
    async with site as web:
        home = (await web.http.get("/")).text
        form = {"name": "A", "spoken": ["es"], "offered": ["en", "ca"]}
        made = await web.http.post("/meetings", data=form)
        assert made.status_code == 303
        links = (await web.http.get(made.headers["location"])).text
    assert 'name="spoken" value="es"' in home
    assert "Nobody recognises Spanish here" in links


async def test_the_organiser_is_told_of_a_language_that_is_cut_at_pauses_alone(
    site: AbstractAsyncContextManager[Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, kind in (("STT", "STT"), ("TRANSLATOR", "LLM"), ("TTS", "TTS")):
        monkeypatch.setenv(f"INTERPRETER_{name}", f"tests.interpreter.engines.fake_plugin:{kind}")
    async with site as web:
        form = {"name": "A", "spoken": ["de", "fr"], "offered": ["ja"]}
        made = await web.http.post("/meetings", data=form)
        links = (await web.http.get(made.headers["location"])).text

    assert "German is cut at pauses alone" in links
    assert "French is cut at pauses alone" not in links


NOT_CHECKED = "are not checked: a wrong one goes unnoticed."


async def test_the_organiser_is_told_where_numbers_and_negations_are_not_checked(
    site: AbstractAsyncContextManager[Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, kind in (("STT", "STT"), ("TRANSLATOR", "LLM"), ("TTS", "TTS")):
        monkeypatch.setenv(f"INTERPRETER_{name}", f"tests.interpreter.engines.fake_plugin:{kind}")
    async with site as web:
        form = {"name": "A", "spoken": ["en", "de"], "offered": ["es", "ja", "sw"]}
        made = await web.http.post("/meetings", data=form)
        links = (await web.http.get(made.headers["location"])).text

    both = "From English into Japanese, Swahili the machine’s numbers, negations, names"
    assert f"{both} {NOT_CHECKED}" in links
    assert f"From German into Spanish the machine’s names {NOT_CHECKED}" in links
    assert "From English into Spanish" not in links


async def test_where_all_is_checked_nothing_is_said_of_it(
    site: AbstractAsyncContextManager[Site],
) -> None:
    async with site as web:
        form = {"name": "A", "spoken": ["en"], "offered": ["es", "ca"]}
        made = await web.http.post("/meetings", data=form)
        links = (await web.http.get(made.headers["location"])).text
    assert NOT_CHECKED not in links


async def test_where_all_is_recognised_nothing_is_said_of_it(
    site: AbstractAsyncContextManager[Site],
) -> None:
    async with site as web:
        made = await web.http.post(
            "/meetings", data={"name": "A", "spoken": ["en"], "offered": ["es"]}
        )
        links = (await web.http.get(made.headers["location"])).text
    assert "Nobody recognises" not in links


@pytest.mark.parametrize(
    ("form", "field", "sentence"),
    [
        ({"name": " \n", "spoken": "en", "offered": "es"}, "name", "Give the meeting a name"),
        ({"name": "a" * 121, "spoken": "en", "offered": "es"}, "name", "Shorten the name"),
        ({"name": "A", "offered": "es"}, "spoken", "at least one language that will be spoken"),
        ({"name": "A", "spoken": "en"}, "offered", "at least one language that people"),
        ({"name": "A", "spoken": "xx", "offered": "es"}, "spoken", "not known here"),
        ({"name": "A", "spoken": "en", "offered": "xx"}, "offered", "No engine interprets"),
        ({"name": "A", "spoken": "<b>", "offered": "-->"}, "spoken", "not known here"),
        ({"name": "A", "spoken": "es", "offered": "xx"}, "offered", "No engine interprets"),
    ],
)
async def test_a_wrong_field_says_what_to_do_and_keeps_the_rest(
    site: AbstractAsyncContextManager[Site], form: dict[str, str], field: str, sentence: str
) -> None:
    async with site as web:
        page = await web.http.post("/meetings", data=form)
        assert web.keep(lambda session: list(session.exec(select(Meeting)))) == []
    assert page.status_code == 422
    assert sentence in page.text
    assert f'id="{field}-error"' in page.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": "http://web.test", "Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "http://evil.test"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "http://web.test", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
async def test_a_form_of_another_site_is_refused(
    site: AbstractAsyncContextManager[Site], headers: dict[str, str], status: int
) -> None:
    async with site as web:
        form = {"name": "A", "spoken": "en", "offered": "es"}
        page = await web.http.post("/meetings", data=form, headers=headers)
    assert page.status_code == status


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/m/nowhere", 404, "Check that the link is complete"),
        ("/m/nowhere/transcript", 404, "Check that the link is complete"),
        ("/m/m1/speak", 403, "Its key is missing or wrong"),
        ("/m/m1/speak?key=wrong", 403, "Its key is missing or wrong"),
        ("/m/m1/links?key=ключ", 403, "Its key is missing or wrong"),
        ("/m/m1/export/xx.vtt", 404, "no captions in “xx”"),
        ("/m/m1/export/%3Cb%3E.vtt", 404, "no captions in “&lt;b&gt;”"),
        ("/nowhere", 404, "Check the address"),
        ("/meetings", 405, "Start at the home page"),
    ],
)
async def test_an_error_page_says_what_to_do(
    site: AbstractAsyncContextManager[Site], path: str, status: int, sentence: str
) -> None:
    async with site as web:
        web.begin()
        page = await web.http.get(path)
    assert page.status_code == status
    assert sentence in page.text


async def test_of_a_meeting_that_is_over_the_transcript_stays(
    site: AbstractAsyncContextManager[Site],
) -> None:
    async with site as web:
        web.meeting.ended_at = datetime.now(UTC)
        web.begin()
        over = [await web.http.get(path) for path in ("/m/m1", "/m/m1/speak?key=k1")]
        transcript = await web.http.get("/m/m1/transcript")
    assert [page.status_code for page in over] == [410, 410]
    assert "This meeting is over" in over[0].text
    assert 'href="/m/m1/transcript"' in over[0].text
    assert transcript.status_code == 200


async def test_the_transcript_sets_renderings_beside_what_was_said(
    site: AbstractAsyncContextManager[Site],
) -> None:
    async with site as web:
        web.begin()
        web.say(
            segment("Good <b>morning</b>.", 61.0),
            segment("Buenos días.", 61.0, "es", Origin.MACHINE, source="en.1.61"),
        )
        page = await web.http.get("/m/m1/transcript")
    assert "Good &lt;b&gt;morning&lt;/b&gt;." in page.text
    row = page.text.split("<tr data-row")[1].split("</tr>")[0]
    assert "0:01:01" in row
    assert "Buenos días." in row
    assert "/m/m1/export/es.vtt" in page.text


async def test_the_transcript_says_how_it_kept_to_the_glossary(
    site: AbstractAsyncContextManager[Site],
) -> None:
    said = segment("La alcaldesa.", 1.0, "es", Origin.MACHINE, source="en.1.1")
    async with site as web:
        web.begin()
        web.say(replace(said, glossary_hits=3, glossary_misses=1, repairs=1))
        page = await web.http.get("/m/m1/transcript")
        spanish = await web.http.get("/m/m1/transcript", headers={"Accept-Language": "es"})
    assert "Glossary: 3 of 4 terms as agreed (75 %), 1 lines put right, 0 false." in page.text
    assert "3 de 4 términos como se acordó (75 %)" in spanish.text


async def test_the_export_of_a_language_is_read_by_a_second_parser(
    site: AbstractAsyncContextManager[Site],
) -> None:
    async with site as web:
        web.begin("r1", clock_zero=1000.0)
        web.say(segment("Primero --> <aquí> & 🎉", 10.0, "es", Origin.MACHINE, source="en.1.10"))
        web.begin("r2", clock_zero=1100.0)
        web.say(segment("Después.", 5.0, "es", Origin.MACHINE, source="en.1.5"), room_id="r2")
        file = await web.http.get("/m/m1/export/es.vtt")
    assert file.headers["content-type"] == "text/vtt; charset=utf-8"
    assert 'filename="m1.es.vtt"' in file.headers["content-disposition"]
    captions = pycaption.WebVTTReader().read(file.text).get_captions("en-US")
    assert [(caption.start / 1e6, caption.get_text()) for caption in captions] == [
        (10.0, "Ana: Primero --> <aquí> & 🎉"),
        (105.0, "Ana: Después."),
    ]


async def test_the_page_speaks_the_browsers_language_where_it_can(
    site: AbstractAsyncContextManager[Site],
) -> None:
    async with site as web:
        web.begin()
        page = await web.http.get("/m/m1", headers={"Accept-Language": "xx, en;q=0.5, ;q=x"})
    assert '<html lang="en" dir="ltr">' in page.text


async def test_every_answer_carries_the_security_headers(
    site: AbstractAsyncContextManager[Site],
) -> None:
    async with site as web:
        answers = [await web.http.get(path) for path in ("/", "/nowhere", "/healthz")]
    assert all("script-src 'self';" in it.headers["content-security-policy"] for it in answers)
    assert all("ws://127.0.0.1:9 " in it.headers["content-security-policy"] for it in answers)
    assert all(it.headers["x-content-type-options"] == "nosniff" for it in answers)
    assert all(it.headers["referrer-policy"] == "same-origin" for it in answers)
    assert all(it.headers["cache-control"] == "no-store" for it in answers)


async def test_pages_hold_no_inline_script_or_style(
    site: AbstractAsyncContextManager[Site],
) -> None:
    async with site as web:
        web.begin()
        paths = ["/", "/m/m1", "/m/m1/links?key=k1", "/m/m1/speak?key=k1", "/m/m1/transcript"]
        pages = [(await web.http.get(path)).text for path in paths]
    assert not any(" style=" in page or "<style" in page or " onclick=" in page for page in pages)
    scripts = [tag for page in pages for tag in page.split("<script")[1:]]
    assert all(" src=" in tag or 'type="application/json"' in tag for tag in scripts)


async def test_a_bug_shows_a_page_without_details(
    site: AbstractAsyncContextManager[Site],
) -> None:
    async with site as web:
        web.begin()
        web.say(segment("Good morning."))
        web.keep(lambda session: session.execute(text("UPDATE segment SET origin = 'prophet'")))
        page = await web.http.get("/m/m1/transcript")
    assert page.status_code == 500
    assert "Something went wrong" in page.text
    assert "prophet" not in page.text.split("<main")[1]


async def test_a_database_that_is_away_is_said_on_a_page(
    site: AbstractAsyncContextManager[Site],
) -> None:
    async with site as web:
        web.begin()
        web.keep(lambda session: session.execute(text("DROP TABLE segment")))
        page = await web.http.get("/m/m1/transcript")
    assert page.status_code == 503
    assert "The database does not answer" in page.text
    assert "segment" not in page.text.split("<main")[1]
