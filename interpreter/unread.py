"""Where the words begin that a pair's transcript lacks, when nobody can say how far the pair had
read: it died with its floor agent, or with the whole room. And up to where a gap is told already,
when two floor agents were sent into it.

By the numbers of the words, not by the clock: a pause before the end is no gap, and who spoke while
another's words were interpreted is not forgotten.
"""

from collections.abc import Iterable

from sqlmodel import Session, col, func, select

from interpreter.events import Origin
from interpreter.line_names import machines_of, steps_of
from interpreter.store import Room, SegmentRow

ABOUT_S = 1.0
"""So far apart may be what two messages say of the same moment."""
UNREAD_S = 30.0
"""Pairs are seconds behind: what lacks for longer than that was not wanted when it was said."""


def unread_since_s(session: Session, room_id: str, source: str, target: str) -> float | None:
    """Where the first words in the source's transcript begin that are not in the target's, by the
    room's clock; None where the target has them all.

    Of this session and of the one before it, which may have broken off.
    """
    here = session.get_one(Room, room_id)
    rooms = session.exec(
        select(Room)
        .where(Room.meeting_id == here.meeting_id, col(Room.clock_zero) <= here.clock_zero)
        .order_by(col(Room.clock_zero).desc())
        .limit(2)
    ).all()
    found = [
        (since_s + room.clock_zero, until_s + room.clock_zero)
        for room in rooms
        for since_s, until_s in _unread(_late_segments(session, room.id), source, target)
    ]
    last_s = max((until_s for _, until_s in found), default=0.0)
    late = (since_s for since_s, until_s in found if until_s > last_s - UNREAD_S)
    return min((since_s - here.clock_zero for since_s in late), default=None)


def told_until_s(session: Session, room_id: str, lost_s: float) -> float:
    """Up to where those who came after `lost_s`, when a floor agent was lost, have told what was
    said, or that nobody heard it; `lost_s` where nobody came."""
    of_floor = (
        SegmentRow.room_id == room_id,
        SegmentRow.origin == Origin.SPEECH,
        # A pair's id names two languages.
        col(SegmentRow.id).like(col(SegmentRow.language).concat(".%")),
        col(SegmentRow.source_line) != "",
    )
    before = session.exec(
        select(func.max(SegmentRow.epoch)).where(*of_floor, SegmentRow.start_s < lost_s - ABOUT_S)
    ).one()
    told_s = session.exec(
        select(func.max(SegmentRow.end_s)).where(*of_floor, col(SegmentRow.epoch) > (before or 0))
    ).one()
    return max(lost_s, told_s or lost_s)


def _late_segments(session: Session, room_id: str) -> list[SegmentRow]:
    """The end of a room's transcript in all languages."""
    of_room = SegmentRow.room_id == room_id
    last_s = session.exec(select(func.max(SegmentRow.end_s)).where(of_room)).one() or 0.0
    late = col(SegmentRow.end_s) > last_s - 2 * UNREAD_S
    return list(session.exec(select(SegmentRow).where(of_room, late)))


def _unread(
    segments: Iterable[SegmentRow], source: str, target: str
) -> Iterable[tuple[float, float]]:
    """From where to where the source's segments go that the target has not, or not to their end."""
    if machines_of(source):
        yield from _unread_of_relay(segments, source, target)
        return
    of_target = [one for one in segments if one.language == target]
    human = (one.end_s for one in of_target if one.origin == Origin.HUMAN)
    human_until_s = max(human, default=float("-inf"))
    for said in segments:
        is_source = said.language == source and said.source_line.startswith(f"{source}/")
        if not is_source or said.end_s <= human_until_s:
            continue
        known = [
            one
            for one in of_target
            if one.source_line == said.source_line and one.first_seq <= said.last_seq
        ]
        last = max(known, key=lambda one: one.last_seq, default=None)
        if last is None or last.last_seq < said.first_seq:
            yield said.start_s, said.end_s
        elif last.last_seq < said.last_seq:
            yield last.end_s, said.end_s


def _unread_of_relay(
    segments: Iterable[SegmentRow], line: str, target: str
) -> Iterable[tuple[float, float]]:
    """The same where a machine interprets another: its segments name those that they render."""
    before, language = steps_of(line)[-1]
    of_target = [one for one in segments if one.language == target]
    read = {source for one in of_target for source in one.source_segments}
    human = (one.end_s for one in of_target if one.origin == Origin.HUMAN)
    human_until_s = max(human, default=float("-inf"))
    for said in segments:
        is_source = said.language == language and said.source_line.startswith(f"{before}/")
        if is_source and said.id not in read and said.end_s > human_until_s:
            yield said.start_s, said.end_s
