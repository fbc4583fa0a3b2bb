"""Home, a new meeting, and its links."""

import secrets
from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from interpreter import engines
from interpreter.store import Meeting
from web import queries
from web.contexts import HomePage, LinksPage
from web.forms import NewMeeting, offerable, read_new_meeting
from web.i18n import translations
from web.permissions import SpeakersMeeting
from web.rendering import language_choice, locale_of
from web.security import same_origin
from web.services import Services, UsesServices, page_url

PRESELECTED = 4
"""So many languages are ticked on a new form: fewer clicks for most, few to untick."""

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(request: Request, services: UsesServices) -> Response:
    return services.pages.render(request, "home.html", _home(request, services))


@router.post("/meetings", dependencies=[Depends(same_origin)])
async def create_meeting(
    request: Request,
    services: UsesServices,
    name: Annotated[str, Form()] = "",
    spoken: Annotated[list[str], Form()] = [],  # noqa: B006  (FastAPI copies it)
    offered: Annotated[list[str], Form()] = [],  # noqa: B006
) -> Response:
    form = read_new_meeting(name, spoken, offered)
    if form.errors:
        page = _home(request, services, form)
        return services.pages.render(request, "home.html", page, status=422)
    meeting = Meeting(
        id=secrets.token_urlsafe(9),
        name=form.name,
        spoken=form.spoken,
        offered=form.offered,
        speaker_key=secrets.token_urlsafe(18),
    )
    await services.db.run(lambda session: queries.add_meeting(session, meeting))
    return RedirectResponse(f"/m/{meeting.id}/links?key={meeting.speaker_key}", status_code=303)


@router.get("/m/{meeting_id}/links")
async def links(request: Request, services: UsesServices, meeting: SpeakersMeeting) -> Response:
    path = f"/m/{meeting.id}"
    listener_url = page_url(request, services, path)
    page = LinksPage(
        meeting_name=meeting.name,
        listener_url=listener_url,
        speaker_url=page_url(request, services, f"{path}/speak?key={meeting.speaker_key}"),
        transcript_url=page_url(request, services, f"{path}/transcript"),
        listener_qr_svg=segno.make(listener_url, error="m").svg_inline(omitsize=True, border=2),
    )
    return services.pages.render(request, "links.html", page)


def _home(request: Request, services: Services, form: NewMeeting | None = None) -> HomePage:
    locale = locale_of(request)
    speak = translations(str(locale)).gettext
    demo = services.settings.demo_meeting
    return HomePage(
        spoken=[language_choice(tag, locale) for tag in engines.supported_sources()],
        offered=[language_choice(tag, locale) for tag in offerable()],
        demo_url=f"/m/{demo}" if demo else "",
        name=form.name if form else "",
        chosen_spoken=form.spoken if form else engines.supported_sources()[:1],
        chosen_offered=form.offered if form else offerable()[:PRESELECTED],
        errors={key: speak(text) for key, text in form.errors.items()} if form else {},
    )
