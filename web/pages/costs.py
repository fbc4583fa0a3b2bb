"""What a meeting costs, for its organiser, while it goes on."""

from fastapi import APIRouter, Request, Response

from interpreter.store import Meeting
from web.contexts import CostPage, Costs
from web.costs import cost_in, costs_for
from web.permissions import SpeakersMeeting
from web.rendering import locale_of
from web.services import Services, UsesServices

router = APIRouter(include_in_schema=False)


@router.get("/m/{meeting_id}/cost")
async def cost(request: Request, services: UsesServices, meeting: SpeakersMeeting) -> Response:
    """What it has cost, alone, as the page asks for it again and again."""
    page = CostPage(await read_costs(request, services, meeting))
    return services.pages.render(request, "cost.html", page)


async def read_costs(request: Request, services: Services, meeting: Meeting) -> Costs:
    """What a meeting has cost as its organiser reads it."""
    settings = services.settings
    found = await services.db.run(lambda session: cost_in(session, meeting.id, settings))
    url = f"/m/{meeting.id}/cost?key={meeting.speaker_key}"
    return costs_for(found, locale_of(request), url)
