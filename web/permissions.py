"""Who may: each permission is a dependency that gives what it protects, or raises."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from interpreter.glossary_rows import GlossaryRow
from interpreter.room import Role
from interpreter.store import Interpreter, Meeting, Participant, Room
from web import booths
from web.errors import (
    CaptionerKeyWrong,
    ConsoleKeyWrong,
    GlossaryNotFound,
    KeyWrong,
    MeetingNotFound,
    MeetingOver,
    NotAllowed,
    NotOfChannel,
    TokenWrong,
)
from web.forms import one_line
from web.glossaries import glossary_of
from web.security import derived_secret, is_same_secret
from web.services import Services, UsesServices
from web.tokens import Holder, holder_of

_bearer = HTTPBearer(auto_error=False, description="The LiveKit token that `join` gave.")


async def _any_meeting(meeting_id: str, services: UsesServices) -> Meeting:
    meeting = await services.db.run(lambda session: session.get(Meeting, meeting_id))
    if meeting is None:
        raise MeetingNotFound
    return meeting


AnyMeeting = Annotated[Meeting, Depends(_any_meeting)]
"""Over or not: transcripts stay."""


async def _open_meeting(meeting: AnyMeeting) -> Meeting:
    if meeting.ended_at is not None:
        raise MeetingOver(meeting.id)
    return meeting


OpenMeeting = Annotated[Meeting, Depends(_open_meeting)]
"""Anybody with the link may listen."""


def require_key(meeting: Meeting, key: str) -> None:
    """Raise KeyWrong unless this is the key of the speakers' link."""
    if not is_same_secret(key, meeting.speaker_key):
        raise KeyWrong


def captioner_key(meeting: Meeting) -> str:
    """The key of the captioners' link: who has it can type, and neither speak nor change
    anything."""
    return derived_secret(meeting.speaker_key, "captioner")


def require_captioner_key(meeting: Meeting, key: str) -> None:
    """Raise CaptionerKeyWrong unless this is the key of the captioners' link."""
    if not is_same_secret(key, captioner_key(meeting)):
        raise CaptionerKeyWrong


async def require_interpreter(services: Services, meeting: Meeting, key: str) -> Interpreter:
    """Whose console this key opens; raises KeyWrong."""
    found = await services.db.run(lambda s: booths.interpreter_with_key(s, meeting.id, key))
    if found is None:
        raise ConsoleKeyWrong
    return found


@dataclass(frozen=True, slots=True)
class AtConsole:
    """An interpreter of a meeting, proven by the key of their own link."""

    meeting: Meeting
    interpreter: Interpreter


async def _console(
    meeting: OpenMeeting, services: UsesServices, key: Annotated[str, Query()] = ""
) -> AtConsole:
    return AtConsole(meeting, await require_interpreter(services, meeting, key))


UsesConsole = Annotated[AtConsole, Depends(_console)]


async def _speakers_meeting(meeting: OpenMeeting, key: Annotated[str, Query()] = "") -> Meeting:
    require_key(meeting, key)
    return meeting


SpeakersMeeting = Annotated[Meeting, Depends(_speakers_meeting)]
"""Whoever holds the speakers' link."""


async def _captioners_meeting(meeting: OpenMeeting, key: Annotated[str, Query()] = "") -> Meeting:
    require_captioner_key(meeting, key)
    return meeting


CaptionersMeeting = Annotated[Meeting, Depends(_captioners_meeting)]
"""Whoever holds the captioners' link."""


_ROLES = (Role.LISTENER, Role.SPEAKER, Role.INTERPRETER, Role.CAPTIONER)


@dataclass(frozen=True, slots=True)
class OfMeeting:
    """A glossary, and the meeting by whose speakers' link it may be changed."""

    meeting: Meeting
    glossary: GlossaryRow


async def _glossary(
    meeting: SpeakersMeeting, glossary_id: str, services: UsesServices
) -> OfMeeting:
    found = await services.db.run(lambda s: glossary_of(s, meeting.id, glossary_id))
    if found is None:
        raise GlossaryNotFound
    return OfMeeting(meeting, found)


UsesGlossary = Annotated[OfMeeting, Depends(_glossary)]
"""Until there are accounts, who organises a meeting may change its glossaries."""


@dataclass(frozen=True, slots=True)
class InRoom:
    """A participant of a session that goes on, proven by their LiveKit token."""

    room: Room
    meeting: Meeting
    identity: str
    role: str


async def _in_room(
    room: str,
    services: UsesServices,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> InRoom:
    if credentials is None:
        raise TokenWrong
    holder = holder_of(services.settings, credentials.credentials)
    if holder.room != room or holder.role not in _ROLES:
        raise TokenWrong
    services.limits.request(holder.identity)
    found = await services.db.run(
        lambda session: (
            session.get(Room, room),
            session.get(Participant, (room, holder.identity)),
        )
    )
    session_row, participant = found
    # Listeners are in the database only while they have chosen; their token proves them.
    role = participant.role if participant else Role.LISTENER
    if session_row is None or role != holder.role:
        raise TokenWrong
    meeting = await services.db.run(lambda s: s.get_one(Meeting, session_row.meeting_id))
    if session_row.ended_at is not None or meeting.ended_at is not None:
        raise MeetingOver(meeting.id)
    return InRoom(session_row, meeting, holder.identity, role)


AnyoneInRoom = Annotated[InRoom, Depends(_in_room)]


async def _listener_in_room(who: AnyoneInRoom) -> InRoom:
    if who.role != Role.LISTENER:
        raise NotAllowed
    return who


async def _speaker_in_room(who: AnyoneInRoom) -> InRoom:
    if who.role not in (Role.SPEAKER, Role.CAPTIONER):
        raise NotAllowed
    return who


@dataclass(frozen=True, slots=True)
class InBooth:
    """An interpreter at their console, in a session that goes on."""

    place: InRoom
    interpreter: Interpreter


async def _interpreter_in_room(who: AnyoneInRoom, services: UsesServices) -> InBooth:
    found = None
    if who.role == Role.INTERPRETER:
        found = await services.db.run(lambda s: booths.interpreter_as(s, who.identity))
    if found is None:
        raise NotAllowed
    return InBooth(who, found)


InterpreterInRoom = Annotated[InBooth, Depends(_interpreter_in_room)]


async def _interpreter_of_channel(who: InterpreterInRoom, language: str) -> InBooth:
    if language not in who.interpreter.channels:
        raise NotOfChannel(language=one_line(language))
    return who


InterpreterOfChannel = Annotated[InBooth, Depends(_interpreter_of_channel)]
"""Who speaks into the channel that the path names."""
ListenerInRoom = Annotated[InRoom, Depends(_listener_in_room)]
SpeakerInRoom = Annotated[InRoom, Depends(_speaker_in_room)]
"""Who speaks on the floor, or types what is said there."""


async def _earlier_place(
    meeting: OpenMeeting,
    services: UsesServices,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Holder | None:
    if credentials is None:
        return None
    try:
        holder = holder_of(services.settings, credentials.credentials)
    except TokenWrong:
        return None
    services.limits.join_again(holder.identity)
    room = await services.db.run(lambda session: session.get(Room, holder.room))
    return holder if room and room.meeting_id == meeting.id else None


EarlierPlace = Annotated[Holder | None, Depends(_earlier_place)]
"""Who a page was that comes back to a meeting, if its token still proves it."""
