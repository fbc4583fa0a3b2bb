"""Two interpreters agree on who is on air next: whatever happens at once, one thing happens."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import Response
from sqlmodel import Session, col, select

from interpreter.room import Handover
from interpreter.store import HandoverRow, OnAirChange
from tests.web.conftest import Site, open_site, web_settings
from tests.web.scripted_media_server import ScriptedMediaServer
from tests.web.test_booths import JOAN, MARIA, ask, interpreter, staff, staffed
from web import queries
from web.booths import IDENTITY, remove_interpreter
from web.db import Database
from web.floors import Floors
from web.handover import Step
from web.handover_clock import HandoverClock
from web.rooms import Rooms
from web.wishes import changes_of

SITE = AbstractAsyncContextManager[Site]


async def on_air(web: Site) -> None:
    """Maria is on air in Spanish."""
    staffed(web)
    (await ask(web, MARIA, "take", 0)).raise_for_status()


async def offer(
    web: Site, number: str, partner: str, seen: int = 1, *, minutes: int = 0, language: str = "es"
) -> Response:
    return await web.http.post(
        f"/api/rooms/r1/booth/{language}/handover",
        json={"number": seen, "partner": IDENTITY.format(id=partner), "minutes": minutes},
        headers=web.interpreter(number),
    )


async def answer(web: Site, number: str, word: str, handover: int = 1) -> Response:
    return await web.http.post(
        f"/api/rooms/r1/booth/es/handover/{handover}",
        json={"answer": word},
        headers=web.interpreter(number),
    )


def told(web: Site) -> Handover:
    """What the room's metadata says of the last offer."""
    handover = staff(web)["es"].handover
    assert handover is not None
    return handover


def record(web: Site) -> list[tuple[str, str, int]]:
    """Every change of who should be on air: from, to, by which handover."""
    rows = web.keep(lambda s: s.exec(select(OnAirChange).order_by(col(OnAirChange.number))).all())
    return [(row.before_id, row.interpreter_id, row.handover) for row in rows]


def earlier(web: Site, seconds: float) -> None:
    """The offer was made so much earlier."""

    def move(session: Session) -> None:
        for row in session.exec(select(HandoverRow)):
            row.offered_at -= timedelta(seconds=seconds)

    web.keep(move)


def clock(web: Site, media: ScriptedMediaServer) -> HandoverClock:
    db, server = Database(web.store), media.as_media_server()
    rooms = Rooms(web.settings, db, server, Floors(db, server))
    return HandoverClock(db, rooms, web.services.supervisor, 3600.0)


async def test_a_channel_is_offered_and_accepted(site: SITE) -> None:
    async with site as web:
        await on_air(web)
        offered = await offer(web, MARIA, JOAN)
        assert offered.json() == {"language": "es", "number": 1, "step": "offered"}
        assert (told(web).giver, told(web).taker) == ("interpreter-maria1", "interpreter-joan1")
        assert told(web).by == "interpreter-maria1"
        assert (await answer(web, JOAN, "accept")).json()["step"] == "done"
        assert (staff(web)["es"].human, staff(web)["es"].number) == ("interpreter-joan1", 2)
        assert record(web) == [("", MARIA, 0), (MARIA, JOAN, 1)]
        assert told(web).step == "done"


async def test_a_channel_is_asked_for_and_given(site: SITE) -> None:
    async with site as web:
        await on_air(web)
        await offer(web, JOAN, MARIA)
        assert (told(web).by, told(web).taker) == ("interpreter-joan1", "interpreter-joan1")
        assert (await answer(web, JOAN, "accept")).status_code == 403
        assert (await answer(web, MARIA, "accept")).json()["step"] == "done"
        assert staff(web)["es"].human == "interpreter-joan1"


async def test_of_an_answer_and_a_cancellation_one_comes_first(site: SITE) -> None:
    async with site as web:
        await on_air(web)
        giver, taker, seen = MARIA, JOAN, 1
        for number in range(1, 51):
            (await offer(web, giver, taker, seen)).raise_for_status()
            words = (answer(web, taker, "accept", number), answer(web, giver, "cancel", number))
            accepted, cancelled = await asyncio.gather(*words)
            assert {accepted.status_code, cancelled.status_code} == {200, 409}
            is_done = accepted.status_code == 200
            assert told(web).step == ("done" if is_done else "cancelled")
            assert staff(web)["es"].number == seen + is_done
            giver, taker = (taker, giver) if is_done else (giver, taker)
            assert staff(web)["es"].human == IDENTITY.format(id=giver)
            seen += is_done


