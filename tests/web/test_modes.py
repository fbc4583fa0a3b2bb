"""How a meeting is interpreted: chosen when it is booked, changed while it runs."""

from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlmodel import select

from interpreter.pair.policy import MODES
from interpreter.store import Meeting
from tests.web.conftest import Site
from tests.web.test_api import said
from web.modes import WORDS, channels_of

SITE = AbstractAsyncContextManager[Site]
LINKS = "/m/m1/links?key=k1"
API = "/api/meetings/m1/modes"


def kept(web: Site) -> tuple[str, dict[str, str]]:
    meeting = web.keep(lambda session: session.get_one(Meeting, "m1"))
    return meeting.mode, meeting.channel_modes


def test_every_mode_has_words_for_people() -> None:
    assert tuple(WORDS) == MODES


def test_what_is_only_spoken_is_no_channel_of_its_own() -> None:
    alone = Meeting(id="m", name="", spoken=["en"], offered=["en", "es"], speaker_key="k")
    both = Meeting(id="m", name="", spoken=["en", "es"], offered=["en", "es"], speaker_key="k")
    assert channels_of(alone) == ["es"]
    assert channels_of(both) == ["en", "es"]


@pytest.mark.parametrize(
    ("chosen", "mode"),
    [({}, "balanced"), ({"mode": "fast"}, "fast"), ({"mode": "consecutive"}, "consecutive")],
)
async def test_a_meeting_is_booked_with_a_mode(
    site: SITE, chosen: dict[str, str], mode: str
) -> None:
    async with site as web:
        form = {"name": "A", "spoken": "en", "offered": "es", **chosen}
        made = await web.http.post("/meetings", data=form)
        (meeting,) = web.keep(lambda session: list(session.exec(select(Meeting))))
    assert made.status_code == 303
    assert (meeting.mode, meeting.channel_modes) == (mode, {})


async def test_the_form_offers_every_mode_and_takes_the_balanced_one(site: SITE) -> None:
    async with site as web:
        page = (await web.http.get("/")).text
    radios = [tag.split(">")[0] for tag in page.split('<input type="radio" name="mode" ')[1:]]
    assert [tag.split('"')[1] for tag in radios] == list(MODES)
    assert ["checked" in tag for tag in radios] == [False, True, False, False]


@pytest.mark.parametrize("mode", ["hasty", "sentence-final", "<b>"])
async def test_a_mode_that_there_is_not_is_said_on_the_form(site: SITE, mode: str) -> None:
    async with site as web:
        form = {"name": "A", "spoken": "en", "offered": "es", "mode": mode}
        page = await web.http.post("/meetings", data=form)
        assert web.keep(lambda session: list(session.exec(select(Meeting)))) == []
    assert page.status_code == 422
    assert 'id="mode-error"' in page.text


async def test_the_organiser_changes_the_meeting_and_a_channel(site: SITE) -> None:
    async with site as web:
        web.begin()
        form = {"mode": "accurate", "channel": ["es=fast", "ca="]}
        changed = await web.http.post(LINKS, data=form)
        page = await web.http.get(changed.headers["location"])
        modes = kept(web)
    assert changed.status_code == 303
    assert parse_qs(urlsplit(changed.headers["location"]).query)["key"] == ["k1"]
    assert modes == ("accurate", {"es": "fast"})
    assert 'role="status">Changed.' in page.text
    assert 'value="es=fast" selected' in page.text
    assert page.text.split('name="mode" value="accurate"')[1].split(">")[0].endswith("checked")


