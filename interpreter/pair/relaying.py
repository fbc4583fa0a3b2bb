"""Sends what a pair has interpreted to the floor agent, which writes it into the relay's line.

The line's own protocol with its ends changed over: the floor agent says every 500 ms what it wants
next, and gets nothing before it has asked.
"""

import logging
import math
from collections.abc import Callable
from dataclasses import replace

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

    def translated(self, unit: Unit, segment: str, text: str, name: str) -> None:
        """A closed unit has its text."""
        relay = self._relay_of(unit.speaker)
        self._tell(self._text.translated(unit, segment, text, name, relay, self._now_s()))

    def lost(self, unit: Unit, name: str) -> None:
        """A unit has none: who reads on says so too."""
        relay = self._relay_of(unit.speaker)
        self._tell(self._text.lost(unit, name, relay, self._now_s()))

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
