"""What the interpreters of one channel have among themselves: a room to talk in, and messages."""

from typing import Annotated

from fastapi import APIRouter, Query

from web import booth_chat, booths
from web.api.meetings import ERRORS
from web.api.shapes import BoothPlace, Message, Messages, Tag, WritesMessage
from web.booth_chat import Written
from web.permissions import InterpreterOfChannel
from web.services import UsesServices
from web.tokens import booth_token

router = APIRouter(prefix="/api/rooms/{room}/booth/{language}", tags=["booth"], responses=ERRORS)


@router.post("/talk")
async def talk(who: InterpreterOfChannel, language: Tag, services: UsesServices) -> BoothPlace:
    """Enter the booth's own room: colleagues of the channel alone hear what is said there."""
    room = await services.rooms.booths.open_for(who.place.room.id, language)
    identity, name = booths.identity_of(who.interpreter), booths.shown_name(who.interpreter)
    return BoothPlace(
        url=services.settings.browser_livekit_url,
        token=booth_token(services.settings, room, identity, name),
        identity=identity,
        room=room,
    )


@router.post("/messages")
async def write(
    who: InterpreterOfChannel, language: Tag, writes: WritesMessage, services: UsesServices
) -> Message:
    """Write to the colleagues of the channel; they are told at once."""
    room_id, text = who.place.room.id, booth_chat.read_message(writes.text)
    written, is_new = await services.db.run(
        lambda s: booth_chat.write_message(s, room_id, language, who.interpreter, writes.id, text)
    )
    if is_new:
        await services.rooms.booths.announce_message(room_id, language)
    return _message(written)


@router.get("/messages")
async def messages(
    who: InterpreterOfChannel,
    language: Tag,
    services: UsesServices,
    after: Annotated[
        int, Query(ge=0, le=2**31 - 1, description="Number of the last one that is known")
    ] = 0,
) -> Messages:
    """What was written in this session's booth, for who came late or was away too."""
    room_id = who.place.room.id
    found = await services.db.run(lambda s: booth_chat.messages_after(s, room_id, language, after))
    return Messages(messages=[_message(one) for one in found])


def _message(written: Written) -> Message:
    message, author = written.message, written.author
    return Message(
        number=message.number,
        id=message.client_id,
        identity=booths.identity_of(author),
        name=booths.shown_name(author),
        text=message.text,
        at=message.at,
    )
