"""What channels are interpreted from: chosen by the organiser, also while a meeting goes on."""

from contextlib import AbstractAsyncContextManager
from urllib.parse import parse_qs, urlsplit

import pytest

from interpreter.store import Meeting
from tests.web.conftest import Site
from tests.web.test_api import said
from web.forms import read_new_meeting
from web.relays import apply_change, choices, read_change

SITE = AbstractAsyncContextManager[Site]
PAGE = "/m/m1/relays?key=k1"
API = "/api/meetings/m1/relays"


def council() -> Meeting:
    return Meeting(id="m1", name="C", spoken=["en"], offered=["es", "ca", "pt"], speaker_key="k1")


def kept(web: Site) -> tuple[dict[str, str], int]:
    meeting = web.keep(lambda session: session.get_one(Meeting, "m1"))
    return meeting.channel_sources, meeting.relay_depth


def offer_more(web: Site) -> None:
    web.meeting.offered = ["es", "ca", "pt"]
    web.begin()


def test_what_is_offered_is_what_an_engine_interprets_from() -> None:
    assert choices(council(), "pt") == ["en", "es"]
    assert choices(council(), "es") == ["en", "pt"]
    assert choices(council(), "ca") == ["en"]


def test_a_change_says_what_it_names_and_whether_it_is_one() -> None:
    meeting = council()
    assert apply_change(meeting, read_change(meeting, {"pt": "es"}, 2))
    assert not apply_change(meeting, read_change(meeting, {"pt": "es"}))
    assert apply_change(meeting, read_change(meeting, {"ca": "floor"}))
    assert (meeting.channel_sources, meeting.relay_depth) == ({"pt": "es", "ca": "floor"}, 2)
    assert apply_change(meeting, read_change(meeting, {"pt": None}))
    assert meeting.channel_sources == {"ca": "floor"}


async def test_the_organiser_chooses_on_the_page(site: SITE) -> None:
    async with site as web:
        offer_more(web)
        form = {"depth": "2", "channel": ["pt=es", "ca=floor", "es="]}
        changed = await web.http.post(PAGE, data=form)
        page = await web.http.get(changed.headers["location"])
        now = kept(web)
    assert changed.status_code == 303
    assert parse_qs(urlsplit(changed.headers["location"]).query)["key"] == ["k1"]
    assert now == ({"pt": "es", "ca": "floor"}, 2)
    assert page.text.count('role="status">Changed.') == 1
    assert 'value="pt=es" selected' in page.text
    assert 'value="ca=floor" selected' in page.text
    assert '<option value="2" selected>' in page.text


@pytest.mark.parametrize(
    ("channel", "sentence"),
    [
        (["pt=ca"], "Nothing interprets from ca into pt. Choose one of: floor, en, es"),
        (["pt=<b>"], "Nothing interprets from &lt;b&gt; into pt."),
        (["pt=es", "es=pt"], "cannot be interpreted from"),
        (["xx=es"], "xx"),
    ],
)
async def test_what_cannot_be_is_said_on_the_page(
    site: SITE, channel: list[str], sentence: str
) -> None:
    async with site as web:
        offer_more(web)
        page = await web.http.post(PAGE, data={"channel": channel})
        now = kept(web)
    assert page.status_code == 422
    assert sentence in page.text
    assert now == ({}, 1)


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/m/m1/relays", {}), ("/m/m1/relays?key=no", {}), (PAGE, {"Origin": "http://evil.test"})],
)
async def test_only_the_organisers_own_page_changes_relays(
    site: SITE, path: str, headers: dict[str, str]
) -> None:
    async with site as web:
        offer_more(web)
        page = await web.http.post(path, data={"channel": "pt=es"}, headers=headers)
        now = kept(web)
    assert page.status_code == 403
    assert now == ({}, 1)


async def test_a_program_changes_what_it_names_and_nothing_else(site: SITE) -> None:
    async with site as web:
        offer_more(web)
        first = await web.http.post(API, json={"key": "k1", "channels": {"pt": "es"}})
        second = await web.http.post(API, json={"key": "k1", "depth": 3})
        third = await web.http.post(API, json={"key": "k1", "channels": {"pt": None}})
        now = await web.http.get(API)
    assert first.json() == {"depth": 1, "channels": {"pt": "es"}}
    assert second.json() == {"depth": 3, "channels": {"pt": "es"}}
    assert third.json() == now.json() == {"depth": 3, "channels": {}}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"key": "no"}, (403, "key_wrong")),
        ({"key": "k1", "channels": {"pt": "ca"}}, (422, "relay_unknown")),
        ({"key": "k1", "channels": {"pt": "pt"}}, (422, "relay_unknown")),
        ({"key": "k1", "channels": {"pt": "es", "es": "pt"}}, (422, "relay_in_circle")),
        ({"key": "k1", "channels": {"en": "es"}}, (422, "language_not_offered")),
        ({"key": "k1", "depth": 0}, (422, "invalid")),
        ({"key": "k1", "depth": 4}, (422, "invalid")),
    ],
)
async def test_a_program_that_asks_wrongly_is_told_so(
    site: SITE, body: dict[str, object], expected: tuple[int, str]
) -> None:
    async with site as web:
        offer_more(web)
        answer = await web.http.post(API, json=body)
        now = kept(web)
    assert said(answer) == expected
    assert now == ({}, 1)


@pytest.mark.parametrize(
    ("offered", "errors"),
    [(["ca"], ["offered"]), (["en", "ca"], []), (["pt", "ca"], ["offered"])],
)
def test_a_language_that_is_reached_over_another_one_can_be_booked(
    monkeypatch: pytest.MonkeyPatch, offered: list[str], errors: list[str]
) -> None:
    monkeypatch.setenv("INTERPRETER_STT", "any:STT")
    assert list(read_new_meeting("A", ["es"], offered, "balanced").errors) == errors