async def test_a_channel_goes_with_the_meeting_again(site: SITE) -> None:
    async with site as web:
        web.meeting.channel_modes = {"es": "fast", "ca": "accurate"}
        web.begin()
        await web.http.post(LINKS, data={"mode": "balanced", "channel": ["es=", "ca=accurate"]})
        modes = kept(web)
    assert modes == ("balanced", {"ca": "accurate"})


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"mode": "hasty"}, "There is no mode “hasty”. Choose one of: fast, balanced,"),
        ({"channel": "es=hasty"}, "There is no mode “hasty”."),
        ({"channel": "en=fast"}, "This meeting has no “en”. It has: es, ca."),
        ({"channel": "<b>=fast"}, "This meeting has no “&lt;b&gt;”."),
    ],
)
async def test_a_wrong_change_says_what_to_do_and_changes_nothing(
    site: SITE, form: dict[str, str], sentence: str
) -> None:
    async with site as web:
        web.begin()
        page = await web.http.post(LINKS, data={"mode": "fast", **form})
        modes = kept(web)
    assert page.status_code == 422
    assert sentence in page.text
    assert "For listeners" in page.text
    assert modes == ("balanced", {})


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/m/m1/links", {}),
        ("/m/m1/links?key=wrong", {}),
        (LINKS, {"Origin": "http://evil.test"}),
        (LINKS, {"Sec-Fetch-Site": "cross-site"}),
    ],
)
async def test_only_the_organisers_own_page_changes_modes(
    site: SITE, path: str, headers: dict[str, str]
) -> None:
    async with site as web:
        web.begin()
        page = await web.http.post(path, data={"mode": "fast"}, headers=headers)
        modes = kept(web)
    assert page.status_code == 403
    assert modes == ("balanced", {})


async def test_a_program_changes_what_it_names_and_nothing_else(site: SITE) -> None:
    async with site as web:
        web.meeting.channel_modes = {"ca": "accurate"}
        web.begin()
        first = await web.http.post(API, json={"key": "k1", "channels": {"es": "fast"}})
        second = await web.http.post(
            API, json={"key": "k1", "mode": "consecutive", "channels": {"ca": None}}
        )
        now = await web.http.get(API)
    assert first.json() == {"mode": "balanced", "channels": {"es": "fast", "ca": "accurate"}}
    assert second.json() == {"mode": "consecutive", "channels": {"es": "fast", "ca": "consecutive"}}
    assert now.json() == second.json()


@pytest.mark.parametrize(
    ("meeting", "body", "expected"),
    [
        ("nowhere", {"key": "k1"}, (404, "meeting_not_found")),
        ("over", {"key": "k"}, (410, "meeting_over")),
        ("m1", {"key": "no", "mode": "fast"}, (403, "key_wrong")),
        ("m1", {"mode": "fast"}, (422, "invalid")),
        ("m1", {"key": "k1", "mode": "hasty"}, (422, "mode_unknown")),
        ("m1", {"key": "k1", "mode": "sentence-final"}, (422, "mode_unknown")),
        ("m1", {"key": "k1", "mode": ""}, (422, "mode_unknown")),
        ("m1", {"key": "k1", "channels": {"es": "hasty"}}, (422, "mode_unknown")),
        ("m1", {"key": "k1", "channels": {"fr": "fast"}}, (422, "language_not_offered")),
        ("m1", {"key": "k1", "channels": {"en": None}}, (422, "language_not_offered")),
        ("m1", {"key": "k1", "channels": ["es"]}, (422, "invalid")),
    ],
)
async def test_a_program_that_asks_wrongly_is_told_so(
    site: SITE, meeting: str, body: dict[str, object], expected: tuple[int, str]
) -> None:
    async with site as web:
        web.begin()
        over = Meeting(
            id="over",
            name="O",
            spoken=["en"],
            offered=["es"],
            speaker_key="k",
            ended_at=datetime.now(UTC),
        )
        web.keep(lambda session: session.add(over))
        answer = await web.http.post(f"/api/meetings/{meeting}/modes", json=body)
        modes = kept(web)
    assert said(answer) == expected
    assert modes == ("balanced", {})


async def test_openapi_lists_the_modes(site: SITE) -> None:
    async with site as web:
        described = (await web.http.get("/openapi.json")).json()
    schemas = described["components"]["schemas"]
    assert schemas["Modes"]["properties"]["mode"]["enum"] == list(MODES)
    assert {"get", "post"} == set(described["paths"]["/api/meetings/{meeting_id}/modes"])
