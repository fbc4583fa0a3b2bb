"""A captioner types what Ana says, in the whole product: the line is theirs until they stop."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from livekit import rtc

from interpreter.events import Origin
from interpreter.participants import is_floor
from interpreter.room import TYPED_TOPIC
from interpreter.store import Meeting as MeetingRow
from tests.live.ears import listening
from tests.live.meeting import Meeting, Product, play, running_product, until
from tests.speech import speak_talk
from web.permissions import captioner_key

pytestmark = [pytest.mark.live, pytest.mark.soak, pytest.mark.timeout(240)]

TYPED = "The city needs clean water."
SPOKEN = "The city council wants to build a new school near the river."


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("product")) as product:
        yield product


@dataclass
class Captioner:
    """A captioner's page, without the page."""

    room: rtc.Room
    answers: list[dict[str, Any]] = field(default_factory=list)
    said: dict[str, object] = field(default_factory=dict)

    def on_data(self, packet: rtc.DataPacket) -> None:
        if packet.topic == TYPED_TOPIC and packet.participant and is_floor(packet.participant):
            self.answers.append(json.loads(packet.data))

    @property
    def done(self) -> int:
        return int(self.answers[-1]["done"]) if self.answers else 0

    async def say_again(self) -> None:
        """The same every second, as pages do."""
        while True:
            await self.say(**self.said)
            await asyncio.sleep(1.0)

    async def say(self, **said: object) -> None:
        self.said = {"segment": 0, "on": True, **said}
        floors = [p.identity for p in self.room.remote_participants.values() if is_floor(p)]
        payload = json.dumps({"v": 1, "stream": "s1", "language": "en", **self.said})
        if floors:
            await self.room.local_participant.publish_data(
                payload, reliable=True, destination_identities=floors, topic=TYPED_TOPIC
            )


@asynccontextmanager
async def captioning(meeting: Meeting) -> AsyncIterator[Captioner]:
    row = MeetingRow(id="", name="", spoken=[], offered=[], speaker_key=meeting.key)
    place = await meeting.join(role="captioner", key=captioner_key(row), name="Tim", language="en")
    room = rtc.Room()
    captioner = Captioner(room)
    room.on("data_received", captioner.on_data)
    await room.connect(place["url"], place["token"], rtc.RoomOptions(auto_subscribe=False))
    async with asyncio.TaskGroup() as tasks:
        page = tasks.create_task(captioner.say_again())
        try:
            yield captioner
        finally:
            page.cancel()
            await room.disconnect()


async def test_a_captioner_has_the_line_until_they_stop(product: Product, tmp_path: Path) -> None:
    wav = tmp_path / "Ana.wav"
    speak_talk(wav, "rms", SPOKEN)
    async with (
        product.meeting("es") as meeting,
        meeting.speaker("Ana") as ana,
        captioning(meeting) as tim,
        listening(meeting) as reader,
    ):
        await reader.choose("es", sound=True)
        await until(lambda: bool(tim.answers))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(play(ana, wav))
            await tim.say(segment=1, revision=1, text="The city needs")
            await tim.say(segment=1, revision=2, text=TYPED, end=True)
            await until(lambda: tim.done == 1)
        await tim.say(segment=2, revision=1, text="Thank you.", end=True)
        await until(lambda: len(meeting.segments("es")) >= 2)
        await until(lambda: tim.done == 2)
        assert {event["line"] for event in meeting.events("commit")} == {"en"}
        assert (
            " ".join(event["text"] for event in meeting.events("commit")) == f"{TYPED} Thank you."
        )

        await tim.say(on=False)
        await until(lambda: not meeting.events("typed")[-1]["is_typed"])
        await play(ana, wav)
        await until(lambda: any("school" in one.text for one in meeting.segments("en")))
        english, spanish = meeting.segments("en"), meeting.segments("es")
    typed = [one for one in english if one.origin is Origin.TYPED]
    heard = [one for one in english if one.origin is Origin.SPEECH]
    assert typed[0].text == TYPED
    assert {one.speaker for one in typed} == {"Tim"}
    assert {one.speaker for one in heard} == {"Ana"}
    assert "agua limpia" in spanish[0].text
    assert max(event["done"] for event in tim.answers) == 2
