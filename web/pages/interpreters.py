"""Who interprets: the organiser gives people channels, and each a link of their own."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from interpreter.store import Interpreter, Meeting
from web import booths
from web.booths import shown_name
from web.contexts import ChannelStaff, InterpreterRow, InterpretersPage
from web.forms import NewInterpreter, read_new_interpreter
from web.i18n import translations
from web.modes import channels_of
from web.pages.technician import read_calls
from web.permissions import SpeakersMeeting
from web.rendering import language_choice, locale_of
from web.security import same_origin
from web.services import Services, UsesServices, page_url

router = APIRouter(include_in_schema=False)


@router.get("/m/{meeting_id}/interpreters")
async def interpreters(
    request: Request, services: UsesServices, meeting: SpeakersMeeting
) -> Response:
    page = await _page(request, services, meeting)
    return services.pages.render(request, "interpreters.html", page)


@router.post("/m/{meeting_id}/interpreters", dependencies=[Depends(same_origin)])
async def add(
    request: Request,
    services: UsesServices,
    meeting: SpeakersMeeting,
    name: Annotated[str, Form()] = "",
    initials: Annotated[bool, Form()] = False,
    channel: Annotated[list[str], Form()] = [],  # noqa: B006  (FastAPI copies it)
    covers: Annotated[list[str], Form()] = [],  # noqa: B006
) -> Response:
    form = read_new_interpreter(name, channel, covers, channels_of(meeting), meeting.spoken)
    if form.errors:
        page = await _page(request, services, meeting, form)
        return services.pages.render(request, "interpreters.html", page, status=422)
    interpreter = Interpreter(
        id=secrets.token_urlsafe(9),
        meeting_id=meeting.id,
        name=form.name,
        is_initialled=initials,
        key=secrets.token_urlsafe(18),
        channels=form.channels,
        covers=form.covers,
    )
    await services.db.run(lambda session: session.add(interpreter))
    await services.staff_changed(meeting.id)
    return RedirectResponse(_path(meeting), status_code=303)


@router.post("/m/{meeting_id}/interpreters/remove", dependencies=[Depends(same_origin)])
async def remove(
    services: UsesServices, meeting: SpeakersMeeting, interpreter: Annotated[str, Form()] = ""
) -> Response:
    identity = await services.db.run(
        lambda session: booths.remove_interpreter(session, meeting.id, interpreter)
    )
    if identity is not None:
        await services.interpreter_removed(meeting.id, identity)
    return RedirectResponse(_path(meeting), status_code=303)


@router.post("/m/{meeting_id}/interpreters/channels", dependencies=[Depends(same_origin)])
async def staff(
    services: UsesServices,
    meeting: SpeakersMeeting,
    alone: Annotated[list[str], Form()] = [],  # noqa: B006
) -> Response:
    """`alone`: the channels in which no machine stands by."""
    known = set(channels_of(meeting))
    chosen = {tag: booths.ALONE for tag in alone if tag in known}
    await services.db.run(lambda session: booths.change_staff(session, meeting.id, chosen))
    await services.staff_changed(meeting.id)
    return RedirectResponse(_path(meeting), status_code=303)


def _path(meeting: Meeting) -> str:
    return f"/m/{meeting.id}/interpreters?key={meeting.speaker_key}"


async def _page(
    request: Request, services: Services, meeting: Meeting, form: NewInterpreter | None = None
) -> InterpretersPage:
    locale, path = locale_of(request), f"/m/{meeting.id}"
    speak = translations(str(locale)).gettext
    people = await services.db.run(lambda s: booths.interpreters_of(s, meeting.id))
    return InterpretersPage(
        meeting_name=meeting.name,
        links_url=f"{path}/links?key={meeting.speaker_key}",
        add_url=_path(meeting),
        remove_url=f"{path}/interpreters/remove?key={meeting.speaker_key}",
        channels_url=f"{path}/interpreters/channels?key={meeting.speaker_key}",
        calls=await read_calls(request, services, meeting),
        people=[
            InterpreterRow(
                id=one.id,
                name=one.name,
                shown=shown_name(one),
                channels=[language_choice(tag, locale) for tag in one.channels],
                covers=[language_choice(tag, locale) for tag in one.covers],
                console_url=page_url(request, services, f"{path}/console?key={one.key}"),
            )
            for one in people
        ],
        channels=[
            ChannelStaff(
                language_choice(tag, locale), meeting.channel_staff.get(tag) == booths.ALONE
            )
            for tag in channels_of(meeting)
        ],
        spoken=[language_choice(tag, locale) for tag in meeting.spoken],
        name=form.name if form else "",
        chosen_channels=form.channels if form else [],
        chosen_covers=form.covers if form else [],
        errors={key: speak(text) for key, text in form.errors.items()} if form else {},
    )
