"""The captioner's page: what is said on the floor is typed there."""

from fastapi import APIRouter, Request, Response

from web.contexts import CaptionerPage
from web.permissions import CaptionersMeeting, captioner_key
from web.rendering import language_choice, locale_of
from web.services import UsesServices

router = APIRouter(include_in_schema=False)


@router.get("/m/{meeting_id}/caption")
async def caption(request: Request, services: UsesServices, meeting: CaptionersMeeting) -> Response:
    locale = locale_of(request)
    page = CaptionerPage(
        meeting_id=meeting.id,
        meeting_name=meeting.name,
        captioner_key=captioner_key(meeting),
        spoken=[language_choice(tag, locale) for tag in meeting.spoken],
    )
    return services.pages.render(request, "captioner.html", page)
