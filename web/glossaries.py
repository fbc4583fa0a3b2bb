"""A meeting's glossaries as its organiser changes them; each change counts the version up."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from glossaries import BadRow, Entry, Glossary, Problem
from interpreter.glossary_rows import (
    GlossaryEntryRow,
    GlossaryRow,
    MeetingGlossary,
    add_entries,
    decode_entry,
    encode_entry,
)
from interpreter.store import Meeting, Room
from web.security import is_same_secret

MOST_REPORTED = 10_000
"""Rows of a report that are kept."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One of a meeting's glossaries."""

    row: GlossaryRow
    is_used: bool
    count: int
    """Of its terms."""


def glossaries_of(session: Session, meeting_id: str) -> list[Listed]:
    """The glossaries that a meeting's organiser sees, the oldest first."""
    count = func.count(col(GlossaryEntryRow.number))
    query = (
        select(GlossaryRow, MeetingGlossary.is_used, count)
        .join(MeetingGlossary, col(MeetingGlossary.glossary_id) == GlossaryRow.id)
        .outerjoin(GlossaryEntryRow, col(GlossaryEntryRow.glossary_id) == GlossaryRow.id)
        .where(MeetingGlossary.meeting_id == meeting_id)
        .group_by(col(GlossaryRow.id), col(MeetingGlossary.is_used))
        .order_by(col(GlossaryRow.created_at), col(GlossaryRow.id))
    )
    return [Listed(row, is_used, number) for row, is_used, number in session.exec(query)]


def glossary_of(session: Session, meeting_id: str, glossary_id: str) -> GlossaryRow | None:
    """One of a meeting's glossaries; None where it has none of this id."""
    if session.get(MeetingGlossary, (meeting_id, glossary_id)) is None:
        return None
    return session.get_one(GlossaryRow, glossary_id)


def add_glossary(session: Session, meeting_id: str, name: str, glossary: Glossary) -> str:
    """A new glossary, which the meeting uses from now on; returns its id."""
    row = GlossaryRow(
        id=secrets.token_urlsafe(9), name=name, bad_rows=encode_report(glossary.bad_rows)
    )
    session.add(row)
    session.flush()
    session.add(MeetingGlossary(meeting_id=meeting_id, glossary_id=row.id))
    add_entries(session, row.id, glossary.entries)
    return row.id


def replace_entries(session: Session, glossary_id: str, glossary: Glossary) -> None:
    """Every term anew, from another file."""
    session.execute(
        delete(GlossaryEntryRow).where(col(GlossaryEntryRow.glossary_id) == glossary_id)
    )
    add_entries(session, glossary_id, glossary.entries)
    session.get_one(GlossaryRow, glossary_id).bad_rows = encode_report(glossary.bad_rows)
    _count_change(session, glossary_id)


def rename(session: Session, glossary_id: str, name: str) -> None:
    session.get_one(GlossaryRow, glossary_id).name = name


def remove_glossary(session: Session, meeting_id: str, glossary_id: str) -> None:
    """The meeting has it no more; nobody has it then, and it is gone."""
    session.delete(session.get_one(MeetingGlossary, (meeting_id, glossary_id)))
    session.flush()
    others = select(MeetingGlossary).where(MeetingGlossary.glossary_id == glossary_id)
    if session.exec(others.limit(1)).first() is not None:
        return
    session.execute(
        delete(GlossaryEntryRow).where(col(GlossaryEntryRow.glossary_id) == glossary_id)
    )
    session.execute(delete(GlossaryRow).where(col(GlossaryRow.id) == glossary_id))


