"""The demo meeting: made at start, so that its link works on a fresh installation."""

import asyncio
import logging
import secrets

from sqlmodel import Session

from interpreter.engines import reach
from interpreter.store import Meeting
from web.db import Database
from web.errors import DatabaseAway
from web.forms import reachable
from web.settings import WebSettings

logger = logging.getLogger(__name__)


async def has_demo_meeting(db: Database, settings: WebSettings) -> bool:
    """Whether there is one, or none is wanted."""
    known = await db.run(lambda session: session.get(Meeting, settings.demo_meeting))
    return known is not None or not settings.demo_meeting


async def keep_demo_meeting(db: Database, settings: WebSettings) -> None:
    """Make the meeting that INTERPRETER_DEMO_MEETING names, or bring it to today's languages."""
    if settings.demo_meeting:
        offered = await asyncio.to_thread(offered_in_demo, settings)
        await db.run(lambda session: _keep(session, settings, offered))


async def renew_demo_meeting(db: Database, settings: WebSettings) -> None:
    """Bring it to today's languages beside the requests.

    To look for the engines of a machine takes seconds: web that comes back does not wait for it.
    """
    try:
        await keep_demo_meeting(db, settings)
    except DatabaseAway:
        logger.warning("the demo meeting keeps the languages that it had")


def offered_in_demo(settings: WebSettings) -> list[str]:
    """What the settings name, else every language that this machine can interpret into; where it
    has no translator at all, those are on other machines, and every language that they serve is."""
    if settings.demo_offered:
        return list(settings.demo_offered)
    spoken = settings.demo_spoken
    reached = [tag for tag in reachable() if tag not in spoken]
    here = [tag for tag in reached if any(reach.is_installed(one, tag) for one in spoken)]
    return here or reached


def _keep(session: Session, settings: WebSettings, offered: list[str]) -> None:
    spoken = list(settings.demo_spoken)
    meeting = session.get(Meeting, settings.demo_meeting)
    if meeting is None:
        meeting = Meeting(
            id=settings.demo_meeting,
            name="Demo",
            spoken=spoken,
            offered=offered,
            speaker_key=secrets.token_urlsafe(18),
        )
    meeting.spoken, meeting.offered, meeting.ended_at = spoken, offered, None
    session.add(meeting)
