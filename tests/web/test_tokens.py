"""What each role's LiveKit token grants: everything said, nothing left to defaults."""

from pathlib import Path

import jwt
import pytest

from tests.web.conftest import KEY, SECRET, web_settings
from web.errors import TokenWrong
from web.rooms import speaker_attributes
from web.settings import WebSettings
from web.tokens import Holder, holder_of, listener_token, new_identity, speaker_token

NOTHING_ELSE = {
    "roomJoin": True,
    "room": "r1",
    "canSubscribe": True,
    "canPublishData": False,
    "canUpdateOwnMetadata": False,
    "canSubscribeMetrics": False,
    "canManageAgentSession": False,
    "recorder": False,
    "agent": False,
    "roomCreate": False,
    "roomList": False,
    "roomRecord": False,
    "roomAdmin": False,
    "ingressAdmin": False,
}


@pytest.fixture
def settings(tmp_path: Path) -> WebSettings:
    return web_settings(tmp_path)


def claims(token: str) -> dict[str, object]:
    read: dict[str, object] = jwt.decode(token, SECRET, algorithms=["HS256"], issuer=KEY)
    return read


def test_a_listener_is_hidden_and_publishes_nothing(settings: WebSettings) -> None:
    said = claims(listener_token(settings, "r1", "lis"))
    silent = {"hidden": True, "canPublish": False, "canPublishSources": []}
    assert said["video"] == {**NOTHING_ELSE, **silent}
    assert (said["sub"], said["attributes"]) == ("lis", {"role": "listener"})


def test_a_speaker_publishes_a_microphone(settings: WebSettings) -> None:
    said = claims(speaker_token(settings, "r1", "spk", "Ana", speaker_attributes("en", "headset")))
    speaking = {"hidden": False, "canPublish": True, "canPublishSources": ["microphone"]}
    assert said["video"] == {**NOTHING_ELSE, **speaking}
    attributes = {"role": "speaker", "language": "en", "sound": "headset"}
    assert (said["name"], said["attributes"]) == ("Ana", attributes)


def test_a_token_lasts_a_meeting(settings: WebSettings) -> None:
    said = claims(listener_token(settings, "r1", "lis"))
    assert isinstance(said["exp"], int)
    assert isinstance(said["nbf"], int)
    assert said["exp"] - said["nbf"] == settings.token_ttl_s


def test_a_holder_is_who_the_token_says(settings: WebSettings) -> None:
    token = listener_token(settings, "r1", "lis")
    assert holder_of(settings, token) == Holder("r1", "lis", "listener")


def test_a_token_without_a_signature_is_wrong(settings: WebSettings) -> None:
    unsigned = jwt.encode(claims(listener_token(settings, "r1", "lis")), "", algorithm="none")
    with pytest.raises(TokenWrong):
        holder_of(settings, unsigned)


def test_every_join_has_an_identity_of_its_own() -> None:
    assert new_identity() != new_identity()