def share(session: Session, meeting_id: str, link: str) -> bool:
    """The glossaries of another meeting, whose speakers' link this is, are this one's too; whether
    it is such a link. From then on a change counts in both."""
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return False
    other_id = next(iter(parts.path.removeprefix("/m/").split("/")), "")
    (key,) = parse_qs(parts.query).get("key", [""])[:1]
    other = session.get(Meeting, other_id)
    if other is None or not is_same_secret(key, other.speaker_key):
        return False
    for listed in glossaries_of(session, other_id):
        if session.get(MeetingGlossary, (meeting_id, listed.row.id)) is None:
            session.add(MeetingGlossary(meeting_id=meeting_id, glossary_id=listed.row.id))
    return True


def use(session: Session, meeting_id: str, glossary_ids: Sequence[str]) -> None:
    """Which of its glossaries the meeting is interpreted by."""
    links = select(MeetingGlossary).where(MeetingGlossary.meeting_id == meeting_id)
    for link in session.exec(links):
        link.is_used = link.glossary_id in glossary_ids


def numbered_entries(session: Session, glossary_id: str) -> list[tuple[int, Entry]]:
    """The terms with their numbers, in order."""
    query = select(GlossaryEntryRow.number, GlossaryEntryRow.entry).where(
        GlossaryEntryRow.glossary_id == glossary_id
    )
    rows = session.exec(query.order_by(col(GlossaryEntryRow.number)))
    return [(number, decode_entry(entry)) for number, entry in rows]


def put_entry(
    session: Session, glossary_id: str, number: int | None, entry: Entry
) -> BadRow | None:
    """Change the term of this number, or add one; says why not where it is another row's term."""
    _count_change(session, glossary_id)  # who comes second waits here
    entries = numbered_entries(session, glossary_id)
    same = [known for known, other in entries if known != number and _is_same_term(other, entry)]
    if same:
        session.rollback()
        return BadRow(0, Problem.DUPLICATE, {"term": entry.source})
    row = session.get(GlossaryEntryRow, (glossary_id, number)) if number is not None else None
    if row is None:
        last = max((known for known, _ in entries), default=0)
        row = GlossaryEntryRow(glossary_id=glossary_id, number=last + 1, entry={})
    row.entry = encode_entry(entry)
    session.add(row)
    return None


def _is_same_term(one: Entry, other: Entry) -> bool:
    if one.source_language != other.source_language:
        return False
    if one.is_case_sensitive or other.is_case_sensitive:
        return one.source == other.source and one.is_case_sensitive == other.is_case_sensitive
    return one.source.casefold() == other.source.casefold()


def drop_entry(session: Session, glossary_id: str, number: int) -> None:
    row = session.get(GlossaryEntryRow, (glossary_id, number))
    if row is not None:
        session.delete(row)
        _count_change(session, glossary_id)


def open_rooms_with(session: Session, glossary_id: str) -> list[str]:
    """The sessions that go on and are interpreted by this glossary."""
    query = (
        select(Room.id)
        .join(MeetingGlossary, col(MeetingGlossary.meeting_id) == Room.meeting_id)
        .where(
            MeetingGlossary.glossary_id == glossary_id,
            col(MeetingGlossary.is_used),
            col(Room.ended_at).is_(None),
        )
    )
    return list(session.exec(query))


def _count_change(session: Session, glossary_id: str) -> None:
    version = col(GlossaryRow.version)
    its_row = update(GlossaryRow).where(col(GlossaryRow.id) == glossary_id)
    session.execute(its_row.values(version=version + 1))


def encode_report(bad_rows: Sequence[BadRow]) -> list[dict[str, object]]:
    """The report as it is kept; the message id of a sentence changes with the program, its name
    does not."""
    return [{**asdict(one), "problem": one.problem.name} for one in bad_rows[:MOST_REPORTED]]


def decode_report(data: Sequence[dict[str, object]]) -> list[BadRow]:
    """The kept report; what this release does not know is left out."""
    return [
        BadRow(
            int(str(one["row"])),
            Problem[str(one["problem"])],
            {str(key): str(text) for key, text in dict(one["values"]).items()},  # type: ignore[call-overload]
            bool(one["is_taken"]),
        )
        for one in data
        if one["problem"] in Problem.__members__
    ]
