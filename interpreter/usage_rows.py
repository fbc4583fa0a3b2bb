"""The store's record of what engines used, by room and job: a table and its queries; jobs write it,
web reads it.

A row holds sums since its job began, so that writing it again changes nothing.
"""

from collections.abc import Mapping
from dataclasses import asdict

from sqlmodel import Field, Session, SQLModel, col, select

from interpreter.cost import Used
from interpreter.store import Room
from interpreter.usage import Amounts, Spans, UsedEngine


class UsageRow(SQLModel, table=True):
    """What one job used of one engine for one language, until now."""

    __tablename__ = "usage"

    room_id: str = Field(primary_key=True, foreign_key="room.id")
    job: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    engine: str = Field(primary_key=True)
    provider: str = Field(primary_key=True)
    model: str = Field(primary_key=True)
    language: str = Field(primary_key=True)
    """What is spoken, of a recogniser; else the channel."""
    first_s: float
    """On the room's clock: of the first use …"""
    last_s: float
    """… and of the last."""
    requests: int = 0
    uncounted: int = 0
    audio_s: float = 0.0
    characters: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0


def save_usage(
    session: Session, room_id: str, job: str, sums: Mapping[UsedEngine, tuple[Amounts, Spans]]
) -> None:
    """Write a job's sums, in place of what it wrote before, and commit."""
    for used, (amounts, (first_s, last_s)) in sums.items():
        row = UsageRow(
            room_id=room_id,
            job=job,
            first_s=first_s,
            last_s=last_s,
            **asdict(used),
            **asdict(amounts),
        )
        session.merge(row)
    session.commit()


def usage_of(session: Session, meeting_id: str) -> dict[str, list[Used]]:
    """What all jobs of a meeting used, by its sessions, the newest first; only those with any."""
    query = (
        select(UsageRow)
        .join(Room, col(UsageRow.room_id) == Room.id)
        .where(Room.meeting_id == meeting_id)
        .order_by(col(Room.started_at).desc(), col(UsageRow.kind), col(UsageRow.language))
    )
    found: dict[str, list[Used]] = {}
    for row in session.exec(query):
        found.setdefault(row.room_id, []).append(_used(row))
    return found


def _used(row: UsageRow) -> Used:
    return Used(
        UsedEngine(row.kind, row.engine, row.provider, row.model, row.language),
        Amounts(
            row.requests,
            row.uncounted,
            row.audio_s,
            row.characters,
            row.input_tokens,
            row.cached_tokens,
            row.output_tokens,
        ),
        row.first_s,
        row.last_s,
    )
