"""One glossary: its terms, changed one by one, replaced by a file, and downloaded."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

import glossaries
from glossaries import MOST_BYTES, Entry, Kind, fields_of, languages_of, read_fields
from interpreter.terms import is_common
from web.forms import NAME_LENGTH, one_line
from web.glossaries import (
    decode_report,
    drop_entry,
    numbered_entries,
    put_entry,
    remove_glossary,
    rename,
    replace_entries,
)
from web.glossary_contexts import GlossaryPage, TermForm, TermLine
from web.glossary_report import report_file, report_of, sentence
from web.glossary_terms import LANGUAGE_FIELDS, form_of, line_of
from web.pages.glossaries import path_of
from web.permissions import OfMeeting, UsesGlossary
from web.rendering import locale_of
from web.security import same_origin
from web.services import Services, UsesServices
from web.uploads import read_form

ON_A_PAGE = 50

router = APIRouter(prefix="/m/{meeting_id}/glossaries/{glossary_id}", include_in_schema=False)


@router.get("")
async def shown(
    request: Request,
    services: UsesServices,
    at: UsesGlossary,
    q: str = "",
    page: int = 1,
    changed: bool = False,
) -> Response:
    context = replace(await _page(request, services, at, q, page), is_changed=changed)
    return services.pages.render(request, "glossary.html", context)


@router.post("/rows", dependencies=[Depends(same_origin)])
async def change_row(
    request: Request, services: UsesServices, at: UsesGlossary, q: str = "", page: int = 1
) -> Response:
    """A term is written, or taken out."""
    form = await read_form(request, 0)
    number = int(said) if (said := form.text("number")).isdecimal() else 0
    glossary_id = at.glossary.id
    if form.text("delete"):
        await services.db.run(lambda session: drop_entry(session, glossary_id, number))
    else:
        names = _names(form.texts)
        fields = {name: text for name, text in form.texts.items() if name in names}
        read = read_fields(fields)
        bad = list(read.bad_rows)
        if read.entries:
            (entry,) = read.entries
            wrong = await services.db.run(
                lambda session: put_entry(session, glossary_id, number or None, entry)
            )
            bad = [wrong] if wrong else []
        if bad:
            errors = [sentence(request, one) for one in bad]
            context = await _page(request, services, at, q, page, (number, fields, errors))
            return services.pages.render(request, "glossary.html", context, status=422)
    await services.glossary_changed(glossary_id)
    place = f"#term-{number}" if number and not form.text("delete") else "#new"
    return RedirectResponse(f"{_path(at, q, page)}&changed=1{place}", status_code=303)


@router.post("/file", dependencies=[Depends(same_origin)])
async def replace_by_file(request: Request, services: UsesServices, at: UsesGlossary) -> Response:
    form = await read_form(request, MOST_BYTES)
    _, data = form.file("file")
    known = await services.db.run(lambda session: numbered_entries(session, at.glossary.id))
    main = "".join(languages_of([entry for _, entry in known])[:1] or at.meeting.spoken[:1])
    glossary = await asyncio.to_thread(glossaries.read, data, main, is_common=is_common)
    if not glossary.entries:
        context = await _page(request, services, at)
        report = report_of(request, glossary.bad_rows)
        return services.pages.render(
            request, "glossary.html", replace(context, report=report), status=422
        )
    await services.db.run(lambda session: replace_entries(session, at.glossary.id, glossary))
    await services.glossary_changed(at.glossary.id)
    return RedirectResponse(f"{_path(at)}&changed=1", status_code=303)


@router.post("/name", dependencies=[Depends(same_origin)])
async def change_name(
    services: UsesServices, at: UsesGlossary, name: Annotated[str, Form()] = ""
) -> Response:
    if wanted := one_line(name)[:NAME_LENGTH]:
        await services.db.run(lambda session: rename(session, at.glossary.id, wanted))
    return RedirectResponse(f"{_path(at)}&changed=1", status_code=303)


@router.post("/delete", dependencies=[Depends(same_origin)])
async def delete(services: UsesServices, at: UsesGlossary) -> Response:
    await services.db.run(lambda s: remove_glossary(s, at.meeting.id, at.glossary.id))
    await services.glossaries_chosen(at.meeting.id)
    return RedirectResponse(f"{path_of(at.meeting)}&changed=1", status_code=303)


@router.get("/glossary.csv")
async def as_csv(services: UsesServices, at: UsesGlossary) -> Response:
    entries = await _entries(services, at)
    content = await asyncio.to_thread(glossaries.write_csv, entries)
    return _file(at.glossary.name, "csv", content, "text/csv; charset=utf-8")


@router.get("/glossary.tbx")
async def as_tbx(services: UsesServices, at: UsesGlossary) -> Response:
    entries = await _entries(services, at)
    content = await asyncio.to_thread(glossaries.write_tbx, entries)
    return _file(at.glossary.name, "tbx", content, "application/x-tbx+xml")


@router.get("/report.csv")
async def report(request: Request, at: UsesGlossary) -> Response:
    content = report_file(request, decode_report(at.glossary.bad_rows))
    return _file(f"{at.glossary.name} report", "csv", content, "text/csv; charset=utf-8")


def _file(name: str, ending: str, content: bytes, media_type: str) -> Response:
    header = f"attachment; filename*=UTF-8''{quote(f'{name}.{ending}', safe='')}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": header})


async def _entries(services: Services, at: OfMeeting) -> list[Entry]:
    known = await services.db.run(lambda session: numbered_entries(session, at.glossary.id))
    return [entry for _, entry in known]


def _names(form: Mapping[str, object]) -> set[str]:
    """The fields of a term in a form: those of its languages, and of the whole."""
    languages = {name for name in form if glossaries.language_of(name) == name}
    own = {glossaries.field_name(tag, kind) for tag in languages for kind in LANGUAGE_FIELDS}
    whole = (Kind.ALIASES, Kind.CASE, Kind.KEPT, Kind.NOTE, Kind.SOURCE_LANGUAGE)
    return languages | own | {kind.value for kind in whole}


def _base(at: OfMeeting) -> str:
    return f"/m/{at.meeting.id}/glossaries/{at.glossary.id}"


def _path(at: OfMeeting, query: str = "", page: int = 1, action: str = "") -> str:
    asked = {"key": at.meeting.speaker_key}
    if query:
        asked["q"] = query
    if page > 1:
        asked["page"] = str(page)
    return f"{_base(at)}{action}?{urlencode(asked)}"


def _holds(entry: Entry, query: str) -> bool:
    texts = [entry.source, *entry.forms, entry.note]
    texts += [one.text for one in entry.renderings.values()]
    return any(query in text.casefold() for text in texts)


_Typed = tuple[int, Mapping[str, str], Sequence[str]]
"""The number of a term, what was typed for it, and what is wrong."""


async def _page(
    request: Request,
    services: Services,
    at: OfMeeting,
    query: str = "",
    page: int = 1,
    typed: _Typed | None = None,
) -> GlossaryPage:
    locale = locale_of(request)
    known = await services.db.run(lambda session: numbered_entries(session, at.glossary.id))
    query = one_line(query)[:NAME_LENGTH]
    found = [one for one in known if _holds(one[1], query.casefold())]
    pages = max(1, -(-len(found) // ON_A_PAGE))
    page = min(max(page, 1), pages)
    entries = [entry for _, entry in known]
    tags = list(dict.fromkeys([*languages_of(entries), *at.meeting.spoken, *at.meeting.offered]))
    lines = [
        line_of(number, entry, tags, locale)
        for number, entry in found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    ]
    new = form_of(0, fields_of(Entry(tags[0], ""), tags), tags, locale)
    if typed is not None:
        wrong = form_of(typed[0], typed[1], tags, locale, typed[2])
        lines = [replace(one, form=wrong) if _is_of(one, wrong) else one for one in lines]
        new = new if typed[0] else wrong
    bad_rows = decode_report(at.glossary.bad_rows)
    return GlossaryPage(
        meeting_name=at.meeting.name,
        glossaries_url=path_of(at.meeting),
        name=at.glossary.name,
        count=len(known),
        found=len(found),
        query=query,
        terms=lines,
        new=new,
        page=page,
        pages=pages,
        key=at.meeting.speaker_key,
        search_url=_base(at),
        rows_url=_path(at, query, page, "/rows"),
        name_url=_path(at, action="/name"),
        file_url=_path(at, action="/file"),
        delete_url=_path(at, action="/delete"),
        csv_url=_path(at, action="/glossary.csv"),
        tbx_url=_path(at, action="/glossary.tbx"),
        earlier_url=_path(at, query, page - 1) if page > 1 else "",
        later_url=_path(at, query, page + 1) if page < pages else "",
        most_mb=MOST_BYTES // 1_000_000,
        report=report_of(request, bad_rows, _path(at, action="/report.csv")),
    )


def _is_of(line: TermLine, form: TermForm) -> bool:
    return line.form.number == form.number
