"""What LiveKit tells: hints that are acted on at once; supervision finds what they miss.

They come twice, late, in another order, or never; none does harm then.
"""

import base64
import binascii
import hashlib
import secrets

import jwt
from fastapi import APIRouter, Request
from google.protobuf.json_format import Parse, ParseError
from livekit import api

from interpreter.room import Role
from interpreter.store import Participant
from web import booths, queries
from web.booth_rooms import is_booth_room
from web.errors import TokenWrong
from web.media_server import RoomGone
from web.rooms import captioner_attributes, interpreter_attributes, speaker_attributes
from web.services import Services, UsesServices
from web.settings import WebSettings

router = APIRouter(include_in_schema=False)


@router.post("/livekit/webhook", status_code=204)
async def webhook(request: Request, services: UsesServices) -> None:
    body = await request.body()
    event = verified(services.settings, body, request.headers.get("authorization", ""))
    if is_booth_room(event.room.name):
        return
    match event.event:
        case "participant_joined":
            await _announce(services, event)
        case "participant_left":
            await services.db.run(lambda session: queries.leave(session, *_connection(event)))
        case "room_finished":
            await services.db.run(lambda session: queries.end_room(session, event.room.name))
            await services.rooms.booths.close_all(event.room.name)
    if event.participant.kind == api.ParticipantInfo.Kind.AGENT:
        services.supervisor.look_soon(event.room.name)


def _connection(event: api.WebhookEvent) -> tuple[str, str, str, int]:
    """Room, identity, and which of their connections."""
    who = event.participant
    return event.room.name, who.identity, who.sid, who.joined_at_ms or who.joined_at * 1000


def verified(settings: WebSettings, body: bytes, authorization: str) -> api.WebhookEvent:
    """The event, if our LiveKit server signed exactly this body; raises TokenWrong.

    livekit.api's WebhookReceiver does the same, but raises bare Exceptions and compares the
    hash in a time that tells.
    """
    verifier = api.TokenVerifier(settings.livekit_api_key, settings.livekit_api_secret)
    try:
        claims = verifier.verify(authorization)
        signed = base64.b64decode(claims.sha256 or "", validate=True)
        if not secrets.compare_digest(signed, hashlib.sha256(body).digest()):
            raise TokenWrong
        return Parse(body.decode(), api.WebhookEvent(), ignore_unknown_fields=True)
    except (jwt.InvalidTokenError, binascii.Error, UnicodeDecodeError, ParseError) as error:
        raise TokenWrong from error


async def _attributes(services: Services, participant: Participant) -> dict[str, str]:
    if participant.role == Role.SPEAKER:
        return speaker_attributes(participant.language)
    if participant.role == Role.CAPTIONER:
        return captioner_attributes(participant.language)
    if participant.role != Role.INTERPRETER:
        return {}
    interpreter = await services.db.run(
        lambda session: booths.interpreter_as(session, participant.identity)
    )
    return interpreter_attributes(interpreter) if interpreter else {}


async def _announce(services: Services, event: api.WebhookEvent) -> None:
    """Write a speaker's or interpreter's attributes again, so that everybody learns of them at
    once."""
    room_id, identity = event.room.name, event.participant.identity
    participant = await services.db.run(
        lambda session: queries.arrive(session, *_connection(event))
    )
    if participant is None:
        return
    attributes = await _attributes(services, participant)
    if not attributes:
        return
    try:
        await services.rooms.write_attributes(room_id, identity, attributes)
    except RoomGone:
        return
