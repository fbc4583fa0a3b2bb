"""Sends what a pair has interpreted to the floor agent, which writes it into the relay's line.

The line's own protocol with its ends changed over: the floor agent says every 500 ms what it wants
next, and gets nothing before it has asked. Nothing that was sent is taken back: so a number or a
"not" that may still be put right is waited for, and what was said after it too.
"""

import logging
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

import anyio
from livekit import rtc
from livekit.rtc.participant import PublishDataError

from interpreter.line import (
    FROM_NOW,
    RESEND_AFTER_S,
    LineMessage,
    LineWriter,
    ReaderMessage,
    encode_line,
)
from interpreter.pair.chunking import Unit
from interpreter.pair.job import PairJob
from interpreter.pair.relayed_text import RelayedText
from interpreter.room import LINE_TOPIC

logger = logging.getLogger(__name__)

OUTBOX_MESSAGES = 64
"""Full only when publishing stalls; what is dropped then, the floor agent asks for again."""
BEGINS_BACK_S = 6.0
"""Who begins to read gets what was said so many seconds ago: rather twice than never."""
ASKED_FOR_S = 3.0
"""So long after the floor agent has asked last, it still reads."""


@dataclass(slots=True)
class _Closed:
    unit: Unit
    segment: str
    text: str | None
    """None: there is none."""
    name: str
    is_awaited: bool = False


class Relaying:
    """What one pair tells those who read its channel; `run` sends it."""

    def __init__(
        self,
        room: rtc.Room,
        job: PairJob,
        relay_of: Callable[[str], int],
        now_s: Callable[[], float],
    ) -> None:
        """`relay_of`: speaker → from how many interpretations the words are made that it reads."""
        self._room = room
        self._relay_of = relay_of
        self._now_s = now_s
        self._text = RelayedText(LineWriter(job.own_line, job.epoch), job.target.has_spaces)
        self._reader = ""
        self._asked_s = -math.inf
        self._closed = deque[_Closed]()
        """Not told yet, in order: the first is awaited."""
        self._outbox, self._to_send = anyio.create_memory_object_stream[tuple[bytes, str]](
            OUTBOX_MESSAGES
        )

    async def run(self) -> None:
        """Send until cancelled."""
        async with self._outbox, self._to_send:
            async for payload, reader in self._to_send:
                try:
                    await self._room.local_participant.publish_data(
                        payload, reliable=True, destination_identities=[reader], topic=LINE_TOPIC
                    )
                except PublishDataError:
                    logger.warning("relayed text lost; it is asked for again")

    def asked(self, floor: str, message: ReaderMessage | None) -> None:
        """The floor agent wants this pair's text from a number on."""
        line = self._text.line
        if message is None or message.line != line.line:
            return
        now_s = self._now_s()
        self._reader, self._asked_s = floor, now_s
        if message.next_seq == FROM_NOW:
            first = line.start_from(BEGINS_BACK_S, now_s)
            message = replace(message, epoch=line.epoch, next_seq=first)
            now_s += RESEND_AFTER_S  # none of it is on its way
        for missing in line.wanted(message, now_s):
            self._send(missing)

    def translated(
        self, unit: Unit, segment: str, text: str, name: str, *, is_awaited: bool = False
    ) -> None:
        """A closed unit has its text; nobody reads it before it is corrected, where that
        `is_awaited`."""
        self._closed.append(_Closed(unit, segment, text, name, is_awaited))
        self._tell_closed()

    def corrected(self, unit: Unit, text: str) -> None:
        """What came of a unit, awaited or not."""
        for one in self._closed:
            if one.unit.number == unit.number:
                one.text, one.is_awaited = text, False
        self._tell_closed()

    def lost(self, unit: Unit, name: str) -> None:
        """A unit has no text: who reads on says so too."""
        self._closed.append(_Closed(unit, "", None, name))
        self._tell_closed()

    def _tell_closed(self) -> None:
        while self._closed and not self._closed[0].is_awaited:
            one, now_s = self._closed.popleft(), self._now_s()
            relay = self._relay_of(one.unit.speaker)
            if one.text is None:
                self._tell(self._text.lost(one.unit, one.name, relay, now_s))
            else:
                self._tell(
                    self._text.translated(one.unit, one.segment, one.text, one.name, relay, now_s)
                )

    def sentence_ended(self, speaker: str, last_unit: int) -> None:
        """The speaker made a long pause after this unit."""
        relay = self._relay_of(speaker)
        message = self._text.sentence_ended(speaker, last_unit, relay, self._now_s())
        if message is not None:
            self._tell(message)

    def _tell(self, message: LineMessage) -> None:
        """It is kept for who reads later, and sent to who does now."""
        if message.items and self._now_s() - self._asked_s < ASKED_FOR_S:
            self._send(message)

    def _send(self, message: LineMessage) -> None:
        try:
            self._outbox.send_nowait((encode_line(message), self._reader))
        except anyio.WouldBlock:
            logger.warning("relayed text stalls; it is asked for again")
