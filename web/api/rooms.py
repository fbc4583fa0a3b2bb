"""What a page in a meeting says and asks: its choice, its spoken language, captions it missed."""

from typing import Annotated

from fastapi import APIRouter, Query

from interpreter.room import Role
from web import queries
from web.api.meetings import ERRORS, require_language
from web.api.shapes import Captions, Choice, Speaks, Tag, caption_segment
from web.permissions import AnyoneInRoom, ListenerInRoom, SpeakerInRoom
from web.rooms import captioner_attributes, speaker_attributes
from web.services import UsesServices

router = APIRouter(prefix="/api/rooms/{room}", tags=["rooms"], responses=ERRORS)


@router.post("/choice", status_code=204)
async def choice(who: ListenerInRoom, choice: Choice, services: UsesServices) -> None:
    """Say what this page listens to; again at each change and every 15 seconds."""
    if choice.language is not None:
        require_language(choice.language, queries.transcript_languages(who.meeting))
    room_id, identity = who.room.id, who.identity
    is_new = await services.db.run(
        lambda session: queries.choose(session, room_id, identity, choice.language, choice.sound)
    )
    if is_new:
        services.supervisor.choice_changed(room_id)


@router.post("/speaks", status_code=204)
async def speaks(who: SpeakerInRoom, speaks: Speaks, services: UsesServices) -> None:
    """Say which language this speaker speaks, or this captioner types, from now on, and how the
    speaker's sound is treated."""
    require_language(speaks.language, who.meeting.spoken)
    room_id, identity = who.room.id, who.identity
    await services.db.run(
        lambda session: queries.speak(session, room_id, identity, speaks.language)
    )
    if who.role == Role.CAPTIONER:
        attributes = captioner_attributes(speaks.language)
    else:
        attributes = speaker_attributes(speaks.language, speaks.sound)
    await services.rooms.write_attributes(room_id, identity, attributes)


@router.get("/captions", response_model_exclude_defaults=True)
async def captions(
    who: AnyoneInRoom,
    services: UsesServices,
    language: Annotated[Tag, Query()],
    after_s: Annotated[
        float | None, Query(description="Room clock; segments that end later; none: all")
    ] = None,
) -> Captions:
    """Final captions of one language, for who came late or was away."""
    require_language(language, queries.transcript_languages(who.meeting))
    segments = await services.db.run(
        lambda session: queries.captions_after(session, who.room.id, language, after_s)
    )
    return Captions(segments=[caption_segment(segment) for segment in segments])
