"""Every question that web asks the database, and every change it makes, one function each."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Integer, case, cast, delete, func, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from interpreter.events import Origin, Segment
from interpreter.room import Role, Wanted
from interpreter.store import Meeting, Participant, Room, SegmentRow, add_room, segments_of


def add_meeting(session: Session, meeting: Meeting) -> None:
    session.add(meeting)


def now(session: Session) -> datetime:
    """The database's clock: those of web processes may differ by minutes."""
    if session.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)
    at: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return at.astimezone(UTC)


def open_room(session: Session, meeting_id: str) -> tuple[Room | None, float]:
    """The session of a meeting that goes on now, and how old it is in seconds."""
    query = select(Room).where(Room.meeting_id == meeting_id, col(Room.ended_at).is_(None))
    room = session.exec(query).first()
    return room, (now(session) - room.started_at).total_seconds() if room else 0.0


def begin_room(session: Session, meeting_id: str, room_id: str, clock_zero: float) -> Room | None:
    """A new session of the meeting; None when one goes on already."""
    try:
        room = add_room(session, session.get_one(Meeting, meeting_id), room_id, clock_zero)
        room.started_at = now(session)
        session.flush()
    except IntegrityError:
        session.rollback()
        return None
    return room


def is_open(session: Session, room_id: str) -> bool:
    room = session.get(Room, room_id)
    return room is not None and room.ended_at is None


def open_rooms(session: Session) -> Sequence[Room]:
    return session.exec(select(Room).where(col(Room.ended_at).is_(None))).all()


def ended_lately(session: Session, within_s: float) -> Sequence[str]:
    """The sessions that ended in the last seconds."""
    since = now(session) - timedelta(seconds=within_s)
    return session.exec(select(Room.id).where(col(Room.ended_at) > since)).all()


def meeting_of(session: Session, room_id: str) -> Meeting:
    return session.get_one(Meeting, session.get_one(Room, room_id).meeting_id)


def change_meeting(
    session: Session, meeting_id: str, change: Callable[[Meeting], bool]
) -> tuple[Meeting, str | None]:
    """Change how a meeting is interpreted, and which room is to follow, if it is a change; `change`
    says so.

    Of several at once none is lost.
    """
    its_row = update(Meeting).where(col(Meeting.id) == meeting_id)
    session.execute(its_row.values(id=meeting_id))  # who comes second waits here
    meeting = session.get_one(Meeting, meeting_id)
    is_new = change(meeting)
    room, _ = open_room(session, meeting_id)
    return meeting, room.id if room and is_new else None


def end_meeting(session: Session, meeting_id: str) -> None:
    """Nobody can join from now on."""
    meeting = session.get_one(Meeting, meeting_id)
    meeting.ended_at = meeting.ended_at or datetime.now(UTC)


def end_room(session: Session, room_id: str) -> None:
    """The session is over, and so is everybody's stay in it; what listeners chose is forgotten."""
    at = now(session)
    session.execute(
        update(Room)
        .where(col(Room.id) == room_id, col(Room.ended_at).is_(None))
        .values(ended_at=at)
    )
    session.execute(delete(Participant).where(*_listeners(room_id)))
    session.execute(
        update(Participant)
        .where(col(Participant.room_id) == room_id, col(Participant.left_at).is_(None))
        .values(left_at=at)
    )


def next_metadata_version(session: Session, room_id: str) -> int:
    """Count one more change of what the room's metadata says."""
    counted = (
        update(Room)
        .where(col(Room.id) == room_id)
        .values(metadata_version=col(Room.metadata_version) + 1)
        .returning(col(Room.metadata_version))
    )
    return int(session.execute(counted).scalar_one())


def next_floor_epoch(session: Session, room_id: str, above: int = 0) -> int | None:
    """Count one more floor agent of this room; `above` is the highest epoch that was seen.

    None when the session is over: nobody is to come any more.
    """
    epoch = col(Room.floor_epoch)
    counted = (
        update(Room)
        .where(col(Room.id) == room_id, col(Room.ended_at).is_(None))
        .values(floor_epoch=case((epoch > above, epoch), else_=above) + 1)
        .returning(epoch)
    )
    return session.execute(counted).scalar_one_or_none()


def choose(
    session: Session, room_id: str, identity: str, language: str | None, has_sound: bool
) -> bool:
    """A listener's page says what it listens to; None when it listens no more.

    Whether that is another choice than before. Kept only while there is one, so listeners who come
    and go leave nothing behind.
    """
    before = session.get(Participant, (room_id, identity))
    if not language:
        its_row = (*_listeners(room_id), col(Participant.identity) == identity)
        session.execute(delete(Participant).where(*its_row))
        return before is not None
    participant = before or Participant(room_id=room_id, identity=identity, role=Role.LISTENER)
    is_new = before is None or (before.language, before.wants_sound) != (language, has_sound)
    participant.language, participant.wants_sound = language, has_sound
    participant.renewed_at = now(session)
    session.add(participant)
    try:
        session.flush()
    except IntegrityError:  # the page said it twice at once, and the other came first
        session.rollback()
        return choose(session, room_id, identity, language, has_sound)
    return is_new


def add_speaker(
    session: Session,
    room_id: str,
    identity: str,
    name: str,
    language: str,
    role: Role = Role.SPEAKER,
) -> None:
    """A speaker, or captioner, has a place; one who comes back keeps theirs."""
    speaker = session.get(Participant, (room_id, identity))
    speaker = speaker or Participant(room_id=room_id, identity=identity, role=role)
    speaker.name, speaker.language = name, language
    session.add(speaker)


