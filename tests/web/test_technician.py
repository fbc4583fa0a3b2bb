"""Interpreters call the technician; the organiser sees it, answers, and writes to them."""

import asyncio
from contextlib import AbstractAsyncContextManager

import pytest
from httpx import Response

from interpreter.store import Interpreter
from tests.web.conftest import Site
from web.limits import CALLS

SITE = AbstractAsyncContextManager[Site]
PAGE = "/m/m1/interpreters"
NO_SOUND = {"id": "call-0001", "kind": "no_sound"}


def staffed(web: Site) -> None:
    web.begin()
    people = [
        Interpreter(
            id=number,
            meeting_id="m1",
            name=name,
            key=f"key-{number}",
            channels=["es"],
            covers=[],
        )
        for number, name in (("maria1", "Maria <b>"), ("joan1", "Joan"))
    ]
    web.keep(lambda session: session.add_all(people))


async def call(web: Site, body: dict[str, str], key: str = "key-maria1") -> Response:
    return await web.http.post(f"/api/meetings/m1/technician/calls?key={key}", json=body)


async def calls(web: Site, key: str = "key-maria1") -> list[dict[str, object]]:
    answer = await web.http.get(f"/api/meetings/m1/technician/calls?key={key}")
    found: list[dict[str, object]] = answer.raise_for_status().json()["calls"]
    return found


async def act(web: Site, what: str, key: str = "k1", **form: str) -> int:
    answer = await web.http.post(f"{PAGE}/calls/{what}?key={key}", data=form)
    return answer.status_code


async def test_a_call_is_seen_and_answered(site: SITE) -> None:
    async with site as web:
        staffed(web)
        assert (await call(web, NO_SOUND)).json() == {
            **NO_SOUND,
            "text": "",
            "is_seen": False,
            "answer": "",
        }
        this = {"interpreter": "maria1", "call": "call-0001"}
        assert await act(web, "seen", **this) == 303
        assert (await calls(web))[0]["is_seen"] is True
        assert await act(web, "answer", **this, text="Cable\nin two minutes") == 303
        assert await act(web, "answer", **this, text="Done") == 303
        assert (await calls(web))[0]["answer"] == "Cable in two minutes\nDone"
        assert await calls(web, "key-joan1") == []


async def test_a_call_that_is_sent_again_stays_one(site: SITE) -> None:
    async with site as web:
        staffed(web)
        answers = [await call(web, NO_SOUND), await call(web, NO_SOUND)]
        assert [one.status_code for one in answers] == [200, 200]
        assert len(await calls(web)) == 1
        joans = await call(web, {**NO_SOUND, "kind": "bad_sound"}, "key-joan1")
        assert joans.json()["kind"] == "bad_sound"


async def test_the_organisers_page_shows_what_waits_first(site: SITE) -> None:
    async with site as web:
        staffed(web)
        await call(web, {"id": "call-0001", "kind": "emergency"})
        await call(web, {"id": "call-0002", "kind": "text", "text": "Too <i>cold</i>"})
        await act(web, "seen", interpreter="maria1", call="call-0002")
        whole = (await web.http.get(f"{PAGE}?key=k1")).text
        part = (await web.http.get(f"{PAGE}/calls?key=k1")).text
    for text in (whole, part):
        assert "Maria &lt;b&gt;: Emergency" in text
        assert "Too &lt;i&gt;cold&lt;/i&gt;" in text
        assert text.index("call-maria1-call-0001") < text.index("call-maria1-call-0002")
    assert "<html" not in part


async def test_what_waits_is_shown_however_much_came_later(site: SITE) -> None:
    async with site as web:
        staffed(web)
        await call(web, {"id": "call-0001", "kind": "emergency"})
        notes = [f"Note {number}" for number in range(60)]
        await asyncio.gather(*(act(web, "note", interpreter="joan1", text=one) for one in notes))
        part = (await web.http.get(f"{PAGE}/calls?key=k1")).text
        assert part.index("call-maria1-call-0001") < part.index("Note")


async def test_two_who_answer_at_once_are_both_read(site: SITE) -> None:
    async with site as web:
        staffed(web)
        await call(web, NO_SOUND)
        this = {"interpreter": "maria1", "call": "call-0001"}
        said = [f"answer-{number}" for number in range(8)]
        answers = await asyncio.gather(*(act(web, "answer", **this, text=one) for one in said))
        assert answers == [303] * 8
        [kept] = await calls(web)
        assert sorted(str(kept["answer"]).splitlines()) == said


async def test_the_technician_writes_to_who_has_not_called(site: SITE) -> None:
    async with site as web:
        staffed(web)
        assert await act(web, "note", interpreter="joan1", text="New headset at the desk") == 303
        assert await act(web, "note", interpreter="nobody", text="Hello") == 303
        assert await act(web, "note", interpreter="joan1", text="  ") == 303
        [note] = await calls(web, "key-joan1")
        assert (note["kind"], note["answer"]) == ("note", "New headset at the desk")
        assert await calls(web) == []


@pytest.mark.parametrize("what", ["seen", "answer", "note"])
async def test_only_the_organiser_answers(site: SITE, what: str) -> None:
    async with site as web:
        staffed(web)
        await call(web, NO_SOUND)
        form = {"interpreter": "maria1", "call": "call-0001", "text": "Hello"}
        assert await act(web, what, key="key-maria1", **form) == 403
        assert (await calls(web))[0]["is_seen"] is False


async def test_a_call_of_another_meeting_is_not_touched(site: SITE) -> None:
    async with site as web:
        staffed(web)
        await act(web, "answer", interpreter="maria1", call="call-0009", text="Hello")
        assert await calls(web) == []


@pytest.mark.parametrize(
    ("body", "key", "status"),
    [
        pytest.param(NO_SOUND, "k1", 403, id="the-speakers-key"),
        pytest.param(NO_SOUND, "", 403, id="no-key"),
        pytest.param({"id": "short", "kind": "no_sound"}, "key-maria1", 422, id="no-id"),
        pytest.param({"id": "call-0001", "kind": "note"}, "key-maria1", 422, id="a-note"),
        pytest.param({"id": "call-0001", "kind": "joke"}, "key-maria1", 422, id="unknown"),
        pytest.param({**NO_SOUND, "text": "x" * 301}, "key-maria1", 422, id="too-long"),
    ],
)
async def test_what_is_no_call_is_refused(
    site: SITE, body: dict[str, str], key: str, status: int
) -> None:
    async with site as web:
        staffed(web)
        assert (await call(web, body, key)).status_code == status
        assert await calls(web) == []


async def test_many_calls_wait_and_an_emergency_passes(site: SITE) -> None:
    async with site as web:
        staffed(web)
        found = [
            (await call(web, {"id": f"call-{n:04}", "kind": "call_me"})).status_code
            for n in range(CALLS + 1)
        ]
        assert found == [200] * CALLS + [429]
        urgent = await call(web, {"id": "call-urgent", "kind": "emergency"})
        assert urgent.status_code == 200
