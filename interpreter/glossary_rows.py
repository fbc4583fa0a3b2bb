"""The store's glossaries: tables, and what agents ask of them; web changes them.

A glossary's version counts its changes. Room metadata says the versions of those that a meeting
uses, so that who reads it knows when to ask again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, insert
from sqlmodel import Field, Session, SQLModel, col, select

from glossaries import Entry, Rendering, oriented
from interpreter.store import UtcDateTime


def _now() -> datetime:
    return datetime.now(UTC)


class GlossaryRow(SQLModel, table=True):
    """A glossary; its terms are rows of their own."""

    __tablename__ = "glossary"

    id: str = Field(primary_key=True)
    """Opaque; stands in room metadata."""
    name: str
    version: int = 1
    """Grows with each change of the glossary or its terms."""
    bad_rows: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    """The report of the file that it was read from."""
    created_at: datetime = Field(default_factory=_now, sa_type=UtcDateTime)


class GlossaryEntryRow(SQLModel, table=True):
    """One term of a glossary."""

    __tablename__ = "glossary_entry"

    glossary_id: str = Field(primary_key=True, foreign_key="glossary.id")
    number: int = Field(primary_key=True)
    """Its place; never given again."""
    entry: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class MeetingGlossary(SQLModel, table=True):
    """A glossary that a meeting's organiser sees and may change."""

    __tablename__ = "meeting_glossary"

    meeting_id: str = Field(primary_key=True, foreign_key="meeting.id")
    glossary_id: str = Field(primary_key=True, foreign_key="glossary.id", index=True)
    is_used: bool = True
    """Whether the meeting is interpreted by it."""


def versions_of(session: Session, meeting_id: str) -> dict[str, int]:
    """The glossaries that a meeting is interpreted by, the oldest first, and their versions."""
    query = (
        select(GlossaryRow.id, GlossaryRow.version)
        .join(MeetingGlossary, col(MeetingGlossary.glossary_id) == GlossaryRow.id)
        .where(MeetingGlossary.meeting_id == meeting_id, col(MeetingGlossary.is_used))
        .order_by(col(GlossaryRow.created_at), col(GlossaryRow.id))
    )
    return {str(glossary_id): int(version) for glossary_id, version in session.exec(query)}


def entries_of(session: Session, glossary_ids: Sequence[str]) -> list[Entry]:
    """Every term of these glossaries, in their order."""
    query = (
        select(GlossaryEntryRow.glossary_id, GlossaryEntryRow.entry)
        .where(col(GlossaryEntryRow.glossary_id).in_(glossary_ids))
        .order_by(col(GlossaryEntryRow.number))
    )
    found: dict[str, list[Entry]] = {glossary_id: [] for glossary_id in glossary_ids}
    for glossary_id, entry in session.exec(query):
        found[glossary_id].append(decode_entry(entry))
    return [entry for entries in found.values() for entry in entries]


def entries_for(
    session: Session, glossary_ids: Sequence[str], source: str, target: str
) -> list[Entry]:
    """What these glossaries know for a pair, one entry a term; of two that contradict each other
    the first glossary's rendering is said, and both count."""
    return oriented(entries_of(session, glossary_ids), source, target)


def encode_entry(entry: Entry) -> dict[str, Any]:
    """The entry as its row keeps it."""
    return asdict(entry)


def decode_entry(data: Mapping[str, Any]) -> Entry:
    """The entry of a row; what a later release adds is left out."""
    return Entry(
        source_language=data["source_language"],
        source=data["source"],
        renderings={tag: _rendering(one) for tag, one in data["renderings"].items()},
        forms=tuple(data.get("forms", ())),
        aliases=tuple(data.get("aliases", ())),
        is_case_sensitive=bool(data.get("is_case_sensitive", False)),
        is_kept=bool(data.get("is_kept", False)),
        pronunciation=data.get("pronunciation", ""),
        note=data.get("note", ""),
    )


def _rendering(data: dict[str, Any]) -> Rendering:
    return Rendering(
        data["text"],
        tuple(data.get("forms", ())),
        tuple(data.get("forbidden", ())),
        data.get("pronunciation", ""),
    )


def add_entries(session: Session, glossary_id: str, entries: Iterable[Entry]) -> None:
    """Keep the terms of a glossary that has none yet."""
    rows = [
        {"glossary_id": glossary_id, "number": number, "entry": encode_entry(entry)}
        for number, entry in enumerate(entries, 1)
    ]
    if rows:
        session.execute(insert(GlossaryEntryRow), rows)