def add_interpreter_here(session: Session, room_id: str, identity: str, name: str) -> None:
    """An interpreter has a place; one who comes back keeps theirs."""
    place = session.get(Participant, (room_id, identity))
    place = place or Participant(room_id=room_id, identity=identity, role=Role.INTERPRETER)
    place.name = name
    session.add(place)
    try:
        session.flush()
    except IntegrityError:  # two windows joined at once, and the other came first
        session.rollback()


def speak(session: Session, room_id: str, identity: str, language: str) -> None:
    session.get_one(Participant, (room_id, identity)).language = language


def arrive(
    session: Session, room_id: str, identity: str, connection: str, connected_ms: int
) -> Participant | None:
    """Somebody is in the room, for the first time or again; None when that is no news.

    LiveKit's words come twice, late, or in another order; the newest connection counts, and one
    that has ended does not begin again.
    """
    participant = session.get(Participant, (room_id, identity))
    if participant is None or session.get_one(Room, room_id).ended_at is not None:
        return None
    is_known = connection != "" and participant.connection == connection
    if is_known or connected_ms < participant.connected_ms:
        return None
    participant.connection, participant.connected_ms = connection, connected_ms
    participant.left_at = None
    return participant


def leave(
    session: Session, room_id: str, identity: str, connection: str, connected_ms: int
) -> None:
    """This connection of theirs has ended; a newer one may have begun."""
    participant = session.get(Participant, (room_id, identity))
    if participant is None or connected_ms < participant.connected_ms:
        return
    participant.connection, participant.connected_ms = connection, connected_ms
    participant.left_at = participant.left_at or now(session)


def chosen(session: Session, room_id: str) -> Wanted:
    """What the listeners of a room listen to now."""
    query = (
        select(Participant.language, func.sum(cast(Participant.wants_sound, Integer)))
        .where(
            *_listeners(room_id),
            Participant.language != "",
        )
        .group_by(Participant.language)
        .order_by(Participant.language)
    )
    rows = session.exec(query).all()
    return Wanted(
        voices=tuple(language for language, has_sound in rows if has_sound),
        captions=tuple(language for language, _ in rows),
    )


def lapse_choices(session: Session, room_id: str, present: Iterable[str], after_s: float) -> None:
    """Forget what pages chose that neither renew it nor are in the room any more."""
    cutoff = now(session) - timedelta(seconds=after_s)
    query = select(Participant).where(*_listeners(room_id), col(Participant.renewed_at) < cutoff)
    there = set(present)
    for participant in session.exec(query):
        if participant.identity not in there:
            session.delete(participant)


def _listeners(room_id: str) -> tuple[ColumnElement[bool], ...]:
    return (col(Participant.room_id) == room_id, col(Participant.role) == Role.LISTENER)


def captions_after(
    session: Session, room_id: str, language: str, after_s: float | None
) -> list[Segment]:
    """Segments in force of one language that end after `after_s`, in order of time; or all."""
    segments = segments_of(session, room_id, language)
    return [item for item in segments if after_s is None or item.end_s > after_s]


def last_spoken_s(session: Session, room_id: str) -> float | None:
    """When the newest words of a room ended."""
    spoken = select(func.max(SegmentRow.end_s)).where(
        SegmentRow.room_id == room_id, SegmentRow.origin == Origin.SPEECH
    )
    return session.exec(spoken).one()


def last_spoken_at(session: Session, meeting_id: str) -> float | None:
    """When the newest words of a meeting ended, in UTC seconds since 1970."""
    spoken = select(func.max(Room.clock_zero + col(SegmentRow.end_s))).where(
        SegmentRow.room_id == Room.id,
        Room.meeting_id == meeting_id,
        SegmentRow.origin == Origin.SPEECH,
    )
    return session.exec(spoken).one()


def sessions_of(session: Session, meeting_id: str) -> list[tuple[Room, list[Segment]]]:
    """A meeting's sessions in which something was said, each with its segments."""
    rooms = session.exec(
        select(Room).where(Room.meeting_id == meeting_id).order_by(col(Room.clock_zero))
    ).all()
    said = [(room, segments_of(session, room.id)) for room in rooms]
    return [(room, segments) for room, segments in said if segments]


def glossary_sums(session: Session, meeting_id: str) -> tuple[int, int, int, int]:
    """Of a meeting so far: terms found and missed, lines put right, false copies."""
    found = session.exec(
        select(
            func.coalesce(func.sum(SegmentRow.glossary_hits), 0),
            func.coalesce(func.sum(SegmentRow.glossary_misses), 0),
            func.coalesce(func.sum(SegmentRow.repairs), 0),
            func.coalesce(func.sum(SegmentRow.false_copies), 0),
        )
        .join(Room, col(Room.id) == col(SegmentRow.room_id))
        .where(Room.meeting_id == meeting_id, ~col(SegmentRow.is_refused))
    ).one()
    hits, misses, repairs, false = map(int, found)
    return hits, misses, repairs, false


def transcript_languages(meeting: Meeting) -> list[str]:
    """The languages of a meeting's transcript: what was spoken first, then what was offered."""
    return list(dict.fromkeys([*meeting.spoken, *meeting.offered]))
