"""Who should be on air: interpreters join, take a channel, hand it back; of two, one is first."""

import asyncio
from contextlib import AbstractAsyncContextManager

import pytest
from httpx import Response
from sqlalchemy import text
from sqlmodel import select

from interpreter.room import CHANNELS, COVERS, ROLE, Role, Staff
from interpreter.store import Interpreter, OnAirChange, open_store
from tests.web.conftest import Site
from tests.web.takers import ROUNDS, winners
from web import booths
from web.booths import shown_name, staff_of
from web.db import Database
from web.rooms import interpreter_attributes

SITE = AbstractAsyncContextManager[Site]
MARIA, JOAN = "maria1", "joan1"


def interpreter(
    number: str, name: str, *channels: str, covers: tuple[str, ...] = ()
) -> Interpreter:
    return Interpreter(
        id=number,
        meeting_id="m1",
        name=name,
        key=f"key-{number}",
        channels=list(channels),
        covers=list(covers),
    )


def staffed(web: Site) -> None:
    """A session goes on, with Maria and Joan for Spanish and Anna for Catalan."""
    web.begin()
    people = (
        interpreter(MARIA, "Maria Garcia", "es", covers=("en",)),
        interpreter(JOAN, "Joan", "es"),
        interpreter("anna1", "Anna", "ca"),
    )
    web.keep(lambda session: session.add_all(people))


async def ask(
    web: Site, number: str, action: str, seen: int, *, language: str = "es", force: bool = False
) -> Response:
    return await web.http.post(
        f"/api/rooms/r1/booth/{language}/{action}",
        json={"number": seen, "force": force},
        headers=web.interpreter(number),
    )


def staff(web: Site) -> dict[str, Staff]:
    return web.keep(lambda session: staff_of(session, "r1", web.meeting))


def who_should_be(web: Site) -> tuple[str, int]:
    spanish = staff(web)["es"]
    return spanish.human, spanish.number


async def test_a_channel_is_taken_and_handed_back(site: SITE) -> None:
    async with site as web:
        staffed(web)
        assert staff(web) == {"ca": Staff(), "es": Staff()}
        taken = await ask(web, MARIA, "take", 0)
        assert taken.json() == {"language": "es", "human": "interpreter-maria1", "number": 1}
        assert who_should_be(web) == ("interpreter-maria1", 1)
        back = await ask(web, MARIA, "hand-back", 1)
        assert back.json() == {"language": "es", "human": "", "number": 2}
        assert who_should_be(web) == ("", 2)


async def test_every_change_is_in_the_record(site: SITE) -> None:
    async with site as web:
        staffed(web)
        await ask(web, MARIA, "take", 0)
        await ask(web, JOAN, "take", 1, force=True)
        changes = web.keep(lambda s: list(s.exec(select(OnAirChange).order_by(text("number")))))
    assert [(c.before_id, c.interpreter_id, c.is_forced) for c in changes] == [
        ("", MARIA, False),
        (MARIA, JOAN, True),
    ]


@pytest.mark.parametrize(
    ("number", "action", "seen", "language", "status", "code"),
    [
        pytest.param(JOAN, "take", 1, "es", 409, "channel_taken", id="a-colleague-is-on-air"),
        pytest.param(JOAN, "hand-back", 1, "es", 409, "channel_taken", id="not-theirs-to-give"),
        pytest.param(MARIA, "hand-back", 0, "es", 409, "channel_taken", id="an-old-number"),
        pytest.param("anna1", "take", 1, "es", 403, "not_of_channel", id="another-channel"),
        pytest.param(MARIA, "take", 0, "de", 403, "not_of_channel", id="no-such-channel"),
        pytest.param(MARIA, "take", -1, "es", 422, "", id="no-number"),
    ],
)
async def test_who_may_not_is_told_why(
    site: SITE, number: str, action: str, seen: int, language: str, status: int, code: str
) -> None:
    async with site as web:
        staffed(web)
        await ask(web, MARIA, "take", 0)
        refused = await ask(web, number, action, seen, language=language)
        assert refused.status_code == status
        assert not code or refused.json()["code"] == code
        assert who_should_be(web) == ("interpreter-maria1", 1)


async def test_of_two_who_take_at_once_one_is_first(
    site: SITE, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.limits.REQUESTS", 10 * ROUNDS)
    async with site as web:
        staffed(web)
        for seen in range(0, 2 * ROUNDS, 2):
            answers = await asyncio.gather(
                ask(web, MARIA, "take", seen), ask(web, JOAN, "take", seen)
            )
            assert sorted(one.status_code for one in answers) == [200, 409]
            winner = MARIA if answers[0].status_code == 200 else JOAN
            assert (await ask(web, winner, "hand-back", seen + 1)).status_code == 200


async def test_of_two_who_take_through_two_processes_one_is_first_each_time(site: SITE) -> None:
    async with site as web:
        web.begin()
        other = Database(open_store(web.settings.database_url))
        rounds = await winners((web.services.db, other), "r1")
        other.close()
    assert [len(one) for one in rounds] == [1] * ROUNDS


async def test_where_no_machine_stands_by_the_room_is_told(site: SITE) -> None:
    async with site as web:
        staffed(web)
        web.meeting.channel_staff = {"es": booths.ALONE}
        assert staff(web)["es"].is_only


async def test_who_is_removed_should_not_be_on_air(site: SITE) -> None:
    async with site as web:
        staffed(web)
        await ask(web, MARIA, "take", 0)

        web.keep(lambda session: booths.remove_interpreter(session, "m1", MARIA))
        assert staff(web)["es"].human == ""
        assert (await ask(web, JOAN, "take", staff(web)["es"].number)).status_code == 200


async def test_an_interpreters_link_is_their_own(site: SITE) -> None:
    async with site as web:
        staffed(web)
        wrong = await web.http.post(
            "/api/meetings/m1/join", json={"role": "interpreter", "key": "k1"}
        )
        assert (wrong.status_code, wrong.json()["code"]) == (403, "key_wrong")


async def test_a_listeners_token_takes_no_channel(site: SITE) -> None:
    async with site as web:
        staffed(web)
        refused = await web.http.post(
            "/api/rooms/r1/booth/es/take", json={"number": 0}, headers=web.listener("l1")
        )
        assert refused.status_code == 403


def test_what_an_interpreter_is_the_server_says() -> None:
    person = interpreter(MARIA, "Maria", "es")
    attributes = interpreter_attributes(person)
    assert attributes == {ROLE: Role.INTERPRETER.value, CHANNELS: "es", COVERS: ""}


@pytest.mark.parametrize(
    ("name", "is_initialled", "shown"),
    [("Maria Garcia", False, "Maria Garcia"), ("maria garcia", True, "M. G.")],
)
def test_listeners_read_the_name_or_initials(name: str, is_initialled: bool, shown: str) -> None:
    person = interpreter(MARIA, name, "es")
    person.is_initialled = is_initialled
    assert shown_name(person) == shown
