"""A meeting's glossaries: the list, and a new one from a file, from pasted columns or a sample."""

import asyncio
from dataclasses import replace
from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

import glossaries
from glossaries import MOST_BYTES, SAMPLES, Glossary
from interpreter.store import Meeting
from interpreter.terms import is_common
from web.forms import NAME_LENGTH, one_line
from web.glossaries import add_glossary, glossaries_of, share, use
from web.glossary_contexts import GlossariesPage, GlossaryLine, SampleChoice
from web.glossary_report import report_of
from web.i18n import N_, translations
from web.permissions import SpeakersMeeting
from web.queries import glossary_sums
from web.rendering import language_choice, locale_of
from web.security import same_origin
from web.services import Services, UsesServices
from web.transcripts import figures_of
from web.uploads import SentForm, read_form

SAMPLE_NAMES = {
    "council": N_("City council"),
    "medical": N_("Medical device"),
    "football": N_("Football"),
}

router = APIRouter(prefix="/m/{meeting_id}/glossaries", include_in_schema=False)


@router.get("")
async def listed(
    request: Request, services: UsesServices, meeting: SpeakersMeeting, changed: bool = False
) -> Response:
    page = replace(await _page(request, services, meeting), is_changed=changed)
    return services.pages.render(request, "glossaries.html", page)


@router.post("", dependencies=[Depends(same_origin)])
async def add(request: Request, services: UsesServices, meeting: SpeakersMeeting) -> Response:
    form = await read_form(request, MOST_BYTES)
    glossary, name = await _sent(request, form)
    if glossary.bad_rows and not glossary.entries:
        page = replace(
            await _page(request, services, meeting),
            name=form.text("name"),
            pasted=form.text("pasted"),
            source=form.text("source"),
            target=form.text("target"),
            report=report_of(request, glossary.bad_rows),
        )
        return services.pages.render(request, "glossaries.html", page, status=422)
    glossary_id = await services.db.run(
        lambda session: add_glossary(session, meeting.id, name, glossary)
    )
    await services.glossaries_chosen(meeting.id)
    path = f"/m/{meeting.id}/glossaries/{glossary_id}?key={meeting.speaker_key}"
    return RedirectResponse(path, status_code=303)


@router.post("/use", dependencies=[Depends(same_origin)])
async def choose(
    services: UsesServices,
    meeting: SpeakersMeeting,
    glossary: Annotated[list[str], Form()] = [],  # noqa: B006  (FastAPI copies it)
) -> Response:
    await services.db.run(lambda session: use(session, meeting.id, glossary))
    await services.glossaries_chosen(meeting.id)
    return RedirectResponse(f"{path_of(meeting)}&changed=1", status_code=303)


@router.post("/share", dependencies=[Depends(same_origin)])
async def take_over(
    request: Request,
    services: UsesServices,
    meeting: SpeakersMeeting,
    link: Annotated[str, Form()] = "",
) -> Response:
    """`link`: the speakers' link of another meeting, whose glossaries are to be this one's too."""
    if not await services.db.run(lambda session: share(session, meeting.id, link)):
        page = replace(await _page(request, services, meeting), link=link, is_link_wrong=True)
        return services.pages.render(request, "glossaries.html", page, status=422)
    await services.glossaries_chosen(meeting.id)
    return RedirectResponse(f"{path_of(meeting)}&changed=1", status_code=303)


def path_of(meeting: Meeting) -> str:
    """The page of a meeting's glossaries."""
    return f"/m/{meeting.id}/glossaries?key={meeting.speaker_key}"


async def _sent(request: Request, form: SentForm) -> tuple[Glossary, str]:
    """The glossary of a form and its name: of a sample, a file, or what was pasted."""
    speak = translations(str(locale_of(request))).gettext
    name = one_line(form.text("name"))[:NAME_LENGTH]
    chosen = form.text("sample")
    if chosen in SAMPLES:
        return glossaries.sample(chosen), name or speak(SAMPLE_NAMES[chosen])
    file_name, data = form.file("file")
    data = data or form.text("pasted").encode()
    if not data.strip() and form.text("empty"):
        return Glossary(), name or speak(N_("Glossary"))
    languages = form.text("source"), form.text("target")
    glossary = await asyncio.to_thread(glossaries.read, data, *languages, is_common=is_common)
    stem = one_line(PurePath(file_name).stem)[:NAME_LENGTH]
    return glossary, name or stem or speak(N_("Glossary"))


async def _page(request: Request, services: Services, meeting: Meeting) -> GlossariesPage:
    locale, path = locale_of(request), f"/m/{meeting.id}/glossaries"
    speak = translations(str(locale)).gettext
    known = await services.db.run(lambda session: glossaries_of(session, meeting.id))
    sums = await services.db.run(lambda session: glossary_sums(session, meeting.id))
    tags = list(dict.fromkeys([*meeting.spoken, *meeting.offered]))
    return GlossariesPage(
        meeting_name=meeting.name,
        links_url=f"/m/{meeting.id}/links?key={meeting.speaker_key}",
        add_url=path_of(meeting),
        use_url=f"{path}/use?key={meeting.speaker_key}",
        share_url=f"{path}/share?key={meeting.speaker_key}",
        glossaries=[
            GlossaryLine(
                one.row.id,
                one.row.name,
                one.count,
                one.is_used,
                f"{path}/{one.row.id}?key={meeting.speaker_key}",
            )
            for one in known
        ],
        terms=figures_of(*sums),
        lines_url=f"/m/{meeting.id}/export/lines.csv?key={meeting.speaker_key}",
        samples=[SampleChoice(name, speak(SAMPLE_NAMES[name])) for name in SAMPLES],
        languages=[language_choice(tag, locale) for tag in tags],
        most_mb=MOST_BYTES // 1_000_000,
        source=tags[0] if tags else "",
        target=tags[1] if len(tags) > 1 else "",
    )
