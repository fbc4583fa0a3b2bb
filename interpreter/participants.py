"""What a participant is, by what the server says of it: names and self-made claims prove nothing.
And how a dead one is taken out."""

import asyncio

from livekit import api, rtc

from interpreter.room import CHANNELS, COVERS, EPOCH, ROLE, Role

LIVEKIT_AWAY = (TimeoutError, api.TwirpError, OSError)
"""What a request to the server raises when it is not there, or knows nothing of what is asked."""


def is_floor(participant: rtc.RemoteParticipant) -> bool:
    return _is_agent(participant, Role.FLOOR)


def is_pair(participant: rtc.RemoteParticipant) -> bool:
    return _is_agent(participant, Role.PAIR)


def is_speaker(participant: rtc.RemoteParticipant) -> bool:
    is_person = participant.kind == rtc.ParticipantKind.PARTICIPANT_KIND_STANDARD
    return is_person and participant.attributes.get(ROLE) == Role.SPEAKER


def is_captioner(participant: rtc.RemoteParticipant) -> bool:
    is_person = participant.kind == rtc.ParticipantKind.PARTICIPANT_KIND_STANDARD
    return is_person and participant.attributes.get(ROLE) == Role.CAPTIONER


def is_interpreter(participant: rtc.RemoteParticipant, channel: str) -> bool:
    """Whether this human may speak in a channel."""
    is_person = participant.kind == rtc.ParticipantKind.PARTICIPANT_KIND_STANDARD
    attributes = participant.attributes
    is_one = is_person and attributes.get(ROLE) == Role.INTERPRETER
    return is_one and channel in attributes.get(CHANNELS, "").split(",")


def covers(participant: rtc.RemoteParticipant, language: str) -> bool:
    """Whether an interpreter understands a language."""
    known = participant.attributes.get(COVERS, "")
    return not known or language in known.split(",")


def epoch_of(participant: rtc.RemoteParticipant) -> int:
    """An agent's epoch; the newest of its kind counts."""
    return int(participant.attributes.get(EPOCH, "0"))


def floor_identity(room: rtc.Room) -> str:
    """The room's floor agent, the newest where an old one has not gone yet; empty: none."""
    floors = [p for p in room.remote_participants.values() if is_floor(p)]
    return max(floors, key=epoch_of).identity if floors else ""


async def remove_participant(
    livekit: api.LiveKitAPI, room: str, identity: str, limit_s: float
) -> bool:
    """Everybody in the room knows within milliseconds; LiveKit by itself tells after 20 s. False
    where the participant has gone by itself, or the server does not answer."""
    try:
        async with asyncio.timeout(limit_s):
            await livekit.room.remove_participant(
                api.RoomParticipantIdentity(room=room, identity=identity)
            )
    except LIVEKIT_AWAY:
        return False
    return True


def _is_agent(participant: rtc.RemoteParticipant, role: Role) -> bool:
    is_agent = participant.kind == rtc.ParticipantKind.PARTICIPANT_KIND_AGENT
    return is_agent and participant.attributes.get(ROLE) == role
