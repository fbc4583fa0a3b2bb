"""Meetings in the whole product: several speakers, late listeners, loss, forgery, and what runs
when."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from interpreter.captions import CaptionFrame
from interpreter.events import Segment
from interpreter.room import Role
from tests.live.again import heard
from tests.live.ears import Listener, listening
from tests.live.intruder import LIE, intruding
from tests.live.meeting import Meeting, Product, play, running_product, until
from tests.sound import likeness
from tests.speech import espeak, speak_talk

pytestmark = [pytest.mark.live, pytest.mark.soak, pytest.mark.timeout(500)]

ANA = (
    "The city council wants to build a new school near the river.",
    "The teachers asked for more time.",
    "The village has more than three hundred houses.",
)
JON = (
    "The old bridge will not be closed before the end of the year.",
    "Many people live in the old town.",
)
COMPARABLE_S = 0.8
"""A shorter unit is like some stretch of any speech."""
NEVER_SAID = "mañana comeremos pescado con limones amarillos"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("product")) as product:
        yield product


@dataclass
class Council:
    """What came out of a meeting in which two people spoke at once and two others lied."""

    english: list[Segment] = field(default_factory=list)
    spanish: list[Segment] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    lossy: list[CaptionFrame] = field(default_factory=list)
    """Finals of one who read without sound, and lost every third frame."""
    lost: int = 0
    history: list[CaptionFrame] = field(default_factory=list)
    """What one who came later was told at once."""
    late: list[CaptionFrame] = field(default_factory=list)
    """All finals of this one, at the end."""
    heard: dict[str, float] = field(default_factory=dict)
    """How well each unit of some length that was spoken is found in what this one heard."""
    misheard: float = 0.0
    """How well a sentence is found that nobody said."""
    intercepted: int = 0

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] == kind]

    def text(self, language: str, speaker: str) -> str:
        """All that the store holds of a speaker."""
        segments = {"en": self.english, "es": self.spanish}[language]
        return " ".join(one.text for one in segments if one.speaker == speaker)


@pytest.fixture(scope="module")
def council(product: Product, tmp_path_factory: pytest.TempPathFactory) -> Council:
    folder = tmp_path_factory.mktemp("talks")
    speak_talk(folder / "Ana.wav", "rms", *ANA)
    speak_talk(folder / "Jon.wav", "rms", *JON)
    return asyncio.run(
        heard(
            lambda: hold_council(product, folder),
            lambda council: " ".join(one.text for one in council.english),
            *("school near the river", "before the end of the year", "more than 300 houses"),
        )
    )


async def hold_council(product: Product, folder: Path) -> Council:
    result = Council()
    async with (
        product.meeting("es", "ca") as meeting,
        speaking(meeting, folder, "Ana", "Jon") as speak,
        intruding(meeting) as intruders,
        listening(meeting, loses=lambda frame: frame % 3 == 0) as reader,
    ):
        await reader.choose("es")
        await until(lambda: reader.is_served)
        speak.set()
        await until(lambda: bool(meeting.segments("es")))
        async with listening(meeting) as late:
            await late.choose("es", sound=True)
            result.history = await late.fetch_history()
            await until(meeting.is_over)
            await until(lambda: len(late.captions.finals) == len(meeting.segments("es")))
            await until(lambda: len(reader.captions.finals) == len(meeting.segments("es")))
            result.late, result.lossy = late.captions.finals, reader.captions.finals
            result.lost = reader.lost
            _compare_voice(meeting, late, result)
        result.english, result.spanish = meeting.segments("en"), meeting.segments("es")
        result.events = meeting.events()
        result.intercepted = sum(intruder.intercepted for intruder in intruders)
    return result


@asynccontextmanager
async def speaking(meeting: Meeting, folder: Path, *names: str) -> AsyncIterator[asyncio.Event]:
    """People with open microphones who speak, all at once, when the event is set."""
    begin = asyncio.Event()
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        for name in names:
            speaker = await stack.enter_async_context(meeting.speaker(name))

            async def speak(speaker: Any = speaker, wav: Path = folder / f"{name}.wav") -> None:
                await begin.wait()
                await play(speaker, wav)

            tasks.create_task(speak(), name=f"speaker:{name}")
        yield begin


def _compare_voice(meeting: Meeting, listener: Listener, result: Council) -> None:
    speakers = {
        int(one.id.rpartition(".")[2]): one.source_line.split("/")[1]
        for one in meeting.segments("es")
        if one.source_line  # marks render nobody's words
    }
    for event in meeting.events("playout")[1:]:  # the first was on the way when this one came
        if event["duration_s"] >= COMPARABLE_S:
            said = espeak(event["text"], speakers[event["unit"]], event["rate"])
            result.heard[event["text"]] = likeness(listener.voice, said)
    never = espeak(NEVER_SAID, next(iter(speakers.values())))
    result.misheard = likeness(listener.voice, never)


def test_each_speakers_words_stand_under_their_own_name(council: Council) -> None:
    assert "school near the river" in council.text("en", "Ana")
    assert "before the end of the year" in council.text("en", "Jon")
    assert "bridge" not in council.text("en", "Ana")
    assert "school" not in council.text("en", "Jon")


def test_each_speakers_words_are_translated_under_their_own_name(council: Council) -> None:
    assert "escuela" in council.text("es", "Ana")
    assert "puente" in council.text("es", "Jon")
    assert "puente" not in council.text("es", "Ana")
    assert "escuela" not in council.text("es", "Jon")


def test_every_word_is_interpreted_exactly_once(council: Council) -> None:
    speakers = {one.id: one.source_line for one in council.english}
    committed = [(speakers[event["segment"]], event["seq"]) for event in council.of("commit")]
    rendered = Counter(
        (one.source_line, seq)
        for one in council.spanish
        for seq in range(one.first_seq, one.last_seq + 1)
    )
    assert {word: rendered[word] for word in committed if rendered[word] != 1} == {}


def test_captions_are_complete_for_one_who_loses_every_third_frame(council: Council) -> None:
    assert council.lost > 10
    assert shown(council.lossy) == stored(council.spanish)


def test_one_who_comes_late_is_told_what_was_said_before(council: Council) -> None:
    assert council.history != []
    assert set(shown(council.history)) <= set(stored(council.spanish))


def test_one_who_comes_late_reads_on_to_the_end(council: Council) -> None:
    assert len(council.late) > len(council.history)
    assert shown(council.late) == stored(council.spanish)


def test_one_who_comes_late_hears_every_unit_but_the_one_being_spoken(council: Council) -> None:
    assert len(council.heard) >= 2
    assert min(council.heard.values()) > 0.6, council.heard
    assert council.misheard < 0.5


def test_one_who_is_no_agent_changes_nothing(council: Council) -> None:
    kept = [one.text for one in (*council.english, *council.spanish)]
    read = [one.text for one in (*council.lossy, *council.late)]
    assert [text for text in (*kept, *read) if LIE in text] == []
    assert [event for event in council.events if LIE in str(event)] == []
    assert council.intercepted == 0


def shown(frames: list[CaptionFrame]) -> list[tuple[str, str, str]]:
    return [(one.segment, one.speaker, one.text) for one in frames]


def stored(segments: list[Segment]) -> list[tuple[str, str, str]]:
    return [(one.id, one.speaker, one.text) for one in segments]


async def test_a_pair_runs_while_somebody_wants_its_language_and_no_other(
    product: Product,
) -> None:
    async with (
        product.meeting("es", "ca") as meeting,
        meeting.speaker("Ana"),
        listening(meeting) as listener,
    ):
        await until(lambda: Role.FLOOR in listener.roles)
        assert listener.pairs == set()
        await listener.choose("es")
        await until(lambda: listener.pairs == {"es"})
        await listener.choose("ca")
        await until(lambda: listener.pairs == {"ca"})
        await listener.choose(None)
        await until(lambda: listener.pairs == set())
        started = [event["target"] for event in meeting.events("pair_started")]
    assert started == ["es", "ca"]


async def test_silence_costs_no_recogniser_minutes(product: Product, tmp_path: Path) -> None:
    times = speak_talk(tmp_path / "talk.wav", "rms", ANA[1])
    speech_s = sum(one.end_s - one.start_s for one in times)
    async with product.meeting("es") as meeting, meeting.speaker("Ana") as speaker:
        await speaker.keep_silent(2.0)
        assert meeting.events("recogniser_usage") == []
        await play(speaker, tmp_path / "talk.wav")
        await speaker.keep_silent(4.0)
        used_s = sum(event["audio_s"] for event in meeting.events("recogniser_usage"))
    assert speech_s - 0.5 < used_s < speech_s + 1.5
