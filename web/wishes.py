"""The wishes of a room's channels: one row each, changed by who names the number they saw, and a
record of every change."""

from collections.abc import Sequence

from sqlalchemy import Update, insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from interpreter.room import SHIFT_MINUTES
from interpreter.store import OnAirChange, OnAirWish
from web.errors import ChannelTaken


def wishes_of(session: Session, room_id: str) -> dict[str, OnAirWish]:
    """By channel; one that nobody has touched is not in it."""
    rows = session.exec(select(OnAirWish).where(OnAirWish.room_id == room_id))
    return {row.language: row for row in rows}


def read_wish(session: Session, room_id: str, language: str) -> OnAirWish:
    """A channel's wish; the machine's, where nobody has touched it."""
    row = session.get(OnAirWish, (room_id, language))
    if row is not None:
        return row
    first = {
        "room_id": room_id,
        "language": language,
        "interpreter_id": "",
        "number": 0,
        "shift_minutes": SHIFT_MINUTES,
    }
    try:
        with session.begin_nested():
            session.execute(insert(OnAirWish).values(**first))
    except IntegrityError:  # another was first
        session.expire_all()
    return session.get_one(OnAirWish, (room_id, language))


def changes_of(session: Session, room_id: str) -> Sequence[OnAirChange]:
    """The record of a room, in order of time."""
    query = select(OnAirChange).where(OnAirChange.room_id == room_id)
    return session.exec(query.order_by(col(OnAirChange.at), col(OnAirChange.number))).all()


def hold_wish(session: Session, room_id: str, language: str) -> OnAirWish:
    """A channel's wish; whoever else changes anything of this channel waits for our commit."""
    row = read_wish(session, room_id, language)
    session.execute(_its_row(room_id, language).values(room_id=room_id))
    session.refresh(row)
    return row


def swap(session: Session, change: OnAirChange) -> OnAirWish:
    """Carry out a change and record it; raises ChannelTaken unless the wish has the number before
    it."""
    swapped = session.execute(
        _its_row(change.room_id, change.language)
        .where(col(OnAirWish.number) == change.number - 1)
        .values(interpreter_id=change.interpreter_id, number=change.number)
    )
    if not swapped.rowcount:  # type: ignore[attr-defined]
        raise ChannelTaken
    session.add(change)
    session.flush()
    row = session.get_one(OnAirWish, (change.room_id, change.language))
    session.refresh(row)
    return row


def _its_row(room_id: str, language: str) -> Update:
    return update(OnAirWish).where(
        col(OnAirWish.room_id) == room_id, col(OnAirWish.language) == language
    )
