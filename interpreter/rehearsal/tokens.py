"""Tokens for a talk and its listener: every grant is set, and no more than each needs."""

import secrets
from datetime import timedelta

from livekit import api

from interpreter.room import LANGUAGE, ROLE, Role
from interpreter.settings import Settings

TOKEN_LIFE = timedelta(hours=6)


def listener_token(settings: Settings, room: str) -> str:
    """A hidden participant that publishes nothing."""
    grants = api.VideoGrants(
        room_join=True,
        room=room,
        can_publish=False,
        can_publish_data=False,
        can_subscribe=True,
        can_update_own_metadata=False,
        hidden=True,
    )
    return _token(settings, "recorder", grants, {ROLE: Role.LISTENER.value})


def speaker_token(settings: Settings, room: str, language: str) -> str:
    """A microphone, and nothing else."""
    grants = api.VideoGrants(
        room_join=True,
        room=room,
        can_publish=True,
        can_publish_sources=["microphone"],
        can_publish_data=False,
        can_subscribe=False,
        can_update_own_metadata=False,
    )
    return _token(settings, "talk", grants, {ROLE: Role.SPEAKER.value, LANGUAGE: language})


def _token(
    settings: Settings, name: str, grants: api.VideoGrants, attributes: dict[str, str]
) -> str:
    return (
        api.AccessToken(settings.livekit_api_key, settings.livekit_api_secret)
        .with_identity(f"{name}-{secrets.token_hex(4)}")
        .with_name("Talk")
        .with_grants(grants)
        .with_attributes(attributes)
        .with_ttl(TOKEN_LIFE)
        .to_jwt()
    )
