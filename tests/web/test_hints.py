"""LiveKit's webhooks: twice, late, in another order, or never; none does harm."""

import base64
import hashlib
import json
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from itertools import permutations

import pytest
from livekit import api

from interpreter.store import Participant, Room
from tests.web.conftest import KEY, SECRET, Site
from web import queries

SITE = AbstractAsyncContextManager[Site]

Hint = tuple[str, int]
"""What happened, and in which of the speaker's connections."""

FIRST_CAME, FIRST_WENT = ("participant_joined", 1), ("participant_left", 1)
SECOND_CAME = ("participant_joined", 2)
OVER: Hint = ("room_finished", 0)


async def tell(web: Site, hint: Hint) -> None:
    name, connection = hint
    event = {
        "event": name,
        "room": {"name": "r1"},
        "participant": {
            "identity": "spk",
            "sid": f"PA_{connection}",
            "joined_at_ms": 1_700_000_000_000 + connection,
        },
    }
    await tell_event(web, event)


async def tell_event(web: Site, event: Mapping[str, object]) -> None:
    """What LiveKit's webhook sends, signed."""
    body = json.dumps(event).encode()
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    token = api.AccessToken(KEY, SECRET).with_sha256(digest).to_jwt()
    answer = await web.http.post("/livekit/webhook", content=body, headers={"Authorization": token})
    assert answer.status_code in (204, 503), answer.text  # 503: nobody could be told more


async def is_there(site: SITE, *hints: Hint) -> bool:
    """Whether the speaker counts as present after all this."""
    async with site as web:
        web.begin()
        web.speaker("spk")
        for hint in hints:
            await tell(web, hint)
        speaker = web.keep(lambda session: session.get_one(Participant, ("r1", "spk")))
    return speaker.left_at is None


@pytest.mark.parametrize(
    ("hints", "expected"),
    [
        pytest.param([], True, id="nothing-came"),
        pytest.param([FIRST_CAME], True, id="came"),
        pytest.param([FIRST_CAME, FIRST_CAME], True, id="came-said-twice"),
        pytest.param([FIRST_CAME, FIRST_WENT], False, id="came-and-went"),
        pytest.param([FIRST_CAME, FIRST_WENT, FIRST_WENT], False, id="went-said-twice"),
        pytest.param([FIRST_WENT, FIRST_CAME], False, id="the-wrong-way-round"),
        pytest.param([FIRST_CAME, FIRST_WENT, FIRST_CAME], False, id="came-said-again-late"),
        pytest.param([FIRST_CAME, FIRST_WENT, SECOND_CAME], True, id="came-back"),
        pytest.param([FIRST_CAME, SECOND_CAME, FIRST_WENT], True, id="came-back-before-they-went"),
        pytest.param([SECOND_CAME, FIRST_WENT, FIRST_CAME], True, id="the-first-visit-told-last"),
        pytest.param([FIRST_CAME, OVER], False, id="over"),
        pytest.param([OVER, FIRST_CAME], False, id="came-told-after-the-end"),
    ],
)
async def test_who_is_there_is_what_happened_last_not_what_was_told_last(
    site: SITE, hints: list[Hint], expected: bool
) -> None:
    assert await is_there(site, *hints) is expected


@pytest.mark.parametrize(
    "hints",
    list(permutations([FIRST_CAME, FIRST_WENT, SECOND_CAME])),
    ids=lambda hints: "-".join(f"{name[12:]}{number}" for name, number in hints),
)
async def test_somebody_who_came_back_is_there_in_whatever_order_it_is_told(
    site: SITE, hints: tuple[Hint, ...]
) -> None:
    assert await is_there(site, *hints, *hints)


async def test_the_end_of_a_session_told_twice_ends_it_once_and_no_later_one(site: SITE) -> None:
    async with site as web:
        web.begin()
        await tell(web, OVER)
        ended = web.keep(lambda session: session.get_one(Room, "r1")).ended_at
        web.begin("r2")
        await tell(web, OVER)
        first = web.keep(lambda session: session.get_one(Room, "r1"))
        second, _ = web.keep(lambda session: queries.open_room(session, "m1"))
    assert ended is not None
    assert first.ended_at == ended
    assert second is not None
    assert second.id == "r2"


async def test_hints_of_unknown_rooms_and_people_change_nothing(site: SITE) -> None:
    async with site as web:
        for hint in (FIRST_CAME, FIRST_WENT, OVER):
            await tell(web, hint)
        assert web.keep(queries.open_rooms) == []
