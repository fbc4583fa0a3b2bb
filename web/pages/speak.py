"""The speaker's page."""

from fastapi import APIRouter, Request, Response

from web.contexts import SpeakPage
from web.permissions import SpeakersMeeting
from web.rendering import language_choice, locale_of
from web.services import UsesServices, page_url

router = APIRouter(include_in_schema=False)


@router.get("/m/{meeting_id}/speak")
async def speak(request: Request, services: UsesServices, meeting: SpeakersMeeting) -> Response:
    locale = locale_of(request)
    page = SpeakPage(
        meeting_id=meeting.id,
        meeting_name=meeting.name,
        speaker_key=meeting.speaker_key,
        spoken=[language_choice(tag, locale) for tag in meeting.spoken],
        listener_url=page_url(request, services, f"/m/{meeting.id}"),
    )
    return services.pages.render(request, "speak.html", page)
