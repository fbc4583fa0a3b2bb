"""What channels are interpreted from: chosen by the organiser, also while a meeting goes on."""

from contextlib import AbstractAsyncContextManager
from urllib.parse import parse_qs, urlsplit

import pytest

from interpreter.store import Meeting
from tests.web.conftest import Site
from tests.web.test_api import said
from web.errors import RelayTooDeep
from web.forms import over_relay, read_new_meeting
from web.relays import apply_change, choices, read_change, too_deep, ways_over

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


CHAIN = {"it": "ca", "ca": "fr"}
"""Catalan from French, which is interpreted from English: and Italian from that."""


def italian() -> Meeting:
    return Meeting(id="m1", name="C", spoken=["en"], offered=["fr", "ca", "it"], speaker_key="k1")


def test_a_choice_that_is_too_deep_whatever_is_spoken_is_refused() -> None:
    with pytest.raises(RelayTooDeep, match="it cannot be interpreted from ca.* than the 1 in"):
        read_change(italian(), CHAIN)
    assert read_change(italian(), CHAIN, 2).depth == 2
    assert read_change(italian(), CHAIN, None, {"ca"}).channels == CHAIN  # a human hears the floor


def test_less_depth_is_refused_where_a_choice_needs_it() -> None:
    meeting = italian()
    apply_change(meeting, read_change(meeting, CHAIN, 2))
    with pytest.raises(RelayTooDeep):
        read_change(meeting, {}, 1)


def test_a_choice_that_is_too_deep_for_some_of_what_is_spoken_is_told() -> None:
    meeting = italian()
    meeting.spoken = ["en", "fr"]
    assert apply_change(meeting, read_change(meeting, CHAIN))
    (one,) = too_deep(meeting)
    assert (one.spoken, one.target, one.over) == ("en", "it", "ca")
    assert (one.is_chosen, one.has_pair) == (True, True)
    assert too_deep(meeting, {"ca"}) == []


def test_over_what_a_language_is_made_where_nobody_chooses() -> None:
    meeting = Meeting(id="m", name="", spoken=["es"], offered=["en", "ca"], speaker_key="k")
    assert (ways_over(meeting, "ca"), ways_over(meeting, "en")) == (["en"], [])


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


async def test_the_page_says_what_is_too_deep_and_refuses_what_always_is(site: SITE) -> None:
    form = {"depth": "1", "channel": ["it=ca", "ca=fr"]}
    async with site as web:
        web.meeting.offered = ["fr", "ca", "it"]
        web.begin()
        refused = await web.http.post(PAGE, data=form)
        allowed = await web.http.post(PAGE, data=form | {"depth": "2"})
        links = await web.http.get(allowed.headers["location"])
        api = await web.http.post(API, json={"key": "k1", "depth": 1})
    assert refused.status_code == 422
    assert "than the 1 in between that this meeting allows" in refused.text
    assert "While English is spoken" not in links.text
    assert said(api) == (422, "relay_too_deep")


async def test_the_page_says_what_is_out_of_reach_and_over_what_the_rest_is(site: SITE) -> None:
    async with site as web:
        web.meeting.spoken, web.meeting.offered = ["en", "fr", "pt"], ["en", "fr", "ca", "it", "es"]
        web.meeting.channel_sources = {"it": "ca", "ca": "fr"}
        web.begin()
        page = (await web.http.get("/m/m1/links?key=k1")).text
    assert "While English is spoken, Italian is interpreted from that and not from Catalan" in page
    assert "While Portuguese is spoken, no machine interprets into French: by way of" in page
    assert "Automatic, over Catalan, Spanish" in page


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


def test_a_language_out_of_direct_reach_is_offered_with_its_way() -> None:
    assert over_relay(["es"]) == {"ca": "en", "fr": "en", "it": "en"}
    assert over_relay(["en", "es"]) == {}


async def test_the_booking_form_shows_the_way_and_says_what_to_add(
    site: SITE, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interpreter.engines.reach.supported_sources", lambda: ["es"])
    async with site as web:
        home = await web.http.get("/")
        form = {"name": "A", "spoken": "es", "offered": "ca"}
        refused = await web.http.post("/meetings", data=form)
        made = await web.http.post("/meetings", data=form | {"offered": ["ca", "en"]})
    assert home.text.count("over English") == 3
    assert "Catalan is interpreted only by way of English: choose English as well" in refused.text
    assert (refused.status_code, made.status_code) == (422, 303)
