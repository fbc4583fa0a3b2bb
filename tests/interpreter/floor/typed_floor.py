"""A floor in virtual time on which Ana speaks English to a scripted recogniser, and Tim types."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from livekit import rtc

from interpreter.caption_publisher import CaptionPacer, CaptionPublisher
from interpreter.captions import CaptionFrame, CaptionReceiver, decode_frame
from interpreter.evaluation.replay import EventMemory, JournalMemory
from interpreter.events import Hypothesis, ItemKind, LineItem, Origin, Word
from interpreter.floor.captioners import RoomCaptioners
from interpreter.floor.speaker import Speaker, SpokenLanguage
from interpreter.line import LineWriter
from interpreter.rehearsal.virtual_time import loop_time_s, run_in_virtual_time
from interpreter.room import LANGUAGE, ROLE, TYPED_TOPIC
from languages import load

TICK_S = 0.1
WORD_S = 0.3


@dataclass
class Person:
    identity: str = "tim"
    name: str = "Tim"
    attributes: dict[str, str] = field(default_factory=lambda: {ROLE: "captioner", LANGUAGE: "en"})
    kind: int = rtc.ParticipantKind.PARTICIPANT_KIND_STANDARD


@dataclass
class Room:
    remote_participants: dict[str, Person] = field(default_factory=dict)


@dataclass
class TypedFloor:
    """What is said and typed, and what comes of it."""

    tag: str = "en"
    room: Room = field(default_factory=Room)
    journal: JournalMemory = field(default_factory=JournalMemory)
    events: EventMemory = field(default_factory=EventMemory)
    items: list[LineItem] = field(default_factory=list)
    frames: list[CaptionFrame] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    captioners: RoomCaptioners = field(init=False)
    spoken: SpokenLanguage = field(init=False)
    ana: Speaker = field(init=False)

    def __post_init__(self) -> None:
        publisher = self.publisher = CaptionPublisher(
            CaptionPacer(), self.tag, Origin.SPEECH, 1, self._keep, loop_time_s
        )
        self.spoken = SpokenLanguage(
            load(self.tag),
            LineWriter(self.tag, 1),
            publisher,
            self.journal,
            self.events,
            "scripted",
            self._send,
            loop_time_s,
        )
        self.ana = Speaker("ana", "Ana", self.spoken)
        self.captioners = RoomCaptioners(
            cast(rtc.Room, self.room),
            loop_time_s,
            self._open_language,
            lambda _who, payload: self.answers.append(json.loads(payload)),
            lambda: None,
        )
        self.come("tim", language=self.tag)

    def come(self, identity: str, role: str = "captioner", language: str = "en") -> None:
        self.room.remote_participants[identity] = Person(
            identity, identity.title(), {ROLE: role, LANGUAGE: language}
        )

    async def _open_language(self, _tasks: asyncio.TaskGroup, _tag: str) -> SpokenLanguage:
        return self.spoken

    def _keep(self, payload: bytes) -> None:
        frame = decode_frame(payload)
        assert frame is not None
        self.frames.append(frame)

    def _send(self, _spoken: SpokenLanguage, items: Sequence[LineItem]) -> None:
        self.items.extend(items)

    async def say(self, segment: int, revision: int, text: str = "", **more: Any) -> None:
        """Tim's page says how a segment reads."""
        message = {
            "v": 1,
            "stream": more.pop("stream", "s1"),
            "language": self.tag,
            "segment": segment,
            "revision": revision,
            "text": text,
            **more,
        }
        who = message.pop("who", "tim")
        packet = rtc.DataPacket(
            data=json.dumps(message).encode(),
            kind=rtc.DataPacketKind.KIND_RELIABLE,
            participant=cast(rtc.RemoteParticipant, self.room.remote_participants.get(who)),
            topic=TYPED_TOPIC,
        )
        self.captioners.on_data(packet)
        async with asyncio.TaskGroup() as tasks:
            await self.captioners.reconcile(tasks, ["en", "es", self.tag])

    async def beat(self, is_on: bool = True) -> None:
        await self.say(0, 0, on=is_on)

    async def wait(self, seconds: float) -> None:
        """Let the agent's clock tick."""
        for _ in range(round(seconds / TICK_S)):
            await asyncio.sleep(TICK_S)
            self.ana.tick(loop_time_s())
            self.captioners.tick(loop_time_s())

    async def wait_with_page(self, seconds: float, is_on: bool = False) -> None:
        """The same, while Tim's page says every second that it is there."""
        for _ in range(round(seconds)):
            await self.wait(1.0)
            await self.beat(is_on)

    async def speak(self, text: str, page_is_on: bool | None = None) -> None:
        """Ana says words of 0.3 s; her recogniser believes them one by one, and finally all."""
        since_s, texts = loop_time_s(), text.split()
        words = [
            Word(one, since_s + WORD_S * index, since_s + WORD_S * (index + 1))
            for index, one in enumerate(texts)
        ]
        self.ana.speech_started(since_s)
        for count, word in enumerate(words, 1):
            await self.wait(WORD_S)
            self.ana.hypothesis(Hypothesis(tuple(words[:count]), word.end_s))
            if page_is_on is not None:
                await self.beat(page_is_on)
        await self.wait(0.2)
        self.ana.hypothesis(Hypothesis(tuple(words), loop_time_s(), is_final=True))
        self.ana.speech_ended(loop_time_s())
        await self.wait(0.8)

    @property
    def line(self) -> str:
        """The words on the line; `‖` is a long pause."""
        marks = {ItemKind.PAUSE: "‖", ItemKind.WORD: ""}
        told = [item for item in self.items if item.kind in marks]
        long = [
            i
            for i in told
            if i.kind is ItemKind.WORD or round(i.end_s, 3) - round(i.start_s, 3) >= 0.6
        ]
        return " ".join(marks[item.kind] or item.text for item in long)

    @property
    def read(self) -> list[str]:
        """What a reader who saw every frame reads in the end."""
        receiver = CaptionReceiver()
        for frame in self.frames:
            receiver.receive("floor", frame)
        return [
            frame.text
            for frame in sorted([*receiver.finals, *receiver.open], key=lambda frame: frame.start_s)
        ]

    @property
    def kept(self) -> list[tuple[str, str, str]]:
        """The transcript: origin, speaker, text."""
        return [(one.origin.value, one.speaker, one.text) for one in self.journal.segments]


def play(story: Callable[[TypedFloor], Coroutine[Any, Any, None]], tag: str = "en") -> TypedFloor:
    """The story, and a floor agent that ends after it."""
    floors: list[TypedFloor] = []

    async def main() -> None:
        floor = TypedFloor(tag)
        floors.append(floor)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(floor.publisher.run())
            await story(floor)
            floor.captioners.close()
            floor.ana.finish(loop_time_s())
            floor.publisher.end_input()

    run_in_virtual_time(main())
    return floors[0]
