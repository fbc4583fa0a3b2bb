"""What two consoles of a channel agree on: who is on air next, and how long a shift is."""

from typing import Annotated

from fastapi import APIRouter, Path

from interpreter.store import HandoverRow
from web import booths, handovers
from web.api.meetings import ERRORS
from web.api.shapes import AnswersHandover, HandoverStands, OffersChannel, SetsShift, Tag
from web.handover import Answer, Step
from web.handover_clock import interpreters_here
from web.handovers import Channel, Proposal
from web.permissions import InterpreterOfChannel
from web.services import UsesServices

router = APIRouter(prefix="/api/rooms/{room}/booth/{language}", tags=["booth"], responses=ERRORS)


@router.post("/handover")
async def offer(
    who: InterpreterOfChannel, language: Tag, offers: OffersChannel, services: UsesServices
) -> HandoverStands:
    """Who is on air offers the channel to a colleague; any other asks the one who is for it.

    It ends unanswered after 60 s, and whenever the channel changes hands otherwise (409).
    """
    channel = Channel(who.place.room.id, language)
    proposal = Proposal(
        who.interpreter.id, booths.id_of(offers.partner), offers.minutes, offers.number
    )
    row = await services.db.run(lambda session: handovers.propose(session, channel, proposal))
    services.supervisor.settings_changed(channel.room_id)
    return _stands(row)


@router.post("/handover/{number}")
async def answer(
    who: InterpreterOfChannel,
    language: Tag,
    number: Annotated[int, Path(ge=1)],
    answers: AnswersHandover,
    services: UsesServices,
) -> HandoverStands:
    """Accept a handover, decline it, or take one's own back; 409 when it has ended meanwhile."""
    channel, me, word = Channel(who.place.room.id, language), who.interpreter.id, answers.answer
    is_swap_near = word == Answer.ACCEPT
    here = await interpreters_here(services.rooms, channel.room_id) if is_swap_near else None
    row = await services.db.run(
        lambda session: handovers.answer(session, channel, number, me, word, here)
    )
    services.supervisor.settings_changed(channel.room_id)
    return _stands(row)


@router.post("/shift", status_code=204)
async def shift(
    who: InterpreterOfChannel, language: Tag, sets: SetsShift, services: UsesServices
) -> None:
    """How long the interpreters of this channel work before they change, for all of them."""
    channel = Channel(who.place.room.id, language)
    await services.db.run(lambda session: booths.change_shift(session, channel, sets.minutes))
    services.supervisor.settings_changed(channel.room_id)


def _stands(row: HandoverRow) -> HandoverStands:
    return HandoverStands(language=row.language, number=row.number, step=Step(row.step))
