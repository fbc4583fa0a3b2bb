"""Offers of a channel in the database: each is a row of the record, one at a time is open.

Every change of a channel first holds its wish (`wishes.hold_wish`), so that of an answer, a
cancellation, a take and the clock exactly one comes first, in however many web processes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from interpreter.store import HandoverRow, Interpreter, OnAirChange, OnAirWish
from web import queries
from web.errors import ChannelTaken, HandoverOpen, HandoverOver, NotOfChannel
from web.forms import one_line
from web.handover import OPEN, Answer, Around, Offer, Step, answered, settled
from web.wishes import hold_wish, swap


@dataclass(frozen=True, slots=True)
class Channel:
    """One language of one room."""

    room_id: str
    language: str


Here = frozenset[str] | None
"""The interpreters who are in the room; None while that is not known: they count as there."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody offers, or asks for."""

    by_id: str
    partner_id: str
    minutes: int
    seen: int
    """The number of the wish that they saw."""


def propose(session: Session, channel: Channel, proposal: Proposal) -> HandoverRow:
    """Open an offer; raises ChannelTaken where the channel has changed hands or is the machine's,
    HandoverOpen where another offer is open, NotOfChannel for who does not interpret into it.

    Who is on air gives, the other takes.
    """
    wish = hold_wish(session, channel.room_id, channel.language)
    for person in (proposal.by_id, proposal.partner_id):
        if not _may_interpret(session, channel, person):
            raise NotOfChannel(language=one_line(channel.language))
    before = _newest(session, channel)
    if before is not None and _settle(session, wish, before, None):
        raise _is_open(session, before, proposal.by_id)
    both = (proposal.by_id, proposal.partner_id)
    if wish.number != proposal.seen or wish.interpreter_id not in both or len({*both}) == 1:
        raise ChannelTaken
    giver_is_me = wish.interpreter_id == proposal.by_id
    row = HandoverRow(
        room_id=channel.room_id,
        language=channel.language,
        number=before.number + 1 if before else 1,
        giver_id=wish.interpreter_id,
        taker_id=proposal.partner_id if giver_is_me else proposal.by_id,
        by_id=proposal.by_id,
        minutes=proposal.minutes,
        wish_number=wish.number,
        offered_at=queries.now(session),
    )
    session.add(row)
    session.flush()
    return row


def answer(
    session: Session, channel: Channel, number: int, who_id: str, word: Answer, here: Here
) -> HandoverRow:
    """Say yes or no to an offer, or take it back; raises HandoverOver where it has ended."""
    wish = hold_wish(session, channel.room_id, channel.language)
    row = _newest(session, channel)
    if row is None or row.number != number:
        raise HandoverOver
    after = answered(offer_of(row), who_id, word, _around(session, wish, row, here))
    _carry_out(session, wish, row, after)
    return row


def settle(session: Session, channel: Channel, here: Here) -> bool:
    """Let the channel's open offer go where time and the channel bring it; whether it did."""
    wish = hold_wish(session, channel.room_id, channel.language)
    row = _newest(session, channel)
    if row is None:
        return False
    before = row.step
    _settle(session, wish, row, here)
    return row.step != before


def newest_of(session: Session, room_id: str) -> dict[str, HandoverRow]:
    """The last offer of each channel, open or not."""
    newest = (
        select(HandoverRow.language, func.max(HandoverRow.number).label("number"))
        .where(HandoverRow.room_id == room_id)
        .group_by(HandoverRow.language)
        .subquery()
    )
    rows = session.exec(
        select(HandoverRow).where(
            HandoverRow.room_id == room_id,
            HandoverRow.language == newest.c.language,
            HandoverRow.number == newest.c.number,
        )
    )
    return {row.language: row for row in rows}


def open_handovers(session: Session) -> Sequence[HandoverRow]:
    """Every offer that is open, in all rooms."""
    return session.exec(select(HandoverRow).where(col(HandoverRow.ended_at).is_(None))).all()


def offer_of(row: HandoverRow) -> Offer:
    """A row as the protocol sees it."""
    return Offer(
        giver=row.giver_id,
        taker=row.taker_id,
        by=row.by_id,
        minutes=row.minutes,
        wish=row.wish_number,
        offered_at=row.offered_at,
        step=Step(row.step),
    )


def _settle(session: Session, wish: OnAirWish, row: HandoverRow, here: Here) -> bool:
    """Whether it is open still."""
    after = settled(offer_of(row), _around(session, wish, row, here))
    _carry_out(session, wish, row, after)
    return after.is_open


def _carry_out(session: Session, wish: OnAirWish, row: HandoverRow, after: Offer) -> None:
    """Keep where the offer is now, and let the taker be on air where that is what it came to."""
    before = row.step
    row.step = after.step
    at = queries.now(session)
    if before == Step.OFFERED and after.step in _ANSWERED:
        row.answered_at = at
    if before in OPEN and not after.is_open:
        row.ended_at = at
    session.add(row)
    session.flush()
    if before in OPEN and after.step == Step.DONE:
        change = OnAirChange(
            room_id=row.room_id,
            language=row.language,
            number=wish.number + 1,
            interpreter_id=row.taker_id,
            before_id=row.giver_id,
            by_id=after.other,
            handover=row.number,
            at=at,
        )
        swap(session, change)


_ANSWERED = (Step.ACCEPTED, Step.DONE, Step.DECLINED, Step.VANISHED)


def _is_open(session: Session, row: HandoverRow, who_id: str) -> HandoverOpen:
    """What somebody can do about an offer that is in their way."""
    giver, taker = (session.get_one(Interpreter, one).name for one in (row.giver_id, row.taker_id))
    if who_id not in (row.giver_id, row.taker_id):
        return HandoverOpen(giver=giver, taker=taker)
    is_to_answer = row.step == Step.OFFERED and who_id != row.by_id
    return HandoverOpen(
        HandoverOpen.to_answer if is_to_answer else HandoverOpen.to_cancel,
        other=taker if who_id == row.giver_id else giver,
    )


def _newest(session: Session, channel: Channel) -> HandoverRow | None:
    query = select(HandoverRow).where(
        HandoverRow.room_id == channel.room_id, HandoverRow.language == channel.language
    )
    return session.exec(query.order_by(col(HandoverRow.number).desc()).limit(1)).first()


def _around(session: Session, wish: OnAirWish, row: HandoverRow, here: Here) -> Around:
    channel = Channel(row.room_id, row.language)
    people = (row.giver_id, row.taker_id)
    may = all(_may_interpret(session, channel, one) for one in people)
    return Around(
        at=queries.now(session),
        wish=wish.number,
        is_taker_here=here is None or row.taker_id in here,
        is_over=not may or not queries.is_open(session, row.room_id),
    )


def _may_interpret(session: Session, channel: Channel, interpreter_id: str) -> bool:
    person = session.get(Interpreter, interpreter_id)
    if person is None or person.removed_at is not None:
        return False
    meeting_id = queries.meeting_of(session, channel.room_id).id
    return person.meeting_id == meeting_id and channel.language in person.channels
