"""The booth's own room: who may enter it, under which name, and that nobody takes it for a
meeting."""

from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

import jwt
import pytest
from httpx import Response

from interpreter.store import Meeting
from tests.web.conftest import SECRET, Site
from tests.web.scripted_media_server import BoothServer
from tests.web.test_booths import JOAN, MARIA, interpreter, staffed
from tests.web.test_hints import tell_event
from web import booths, queries
from web.booth_rooms import BoothRooms, is_booth_room

SITE = AbstractAsyncContextManager[Site]


def on(web: Site, server: BoothServer) -> BoothServer:
    """The application asks this server about its booths."""
    rooms = web.services.rooms
    rooms.booths = BoothRooms(web.settings, web.services.db, server.as_media_server())
    return server


async def enter(
    web: Site, headers: dict[str, str], language: str = "es", room_id: str = "r1"
) -> Response:
    return await web.http.post(f"/api/rooms/{room_id}/booth/{language}/talk", headers=headers)


async def room_of(web: Site, number: str, language: str = "es") -> str:
    answer = await enter(web, web.interpreter(number), language)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["room"])


async def test_colleagues_of_a_channel_meet_in_a_room_of_their_own(site: SITE) -> None:
    async with site as web:
        staffed(web)
        server = on(web, BoothServer("r1"))
        rooms = [await room_of(web, MARIA), await room_of(web, JOAN)]
        other = await room_of(web, "anna1", "ca")
    assert rooms[0] == rooms[1]
    assert server.booths == {rooms[0], other}
    assert all(is_booth_room(name) for name in server.booths)


async def test_a_booths_token_lets_a_microphone_in_and_opens_nothing_else(site: SITE) -> None:
    async with site as web:
        staffed(web)
        on(web, BoothServer("r1"))
        place = (await enter(web, web.interpreter(MARIA))).json()
        claims = jwt.decode(place["token"], SECRET, algorithms=["HS256"])
        headers = {"Authorization": f"Bearer {place['token']}"}
        refused = await web.http.post(
            "/api/rooms/r1/booth/es/take", json={"number": 0}, headers=headers
        )
    assert (claims["sub"], claims["video"]["room"]) == ("interpreter-maria1", place["room"])
    assert claims["video"]["canPublishSources"] == ["microphone"]
    assert not claims["video"]["canPublishData"]
    assert claims["exp"] - claims["nbf"] <= 60
    assert refused.status_code == 401


@pytest.mark.parametrize(
    ("who", "language", "status", "code"),
    [
        pytest.param("listener", "es", 403, "not_allowed", id="a-listener"),
        pytest.param("speaker", "es", 403, "not_allowed", id="a-speaker"),
        pytest.param("anna1", "es", 403, "not_of_channel", id="of-another-channel"),
        pytest.param(MARIA, "de", 403, "not_of_channel", id="a-channel-that-there-is-not"),
        pytest.param("nobody", "es", 401, "token_wrong", id="without-a-token"),
        pytest.param("removed", "es", 403, "not_allowed", id="one-who-was-removed"),
    ],
)
async def test_nobody_else_enters_reads_or_writes(
    site: SITE, who: str, language: str, status: int, code: str
) -> None:
    async with site as web:
        staffed(web)
        server = on(web, BoothServer("r1"))
        headers = headers_of(web, who)
        path = f"/api/rooms/r1/booth/{language}/messages"
        message = {"id": "message-1", "text": "Hello"}
        answers = [
            await enter(web, headers, language),
            await web.http.get(path, headers=headers),
            await web.http.post(path, json=message, headers=headers),
        ]
    assert [one.status_code for one in answers] == [status] * 3
    assert [one.json()["code"] for one in answers] == [code] * 3
    assert server.booths == set()


def headers_of(web: Site, who: str) -> dict[str, str]:
    match who:
        case "listener":
            return web.listener()
        case "speaker":
            return web.speaker()
        case "nobody":
            return {}
        case "removed":
            headers = web.interpreter(JOAN)
            web.keep(lambda session: booths.remove_interpreter(session, "m1", JOAN))
            return headers
        case _:
            return web.interpreter(who)


async def test_a_meeting_that_is_over_has_no_booths(site: SITE) -> None:
    async with site as web:
        staffed(web)
        on(web, BoothServer("r1"))
        headers = web.interpreter(MARIA)
        web.keep(lambda s: setattr(s.get_one(Meeting, "m1"), "ended_at", datetime.now(UTC)))
        answer = await enter(web, headers)
    assert (answer.status_code, answer.json()["code"]) == (410, "meeting_over")


async def test_who_is_removed_is_put_out_and_cannot_come_back(site: SITE) -> None:
    async with site as web:
        staffed(web)
        server = on(web, BoothServer("r1"))
        before = await room_of(web, MARIA)
        web.keep(lambda session: booths.remove_interpreter(session, "m1", JOAN))
        await web.services.rooms.booths.close_stale("r1")
        after_removal = set(server.booths)
        after = await room_of(web, MARIA)
    assert after_removal == set()
    assert after != before
    assert server.booths == {after}


async def test_a_new_colleague_disturbs_nobody_in_the_booth(site: SITE) -> None:
    async with site as web:
        staffed(web)
        server = on(web, BoothServer("r1"))
        before = await room_of(web, MARIA)
        web.keep(lambda session: session.add(interpreter("eva1", "Eva", "es")))
        await web.services.rooms.booths.close_stale("r1")
        assert await room_of(web, "eva1") == before
    assert server.booths == {before}


async def test_booths_end_with_their_session_and_the_next_has_others(site: SITE) -> None:
    async with site as web:
        staffed(web)
        server = on(web, BoothServer("r1"))
        first = await room_of(web, MARIA)
        await tell_event(web, {"event": "room_finished", "room": {"name": "r1"}})
        after = set(server.booths)
        web.begin("r2")
        second = await enter(web, web.interpreter(MARIA, "r2"), room_id="r2")
    assert after == set()
    assert second.json()["room"] != first


@pytest.mark.parametrize(
    "event",
    [
        pytest.param("participant_joined", id="came"),
        pytest.param("participant_left", id="went"),
        pytest.param("room_finished", id="over"),
    ],
)
async def test_what_livekit_tells_of_a_booth_changes_nothing(site: SITE, event: str) -> None:
    async with site as web:
        staffed(web)
        server = on(web, BoothServer("r1"))
        name = await room_of(web, MARIA)
        person = {"identity": "interpreter-maria1", "sid": "PA_1", "kind": "AGENT"}
        await tell_event(web, {"event": event, "room": {"name": name}, "participant": person})
        sessions = web.keep(queries.open_rooms)
    assert [one.id for one in sessions] == ["r1"]
    assert server.booths == {name}
