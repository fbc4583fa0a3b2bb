"""The organiser gives people channels, and each a link of their own."""

from contextlib import AbstractAsyncContextManager

import pytest

from interpreter.store import Interpreter, Meeting
from tests.web.conftest import Site
from web import booths

SITE = AbstractAsyncContextManager[Site]
PAGE = "/m/m1/interpreters?key=k1"


def people(web: Site) -> list[Interpreter]:
    return web.keep(lambda session: booths.interpreters_of(session, "m1"))


async def add(web: Site, **form: object) -> int:
    answer = await web.http.post(PAGE, data={"name": "Maria Garcia", "channel": "es", **form})
    return answer.status_code


async def test_somebody_is_added_with_a_link_of_their_own(site: SITE) -> None:
    async with site as web:
        web.begin()
        assert await add(web, channel=["es", "ca"], initials="true") == 303
        assert await add(web, name="Joan") == 303
        (joan, maria) = people(web)
        page = (await web.http.get(PAGE)).text
    assert (maria.channels, maria.covers, maria.is_initialled) == (["es", "ca"], [], True)
    assert maria.key != joan.key
    assert all(f"/m/m1/console?key={one.key}" in page for one in (joan, maria))
    assert "Maria Garcia (M. G.)" in page


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": " "}, "Write the interpreter’s name"),
        ({"name": "x" * 81}, "Shorten the name to 80 letters."),
        ({"channel": []}, "Choose at least one language"),
        ({"channel": ["de"]}, "Choose at least one language"),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_stays(
    site: SITE, form: dict[str, object], sentence: str
) -> None:
    async with site as web:
        web.begin()
        typed = {"name": "Maria Garcia", "channel": "es", **form}
        answer = await web.http.post(PAGE, data=typed)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert people(web) == []


async def test_who_is_removed_has_no_link_any_more(site: SITE) -> None:
    async with site as web:
        web.begin()
        await add(web)
        (maria,) = people(web)
        removed = await web.http.post(
            "/m/m1/interpreters/remove?key=k1", data={"interpreter": maria.id}
        )
        assert removed.status_code == 303
        assert people(web) == []
        joins = {"role": "interpreter", "key": maria.key}
        refused = await web.http.post("/api/meetings/m1/join", json=joins)
        assert refused.status_code == 403


async def test_a_channel_is_given_to_humans_alone_and_back(site: SITE) -> None:
    async with site as web:
        web.begin()
        channels = "/m/m1/interpreters/channels?key=k1"
        await web.http.post(channels, data={"alone": ["es", "de"]})
        assert web.keep(lambda s: s.get_one(Meeting, "m1")).channel_staff == {"es": "alone"}
        await web.http.post(channels, data={})
        assert web.keep(lambda s: s.get_one(Meeting, "m1")).channel_staff == {}


@pytest.mark.parametrize("path", ["", "/remove", "/channels"])
async def test_the_speakers_key_is_needed(site: SITE, path: str) -> None:
    async with site as web:
        web.begin()
        refused = await web.http.post(f"/m/m1/interpreters{path}?key=no", data={"name": "A"})
        assert refused.status_code == 403
        foreign = await web.http.post(
            f"/m/m1/interpreters{path}?key=k1",
            data={"name": "A"},
            headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.test"},
        )
        assert foreign.status_code == 403
