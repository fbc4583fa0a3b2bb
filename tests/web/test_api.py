"""What the browser client may ask, and who may not."""

import base64
import hashlib
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from livekit import api

from interpreter.events import Origin
from interpreter.room import Role
from interpreter.store import Meeting, Participant, Room
from tests.web.conftest import KEY, SECRET, Site, bearer, segment
from web import queries
from web.tokens import listener_token, speaker_token

SITE = AbstractAsyncContextManager[Site]


def said(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of an error; every error has a sentence too."""
    body = answer.json()
    assert set(body) == {"code", "sentence"}
    assert body["sentence"].endswith((".", "»", "”"))
    return answer.status_code, body["code"]


async def test_joining_without_a_media_server_says_to_try_again(site: SITE) -> None:
    async with site as web:
        web.keep(lambda session: session.add(web.meeting))
        answer = await web.http.post("/api/meetings/m1/join", json={"role": "listener"})
        rooms = web.keep(queries.open_rooms)
    assert said(answer) == (503, "media_server_away")
    assert rooms == []


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("nowhere", {"role": "listener"}, (404, "meeting_not_found")),
        ("over", {"role": "listener"}, (410, "meeting_over")),
        ("m1", {"role": "admin"}, (422, "invalid")),
        ("m1", {}, (422, "invalid")),
        ("m1", {"role": "speaker", "key": "k1"}, (422, "invalid")),
        ("m1", {"role": "speaker", "key": "no", "language": "en"}, (403, "key_wrong")),
        ("m1", {"role": "speaker", "key": "k1", "language": "xx"}, (422, "language_not_offered")),
        ("m1", {"role": "speaker", "key": "k1", "language": "es"}, (422, "language_not_offered")),
    ],
)
async def test_joining_wrongly_says_what_to_do(
    site: SITE, path: str, body: dict[str, str], expected: tuple[int, str]
) -> None:
    async with site as web:
        web.keep(lambda session: session.add(web.meeting))
        over = Meeting(
            id="over",
            name="O",
            spoken=["en"],
            offered=["es"],
            speaker_key="k",
            ended_at=datetime.now(UTC),
        )
        web.keep(lambda session: session.add(over))
        answer = await web.http.post(f"/api/meetings/{path}/join", json=body)
    assert said(answer) == expected


async def test_a_choice_is_counted_into_what_the_room_wants(site: SITE) -> None:
    async with site as web:
        web.begin()
        one, other = web.listener("one"), web.listener("other")
        for headers, choice in [
            (one, {"language": "es", "sound": True}),
            (other, {"language": "ca", "sound": False}),
        ]:
            answer = await web.http.post("/api/rooms/r1/choice", json=choice, headers=headers)
            assert answer.status_code == 204
        wanted = web.keep(lambda session: queries.chosen(session, "r1"))
    assert wanted.voices == ("es",)
    assert wanted.captions == ("ca", "es")


async def test_a_choice_of_nothing_takes_the_language_back(site: SITE) -> None:
    async with site as web:
        web.begin()
        headers = web.listener()
        await web.http.post(
            "/api/rooms/r1/choice", json={"language": "es", "sound": True}, headers=headers
        )
        await web.http.post("/api/rooms/r1/choice", json={"language": None}, headers=headers)
        wanted = web.keep(lambda session: queries.chosen(session, "r1"))
    assert wanted.languages == frozenset()


@pytest.mark.parametrize("language", ["xx", "", "<b>", "-->", "\u202e", "🎉"])
async def test_a_language_that_the_meeting_has_not_is_refused(site: SITE, language: str) -> None:
    async with site as web:
        web.begin()
        answer = await web.http.post(
            "/api/rooms/r1/choice",
            json={"language": language, "sound": True},
            headers=web.listener(),
        )
    assert said(answer) == (422, "language_not_offered")


def foreign_tokens(web: Site) -> dict[str, str]:
    """Tokens that open nothing in room r1, by what is wrong with them."""
    settings = web.settings
    expired = settings.model_copy(update={"token_ttl_s": -3600.0})
    stranger = settings.model_copy(update={"livekit_api_secret": SECRET + "x"})
    other_key = settings.model_copy(update={"livekit_api_key": "APIother"})
    no_join = (
        api.AccessToken(KEY, SECRET)
        .with_identity("lis")
        .with_grants(api.VideoGrants(room="r1", room_admin=True))
    )
    return {
        "expired": listener_token(expired, "r1", "lis"),
        "other secret": listener_token(stranger, "r1", "lis"),
        "other key": listener_token(other_key, "r1", "lis"),
        "other room": listener_token(settings, "r2", "lis"),
        "unknown speaker": speaker_token(settings, "r1", "nobody", "Ana", {}),
        "another role": speaker_token(settings, "r1", "lis", "Ana", {}),
        "not for joining": no_join.to_jwt(),
        "garbage": "a.b.c",
        "empty": "",
    }


@pytest.mark.parametrize(
    "kind",
    [
        "expired",
        "other secret",
        "other key",
        "other room",
        "unknown speaker",
        "another role",
        "not for joining",
        "garbage",
        "empty",
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/rooms/r1/choice"),
        ("POST", "/api/rooms/r1/speaks"),
        ("GET", "/api/rooms/r1/captions?language=es"),
    ],
)
async def test_a_foreign_token_opens_nothing(site: SITE, kind: str, method: str, path: str) -> None:
    async with site as web:
        web.begin("r2")
        web.begin("r1")
        web.listener("lis", "r2")
        web.listener("lis", "r1")
        headers = bearer(foreign_tokens(web)[kind])
        answer = await web.http.request(method, path, json={"language": "es"}, headers=headers)
    assert said(answer) == (401, "token_wrong")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_no_token_is_as_good_as_a_wrong_one(site: SITE) -> None:
    async with site as web:
        web.begin()
        answer = await web.http.get("/api/rooms/r1/captions?language=es")
    assert said(answer) == (401, "token_wrong")


async def test_each_role_has_its_own_rights(site: SITE) -> None:
    async with site as web:
        web.begin()
        by_speaker = await web.http.post(
            "/api/rooms/r1/choice", json={"language": "es"}, headers=web.speaker()
        )
        by_listener = await web.http.post(
            "/api/rooms/r1/speaks", json={"language": "en"}, headers=web.listener()
        )
    assert said(by_speaker) == (403, "not_allowed")
    assert said(by_listener) == (403, "not_allowed")


async def test_a_room_that_is_over_takes_no_choice(site: SITE) -> None:
    async with site as web:
        web.begin()
        headers = web.listener()
        web.keep(lambda session: queries.end_room(session, "r1"))
        answer = await web.http.post(
            "/api/rooms/r1/choice", json={"language": "es"}, headers=headers
        )
    assert said(answer) == (410, "meeting_over")


async def test_a_late_listener_gets_the_captions_they_missed(site: SITE) -> None:
    async with site as web:
        web.begin()
        web.say(
            segment("Good morning.", 1.0),
            segment("Buenos días. <b> --> 🎉", 1.0, "es", Origin.MACHINE, source="en.1.1"),
            segment("Gracias.", 10.0, "es", Origin.MACHINE, source="en.1.10"),
        )
        headers = web.listener()
        all_of_es = await web.http.get("/api/rooms/r1/captions?language=es", headers=headers)
        later = await web.http.get("/api/rooms/r1/captions?language=es&after_s=3", headers=headers)
    assert all_of_es.json()["segments"][0] == {
        "seg": "es.1.1",
        "lang": "es",
        "origin": "machine",
        "speaker": "Ana",
        "start": 1.0,
        "end": 3.0,
        "text": "Buenos días. <b> --> 🎉",
        "epoch": 1,
        "src": ["en.1.1"],
    }
    assert [item["text"] for item in later.json()["segments"]] == ["Gracias."]


async def test_missed_captions_say_what_they_are_written_in(site: SITE) -> None:
    async with site as web:
        web.begin()
        untold = replace(segment("[English] Hello.", 1.0, "es"), text_language="en")
        web.say(untold, segment("Gracias.", 10.0, "es"))
        missed = await web.http.get("/api/rooms/r1/captions?language=es", headers=web.listener())
        page = await web.http.get("/m/m1/transcript")
    assert [item.get("text_lang") for item in missed.json()["segments"]] == ["en", None]
    assert '<bdi lang="en" dir="auto">[English] Hello.</bdi>' in page.text
    assert '<bdi dir="ltr">Gracias.</bdi>' in page.text


async def test_captions_before_zero_are_found_where_clocks_differ(site: SITE) -> None:
    async with site as web:
        web.begin()
        web.say(segment("Good morning.", -180.0))
        headers = web.listener()
        answer = await web.http.get("/api/rooms/r1/captions?language=en", headers=headers)
    assert [item["text"] for item in answer.json()["segments"]] == ["Good morning."]


async def test_the_holder_of_the_speakers_key_ends_the_meeting(site: SITE) -> None:
    async with site as web:
        web.keep(lambda session: session.add(web.meeting))
        refused = await web.http.post("/api/meetings/m1/end", json={"key": "wrong"})
        ended = await web.http.post("/api/meetings/m1/end", json={"key": "k1"})
        again = await web.http.post("/api/meetings/m1/join", json={"role": "listener"})
    assert said(refused) == (403, "key_wrong")
    assert ended.status_code == 204
    assert said(again) == (410, "meeting_over")


async def test_choices_lapse_only_when_old_and_their_listener_is_gone(site: SITE) -> None:
    long_ago = datetime.now(UTC) - timedelta(seconds=46)
    async with site as web:
        web.begin()
        web.keep(
            lambda session: session.add_all(
                Participant(
                    room_id="r1",
                    identity=name,
                    role=Role.LISTENER,
                    language=language,
                    wants_sound=True,
                    renewed_at=renewed_at,
                )
                for name, language, renewed_at in [
                    ("gone", "es", long_ago),
                    ("asleep", "ca", long_ago),
                    ("fresh", "en", datetime.now(UTC)),
                ]
            )
        )
        web.keep(lambda session: queries.lapse_choices(session, "r1", ["asleep"], 45.0))
        wanted = web.keep(lambda session: queries.chosen(session, "r1"))
    assert wanted.voices == ("ca", "en")


def signed(body: bytes, secret: str = SECRET, over: bytes | None = None) -> str:
    digest = base64.b64encode(hashlib.sha256(body if over is None else over).digest()).decode()
    return api.AccessToken(KEY, secret).with_sha256(digest).to_jwt()


FINISHED = b'{"event": "room_finished",  "room": {"name": "r1"}}'


async def test_a_signed_webhook_is_believed(site: SITE) -> None:
    async with site as web:
        web.begin()
        answer = await web.http.post(
            "/livekit/webhook", content=FINISHED, headers={"Authorization": signed(FINISHED)}
        )
        room = web.keep(lambda session: session.get_one(Room, "r1"))
    assert answer.status_code == 204
    assert room.ended_at is not None


@pytest.mark.parametrize(
    "authorization",
    [
        pytest.param("", id="none"),
        pytest.param("a.b.c", id="garbage"),
        pytest.param(signed(FINISHED, SECRET + "x"), id="another-secret"),
        pytest.param(signed(FINISHED, over=FINISHED + b" "), id="another-body"),
        pytest.param(api.AccessToken(KEY, SECRET).to_jwt(), id="no-hash"),
        pytest.param(
            api.AccessToken(KEY, SECRET).with_sha256("not base64!").to_jwt(), id="no-base64"
        ),
    ],
)
async def test_a_webhook_that_livekit_did_not_sign_changes_nothing(
    site: SITE, authorization: str
) -> None:
    async with site as web:
        web.begin()
        answer = await web.http.post(
            "/livekit/webhook", content=FINISHED, headers={"Authorization": authorization}
        )
        room = web.keep(lambda session: session.get_one(Room, "r1"))
    assert said(answer) == (401, "token_wrong")
    assert room.ended_at is None


@pytest.mark.parametrize("body", [b"", b"not json", b"[1]", b"\xff\xfe"])
async def test_a_signed_webhook_that_makes_no_sense_changes_nothing(
    site: SITE, body: bytes
) -> None:
    async with site as web:
        answer = await web.http.post(
            "/livekit/webhook", content=body, headers={"Authorization": signed(body)}
        )
    assert said(answer) == (401, "token_wrong")


async def test_who_left_is_noted_and_unknown_people_are_ignored(site: SITE) -> None:
    async with site as web:
        web.begin()
        web.listener("lis")
        for identity in ("lis", "agent-x"):
            body = (
                '{"event": "participant_left", "room": {"name": "r1"}, '
                f'"participant": {{"identity": "{identity}"}}}}'
            ).encode()
            answer = await web.http.post(
                "/livekit/webhook", content=body, headers={"Authorization": signed(body)}
            )
            assert answer.status_code == 204
        participant = web.keep(lambda session: session.get_one(Participant, ("r1", "lis")))
    assert participant.left_at is not None


async def test_health_is_about_the_process_and_readiness_about_what_it_needs(site: SITE) -> None:
    async with site as web:
        health = await web.http.get("/healthz")
        ready = await web.http.get("/readyz")
    assert health.status_code == 200
    assert ready.status_code == 503
    assert ready.json() == {"database": True, "media_server": False, "supervision": True}


async def test_the_api_describes_itself(site: SITE) -> None:
    async with site as web:
        described = (await web.http.get("/openapi.json")).json()
    assert set(described["paths"]) == {
        "/api/meetings/{meeting_id}/join",
        "/api/meetings/{meeting_id}/modes",
        "/api/meetings/{meeting_id}/relays",
        "/api/meetings/{meeting_id}/end",
        "/api/meetings/{meeting_id}/technician/calls",
        "/api/rooms/{room}/choice",
        "/api/rooms/{room}/speaks",
        "/api/rooms/{room}/captions",
        "/api/rooms/{room}/terms",
        "/api/rooms/{room}/booth/{language}/take",
        "/api/rooms/{room}/booth/{language}/hand-back",
        "/api/rooms/{room}/booth/{language}/talk",
        "/api/rooms/{room}/booth/{language}/messages",
        "/api/rooms/{room}/booth/{language}/handover",
        "/api/rooms/{room}/booth/{language}/handover/{number}",
        "/api/rooms/{room}/booth/{language}/shift",
        "/healthz",
        "/readyz",
    }
    assert "HTTPBearer" in described["components"]["securitySchemes"]