async def test_an_answer_in_time_waits_for_its_moment_through_a_restart_of_web(
    tmp_path: Path,
) -> None:
    settings = web_settings(tmp_path)
    async with open_site(settings) as web:
        await on_air(web)
        await offer(web, MARIA, JOAN, minutes=5)
        assert (await answer(web, JOAN, "accept")).json()["step"] == "accepted"
        assert staff(web)["es"].human == "interpreter-maria1"
        earlier(web, 300)
    async with open_site(settings) as web, open_site(settings) as second:
        looks = [clock(one, ScriptedMediaServer("r1", [], [*HERE])) for one in (web, second) * 3]
        await asyncio.gather(*(one.look() for one in looks))
        assert record(web) == [("", MARIA, 0), (MARIA, JOAN, 1)]
        assert told(web).step == "done"


HERE = ("interpreter-maria1", "interpreter-joan1")


async def test_who_has_left_takes_no_channel(site: SITE) -> None:
    async with site as web:
        await on_air(web)
        await offer(web, MARIA, JOAN, minutes=2)
        await answer(web, JOAN, "accept")
        earlier(web, 120)
        await clock(web, ScriptedMediaServer("r1", [], ["interpreter-maria1"])).look()
        assert told(web).step == "vanished"
        assert (staff(web)["es"].human, staff(web)["es"].number) == ("interpreter-maria1", 1)


@pytest.mark.parametrize("minutes", [0, 5])
async def test_an_offer_that_nobody_answers_ends(site: SITE, minutes: int) -> None:
    async with site as web:
        await on_air(web)
        await offer(web, MARIA, JOAN, minutes=minutes)
        wait_s = await clock(web, ScriptedMediaServer("r1")).look()
        assert wait_s <= 60
        assert told(web).step == "offered"
        earlier(web, 60)
        await clock(web, ScriptedMediaServer("r1")).look()
        assert told(web).step == "timed_out"
        assert (await answer(web, JOAN, "accept")).json()["code"] == "handover_over"


@pytest.mark.parametrize("has_accepted", [False, True])
@pytest.mark.parametrize(("who", "action"), [(JOAN, "take"), (MARIA, "hand-back")])
async def test_any_other_change_of_the_channel_ends_an_offer(
    site: SITE, who: str, action: str, has_accepted: bool
) -> None:
    async with site as web:
        await on_air(web)
        await offer(web, MARIA, JOAN, minutes=1)
        if has_accepted:
            await answer(web, JOAN, "accept")
        assert (await ask(web, who, action, 1, force=True)).status_code == 200
        assert told(web).step == "overtaken"
        earlier(web, 60)
        await clock(web, ScriptedMediaServer("r1", [], [*HERE])).look()
        assert staff(web)["es"].number == 2


async def test_an_offer_ends_with_the_interpreter_who_is_removed(site: SITE) -> None:
    async with site as web:
        await on_air(web)
        await offer(web, MARIA, JOAN, minutes=5)
        web.keep(lambda session: remove_interpreter(session, "m1", JOAN))
        await clock(web, ScriptedMediaServer("r1")).look()
        assert told(web).step == "overtaken"


async def test_an_offer_and_its_end_stay_in_the_record(site: SITE) -> None:
    async with site as web:
        await on_air(web)
        await offer(web, MARIA, JOAN)
        await answer(web, JOAN, "decline")
        await offer(web, JOAN, MARIA)
        await answer(web, JOAN, "cancel", 2)
        rows = web.keep(lambda s: s.exec(select(HandoverRow)).all())
    kept = [(row.number, row.by_id, row.step, row.answered_at is None) for row in rows]
    assert kept == [(1, MARIA, Step.DECLINED, False), (2, JOAN, Step.CANCELLED, True)]
    assert [row.ended_at for row in rows if row.ended_at is None] == []


