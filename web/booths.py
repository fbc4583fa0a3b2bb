"""Who should be on air, as interpreters and organisers wish it: compare and set, and a record.

The floor agent decides who is (`interpreter/floor/on_air.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from interpreter.room import Handover, Staff
from interpreter.store import HandoverRow, Interpreter, Meeting, OnAirChange, OnAirWish, Room
from web import handovers, queries
from web.errors import ChannelTaken, NotOfChannel
from web.forms import one_line
from web.handovers import Channel
from web.security import is_same_secret
from web.shifts import shifts_since
from web.wishes import changes_of, hold_wish, swap, wishes_of

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


def id_of(identity: str) -> str:
    """Whose LiveKit identity this is."""
    return identity.removeprefix(IDENTITY.format(id=""))


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


def peopled_channels(session: Session, meeting_id: str) -> set[str]:
    """The channels that somebody may interpret into."""
    return {tag for one in interpreters_of(session, meeting_id) for tag in one.channels}


def interpreter_with_key(session: Session, meeting_id: str, key: str) -> Interpreter | None:
    found = interpreters_of(session, meeting_id)
    return next((one for one in found if is_same_secret(key, one.key)), None)


def interpreter_as(session: Session, identity: str) -> Interpreter | None:
    """Who joins by this LiveKit identity, unless they were removed."""
    found = session.get(Interpreter, id_of(identity))
    return found if found is not None and found.removed_at is None else None


def remove_interpreter(session: Session, meeting_id: str, interpreter_id: str) -> str | None:
    """Their link opens nothing any more, and they should be on air nowhere; the record stays.
    Returns their LiveKit identity; None for who is none of this meeting's."""
    for one in interpreters_of(session, meeting_id):
        if one.id == interpreter_id:
            one.removed_at = queries.now(session)
            session.add(one)
            return identity_of(one)
    return None


def change_shift(session: Session, channel: Channel, minutes: int) -> None:
    """How long the interpreters of a channel work before they change."""
    wish = hold_wish(session, channel.room_id, channel.language)
    wish.shift_minutes = minutes
    session.add(wish)


def change_staff(session: Session, meeting_id: str, staff: dict[str, str]) -> None:
    """In which channels humans are alone, or a machine stands by."""
    meeting = session.get_one(Meeting, meeting_id)
    meeting.channel_staff = staff
    session.add(meeting)


def staff_of(session: Session, room_id: str, meeting: Meeting) -> dict[str, Staff]:
    """What the room's metadata says: every channel that humans interpret."""
    known = {one.id: one for one in interpreters_of(session, meeting.id)}
    wishes = wishes_of(session, room_id)
    channels = {*staffed(meeting, known), *wishes}
    staff = {tag: _staff(tag, meeting, known, wishes.get(tag)) for tag in sorted(channels)}
    zero = session.get_one(Room, room_id).clock_zero
    since = shifts_since(changes_of(session, room_id))
    offers = handovers.newest_of(session, room_id)
    for tag, wish in wishes.items():
        began = since.get(wish.interpreter_id) if staff[tag].human else None
        offer = offers.get(tag)
        staff[tag] = replace(
            staff[tag],
            shift_minutes=wish.shift_minutes,
            shift_since_s=_room_s(began, zero) if began else None,
            handover=_handover(offer, zero) if offer else None,
        )
    return staff


def _handover(row: HandoverRow, zero: float) -> Handover:
    offer = handovers.offer_of(row)
    giver, taker, by = (IDENTITY.format(id=one) for one in (offer.giver, offer.taker, offer.by))
    answer_by_s, due_s = _room_s(offer.answer_by, zero), _room_s(offer.due_at, zero)
    return Handover(row.number, offer.step, giver, taker, by, offer.minutes, answer_by_s, due_s)


def _room_s(at: datetime, zero: float) -> float:
    return round(at.timestamp() - zero, 2)


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
    before = hold_wish(session, room_id, wish.language)
    holder = known.get(before.interpreter_id)
    others = holder is not None and holder.id not in (wish.by_id, "")
    if before.number != wish.seen or (others and wish.by_id and not wish.is_forced):
        raise ChannelTaken(name=holder.name if holder else "")
    change = OnAirChange(
        room_id=room_id,
        language=wish.language,
        number=wish.seen + 1,
        interpreter_id=wish.interpreter_id,
        before_id=before.interpreter_id,
        by_id=wish.by_id,
        is_forced=others,
        at=queries.now(session),
    )
    changed = swap(session, change)
    handovers.settle(session, Channel(room_id, wish.language), None)
    return changed
