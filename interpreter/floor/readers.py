"""The readers of the room's lines: sends them new items at once, and again what they miss."""

import logging
from collections.abc import Callable, Mapping, Sequence

import anyio
from livekit import rtc
from livekit.rtc.participant import PublishDataError

from interpreter.events import LineItem
from interpreter.floor.speaker import SpokenLanguage
from interpreter.line import ReaderMessage, decode_reader, encode_line
from interpreter.pair.on_air_message import OnAirMessage, encode_on_air
from interpreter.participants import is_pair
from interpreter.room import (
    LINE_TOPIC,
    ON_AIR_TOPIC,
    READER_TOPIC,
    SOURCE,
    TARGET,
    TYPED_TOPIC,
)

logger = logging.getLogger(__name__)

OUTBOX_MESSAGES = 256
"""Full only when publishing stalls; what is dropped then, readers ask for again."""


class LineReaders:
    """Reliable data to and from the pairs, from one sender task with a bounded queue."""

    def __init__(
        self,
        room: rtc.Room,
        spoken: Mapping[str, SpokenLanguage],
        report: Callable[[str, ReaderMessage], None],
        now_s: Callable[[], float],
    ) -> None:
        self._room = room
        self._spoken = spoken
        self._report = report
        self._now_s = now_s
        self._outbox, self._to_send = anyio.create_memory_object_stream[
            tuple[bytes, list[str], str]
        ](OUTBOX_MESSAGES)

    def send(self, spoken: SpokenLanguage, items: Sequence[LineItem]) -> None:
        """Queue new items for everyone who reads this language."""
        readers = [
            p.identity
            for p in self._room.remote_participants.values()
            if is_pair(p) and p.attributes.get(SOURCE) == spoken.language.tag
        ]
        if readers:
            self._queue(encode_line(spoken.line.message(items)), readers)

    def tell_on_air(self, message: OnAirMessage) -> None:
        """Tell a channel's pairs whether their voice and captions go out."""
        pairs = [
            p.identity
            for p in self._room.remote_participants.values()
            if is_pair(p) and p.attributes.get(TARGET) == message.target
        ]
        if pairs:
            self._queue(encode_on_air(message), pairs, ON_AIR_TOPIC)

    def answer_captioner(self, identity: str, payload: bytes) -> None:
        """Tell a captioner's page how far the line is; it asks again when this is lost."""
        self._queue(payload, [identity], TYPED_TOPIC)

    def on_data(self, packet: rtc.DataPacket) -> None:
        """A reader says what it has and wants; anybody else is not listened to."""
        sender = packet.participant
        if packet.topic != READER_TOPIC or sender is None or not is_pair(sender):
            return
        message = decode_reader(packet.data)
        if message is None:
            return
        self._report(sender.identity, message)
        spoken = self._spoken.get(message.line)
        if spoken is not None:
            for missing in spoken.line.wanted(message, self._now_s()):
                self._queue(encode_line(missing), [sender.identity])

    async def run(self) -> None:
        """Send until `close`."""
        async with self._to_send:
            async for payload, readers, topic in self._to_send:
                try:
                    await self._room.local_participant.publish_data(
                        payload, reliable=True, destination_identities=readers, topic=topic
                    )
                except PublishDataError:
                    logger.warning("line message lost; readers will ask again")

    def close(self) -> None:
        self._outbox.close()

    def _queue(self, payload: bytes, readers: list[str], topic: str = LINE_TOPIC) -> None:
        try:
            self._outbox.send_nowait((payload, readers, topic))
        except anyio.WouldBlock:
            logger.warning("line stalls; readers will ask again")
