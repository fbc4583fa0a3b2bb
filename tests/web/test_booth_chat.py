"""What interpreters of a booth write to each other: kept, in one order, once, and told at once."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from httpx import Response

from tests.web.conftest import Site
from tests.web.scripted_media_server import BoothServer
from tests.web.test_booth_rooms import on, room_of
from tests.web.test_booths import JOAN, MARIA, staffed
from web import booths
from web.booth_chat import MESSAGE_LENGTH
from web.booth_rooms import CHAT_TOPIC

SITE = AbstractAsyncContextManager[Site]
BOOTH = "/api/rooms/r1/booth/es/messages"


async def write(web: Site, number: str, text: str, client_id: str = "message-1") -> Response:
    message = {"id": client_id, "text": text}
    return await web.http.post(BOOTH, json=message, headers=web.interpreter(number))


async def read(web: Site, number: str, after: int = 0) -> list[dict[str, Any]]:
    answer = await web.http.get(BOOTH, params={"after": after}, headers=web.interpreter(number))
    found: list[dict[str, Any]] = answer.raise_for_status().json()["messages"]
    return found


async def test_a_colleague_reads_what_was_written_also_later(site: SITE) -> None:
    async with site as web:
        staffed(web)
        on(web, BoothServer("r1"))
        await write(web, MARIA, "Take over?")
        await write(web, JOAN, "<b>In two</b> minutes", "message-2")
        whole, rest = await read(web, JOAN), await read(web, JOAN, after=1)
    said = [(one["number"], one["name"], one["identity"], one["text"]) for one in whole]
    assert said == [
        (1, "Maria Garcia", "interpreter-maria1", "Take over?"),
        (2, "Joan", "interpreter-joan1", "<b>In two</b> minutes"),
    ]
    assert [one["number"] for one in rest] == [2]


@pytest.mark.parametrize("after", ["-1", str(2**31), "1e9"])
async def test_a_number_that_no_message_has_is_refused(site: SITE, after: str) -> None:
    async with site as web:
        staffed(web)
        asked = await web.http.get(BOOTH, params={"after": after}, headers=web.interpreter(MARIA))
        assert asked.status_code == 422


async def test_a_message_sent_again_is_there_once(site: SITE) -> None:
    async with site as web:
        staffed(web)
        server = on(web, BoothServer("r1"))
        await room_of(web, JOAN)
        first = await write(web, MARIA, "Numbers, please")
        again = await write(web, MARIA, "Numbers, please")
        of_another = await write(web, JOAN, "Numbers, please")
        kept = await read(web, JOAN)
    assert first.json() == again.json()
    assert of_another.json()["number"] == 2
    assert len(kept) == len(server.told) == 2


async def test_messages_sent_at_once_all_get_a_number_of_their_own(site: SITE) -> None:
    async with site as web:
        staffed(web)
        on(web, BoothServer("r1"))
        await asyncio.gather(
            *(write(web, MARIA, f"m{count}", f"maria-{count:04}") for count in range(8)),
            *(write(web, JOAN, f"j{count}", f"joan-{count:05}") for count in range(8)),
        )
        kept = await read(web, JOAN)
    assert [one["number"] for one in kept] == list(range(1, 17))
    assert len({one["id"] for one in kept}) == 16


async def test_consoles_are_told_at_once_and_nothing_of_the_message(site: SITE) -> None:
    async with site as web:
        staffed(web)
        server = on(web, BoothServer("r1"))
        name = await room_of(web, JOAN)
        await write(web, MARIA, "Secret")
    assert [(one.room, one.topic) for one in server.told] == [(name, CHAT_TOPIC)]
    assert b"Secret" not in server.told[0].data


async def test_a_message_is_kept_while_the_media_server_is_away(site: SITE) -> None:
    async with site as web:
        staffed(web)
        answer = await write(web, MARIA, "Hello")
        kept = await read(web, JOAN)
    assert answer.status_code == 200
    assert [one["text"] for one in kept] == ["Hello"]


@pytest.mark.parametrize(
    ("text", "client_id", "code"),
    [
        pytest.param("x" * (MESSAGE_LENGTH + 1), "message-1", "message_too_long", id="too-long"),
        pytest.param(" \n\t ", "message-1", "message_empty", id="empty"),
        pytest.param("Hello", "", "invalid", id="no-id"),
        pytest.param("Hello", "no spaces here", "invalid", id="an-id-that-is-none"),
    ],
)
async def test_what_cannot_be_sent_is_said(
    site: SITE, text: str, client_id: str, code: str
) -> None:
    async with site as web:
        staffed(web)
        on(web, BoothServer("r1"))
        answer = await write(web, MARIA, text, client_id)
        kept = await read(web, JOAN)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert kept == []


async def test_the_longest_message_is_taken_as_one_line_of_plain_text(site: SITE) -> None:
    async with site as web:
        staffed(web)
        on(web, BoothServer("r1"))
        answer = await write(web, MARIA, "a\r\nb\x00 " + "x" * (MESSAGE_LENGTH - 4))
    assert answer.json()["text"] == "a b " + "x" * (MESSAGE_LENGTH - 4)


async def test_what_somebody_wrote_stays_when_they_are_removed(site: SITE) -> None:
    async with site as web:
        staffed(web)
        on(web, BoothServer("r1"))
        await write(web, JOAN, "Goodbye")
        web.keep(lambda session: booths.remove_interpreter(session, "m1", JOAN))
        kept = await read(web, MARIA)
    assert [(one["name"], one["text"]) for one in kept] == [("Joan", "Goodbye")]
