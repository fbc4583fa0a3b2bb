"""Web's own tables; what agents share stands in `interpreter.store`."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from interpreter.store import UtcDateTime


class LeaseRow(SQLModel, table=True):
    """Which web process holds a lease: see `web.lease`."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    """What is held."""
    holder: str = ""
    """Id of a process; empty when it was given back."""
    beat: int = 0
    """Counted at each renewal; a lease whose beat stands still has lapsed."""


class BoothMessage(SQLModel, table=True):
    """What an interpreter wrote to the others of a channel's booth: see `web.booth_chat`."""

    __tablename__ = "booth_message"
    __table_args__ = (UniqueConstraint("room_id", "language", "interpreter_id", "client_id"),)

    room_id: str = Field(primary_key=True, foreign_key="room.id")
    language: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    """Counts the messages of one booth in one session."""
    interpreter_id: str = Field(foreign_key="interpreter.id")
    client_id: str
    """Made by the console that sent it: sent again, it is the same message."""
    text: str
    at: datetime = Field(sa_type=UtcDateTime)


class TechnicianCall(SQLModel, table=True):
    """What an interpreter called the technician for, or was told by them: see `web.technician`."""

    __tablename__ = "technician_call"

    interpreter_id: str = Field(primary_key=True, foreign_key="interpreter.id")
    id: str = Field(primary_key=True)
    """Chosen by the console, so that a call that is sent again stays one."""
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    kind: str
    text: str = ""
    """The interpreter's own words."""
    called_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the technician said that they know."""
    answer: str = ""
    """The technician's words, a line each."""
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
