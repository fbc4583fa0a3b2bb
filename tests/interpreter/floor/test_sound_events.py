"""What captions say beside words: when several people speak, and when nothing is interpreted."""

import asyncio
from dataclasses import replace

import pytest

from interpreter.caption_publisher import CaptionPacer, CaptionPublisher
from interpreter.evaluation.replay import EventMemory, JournalMemory
from interpreter.events import ItemKind, Origin
from interpreter.floor.marks import Marks
from interpreter.floor.sound_events import SeveralSpeak
from interpreter.floor.speaker import SpokenLanguage
from interpreter.floor.supervision import Pair, Running
from interpreter.line import LineWriter, ReaderMessage
from interpreter.rehearsal.virtual_time import loop_time_s, run_in_virtual_time
from interpreter.room import RoomMetadata, Wanted
from languages import load

ROOM = RoomMetadata("room1", 0.0, ("en",), ("es",), wanted=Wanted(("es",), ("es",)))
STEP_S = 0.25
PAIR = Pair("en", "es")


class Floor:
    """A line of English, one pair into Spanish, and what their captions say."""

    def __init__(self) -> None:
        self.metadata = ROOM
        self.line = LineWriter("en", 1)
        self.journal = JournalMemory()
        self.events = EventMemory()
        self.running: dict[Pair, Running] = {PAIR: Running(1, 0.0, since_s=0.0)}
        self.others: list[str] = []
        self.channels: dict[str, SpokenLanguage] = {}
        self.marks = Marks(self._open, loop_time_s)

    async def _open(self, _tasks: asyncio.TaskGroup, tag: str) -> SpokenLanguage:
        captions = CaptionPublisher(
            CaptionPacer(), tag, Origin.SPEECH, 1, lambda _payload: None, loop_time_s
        )
        new = SpokenLanguage(
            load(tag),
            LineWriter(tag, 1),
            captions,
            self.journal,
            self.events,
            "",
            lambda _spoken, _items: None,
            loop_time_s,
        )
        return self.channels.setdefault(tag, new)

    def say(self) -> None:
        """A word on the line."""
        now_s = loop_time_s()
        self.line.append(
            ItemKind.WORD, "w", now_s, now_s, speaker="a", name="A", segment="", now_s=now_s
        )

    def render(self, seq: int | None = None) -> None:
        """The pair has rendered the line so far."""
        shown = self.line.last_word_seq if seq is None else seq
        message = ReaderMessage("en", 1, shown + 1, -1, 0.0, "live", "es", 1, shown_seq=shown)
        self.running[PAIR].last = message

    async def go(
        self, seconds: float, *, speaks: bool = False, speaking: tuple[str, ...] = ()
    ) -> None:
        async with asyncio.TaskGroup() as tasks:
            for step in range(round(seconds / STEP_S)):
                if speaks and step % 2 == 0:
                    self.say()
                await asyncio.sleep(STEP_S)
                lines = {"en": self.line}
                await self.marks.look(
                    tasks, self.metadata, speaking, self.running, lines, self.others
                )

    @property
    def said(self) -> list[tuple[str, str]]:
        """The final marks."""
        return [(one.language, one.text) for one in self.journal.segments]

    @property
    def shown(self) -> list[str]:
        """Everything that readers have seen, in order."""
        told = [str(one["text"]) for one in self.events.events if one["event"] == "caption"]
        return list(dict.fromkeys(told))


def missing(seconds: int) -> str:
    return load("es").not_interpreted.format(seconds=seconds)


def test_a_silence_of_the_channel_is_told_from_the_fifth_second_until_it_is_over() -> None:
    async def main() -> None:
        floor = Floor()
        floor.render(-1)
        await floor.go(4.75, speaks=True)
        assert floor.shown == []
        await floor.go(3.5, speaks=True)
        assert floor.shown == [missing(seconds) for seconds in (5, 6, 7, 8)]
        assert floor.said == []
        floor.render()
        await floor.go(0.5)
        assert floor.said == [("es", missing(8))]
        await floor.go(30)
        assert floor.said == [("es", missing(8))]

    run_in_virtual_time(main())


def test_a_pair_that_keeps_up_a_few_words_behind_is_not_silent() -> None:
    async def main() -> None:
        floor = Floor()
        floor.render(-1)
        for _ in range(20):
            await floor.go(1, speaks=True)
            floor.render(floor.line.last_word_seq - 1)
        assert floor.shown == []

    run_in_virtual_time(main())


def test_a_dead_pair_is_told_of_and_the_mark_ends_with_the_speech() -> None:
    async def main() -> None:
        floor = Floor()
        floor.render(-1)
        await floor.go(8, speaks=True)
        await floor.go(30)
        (one,) = floor.said
        assert one[0] == "es"

    run_in_virtual_time(main())


@pytest.mark.parametrize("reason", ["starting", "human", "unwanted", "accurate"])
def test_nothing_is_told_where_something_else_is_the_reason(reason: str) -> None:
    async def main() -> None:
        floor = Floor()
        floor.render(-1)
        if reason == "starting":
            floor.running[PAIR].last = None
        if reason == "human":
            floor.others = ["es"]
        if reason == "unwanted":
            floor.metadata = replace(ROOM, wanted=Wanted())
        if reason == "accurate":
            floor.metadata = replace(ROOM, policy="accurate")
        await floor.go(12, speaks=True)
        assert floor.shown == []

    run_in_virtual_time(main())


def test_a_mark_that_is_open_when_the_agent_ends_is_final() -> None:
    async def main() -> None:
        floor = Floor()
        floor.render(-1)
        await floor.go(6, speaks=True)
        floor.marks.close()
        assert floor.said == [("es", missing(5))]

    run_in_virtual_time(main())


def test_where_several_people_speak_every_reader_is_told_once() -> None:
    async def main() -> None:
        floor = Floor()
        await floor.go(1.25, speaking=("en", "en"))
        assert floor.said == []
        await floor.go(5, speaking=("en", "en"))
        texts = [("en", load("en").several_speak), ("es", load("es").several_speak)]
        assert floor.said == texts

    run_in_virtual_time(main())


def test_a_debate_is_not_told_of_at_each_interruption() -> None:
    several, told = SeveralSpeak(), []
    for step in range(300):
        now_s = step / 10
        speaking = 2 if now_s % 3 < 2 else 1
        if several.look(speaking, now_s) is not None:
            told.append(round(now_s, 1))
    assert told == [1.5, 13.5, 25.5]
