"""Pages that come back all the time, ask without end, or ask while the database is slow."""

import asyncio
import threading
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from sqlalchemy import func
from sqlmodel import Session, select

from interpreter.room import Wanted
from interpreter.store import Participant, Room
from tests.web.conftest import Site, bearer, open_site, web_settings
from web import queries
from web.db import Database
from web.errors import DatabaseAway, TooMany
from web.limits import JOINS_AGAIN, REQUESTS, Limits
from web.tokens import listener_token, new_identity

SITE = AbstractAsyncContextManager[Site]


def rows(web: Site) -> int:
    return web.keep(
        lambda session: session.exec(select(func.count()).select_from(Participant)).one()
    )


async def choose(web: Site, identity: str, language: str | None) -> int:
    answer = await web.http.post(
        "/api/rooms/r1/choice",
        json={"language": language, "sound": True},
        headers=bearer(listener_token(web.settings, "r1", identity)),
    )
    return answer.status_code


async def test_listeners_leave_nothing_behind(site: SITE) -> None:
    async with site as web:
        web.begin()
        for number in range(20):
            assert await choose(web, f"lis{number}", "es") == 204
            assert await choose(web, f"lis{number}", None) == 204
        assert rows(web) == 0


async def test_a_page_that_comes_back_every_second_counts_once(site: SITE) -> None:
    async with site as web:
        web.begin()
        for _ in range(30):
            assert await choose(web, "lis", "es") == 204
        assert rows(web) == 1


async def test_pages_that_vanish_are_forgotten_and_want_nothing_more(site: SITE) -> None:
    async with site as web:
        web.begin()
        for _ in range(30):
            await choose(web, new_identity(), "es")
        assert rows(web) == 30
        web.keep(lambda session: queries.lapse_choices(session, "r1", [], after_s=-1.0))
        assert rows(web) == 0
        assert web.keep(lambda session: queries.chosen(session, "r1")) == Wanted()


async def test_the_end_of_a_session_forgets_its_listeners(site: SITE) -> None:
    async with site as web:
        web.begin()
        web.speaker("spk")
        await choose(web, "lis", "es")
        web.keep(lambda session: queries.end_room(session, "r1"))
        left = web.keep(lambda session: session.exec(select(Participant.identity)).all())
    assert left == ["spk"]


@pytest.fixture
def limits(tmp_path: Path) -> Limits:
    return Limits(web_settings(tmp_path, joins_per_minute=50))


def test_an_address_may_send_a_hall_of_people_and_no_flood(limits: Limits) -> None:
    for _ in range(50):
        limits.join("10.0.0.1")
    with pytest.raises(TooMany):
        limits.join("10.0.0.1")
    limits.join("10.0.0.2")


def test_a_page_that_runs_wild_stops_only_itself(limits: Limits) -> None:
    for _ in range(JOINS_AGAIN):
        limits.join_again("one")
    for _ in range(REQUESTS):
        limits.request("one")
    with pytest.raises(TooMany):
        limits.join_again("one")
    with pytest.raises(TooMany):
        limits.request("one")
    limits.join_again("other")
    limits.request("other")


async def test_too_many_requests_are_answered_so(tmp_path: Path) -> None:
    async with open_site(web_settings(tmp_path, joins_per_minute=1)) as web:
        web.keep(lambda session: session.add(web.meeting))
        join = {"role": "listener"}
        await web.http.post("/api/meetings/m1/join", json=join)
        answer = await web.http.post("/api/meetings/m1/join", json=join)
    assert answer.status_code == 429
    assert answer.json()["code"] == "too_many"
    assert answer.headers["retry-after"] == "60"


class SlowDatabase:
    """Lets work wait until `answers` is set."""

    def __init__(self, site: Site, timeout_s: float, threads: int) -> None:
        self.answers = threading.Event()
        self.db = Database(site.store, timeout_s, threads)

    def work(self, session: Session) -> str:
        self.answers.wait()
        return "done"


async def test_a_database_that_answers_late_is_answered_without(site: SITE) -> None:
    async with site as web:
        slow = SlowDatabase(web, timeout_s=0.02, threads=1)
        with pytest.raises(DatabaseAway):
            await slow.db.run(slow.work)
        slow.answers.set()
        slow.db.close()


async def test_requests_that_waited_in_vain_do_not_pile_up(site: SITE) -> None:
    done: list[str] = []
    async with site as web:
        slow = SlowDatabase(web, timeout_s=0.02, threads=1)
        with pytest.raises(DatabaseAway):
            await slow.db.run(slow.work)
        waiting = (slow.db.run(lambda _: done.append("late")) for _ in range(5))
        answers = await asyncio.gather(*waiting, return_exceptions=True)
        slow.answers.set()
        assert await Database(web.store).run(lambda _: "works") == "works"
        slow.db.close()
    assert [type(answer) for answer in answers] == [DatabaseAway] * 5
    assert done == []


async def test_a_session_that_just_begins_elsewhere_is_waited_for(site: SITE) -> None:
    async with site as web:
        web.begin()
        room, age_s = web.keep(lambda session: queries.open_room(session, "m1"))
        second = web.keep(lambda session: queries.begin_room(session, "m1", "r2", 1.0))
        kept = web.keep(lambda session: session.exec(select(Room.id)).all())
    assert room is not None
    assert age_s < 5.0
    assert second is None
    assert kept == ["r1"]


async def test_no_floor_agent_follows_into_a_session_that_is_over(site: SITE) -> None:
    async with site as web:
        web.begin()
        first = web.keep(lambda session: queries.next_floor_epoch(session, "r1"))
        adopted = web.keep(lambda session: queries.next_floor_epoch(session, "r1", above=7))
        web.keep(lambda session: queries.end_room(session, "r1"))
        late = web.keep(lambda session: queries.next_floor_epoch(session, "r1"))
    assert (first, adopted, late) == (1, 8, None)
