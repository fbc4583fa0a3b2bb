"""How a channel goes from one interpreter to another by agreement: every step of an offer. Pure.

        ┌─ answer in time ─► accepted ── its moment ──► done, or vanished: the taker is not there
offered ┼─ decline, cancel ──► declined, cancelled           (a handover now: at once)
        ├─ 60 s ─────────────► timed out
        └─ the channel changes hands otherwise ──► overtaken, from `accepted` too
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from web.errors import HandoverOver, NotAllowed

ANSWER_WITHIN = timedelta(seconds=60)


class Step(StrEnum):
    """Where an offer is."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DONE = "done"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    OVERTAKEN = "overtaken"
    """Somebody else came on air, or the meeting ended."""
    VANISHED = "vanished"
    """Who was to take the channel was not in the room at its moment."""


OPEN = (Step.OFFERED, Step.ACCEPTED)


class Answer(StrEnum):
    """What one of the two says."""

    ACCEPT = "accept"
    DECLINE = "decline"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Offer:
    """One interpreter offers a channel to another, or asks them for it."""

    giver: str
    """Who is on air …"""
    taker: str
    """… and who is to be."""
    by: str
    """Whichever of them began."""
    minutes: int
    """When, counted from the offer; 0: as soon as it is accepted."""
    wish: int
    """The number of the channel's wish that it would follow."""
    offered_at: datetime
    step: Step = Step.OFFERED

    @property
    def other(self) -> str:
        """Who answers."""
        return self.giver if self.by == self.taker else self.taker

    @property
    def is_open(self) -> bool:
        return self.step in OPEN

    @property
    def answer_by(self) -> datetime:
        return self.offered_at + ANSWER_WITHIN

    @property
    def due_at(self) -> datetime:
        return self.offered_at + timedelta(minutes=self.minutes)

    @property
    def next_at(self) -> datetime:
        """When it goes on although nobody says anything, while it is open."""
        return self.answer_by if self.step == Step.OFFERED else self.due_at


@dataclass(frozen=True, slots=True)
class Around:
    """What counts besides the offer."""

    at: datetime
    wish: int
    """The number of the channel's wish now."""
    is_taker_here: bool = True
    is_over: bool = False
    """Whether the meeting is, or one of the two may not interpret into the channel any more."""


def settled(offer: Offer, around: Around) -> Offer:
    """The offer as far as time and the channel have brought it."""
    if not offer.is_open:
        return offer
    if around.is_over or around.wish != offer.wish:
        return replace(offer, step=Step.OVERTAKEN)
    if around.at < offer.next_at:
        return offer
    if offer.step == Step.OFFERED:
        return replace(offer, step=Step.TIMED_OUT)
    return replace(offer, step=Step.DONE if around.is_taker_here else Step.VANISHED)


def answered(offer: Offer, who: str, answer: Answer, around: Around) -> Offer:
    """The offer after somebody's word; raises HandoverOver where it has ended, NotAllowed where
    that is not theirs to say.

    An answer that comes twice changes nothing the second time.
    """
    before = settled(offer, around)
    if not before.is_open:
        raise HandoverOver
    if who != (offer.by if answer == Answer.CANCEL else offer.other):
        raise NotAllowed
    return settled(replace(before, step=_STEP[answer]), around)


_STEP: Mapping[Answer, Step] = {
    Answer.ACCEPT: Step.ACCEPTED,
    Answer.DECLINE: Step.DECLINED,
    Answer.CANCEL: Step.CANCELLED,
}
