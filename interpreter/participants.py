"""What a participant is, by what the server says of it. Names and self-made claims prove
nothing."""

from livekit import rtc

from interpreter.room import EPOCH, ROLE, Role


def is_floor(participant: rtc.RemoteParticipant) -> bool:
    return _is_agent(participant, Role.FLOOR)


def is_pair(participant: rtc.RemoteParticipant) -> bool:
    return _is_agent(participant, Role.PAIR)


def is_speaker(participant: rtc.RemoteParticipant) -> bool:
    is_person = participant.kind == rtc.ParticipantKind.PARTICIPANT_KIND_STANDARD
    return is_person and participant.attributes.get(ROLE) == Role.SPEAKER


def epoch_of(participant: rtc.RemoteParticipant) -> int:
    """An agent's epoch; the newest of its kind counts."""
    return int(participant.attributes.get(EPOCH, "0"))


def _is_agent(participant: rtc.RemoteParticipant, role: Role) -> bool:
    is_agent = participant.kind == rtc.ParticipantKind.PARTICIPANT_KIND_AGENT
    return is_agent and participant.attributes.get(ROLE) == role
