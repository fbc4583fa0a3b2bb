"""What a console asks: to be on air, and to hand the channel back."""

from fastapi import APIRouter

from interpreter.store import OnAirWish
from web import booths
from web.api.meetings import ERRORS
from web.api.shapes import ChannelWish, Tag, TakesChannel
from web.booths import Wish
from web.permissions import InBooth, InterpreterInRoom
from web.services import Services, UsesServices

router = APIRouter(prefix="/api/rooms/{room}/booth/{language}", tags=["booth"], responses=ERRORS)


@router.post("/take")
async def take(
    who: InterpreterInRoom, language: Tag, takes: TakesChannel, services: UsesServices
) -> ChannelWish:
    """Be on air in a channel as soon as the machine has ended its clause.

    Of several who ask at once one is first; the others get 409.
    """
    me = who.interpreter.id
    wish = Wish(language, me, me, takes.number, is_forced=takes.force)
    return await _change(services, who, wish)


@router.post("/hand-back")
async def hand_back(
    who: InterpreterInRoom, language: Tag, takes: TakesChannel, services: UsesServices
) -> ChannelWish:
    """Let the machine go on, at the words that the human is in."""
    wish = Wish(language, "", who.interpreter.id, takes.number, is_forced=takes.force)
    return await _change(services, who, wish)


async def _change(services: Services, who: InBooth, wish: Wish) -> ChannelWish:
    room_id, meeting = who.place.room.id, who.place.meeting
    changed = await services.db.run(lambda s: booths.change_wish(s, room_id, meeting, wish))
    services.supervisor.settings_changed(room_id)
    return _wish(changed)


def _wish(row: OnAirWish) -> ChannelWish:
    human = booths.IDENTITY.format(id=row.interpreter_id) if row.interpreter_id else ""
    return ChannelWish(language=row.language, human=human, number=row.number)
