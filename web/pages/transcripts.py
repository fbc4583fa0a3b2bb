"""A meeting's transcript, while it goes on and after, and its files to download."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from web import queries
from web.contexts import Export, TranscriptPage
from web.errors import FileNotOffered
from web.export import lines, vtt
from web.permissions import AnyMeeting, SpeakersMeeting
from web.rendering import language_choice, locale_of
from web.services import UsesServices
from web.transcripts import glossary_figures, on_one_clock, rows_of

router = APIRouter(include_in_schema=False)

MOST_ROWS = 2000
"""The page shows the newest ones; the files hold all."""


@router.get("/m/{meeting_id}/transcript")
async def transcript(request: Request, services: UsesServices, meeting: AnyMeeting) -> Response:
    locale = locale_of(request)
    sessions = await services.db.run(lambda session: queries.sessions_of(session, meeting.id))
    languages = [language_choice(tag, locale) for tag in queries.transcript_languages(meeting)]
    segments = on_one_clock(sessions)
    rows = rows_of(segments)
    page = TranscriptPage(
        meeting_id=meeting.id,
        meeting_name=meeting.name,
        languages=languages,
        rows=rows[-MOST_ROWS:],
        exports=[
            Export(choice, f"/m/{meeting.id}/export/{choice.tag}.{vtt.SUFFIX}")
            for choice in languages
        ],
        is_live=meeting.ended_at is None,
        terms=glossary_figures(segments),
    )
    return services.pages.render(request, "transcript.html", page)


@router.get("/m/{meeting_id}/export/{language}.vtt")
async def export_vtt(
    services: UsesServices, meeting: AnyMeeting, language: Annotated[str, Path()]
) -> Response:
    if language not in queries.transcript_languages(meeting):
        raise FileNotOffered(language=language)
    sessions = await services.db.run(lambda session: queries.sessions_of(session, meeting.id))
    return Response(
        vtt.export(on_one_clock(sessions), language),
        media_type=vtt.MEDIA_TYPE,
        headers={
            "Content-Disposition": f'attachment; filename="{meeting.id}.{language}.{vtt.SUFFIX}"'
        },
    )


@router.get("/m/{meeting_id}/export/lines.csv")
async def export_lines(services: UsesServices, meeting: SpeakersMeeting) -> Response:
    """For organisers: with what went wrong of their glossaries."""
    sessions = await services.db.run(lambda session: queries.sessions_of(session, meeting.id))
    return Response(
        lines.export(on_one_clock(sessions)),
        media_type=lines.MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{meeting.id}.{lines.SUFFIX}"'},
    )
