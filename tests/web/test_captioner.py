"""Captioners: their link, their place in the room, and what it lets them do."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from interpreter.room import Role
from interpreter.store import Meeting, Participant
from tests.web.conftest import Site, bearer, web_settings
from tests.web.test_tokens import NOTHING_ELSE, claims
from web.api.webhook import _attributes
from web.permissions import captioner_key
from web.rooms import captioner_attributes
from web.tokens import captioner_token

WebSite = AbstractAsyncContextManager[Site]


def captioner(web: Site, identity: str = "cap", language: str = "en") -> dict[str, str]:
    """The headers of a captioner's page."""
    row = Participant(
        room_id="r1", identity=identity, role=Role.CAPTIONER.value, language=language, name="Tim"
    )
    web.keep(lambda session: session.add(row))
    attributes = captioner_attributes(language)
    return bearer(captioner_token(web.settings, "r1", identity, "Tim", attributes))


def test_a_captioner_sends_data_and_no_sound(tmp_path: Path) -> None:
    said = claims(
        captioner_token(web_settings(tmp_path), "r1", "cap", "Tim", captioner_attributes("en"))
    )
    typing = {"hidden": False, "canPublish": False, "canPublishSources": []}
    assert said["video"] == {**NOTHING_ELSE, **typing, "canPublishData": True}
    assert said["attributes"] == {"role": "captioner", "language": "en"}


async def test_the_captioners_link_opens_their_page_and_no_other(site: WebSite) -> None:
    async with site as web:
        web.begin()
        key = captioner_key(web.meeting)
        links = (await web.http.get("/m/m1/links?key=k1")).text
        assert f"/m/m1/caption?key={key}" in links
        answers = [
            (await web.http.get(path)).status_code
            for path in (
                f"/m/m1/caption?key={key}",
                "/m/m1/caption?key=k1",
                "/m/m1/caption",
                f"/m/m1/speak?key={key}",
                f"/m/m1/links?key={key}",
            )
        ]
    assert answers == [200, 403, 403, 403, 403]


def test_the_key_of_one_meeting_is_not_anothers() -> None:
    keys = {
        captioner_key(Meeting(id="m", name="", spoken=[], offered=[], speaker_key=key))
        for key in ("k1", "k2", "")
    }
    assert len(keys) == 3
    assert not keys & {"k1", "k2", ""}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"key": "k1"}, (403, "key_wrong")),
        ({"key": ""}, (403, "key_wrong")),
        ({"language": "es"}, (422, "language_not_offered")),
        ({"name": "x" * 81}, (422, "invalid")),
    ],
)
async def test_who_may_not_caption_is_told_why(
    site: WebSite, changes: dict[str, str], refusal: tuple[int, str]
) -> None:
    async with site as web:
        web.begin()
        joins = {"role": "captioner", "key": captioner_key(web.meeting), "language": "en"}
        answer = await web.http.post("/api/meetings/m1/join", json=joins | changes)
    assert (answer.status_code, answer.json()["code"]) == refusal


async def test_a_captioner_reads_what_was_said_and_chooses_nothing_for_listeners(
    site: WebSite,
) -> None:
    async with site as web:
        web.begin()
        headers = captioner(web)
        said = await web.http.get("/api/rooms/r1/captions?language=en", headers=headers)
        choice = {"language": "es", "sound": True}
        chosen = await web.http.post("/api/rooms/r1/choice", json=choice, headers=headers)
    assert (said.status_code, chosen.status_code) == (200, 403)


async def test_what_the_server_says_of_a_captioner_comes_again_when_they_arrive(
    site: WebSite,
) -> None:
    async with site as web:
        web.begin()
        captioner(web, language="en")
        row = web.keep(lambda session: session.get_one(Participant, ("r1", "cap")))
        assert await _attributes(web.services, row) == captioner_attributes("en")