@pytest.mark.parametrize(
    ("number", "partner", "seen", "language", "minutes", "status", "code"),
    [
        pytest.param(MARIA, JOAN, 0, "es", 0, 409, "channel_taken", id="an-old-number"),
        pytest.param(MARIA, MARIA, 1, "es", 0, 409, "channel_taken", id="to-oneself"),
        pytest.param(MARIA, "anna1", 1, "es", 0, 403, "not_of_channel", id="of-another-channel"),
        pytest.param("anna1", MARIA, 1, "es", 0, 403, "not_of_channel", id="by-another-channel"),
        pytest.param(MARIA, "nobody", 1, "es", 0, 403, "not_of_channel", id="to-nobody"),
        pytest.param(MARIA, JOAN, 1, "es", 3, 422, "", id="in-three-minutes"),
    ],
)
async def test_what_cannot_be_offered_is_refused(
    site: SITE,
    number: str,
    partner: str,
    seen: int,
    language: str,
    minutes: int,
    status: int,
    code: str,
) -> None:
    async with site as web:
        await on_air(web)
        refused = await offer(web, number, partner, seen, minutes=minutes, language=language)
        assert refused.status_code == status
        assert not code or refused.json()["code"] == code
        assert staff(web)["es"].handover is None


async def test_the_machine_is_not_asked_for_its_channel(site: SITE) -> None:
    async with site as web:
        staffed(web)
        assert (await offer(web, JOAN, MARIA, 0)).json()["code"] == "channel_taken"


async def test_a_channel_has_one_offer_at_a_time(site: SITE) -> None:
    async with site as web:
        await on_air(web)
        both = await asyncio.gather(offer(web, MARIA, JOAN), offer(web, JOAN, MARIA))
        assert sorted(one.status_code for one in both) == [200, 409]
        assert (await offer(web, MARIA, JOAN)).json()["code"] == "handover_open"


@pytest.mark.parametrize(
    ("number", "partner", "told"),
    [
        pytest.param(JOAN, MARIA, "Maria Garcia has just offered you", id="who-is-to-answer"),
        pytest.param(MARIA, JOAN, "Your handover with Joan is open still", id="who-offered"),
        pytest.param("pere1", MARIA, "Maria Garcia and Joan are handing over", id="a-third"),
    ],
)
async def test_who_finds_an_offer_open_is_told_what_they_can_do(
    site: SITE, number: str, partner: str, told: str
) -> None:
    async with site as web:
        await on_air(web)
        web.keep(lambda session: session.add(interpreter("pere1", "Pere", "es")))
        await offer(web, MARIA, JOAN)
        refused = (await offer(web, number, partner)).json()
        assert refused["code"] == "handover_open"
        assert refused["sentence"].startswith(told)


async def test_who_has_agreed_on_a_handover_may_cancel_it(site: SITE) -> None:
    async with site as web:
        await on_air(web)
        await offer(web, MARIA, JOAN, minutes=5)
        await answer(web, JOAN, "accept")
        refused = (await offer(web, JOAN, MARIA)).json()
        assert refused["sentence"].startswith("Your handover with Maria Garcia is open still")


async def test_an_interpreter_of_another_channel_answers_nothing(site: SITE) -> None:
    async with site as web:
        await on_air(web)
        await offer(web, MARIA, JOAN)
        refused = await answer(web, "anna1", "accept")
        assert (refused.status_code, refused.json()["code"]) == (403, "not_of_channel")
        assert told(web).step == "offered"


async def test_the_record_is_in_the_order_of_the_databases_clock(
    site: SITE, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock of the web process that carries a take out is five minutes ahead of it."""
    right = queries.now
    monkeypatch.setattr(queries, "now", lambda session: right(session) - timedelta(minutes=5))
    async with site as web:
        await on_air(web)
        await offer(web, MARIA, JOAN)
        await answer(web, JOAN, "accept")
        (await ask(web, MARIA, "take", 2, force=True)).raise_for_status()
        await offer(web, MARIA, JOAN, 3)
        await answer(web, JOAN, "accept", 2)
        rows = web.keep(lambda s: changes_of(s, "r1"))
        assert [row.number for row in rows] == [1, 2, 3, 4]
        assert staff(web)["es"].shift_since_s is not None


async def test_all_consoles_of_a_channel_share_its_shift(site: SITE) -> None:
    async with site as web:
        await on_air(web)
        before = staff(web)["es"]
        assert before.shift_minutes == 20
        for number, status in ((JOAN, 204), ("anna1", 403)):
            answered = await web.http.post(
                "/api/rooms/r1/booth/es/shift",
                json={"minutes": 30},
                headers=web.interpreter(number),
            )
            assert answered.status_code == status
        assert staff(web)["es"] == replace(before, shift_minutes=30)
        await ask(web, JOAN, "take", 1, force=True)
        begun_s = staff(web)["es"].shift_since_s
        assert begun_s is not None
        assert before.shift_since_s is not None
        assert begun_s > before.shift_since_s
        await ask(web, JOAN, "hand-back", 2)
        assert staff(web)["es"].shift_since_s is None
