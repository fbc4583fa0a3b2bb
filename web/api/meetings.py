"""Joining a meeting, choosing how it is interpreted, and ending it."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request

from interpreter.room import Role
from interpreter.store import Meeting, Room
from web import booths, queries, relays
from web.api.shapes import (
    CaptionerJoins,
    ChangesModes,
    ChangesRelays,
    Ends,
    ErrorBody,
    InterpreterJoins,
    Joins,
    ListenerJoins,
    Modes,
    Place,
    Relays,
)
from web.errors import LanguageNotOffered
from web.forms import one_line
from web.modes import apply_change, channels_of, read_change
from web.permissions import (
    EarlierPlace,
    OpenMeeting,
    require_captioner_key,
    require_interpreter,
    require_key,
)
from web.rooms import captioner_attributes, interpreter_attributes, speaker_attributes
from web.services import Services, UsesServices
from web.tokens import (
    captioner_token,
    interpreter_token,
    listener_token,
    new_identity,
    speaker_token,
)

ERRORS: dict[int | str, dict[str, Any]] = {"4XX": {"model": ErrorBody}, 503: {"model": ErrorBody}}

router = APIRouter(prefix="/api/meetings/{meeting_id}", tags=["meetings"], responses=ERRORS)


@router.post("/join")
async def join(
    request: Request,
    meeting: OpenMeeting,
    earlier: EarlierPlace,
    joins: Annotated[Joins, Body()],
    services: UsesServices,
) -> Place:
    """Take a place as a listener, or with the key of a link as a speaker, captioner or
    interpreter.

    A page that was here before sends its token along and stays who it was.
    """
    if earlier is None:
        services.limits.join(request.client.host if request.client else "")
    identity = earlier.identity if earlier and earlier.role == joins.role else new_identity()
    if isinstance(joins, ListenerJoins):
        room = await services.rooms.open_for(meeting)
        token = listener_token(services.settings, room.id, identity)
        return _place(services, meeting, room, identity, token)
    if isinstance(joins, InterpreterJoins):
        return await _join_as_interpreter(meeting, joins, services)
    if isinstance(joins, CaptionerJoins):
        return await _join_as_captioner(meeting, joins, identity, services)
    require_key(meeting, joins.key)
    require_language(joins.language, meeting.spoken)
    name, language = one_line(joins.name), joins.language
    room = await services.rooms.open_for(meeting)
    await services.db.run(lambda s: queries.add_speaker(s, room.id, identity, name, language))
    attributes = speaker_attributes(language, joins.sound)
    token = speaker_token(services.settings, room.id, identity, name, attributes)
    return _place(services, meeting, room, identity, token)


async def _join_as_captioner(
    meeting: Meeting, joins: CaptionerJoins, identity: str, services: Services
) -> Place:
    require_captioner_key(meeting, joins.key)
    require_language(joins.language, meeting.spoken)
    name, language = one_line(joins.name), joins.language
    room = await services.rooms.open_for(meeting)
    await services.db.run(
        lambda s: queries.add_speaker(s, room.id, identity, name, language, Role.CAPTIONER)
    )
    attributes = captioner_attributes(language)
    token = captioner_token(services.settings, room.id, identity, name, attributes)
    return _place(services, meeting, room, identity, token)


async def _join_as_interpreter(
    meeting: Meeting, joins: InterpreterJoins, services: Services
) -> Place:
    """One console a person: whoever opens it in another window ends the first."""
    interpreter = await require_interpreter(services, meeting, joins.key)
    identity, name = booths.identity_of(interpreter), booths.shown_name(interpreter)
    room = await services.rooms.open_for(meeting)
    await services.db.run(lambda s: queries.add_interpreter_here(s, room.id, identity, name))
    services.supervisor.settings_changed(room.id)
    token = interpreter_token(
        services.settings, room.id, identity, name, interpreter_attributes(interpreter)
    )
    return _place(services, meeting, room, identity, token)


@router.get("/modes")
async def modes(meeting: OpenMeeting) -> Modes:
    """How the meeting is interpreted, and each of its channels."""
    return _modes(meeting)


@router.post("/modes")
async def change_modes(
    meeting: OpenMeeting, changes: ChangesModes, services: UsesServices
) -> Modes:
    """Interpret the meeting or some of its channels otherwise, also while it goes on.

    Needs the key of the speakers' link. Agents follow at once.
    """
    require_key(meeting, changes.key)
    change = read_change(meeting, changes.mode, changes.channels)
    changed = await services.change_meeting(meeting.id, partial(apply_change, change=change))
    return _modes(changed)


@router.get("/relays")
async def meeting_relays(meeting: OpenMeeting) -> Relays:
    """What the channels are interpreted from where somebody chose it, and how deep they may be."""
    return _relays(meeting)


@router.post("/relays")
async def change_relays(
    meeting: OpenMeeting, changes: ChangesRelays, services: UsesServices
) -> Relays:
    """Interpret channels from another channel, from the floor, or as it comes; also while the
    meeting goes on.

    Needs the key of the speakers' link. Agents follow at once.
    """
    require_key(meeting, changes.key)
    peopled = await services.db.run(lambda s: booths.peopled_channels(s, meeting.id))
    change = relays.read_change(meeting, changes.channels, changes.depth, peopled)
    return _relays(
        await services.change_meeting(meeting.id, partial(relays.apply_change, change=change))
    )


@router.post("/end", status_code=204)
async def end(meeting: OpenMeeting, ends: Ends, services: UsesServices) -> None:
    """End the meeting for everybody; needs the key of the speakers' link."""
    require_key(meeting, ends.key)
    await services.db.run(lambda session: queries.end_meeting(session, meeting.id))
    room, _ = await services.db.run(lambda session: queries.open_room(session, meeting.id))
    if room is not None:
        await services.rooms.end(room.id)


def require_language(language: str, known: list[str]) -> None:
    """Raise LanguageNotOffered unless it is one of the known ones."""
    if language not in known:
        raise LanguageNotOffered(language=one_line(language), known=", ".join(known))


def _modes(meeting: Meeting) -> Modes:
    own = meeting.channel_modes
    channels = {tag: own.get(tag, meeting.mode) for tag in channels_of(meeting)}
    return Modes(mode=meeting.mode, channels=channels)


def _relays(meeting: Meeting) -> Relays:
    return Relays(depth=meeting.relay_depth, channels=meeting.channel_sources)


def _place(services: Services, meeting: Meeting, room: Room, identity: str, token: str) -> Place:
    return Place(
        url=services.settings.browser_livekit_url,
        token=token,
        identity=identity,
        room=room.id,
        clock_zero=room.clock_zero,
        spoken=meeting.spoken,
        offered=meeting.offered,
    )
