"""The listener's page."""

from fastapi import APIRouter, Request, Response

from web.contexts import ListenPage
from web.permissions import OpenMeeting
from web.rendering import language_choice, locale_of
from web.services import UsesServices

router = APIRouter(include_in_schema=False)


@router.get("/m/{meeting_id}")
async def listen(request: Request, services: UsesServices, meeting: OpenMeeting) -> Response:
    locale = locale_of(request)
    tags = dict.fromkeys([*meeting.offered, *meeting.spoken])
    page = ListenPage(
        meeting_id=meeting.id,
        meeting_name=meeting.name,
        languages=[language_choice(tag, locale) for tag in tags],
        spoken=meeting.spoken,
        transcript_url=f"/m/{meeting.id}/transcript",
        own_meeting_url="/" if meeting.id == services.settings.demo_meeting else "",
    )
    return services.pages.render(request, "listen.html", page)
