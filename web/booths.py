"""Who should be on air, as interpreters and organisers wish it: compare and set, and a record.

The floor agent decides who is (`interpreter/floor/on_air.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from interpreter.room import Staff
from interpreter.store import Interpreter, Meeting, OnAirChange, OnAirWish
from web.errors import ChannelTaken, NotOfChannel
from web.forms import one_line
from web.security import is_same_secret

ALONE = "alone"
IDENTITY = "interpreter-{id}"


@dataclass(frozen=True, slots=True)
class Wish:
    """A change of who should be on air."""

    language: str
    interpreter_id: str
    """Who should be; empty: the machine."""
    by_id: str
    """The interpreter who wishes it; empty: the organiser."""
    seen: int
    """The number of the wish that they saw; another number means that others were faster."""
    is_forced: bool = False
    """Take it from a colleague who is on air."""


def identity_of(interpreter: Interpreter) -> str:
    """Their LiveKit identity: one console a person; another window ends the first."""
    return IDENTITY.format(id=interpreter.id)


def shown_name(interpreter: Interpreter) -> str:
    """The name that listeners read."""
    if not interpreter.is_initialled:
        return interpreter.name
    return " ".join(f"{part[0].upper()}." for part in interpreter.name.split())


def interpreters_of(session: Session, meeting_id: str) -> list[Interpreter]:
    """Those who may interpret in a meeting now."""
    query = select(Interpreter).where(
        Interpreter.meeting_id == meeting_id, col(Interpreter.removed_at).is_(None)
    )
    return list(session.exec(query.order_by(col(Interpreter.name), col(Interpreter.id))))


def interpreter_with_key(session: Session, meeting_id: str, key: str) -> Interpreter | None:
    found = interpreters_of(session, meeting_id)
    return next((one for one in found if is_same_secret(key, one.key)), None)


def interpreter_as(session: Session, identity: str) -> Interpreter | None:
    """Who joins by this LiveKit identity, unless they were removed."""
    found = session.get(Interpreter, identity.removeprefix(IDENTITY.format(id="")))
    return found if found is not None and found.removed_at is None else None


def remove_interpreter(session: Session, meeting_id: str, interpreter_id: str) -> None:
    """Their link opens nothing any more, and they should be on air nowhere; the record stays."""
    for one in interpreters_of(session, meeting_id):
        if one.id == interpreter_id:
            one.removed_at = datetime.now(UTC)
            session.add(one)


def change_staff(session: Session, meeting_id: str, staff: dict[str, str]) -> None:
    """In which channels humans are alone, or a machine stands by."""
    meeting = session.get_one(Meeting, meeting_id)
    meeting.channel_staff = staff
    session.add(meeting)


def wishes_of(session: Session, room_id: str) -> dict[str, OnAirWish]:
    """By channel; one that nobody has touched is not in it."""
    rows = session.exec(select(OnAirWish).where(OnAirWish.room_id == room_id))
    return {row.language: row for row in rows}


def staff_of(session: Session, room_id: str, meeting: Meeting) -> dict[str, Staff]:
    """What the room's metadata says: every channel that humans interpret."""
    known = {one.id: one for one in interpreters_of(session, meeting.id)}
    wishes = wishes_of(session, room_id)
    channels = {*staffed(meeting, known), *wishes}
    return {tag: _staff(tag, meeting, known, wishes.get(tag)) for tag in sorted(channels)}


def staffed(meeting: Meeting, known: Mapping[str, Interpreter]) -> set[str]:
    """The channels that somebody is assigned to, or that no machine interprets."""
    assigned = {tag for one in known.values() for tag in one.channels}
    return assigned | set(meeting.channel_staff)


def _staff(
    tag: str, meeting: Meeting, known: Mapping[str, Interpreter], wish: OnAirWish | None
) -> Staff:
    human = known.get(wish.interpreter_id) if wish else None
    return Staff(
        human=identity_of(human) if human and tag in human.channels else "",
        number=wish.number if wish else 0,
        is_only=meeting.channel_staff.get(tag) == ALONE,
    )


def change_wish(session: Session, room_id: str, meeting: Meeting, wish: Wish) -> OnAirWish:
    """Let somebody else be on air; raises ChannelTaken where others were faster or are on air, and
    NotOfChannel for who does not interpret into it.

    Of two who wish at once, one comes first, and the other is told.
    """
    known = {one.id: one for one in interpreters_of(session, meeting.id)}
    taker = known.get(wish.interpreter_id)
    asker = known.get(wish.by_id)
    is_strange = wish.by_id and (asker is None or wish.language not in asker.channels)
    if is_strange or (taker is not None and wish.language not in taker.channels):
        raise NotOfChannel(language=one_line(wish.language))
    if wish.interpreter_id and taker is None:
        raise NotOfChannel(language=one_line(wish.language))
    before = _read_wish(session, room_id, wish.language)
    holder = known.get(before.interpreter_id)
    before_id = before.interpreter_id
    others = holder is not None and holder.id not in (wish.by_id, "")
    if before.number != wish.seen or (others and wish.by_id and not wish.is_forced):
        raise ChannelTaken(name=holder.name if holder else "")
    swapped = session.execute(
        update(OnAirWish)
        .where(
            col(OnAirWish.room_id) == room_id,
            col(OnAirWish.language) == wish.language,
            col(OnAirWish.number) == wish.seen,
        )
        .values(interpreter_id=wish.interpreter_id, number=wish.seen + 1)
    )
    if not swapped.rowcount:  # type: ignore[attr-defined]
        raise ChannelTaken(name="")
    session.add(
        OnAirChange(
            room_id=room_id,
            language=wish.language,
            number=wish.seen + 1,
            interpreter_id=wish.interpreter_id,
            before_id=before_id,
            by_id=wish.by_id,
            is_forced=others,
        )
    )
    session.flush()
    session.expire(before)
    return session.get_one(OnAirWish, (room_id, wish.language))


def _read_wish(session: Session, room_id: str, language: str) -> OnAirWish:
    row = session.get(OnAirWish, (room_id, language))
    if row is not None:
        return row
    first = {"room_id": room_id, "language": language, "interpreter_id": "", "number": 0}
    try:
        with session.begin_nested():
            session.execute(insert(OnAirWish).values(**first))
    except IntegrityError:  # another was first
        session.expire_all()
    return session.get_one(OnAirWish, (room_id, language))
