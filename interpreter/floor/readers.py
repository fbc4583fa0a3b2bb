"""The readers of the room's lines: sends them new items at once, and again what they miss."""

import logging
from collections.abc import Callable, Sequence

import anyio
from livekit import rtc
from livekit.rtc.participant import PublishDataError

from interpreter.events import LineItem
from interpreter.floor.supervision import Pair
from interpreter.line import (
    LineMessage,
    LineWriter,
    ReaderMessage,
    decode_line,
    decode_reader,
    encode_line,
    encode_reader,
)
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
        line_named: Callable[[str], LineWriter | None],
        report: Callable[[str, ReaderMessage], None],
        relayed: Callable[[Pair, LineMessage], None],
        now_s: Callable[[], float],
    ) -> None:
        """`relayed` takes what a pair has interpreted for those who read its channel."""
        self._room = room
        self._line_named = line_named
        self._report = report
        self._relayed = relayed
        self._now_s = now_s
        self._outbox, self._to_send = anyio.create_memory_object_stream[
            tuple[bytes, list[str], str]
        ](OUTBOX_MESSAGES)

    def send(self, line: LineWriter, items: Sequence[LineItem]) -> None:
        """Queue new items for everyone who reads this line."""
        readers = [
            p.identity
            for p in self._room.remote_participants.values()
            if is_pair(p) and p.attributes.get(SOURCE) == line.line
        ]
        if readers:
            self._queue(encode_line(line.message(items)), readers)

    def ask(self, pair: Pair, message: ReaderMessage) -> None:
        """Tell a pair what of its own text is wanted: all agents that have this place."""
        people = self._room.remote_participants.values()
        agents = [p.identity for p in people if is_pair(p) and pair_of(p) == pair]
        if agents:
            self._queue(encode_reader(message), agents, READER_TOPIC)

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
        """A reader says what it has and wants, or what it has interpreted for others; anybody else
        is not listened to."""
        sender = packet.participant
        if sender is None or not is_pair(sender):
            return
        if packet.topic == LINE_TOPIC:
            interpreted = decode_line(packet.data)
            if interpreted is not None:
                self._relayed(pair_of(sender), interpreted)
        elif packet.topic == READER_TOPIC:
            self._note(sender, packet.data)

    def _note(self, sender: rtc.RemoteParticipant, payload: bytes) -> None:
        message = decode_reader(payload)
        if message is None:
            return
        self._report(sender.identity, message)
        line = self._line_named(message.line)
        if line is not None:
            for missing in line.wanted(message, self._now_s()):
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
        except anyio.BrokenResourceError:
            # The worker has died, and all tasks of this process end at once: what is still closed
            # goes to captions and journal.
            logger.info("a reader is not told: nothing is sent any more")


def pair_of(participant: rtc.RemoteParticipant) -> Pair:
    """The place of a pair agent, as the server says it."""
    attributes = participant.attributes
    return Pair(attributes.get(SOURCE, ""), attributes.get(TARGET, ""))
