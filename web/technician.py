"""What interpreters call the technician for, what is said to them, and what became of it."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from interpreter.store import Interpreter
from web import queries
from web.i18n import N_
from web.models import TechnicianCall

TOPIC = "technician"
"""Of the message without words that lets a console ask anew."""
TEXT_LENGTH = 300
_SHOWN_OF_ONE = 20
_SHOWN_OF_ALL = 50


class Kind(StrEnum):
    """Why an interpreter calls, or that the technician wrote to them."""

    NO_SOUND = "no_sound"
    BAD_SOUND = "bad_sound"
    CALL_ME = "call_me"
    TEXT = "text"
    EMERGENCY = "emergency"
    NOTE = "note"
    """Nobody called: the technician writes."""


WORDS = {
    Kind.NO_SOUND: N_("No sound"),
    Kind.BAD_SOUND: N_("Bad sound"),
    Kind.CALL_ME: N_("Call me"),
    Kind.TEXT: N_("Message"),
    Kind.EMERGENCY: N_("Emergency"),
    Kind.NOTE: N_("Your message"),
}


@dataclass(frozen=True, slots=True)
class Call:
    """What an interpreter asks for, as their console sends it, and sends again if it must."""

    id: str
    kind: Kind
    text: str = ""


def keep_call(session: Session, interpreter: Interpreter, call: Call) -> TechnicianCall:
    """Keep a call once, however often it is sent."""
    row = TechnicianCall(
        interpreter_id=interpreter.id,
        id=call.id,
        meeting_id=interpreter.meeting_id,
        kind=call.kind,
        text=call.text,
        called_at=queries.now(session),
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # it came before, and only its answer was lost
        return session.get_one(TechnicianCall, (interpreter.id, call.id))
    return row


def calls_of(session: Session, interpreter_id: str) -> list[TechnicianCall]:
    """The newest calls and notes of one interpreter, the newest first."""
    query = select(TechnicianCall).where(TechnicianCall.interpreter_id == interpreter_id)
    newest = col(TechnicianCall.called_at).desc()
    return list(session.exec(query.order_by(newest).limit(_SHOWN_OF_ONE)))


def calls_in(session: Session, meeting_id: str) -> list[tuple[TechnicianCall, Interpreter]]:
    """The newest calls of a meeting with who called: first those that wait, the newest first."""
    query = (
        select(TechnicianCall, Interpreter)
        .where(TechnicianCall.meeting_id == meeting_id)
        .where(TechnicianCall.interpreter_id == Interpreter.id)
        .order_by(col(TechnicianCall.seen_at).is_not(None), col(TechnicianCall.called_at).desc())
        .limit(_SHOWN_OF_ALL)
    )
    return list(session.exec(query).all())


def see_call(session: Session, meeting_id: str, interpreter_id: str, call_id: str) -> None:
    """The technician knows of it."""
    call = _call(session, meeting_id, interpreter_id, call_id)
    if call is not None:
        _see(call, queries.now(session))


def answer_call(
    session: Session, meeting_id: str, interpreter_id: str, call_id: str, text: str
) -> None:
    """Say something to a call; what was said before stays, line by line."""
    call = _call(session, meeting_id, interpreter_id, call_id)
    if call is None or not text:
        return
    call.answered_at = queries.now(session)
    call.answer = f"{call.answer}\n{text}".strip()
    _see(call, call.answered_at)


def write_note(session: Session, meeting_id: str, interpreter_id: str, text: str) -> None:
    """Write to an interpreter who has not called."""
    interpreter = session.get(Interpreter, interpreter_id)
    if interpreter is None or interpreter.meeting_id != meeting_id or not text:
        return
    at = queries.now(session)
    session.add(
        TechnicianCall(
            interpreter_id=interpreter_id,
            id=secrets.token_urlsafe(9),
            meeting_id=meeting_id,
            kind=Kind.NOTE,
            called_at=at,
            seen_at=at,
            answer=text,
            answered_at=at,
        )
    )


def _call(
    session: Session, meeting_id: str, interpreter_id: str, call_id: str
) -> TechnicianCall | None:
    """The call, held until our commit: of two answers none is lost."""
    its_row = update(TechnicianCall).where(
        col(TechnicianCall.interpreter_id) == interpreter_id, col(TechnicianCall.id) == call_id
    )
    session.execute(its_row.values(id=call_id))
    call = session.get(TechnicianCall, (interpreter_id, call_id))
    return call if call is not None and call.meeting_id == meeting_id else None


def _see(call: TechnicianCall, at: datetime) -> None:
    call.seen_at = call.seen_at or at
