"""What a console asks about the meeting's glossaries: the rows for its direction."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from glossaries import Entry
from interpreter.glossary_rows import entries_for, versions_of
from web import queries
from web.api.meetings import ERRORS, require_language
from web.api.shapes import Tag
from web.permissions import InterpreterInRoom
from web.services import UsesServices

router = APIRouter(prefix="/api/rooms/{room}", tags=["rooms"], responses=ERRORS)


class Term(BaseModel):
    """A row of a glossary, as an interpreter needs it."""

    term: str
    forms: list[str]
    rendering: str
    note: str
    case: bool
    """Whether capitals count."""


class Terms(BaseModel):
    terms: list[Term]


@router.get("/terms")
async def terms(
    who: InterpreterInRoom,
    services: UsesServices,
    source: Annotated[Tag, Query()],
    target: Annotated[Tag, Query()],
) -> Terms:
    """The rows of the meeting's glossaries for a source and a target; the room's metadata says
    when they have changed."""
    meeting = who.place.meeting
    known = queries.transcript_languages(meeting)
    require_language(source, known)
    require_language(target, known)
    entries = await services.db.run(
        lambda session: entries_for(session, [*versions_of(session, meeting.id)], source, target)
    )
    return Terms(terms=[_term(entry, target) for entry in entries])


def _term(entry: Entry, target: str) -> Term:
    rendering = entry.rendering(target)
    return Term(
        term=entry.source,
        forms=[*entry.forms, *entry.aliases],
        rendering=rendering.text if rendering else "",
        note=entry.note,
        case=entry.is_case_sensitive,
    )
