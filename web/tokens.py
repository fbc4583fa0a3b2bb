"""LiveKit tokens: what each role may do, every grant said explicitly, and who holds a given one."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

import jwt
from livekit import api

from interpreter.room import ROLE, Role
from web.errors import TokenWrong
from web.settings import WebSettings

_BOOTH_TTL_S = 60.0
"""Consoles ask for a new one at each join, so that nobody can come back who was removed."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who a token says that its bearer is, proven by our signature."""

    room: str
    identity: str
    role: str


def new_identity() -> str:
    """Random for every join: two tabs never push each other out, and nobody is followed."""
    return secrets.token_urlsafe(12)


def listener_token(settings: WebSettings, room: str, identity: str) -> str:
    """Hidden, hears everything, can publish nothing."""
    grants = _grants(room)
    grants.hidden = True
    return _signed(settings, identity, grants, {ROLE: Role.LISTENER})


def speaker_token(
    settings: WebSettings, room: str, identity: str, name: str, attributes: dict[str, str]
) -> str:
    """Seen by all, may publish a microphone and nothing else, may not change what it is."""
    grants = _grants(room)
    grants.can_publish = True
    grants.can_publish_sources = ["microphone"]
    return _signed(settings, identity, grants, {ROLE: Role.SPEAKER, **attributes}, name)


def captioner_token(
    settings: WebSettings, room: str, identity: str, name: str, attributes: dict[str, str]
) -> str:
    """Seen by all, as the floor agent must know who types; may publish data and no sound."""
    grants = _grants(room)
    grants.can_publish_data = True
    return _signed(settings, identity, grants, {ROLE: Role.CAPTIONER, **attributes}, name)


def interpreter_token(
    settings: WebSettings, room: str, identity: str, name: str, attributes: dict[str, str]
) -> str:
    """Seen by all; may publish a microphone, and heartbeats to the floor agent."""
    grants = _grants(room)
    grants.can_publish = True
    grants.can_publish_data = True
    grants.can_publish_sources = ["microphone"]
    return _signed(settings, identity, grants, {ROLE: Role.INTERPRETER, **attributes}, name)


def booth_token(settings: WebSettings, room: str, identity: str, name: str) -> str:
    """Into a booth's own room, at once or never; opens nothing else."""
    grants = _grants(room)
    grants.can_publish = True
    grants.can_publish_sources = ["microphone"]
    return _signed(settings, identity, grants, {}, name, ttl_s=_BOOTH_TTL_S)


def holder_of(settings: WebSettings, token: str) -> Holder:
    """Read one of our participants' tokens; raises TokenWrong."""
    verifier = api.TokenVerifier(settings.livekit_api_key, settings.livekit_api_secret)
    try:
        claims = verifier.verify(token)
    except jwt.InvalidTokenError as error:
        raise TokenWrong from error
    if not claims.video or not claims.video.room_join or not claims.video.room:
        raise TokenWrong
    role = (claims.attributes or {}).get(ROLE, "")
    return Holder(claims.video.room, claims.identity, role)


def _grants(room: str) -> api.VideoGrants:
    """May join this room and hear it; LiveKit's defaults for the rest are partly yes."""
    return api.VideoGrants(
        room=room,
        room_join=True,
        can_subscribe=True,
        can_publish=False,
        can_publish_data=False,
        can_publish_sources=[],
        can_update_own_metadata=False,
        can_subscribe_metrics=False,
        can_manage_agent_session=False,
        hidden=False,
        recorder=False,
        agent=False,
        room_create=False,
        room_list=False,
        room_record=False,
        room_admin=False,
        ingress_admin=False,
        destination_room="",
    )


def _signed(
    settings: WebSettings,
    identity: str,
    grants: api.VideoGrants,
    attributes: dict[str, str],
    name: str = "",
    ttl_s: float | None = None,
) -> str:
    return (
        api.AccessToken(settings.livekit_api_key, settings.livekit_api_secret)
        .with_identity(identity)
        .with_name(name)
        .with_kind("standard")
        .with_attributes({key: str(value) for key, value in attributes.items()})
        .with_ttl(timedelta(seconds=ttl_s or settings.token_ttl_s))
        .with_grants(grants)
        .to_jwt()
    )
