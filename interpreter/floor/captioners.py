"""Who types the lines of one room: what captioners' pages say, and when the recognisers of their
languages are heard again.

A captioner has a language's line while they type, or have said that they caption now and their
page says every second that it is there. Who falls silent, switches off or goes away gives it back
to the recogniser, from the words on that were spoken after their last sign of life.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from livekit import rtc

from interpreter.floor.speaker import SpokenLanguage
from interpreter.floor.typed import Typist
from interpreter.participants import is_captioner
from interpreter.room import LANGUAGE, TYPED_TOPIC
from interpreter.typed import TypedAnswer, TypedMessage, decode_typed, encode_answer

QUIET_S = 10.0
"""Who has typed nothing for so long, and has not said that they go on, has stopped."""
GONE_S = 5.0
"""A page that says nothing for so long is away: a reconnect takes three seconds."""
FORGOTTEN_S = 15.0
"""… and what it left open is final."""
MOST_STREAMS = 64

OpenLanguage = Callable[[asyncio.TaskGroup, str], Awaitable[SpokenLanguage]]
Answer = Callable[[str, bytes], None]
"""(identity, payload): tell a captioner's page."""


@dataclass(slots=True)
class Seat:
    """One captioner's page, and what it says of itself."""

    typist: Typist
    identity: str
    """Who has the page now: one that is loaded again is another participant."""
    typed_s: float = -math.inf
    """When it said something new …"""
    heard_s: float = -math.inf
    """… and when anything."""
    off_s: float = -math.inf
    is_on: bool = False

    def note(self, message: TypedMessage, is_news: bool, now_s: float) -> None:
        """Take what a message says of the captioner."""
        if self.is_on and not message.is_on:
            self.off_s = now_s
        self.is_on, self.heard_s = message.is_on, now_s
        if is_news and message.text:
            self.typed_s = now_s

    def is_typing(self, now_s: float) -> bool:
        """Whether the line is theirs."""
        has_typed = self.typed_s > self.off_s and now_s - self.typed_s < QUIET_S
        return (self.is_on or has_typed) and now_s - self.heard_s < GONE_S

    @property
    def until_s(self) -> float:
        """What is spoken after this is nobody's but the recogniser's."""
        if self.is_on:
            return self.heard_s
        return max(self.typed_s, self.off_s)

    def is_here(self, now_s: float) -> bool:
        return now_s - self.heard_s < FORGOTTEN_S


class RoomCaptioners:
    """The captioners of one room: `reconcile` at each change, `tick` ten times a second."""

    def __init__(
        self,
        room: rtc.Room,
        now_s: Callable[[], float],
        open_language: OpenLanguage,
        answer: Answer,
        news: Callable[[], None],
    ) -> None:
        """`news` asks for `reconcile`."""
        self._room = room
        self._now_s = now_s
        self._open_language = open_language
        self._answer = answer
        self._news = news
        self._seats: dict[tuple[str, str], Seat] = {}
        """By stream and language."""
        self._new: dict[tuple[str, str], tuple[str, TypedMessage]] = {}

    @property
    def languages(self) -> set[str]:
        """What captioners who are here have typed in."""
        now_s = self._now_s()
        return {language for (_, language), seat in self._seats.items() if seat.is_here(now_s)}

    @property
    def typing(self) -> dict[str, str]:
        """Of each language whose line is typed now, the name of who does."""
        now_s = self._now_s()
        return {
            language: seat.typist.name
            for (_, language), seat in self._seats.items()
            if seat.is_typing(now_s)
        }

    def on_data(self, packet: rtc.DataPacket) -> None:
        """A captioner's page; anybody else is not listened to."""
        sender = packet.participant
        if packet.topic != TYPED_TOPIC or sender is None or not is_captioner(sender):
            return
        message = decode_typed(packet.data)
        if message is None or message.language != sender.attributes.get(LANGUAGE):
            return
        seat = self._seats.get((message.stream, message.language))
        if seat is not None:
            seat.identity = sender.identity
            self._take(seat, message)
        elif message.segment or message.is_on:
            self._new[message.stream, message.language] = (sender.identity, message)
            self._news()

    async def reconcile(self, tasks: asyncio.TaskGroup, spoken: Collection[str]) -> None:
        """Give those a seat who have begun to type, in a language of the meeting."""
        new, self._new = self._new, {}
        for key, (identity, message) in new.items():
            person = self._room.remote_participants.get(identity)
            if person is None or message.language not in spoken or key in self._seats:
                continue
            line = await self._open_language(tasks, message.language)
            typist = Typist(identity, person.name, line, stream=message.stream)
            self._seats[key] = Seat(typist, identity)
            self._take(self._seats[key], message)
        while len(self._seats) > MOST_STREAMS:
            del self._seats[min(self._seats, key=lambda key: self._seats[key].heard_s)]

    def tick(self, now_s: float) -> None:
        """Let time pass."""
        for seat in self._seats.values():
            before = seat.typist.answer
            seat.typist.tick(now_s)
            if not seat.is_here(now_s):
                seat.typist.finish(now_s)
            elif seat.typist.answer != before:
                self._tell(seat)
        self._change_hands(now_s)

    def close(self) -> None:
        """What has been typed so far is written."""
        for seat in self._seats.values():
            seat.typist.finish(self._now_s())

    def _take(self, seat: Seat, message: TypedMessage) -> None:
        now_s = self._now_s()
        is_news = seat.typist.take(message, now_s)
        seat.note(message, is_news, now_s)
        self._change_hands(now_s)
        self._tell(seat)

    def _tell(self, seat: Seat) -> None:
        told: TypedAnswer = seat.typist.answer
        self._answer(seat.identity, encode_answer(told))

    def _change_hands(self, now_s: float) -> None:
        """Each language's line is a captioner's or its recogniser's."""
        seats: dict[str, list[Seat]] = {}
        for (_, language), seat in self._seats.items():
            seats.setdefault(language, []).append(seat)
        for language, people in seats.items():
            spoken = people[0].typist.spoken
            is_typed = any(seat.is_typing(now_s) for seat in people)
            if is_typed == spoken.typed.is_now:
                continue
            if is_typed:
                spoken.typed.begin(now_s)
            else:
                spoken.typed.end(min(max(seat.until_s for seat in people), now_s))
            spoken.events.write("typed", language=language, is_typed=is_typed)
