"""One who is no agent, but has every right to publish, and says what only agents may say."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

from livekit import rtc
from livekit.rtc.participant import PublishDataError

from interpreter.captions import CaptionFrame, encode_frame
from interpreter.events import ItemKind, LineItem, Origin
from interpreter.line import LineMessage, ReaderMessage, encode_line, encode_reader
from interpreter.room import (
    EPOCH,
    LINE_TOPIC,
    READER_TOPIC,
    ROLE,
    SOURCE,
    TARGET,
    Role,
    captions_track,
)
from tests.live.meeting import Meeting

LIE = "mentira"
EPOCH_OF_LIES = 99
EVERY_S = 0.25
"""No faster: it is about rights, not about load."""


class Intruder:
    """Publishes false captions, false words, and a false reader's wishes."""

    def __init__(self, room: rtc.Room) -> None:
        self._room = room
        self.intercepted = 0
        """Words of agents that were sent to this one too."""
        room.on("data_received", self._on_data)

    async def run(self) -> None:
        """Lie until cancelled."""
        publish = self._room.local_participant.publish_data
        track = await self._room.local_participant.publish_data_track(name=captions_track("es"))
        for number, caption in enumerate(_captions()):
            track.try_push(rtc.DataTrackFrame(payload=encode_frame(caption)))
            try:
                await publish(_words(number), reliable=True, topic=LINE_TOPIC)
                await publish(encode_reader(WISHES), reliable=True, topic=READER_TOPIC)
            except PublishDataError:
                return
            await asyncio.sleep(EVERY_S)

    def _on_data(self, packet: rtc.DataPacket) -> None:
        is_of_agent = packet.participant is not None and packet.topic == LINE_TOPIC
        if is_of_agent and LIE.encode() not in packet.data:
            self.intercepted += 1


@asynccontextmanager
async def intruding(meeting: Meeting) -> AsyncIterator[list[Intruder]]:
    """Two of them: one says it is the pair agent, one that it is the floor agent."""
    pair = {ROLE: Role.PAIR.value, SOURCE: "en", TARGET: "es", EPOCH: str(EPOCH_OF_LIES)}
    floor = {ROLE: Role.FLOOR.value, EPOCH: str(EPOCH_OF_LIES)}
    async with (
        meeting.intruder(pair) as one,
        meeting.intruder(floor) as other,
        asyncio.TaskGroup() as tasks,
    ):
        intruders = [Intruder(one), Intruder(other)]
        lies = [tasks.create_task(each.run(), name="intruder") for each in intruders]
        yield intruders
        for lie in lies:
            lie.cancel()


WISHES = ReaderMessage(
    line="en",
    epoch=1,
    next_seq=0,
    spoken_seq=10_000,
    lag_s=60.0,
    state="failed",
    target="es",
    pair_epoch=EPOCH_OF_LIES,
)


def _words(number: int) -> bytes:
    """The next words of the line, in its own epoch and in a newer one by turns."""
    word = LineItem(number, ItemKind.WORD, LIE, float(number), number + 1.0, "somebody", "en.1.99")
    return encode_line(LineMessage("en", 1 + number % 2, (word,), {"somebody": "Somebody"}))


def _captions() -> Iterator[CaptionFrame]:
    """Open, then final, over and over."""
    frame = CaptionFrame(
        segment="",
        revision=0,
        seq=0,
        is_final=False,
        language="es",
        origin=Origin.MACHINE,
        speaker="Ana",
        start_s=0.0,
        end_s=1.0,
        sent_s=0.0,
        text=f"Todo es {LIE}",
        epoch=EPOCH_OF_LIES,
    )
    number = 0
    while True:
        segment = f"en-es.{EPOCH_OF_LIES}.{number // 2}"
        yield replace(
            frame, segment=segment, seq=number, is_final=number % 2 == 1, revision=number % 2
        )
        number += 1
