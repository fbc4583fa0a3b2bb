"""What the product keeps: tables and queries for meetings, rooms, participants and segments.

Web imports them, never the reverse. A machine segment, and one with words that it could not
translate, names its source words as a range of its source line; within a room and a language no two
segments in force render the same word.
`add_segments` refuses an overlap: where two epochs overlap the lower one loses, whichever came
first, because the higher one goes on from there and journals of dead jobs arrive late. Within one
epoch the first stored wins. What is refused was shown to listeners all the same, so its row stays,
marked `is_refused`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import JSON, BigInteger, Column, DateTime, Engine, Index, event, or_, text, update
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, Session, SQLModel, col, create_engine, select

from interpreter.errors import InterpretationError
from interpreter.events import Origin, Segment
from interpreter.room import SHIFT_MINUTES


class UnknownRoom(InterpretationError):
    """Segments were given for a room that the store does not know."""

    code = "unknown_room"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime, also on SQLite, which forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def _now() -> datetime:
    return datetime.now(UTC)


class Meeting(SQLModel, table=True):
    """What was booked: a name and languages. Its sessions are rooms."""

    __tablename__ = "meeting"

    id: str = Field(primary_key=True)
    """Opaque; stands in URLs."""
    name: str
    spoken: list[str] = Field(sa_column=Column(JSON, nullable=False))
    offered: list[str] = Field(sa_column=Column(JSON, nullable=False))
    speaker_key: str
    """Secret part of the speakers' link."""
    mode: str = "balanced"
    """How its channels are interpreted (pair/policy.py) …"""
    channel_modes: dict[str, str] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False)
    )
    """… but for these targets."""
    channel_sources: dict[str, str] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False)
    )
    """What these targets are interpreted from: another channel, or room.FROM_FLOOR; others as it
    comes."""
    relay_depth: int = 1
    """From so many interpretations a channel may be made."""
    channel_staff: dict[str, str] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False)
    )
    """`alone` for the channels in which no machine stands by."""
    created_at: datetime = Field(default_factory=_now, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Interpreter(SQLModel, table=True):
    """A human who interprets in a meeting; they come by a link of their own."""

    __tablename__ = "interpreter"

    id: str = Field(primary_key=True)
    """Opaque; their LiveKit identity is made of it."""
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    name: str
    is_initialled: bool = False
    """Whether listeners read initials alone."""
    key: str
    """Secret part of their link."""
    channels: list[str] = Field(sa_column=Column(JSON, nullable=False))
    """The languages that they speak into."""
    covers: list[str] = Field(sa_column=Column(JSON, nullable=False))
    """The languages that they understand; empty: all."""
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Room(SQLModel, table=True):
    """One session of a meeting: a LiveKit room with a fresh opaque name."""

    __tablename__ = "room"
    __table_args__ = (
        Index(
            "one_open_room",
            "meeting_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    """Two web processes that begin a meeting's session at once: one of them is refused."""

    id: str = Field(primary_key=True)
    """The LiveKit room's name."""
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    clock_zero: float
    """UTC seconds since 1970 at which `at_s` is 0."""
    metadata_version: int = 0
    floor_epoch: int = 0
    """Of the newest floor agent that was sent."""
    started_at: datetime = Field(default_factory=_now, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Participant(SQLModel, table=True):
    """Somebody who joined a room, by LiveKit identity; listeners only while they have chosen."""

    __tablename__ = "participant"

    room_id: str = Field(primary_key=True, foreign_key="room.id")
    identity: str = Field(primary_key=True)
    role: str
    name: str = ""
    language: str = ""
    """What a speaker speaks, or what a listener listens to."""
    wants_sound: bool = False
    renewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When a listener's page renewed its choice last, by the database's clock."""
    connection: str = ""
    """LiveKit's sid of the newest connection that was announced; webhooks come in any order."""
    connected_ms: int = Field(default=0, sa_type=BigInteger)
    """When it began, by LiveKit's clock."""
    joined_at: datetime = Field(default_factory=_now, sa_type=UtcDateTime)
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class OnAirWish(SQLModel, table=True):
    """Who should be on air in one channel of a room; the floor agent decides who is."""

    __tablename__ = "on_air_wish"

    room_id: str = Field(primary_key=True, foreign_key="room.id")
    language: str = Field(primary_key=True)
    interpreter_id: str = ""
    """Empty: the machine."""
    number: int = 0
    """Grows with each change; whoever changes it names the one they saw."""
    shift_minutes: int = SHIFT_MINUTES
    """How long the interpreters of the channel work before they change."""


class OnAirChange(SQLModel, table=True):
    """The record of every change of such a wish."""

    __tablename__ = "on_air_change"

    room_id: str = Field(primary_key=True, foreign_key="room.id")
    language: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    interpreter_id: str
    """Who should be on air from here on; empty: the machine."""
    before_id: str
    """Who should have been until now."""
    by_id: str
    """The interpreter who changed it; empty: the organiser."""
    is_forced: bool = False
    """Taken from a colleague who had not offered it."""
    handover: int = 0
    """The number of the handover by which they agreed to it; 0: none."""
    at: datetime = Field(sa_type=UtcDateTime)
    """By the database's clock, as all that orders the record."""


class HandoverRow(SQLModel, table=True):
    """The record of every offer of a channel from one interpreter to another, and how it ended."""

    __tablename__ = "handover"

    room_id: str = Field(primary_key=True, foreign_key="room.id")
    language: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    giver_id: str
    """Who is on air …"""
    taker_id: str
    """… and who is to be."""
    by_id: str
    """Whichever of them began."""
    minutes: int
    """When, counted from the offer; 0: as soon as it is accepted."""
    wish_number: int
    """Of the channel's wish when it was offered: another one ends it."""
    step: str = "offered"
    offered_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


class SegmentRow(SQLModel, table=True):
    """A committed segment as it is kept."""

    __tablename__ = "segment"

    room_id: str = Field(primary_key=True, foreign_key="room.id")
    id: str = Field(primary_key=True)
    language: str = Field(index=True)
    origin: str
    speaker: str
    text: str
    start_s: float
    end_s: float
    engine: str
    epoch: int
    source_line: str = ""
    first_seq: int = 0
    last_seq: int = 0
    source_segments: list[str] = Field(sa_column=Column(JSON, nullable=False))
    condensed: bool = False
    interpreter: str = ""
    relay: int = 0
    glossary_hits: int = 0
    glossary_misses: int = 0
    repairs: int = 0
    false_copies: int = 0
    text_language: str = ""
    is_refused: bool = False
    """Another segment in force renders some of its words; kept as evidence, shown nowhere."""


_PATIENCE = {"connect_timeout": 45, "tcp_user_timeout": 45_000}
"""A database may take 30 s to answer; one that is silent for longer (s, ms) is away."""


_CACHE_KIB = 256
"""Of SQLite's pages in each connection: its own default grows to 2 MB in every job of an hour, and
the machine keeps the file at hand anyway."""


def open_store(database_url: str) -> Engine:
    """Open the database; SQLite runs in WAL mode with foreign keys on, and its folder is made."""
    # IMMEDIATE: a writer takes its turn at the first write, so that no transaction fails half-way.
    if not database_url.startswith("sqlite"):
        return create_engine(database_url, pool_pre_ping=True, connect_args=_PATIENCE)
    path = database_url.removeprefix("sqlite:///")
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        database_url, connect_args={"timeout": 15, "isolation_level": "IMMEDIATE"}
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
        cursor.close()

    return engine


@cache
def shared_store(database_url: str) -> Engine:
    """The process's one: what its statements were compiled to is there for all of its work, and for
    what is forked from it."""
    return open_store(database_url)


def create_schema(engine: Engine) -> None:
    """Make the tables in a fresh database of one run; lasting databases are migrated by web."""
    import interpreter.usage_rows  # noqa: F401  (its table stands in the metadata)

    SQLModel.metadata.create_all(engine)


def add_room(session: Session, meeting: Meeting, room_id: str, clock_zero: float) -> Room:
    """Begin a session of this meeting; the meeting is kept too if it is new."""
    session.add(meeting)
    session.flush()
    room = Room(id=room_id, meeting_id=meeting.id, clock_zero=clock_zero)
    session.add(room)
    session.flush()
    return room


def add_segments(session: Session, room_id: str, segments: Sequence[Segment]) -> list[Segment]:
    """Keep segments, once each however often given, and commit; returns those now refused.

    Those refused may be of the given ones, or older ones of a lower epoch.
    """
    _take_turn(session, room_id)
    stored = set(
        session.exec(
            select(SegmentRow.id).where(
                SegmentRow.room_id == room_id,
                col(SegmentRow.id).in_([segment.id for segment in segments]),
            )
        )
    )
    losers: dict[str, SegmentRow] = {}
    for segment in segments:
        if segment.id in stored:
            _mark(session, room_id, segment)
            continue
        stored.add(segment.id)
        row = _row(room_id, segment)
        session.add(row)
        session.flush()
        losers.update((loser.id, loser) for loser in _settle(session, row))
    refused = [_segment(row) for row in losers.values() if row.is_refused]
    session.commit()
    return refused


def _mark(session: Session, room_id: str, again: Segment) -> None:
    """A stored segment never changes, but that its voice said it in fewer words is known later."""
    if not again.condensed:
        return
    session.execute(
        update(SegmentRow)
        .where(col(SegmentRow.room_id) == room_id, col(SegmentRow.id) == again.id)
        .values(condensed=True)
    )


def _take_turn(session: Session, room_id: str) -> None:
    """Writers of one room go one by one: a row lock on PostgreSQL, the write lock on SQLite."""
    known = session.execute(update(Room).where(col(Room.id) == room_id).values(id=room_id))
    if not known.rowcount:  # type: ignore[attr-defined]
        raise UnknownRoom("This room is not in the database; begin it with add_room.")


def _settle(session: Session, row: SegmentRow) -> list[SegmentRow]:
    """Decide again who is in force on a source line after `row` was added; returns the losers.

    A winner may itself have lost to a third, which gives the words back to its own loser, so the
    whole line is weighed: from the highest epoch down, who is free of those already in force stays.
    """
    if not row.source_line or (row.origin != Origin.MACHINE and not row.text_language):
        return []
    same_line = select(SegmentRow).where(
        SegmentRow.room_id == row.room_id,
        SegmentRow.language == row.language,
        SegmentRow.source_line == row.source_line,
        or_(col(SegmentRow.origin) == Origin.MACHINE, col(SegmentRow.text_language) != ""),
    )
    others = same_line.where(
        SegmentRow.id != row.id,
        SegmentRow.first_seq <= row.last_seq,
        SegmentRow.last_seq >= row.first_seq,
    )
    if session.exec(others.limit(1)).first() is None:
        return []
    losers: list[SegmentRow] = []
    in_force: list[SegmentRow] = []
    for candidate in sorted(
        session.exec(same_line),
        key=lambda item: (-item.epoch, item.is_refused, item.id == row.id, item.first_seq),
    ):
        lost = any(_overlaps(candidate, winner) for winner in in_force)
        if lost and not candidate.is_refused:
            losers.append(candidate)
        if not lost:
            in_force.append(candidate)
        candidate.is_refused = lost
    return losers


def _overlaps(one: SegmentRow, other: SegmentRow) -> bool:
    return one.first_seq <= other.last_seq and other.first_seq <= one.last_seq


def segments_of(session: Session, room_id: str, language: str | None = None) -> list[Segment]:
    """A room's segments in force, in order of time, of one language or of all."""
    query = select(SegmentRow).where(
        SegmentRow.room_id == room_id, col(SegmentRow.is_refused).is_(False)
    )
    if language is not None:
        query = query.where(SegmentRow.language == language)
    rows = session.exec(query.order_by(col(SegmentRow.start_s), col(SegmentRow.id))).all()
    return [_segment(row) for row in rows]


def _row(room_id: str, segment: Segment) -> SegmentRow:
    return SegmentRow(
        room_id=room_id,
        id=segment.id,
        language=segment.language,
        origin=segment.origin.value,
        speaker=segment.speaker,
        text=segment.text,
        start_s=segment.start_s,
        end_s=segment.end_s,
        engine=segment.engine,
        epoch=segment.epoch,
        source_line=segment.source_line,
        first_seq=segment.first_seq,
        last_seq=segment.last_seq,
        source_segments=list(segment.source_segments),
        condensed=segment.condensed,
        interpreter=segment.interpreter,
        relay=segment.relay,
        glossary_hits=segment.glossary_hits,
        glossary_misses=segment.glossary_misses,
        repairs=segment.repairs,
        false_copies=segment.false_copies,
        text_language=segment.text_language,
    )


def _segment(row: SegmentRow) -> Segment:
    return Segment(
        id=row.id,
        language=row.language,
        origin=Origin(row.origin),
        speaker=row.speaker,
        text=row.text,
        start_s=row.start_s,
        end_s=row.end_s,
        engine=row.engine,
        epoch=row.epoch,
        source_line=row.source_line,
        first_seq=row.first_seq,
        last_seq=row.last_seq,
        source_segments=tuple(row.source_segments),
        condensed=row.condensed,
        interpreter=row.interpreter,
        relay=row.relay,
        glossary_hits=row.glossary_hits,
        glossary_misses=row.glossary_misses,
        repairs=row.repairs,
        false_copies=row.false_copies,
        text_language=row.text_language,
    )
