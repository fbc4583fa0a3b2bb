"""Which engine serves each channel of a meeting that goes on: a part of its links' page."""

from fastapi import APIRouter, Request, Response

from interpreter.room_clock import RoomClock
from interpreter.serving_engines import ServingEngine, decode_engines
from interpreter.store import Meeting
from web import queries
from web.contexts import EnginesPage
from web.permissions import SpeakersMeeting
from web.rendering import locale_of
from web.services import Services, UsesServices
from web.serving import engine_lines

router = APIRouter(include_in_schema=False)


@router.get("/m/{meeting_id}/engines")
async def engines(request: Request, services: UsesServices, meeting: SpeakersMeeting) -> Response:
    """As the page asks for it again and again."""
    rows, now_s = await _rows(services, meeting)
    page = EnginesPage(engine_lines(rows, now_s, locale_of(request)))
    return services.pages.render(request, "engines.html", page)


async def _rows(services: Services, meeting: Meeting) -> tuple[list[ServingEngine], float]:
    """What the agents in the room tell, and the room clock's time; raises MediaServerAway."""
    room, _ = await services.db.run(lambda session: queries.open_room(session, meeting.id))
    if room is None:
        return [], 0.0
    present = await services.rooms.present(room.id)
    told = [row for one in present if one.is_agent for row in decode_engines(one.engines)]
    return told, RoomClock(room.clock_zero).now_s()
