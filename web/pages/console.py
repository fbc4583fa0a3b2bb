"""The interpreter's console."""

from fastapi import APIRouter, Request, Response

from interpreter.store import Interpreter
from web import booths
from web.contexts import ConsolePage, Partner
from web.permissions import UsesConsole
from web.rendering import language_choice, locale_of, unchecked_facts
from web.services import UsesServices
from web.unchecked import unchecked_in

router = APIRouter(include_in_schema=False)


@router.get("/m/{meeting_id}/console")
async def console(request: Request, services: UsesServices, at: UsesConsole) -> Response:
    locale, meeting, me = locale_of(request), at.meeting, at.interpreter
    everybody = await services.db.run(lambda s: booths.interpreters_of(s, meeting.id))
    peopled = await services.db.run(lambda s: booths.peopled_channels(s, meeting.id))
    page = ConsolePage(
        meeting_id=meeting.id,
        meeting_name=meeting.name,
        key=me.key,
        name=me.name,
        languages=[
            language_choice(tag, locale)
            for tag in dict.fromkeys((*meeting.offered, *meeting.spoken))
        ],
        spoken=meeting.spoken,
        channels=[language_choice(tag, locale) for tag in me.channels],
        partners=[_partner(one) for one in everybody if one.id != me.id],
        unchecked=unchecked_facts(unchecked_in(meeting, me.channels, peopled), locale),
    )
    return services.pages.render(request, "console.html", page)


def _partner(interpreter: Interpreter) -> Partner:
    identity, name = booths.identity_of(interpreter), booths.shown_name(interpreter)
    return Partner(identity=identity, name=name, channels=interpreter.channels)
