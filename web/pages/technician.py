"""What interpreters call the technician for, as the organiser sees, acknowledges and answers it."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from interpreter.store import Interpreter, Meeting
from web import technician
from web.contexts import CallRow, Calls, CallsPage
from web.forms import one_line
from web.i18n import translations
from web.models import TechnicianCall
from web.permissions import SpeakersMeeting
from web.rendering import locale_of
from web.security import same_origin
from web.services import Services, UsesServices
from web.technician import WORDS, Kind

router = APIRouter(prefix="/m/{meeting_id}/interpreters/calls", include_in_schema=False)

Person = Annotated[str, Form()]
Words = Annotated[str, Form()]


@router.get("")
async def calls(request: Request, services: UsesServices, meeting: SpeakersMeeting) -> Response:
    """The list alone, as the page asks for it again and again."""
    page = CallsPage(await read_calls(request, services, meeting))
    return services.pages.render(request, "calls.html", page)


@router.post("/seen", dependencies=[Depends(same_origin)])
async def see(
    services: UsesServices, meeting: SpeakersMeeting, interpreter: Person = "", call: Words = ""
) -> Response:
    await services.db.run(lambda s: technician.see_call(s, meeting.id, interpreter, call))
    return await _done(services, meeting, interpreter)


@router.post("/answer", dependencies=[Depends(same_origin)])
async def answer(
    services: UsesServices,
    meeting: SpeakersMeeting,
    interpreter: Person = "",
    call: Words = "",
    text: Words = "",
) -> Response:
    said = one_line(text)[: technician.TEXT_LENGTH]
    await services.db.run(lambda s: technician.answer_call(s, meeting.id, interpreter, call, said))
    return await _done(services, meeting, interpreter)


@router.post("/note", dependencies=[Depends(same_origin)])
async def note(
    services: UsesServices, meeting: SpeakersMeeting, interpreter: Person = "", text: Words = ""
) -> Response:
    said = one_line(text)[: technician.TEXT_LENGTH]
    await services.db.run(lambda s: technician.write_note(s, meeting.id, interpreter, said))
    return await _done(services, meeting, interpreter)


async def read_calls(request: Request, services: Services, meeting: Meeting) -> Calls:
    """The calls of a meeting as its organiser reads them: what waits first, the rest by time."""
    speak = translations(str(locale_of(request))).gettext
    found = await services.db.run(lambda session: technician.calls_in(session, meeting.id))
    at = datetime.now(UTC)
    rows = [_row(call, person, at, speak(WORDS[Kind(call.kind)])) for call, person in found]
    path = f"/m/{meeting.id}/interpreters/calls"
    return Calls(
        rows=rows,
        url=f"{path}?key={meeting.speaker_key}",
        seen_url=f"{path}/seen?key={meeting.speaker_key}",
        answer_url=f"{path}/answer?key={meeting.speaker_key}",
        note_url=f"{path}/note?key={meeting.speaker_key}",
        text_length=technician.TEXT_LENGTH,
    )


def _row(call: TechnicianCall, person: Interpreter, at: datetime, words: str) -> CallRow:
    return CallRow(
        id=call.id,
        interpreter_id=person.id,
        name=person.name,
        words=words,
        text=call.text,
        minutes=max(0, int((at - call.called_at).total_seconds() // 60)),
        is_emergency=call.kind == Kind.EMERGENCY,
        is_new=call.seen_at is None,
        answers=call.answer.splitlines(),
    )


async def _done(services: Services, meeting: Meeting, interpreter_id: str) -> Response:
    await services.tell_console(meeting.id, interpreter_id)
    path = f"/m/{meeting.id}/interpreters?key={meeting.speaker_key}"
    return RedirectResponse(path, status_code=303)
