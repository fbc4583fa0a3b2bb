"""A Spanish floor that no machine recognises; a human interprets into English, and the machines
take that from her."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from interpreter.captions import CaptionFrame
from interpreter.events import Origin, Segment
from interpreter.talks import write_talk
from tests.live.booth import Console, add_interpreter, console
from tests.live.ears import listening
from tests.live.meeting import Meeting, Product, play, running_product, until
from tests.speech import espeak, speak_talk

pytestmark = [pytest.mark.live, pytest.mark.soak, pytest.mark.timeout(300)]

SPANISH = (
    "La ciudad quiere construir una escuela nueva cerca del río. Los maestros han pedido más "
    "tiempo, y los padres han pedido más dinero. El pueblo tiene más de trescientas casas. "
)
ENGLISH = (
    "The city council wants to build a new school near the river.",
    "The teachers asked for more time, and the parents asked for more money.",
    "The village has more than three hundred houses.",
)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("product")) as product:
        yield product


@dataclass
class Story:
    """What came of it."""

    maria: str = ""
    before: dict[str, str] = field(default_factory=dict)
    """How the channels were before anybody interpreted."""
    segments: dict[str, list[Segment]] = field(default_factory=dict)
    english: list[CaptionFrame] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    has_catalan_voice: bool = False

    def text(self, language: str) -> str:
        return " ".join(one.text for one in self.segments[language])


@pytest.fixture(scope="module")
def story(product: Product, tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("talks")
    write_talk(folder / "es.wav", espeak(SPANISH * 5, "ana"), [])
    speak_talk(folder / "en.wav", "rms", *ENGLISH, lead_in_s=1.0)
    return asyncio.run(tell(product, folder))


async def tell(product: Product, folder: Path) -> Story:
    result = Story()
    async with (
        product.meeting("en", "ca", spoken=("es",)) as meeting,
        meeting.speaker("Ana", "es") as ana,
        listening(meeting) as catalan,
        listening(meeting) as english,
    ):
        key = add_interpreter(meeting, "Maria", "en")
        await catalan.choose("ca", sound=True)
        await english.choose("en")
        async with console(meeting, key, "en", voice_hz=0.0) as maria, asyncio.TaskGroup() as tasks:
            result.maria = maria.me
            talking = tasks.create_task(play(ana, folder / "es.wav"), name="talk")
            await until(lambda: maria.states.get("es") == "unrecognised")
            result.before = dict(maria.states)
            await interpret(meeting, maria, folder / "en.wav")
            await until(lambda: len(meeting.segments("ca")) >= len(ENGLISH))
            assert (await maria.hand_back()).status_code == 200
            await until(lambda: maria.on_air["source"] == "none")
            await until(lambda: maria.states["ca"] == "no_machine")
            talking.cancel()
        await until(lambda: bool(meeting.segments("es")))
        result.english = english.captions.finals
        result.has_catalan_voice = bool(catalan.voice.any())
        result.segments = {tag: meeting.segments(tag) for tag in ("es", "en", "ca")}
        result.events = meeting.events()
    return result


async def interpret(meeting: Meeting, maria: Console, talk: Path) -> None:
    """Maria takes the channel, and says in English what she hears."""
    assert (await maria.take()).status_code == 200
    await until(lambda: maria.is_on_air)
    maria.talk = talk
    await until(lambda: len(meeting.segments("en")) >= len(ENGLISH))


def test_before_anybody_interprets_the_channels_say_that_no_machine_can(story: Story) -> None:
    assert story.before == {"es": "unrecognised", "en": "no_machine", "ca": "no_machine"}


def test_the_humans_words_are_the_captions_and_the_transcript_of_her_channel(story: Story) -> None:
    english = story.segments["en"]
    assert {(one.origin, one.interpreter, one.relay) for one in english} == {
        (Origin.HUMAN, story.maria, 0)
    }
    assert {(frame.origin, frame.speaker) for frame in story.english} == {(Origin.HUMAN, "Maria")}
    assert "school" in story.text("en")


def test_the_machine_interprets_from_her_and_says_so(story: Story) -> None:
    catalan = story.segments["ca"]
    assert {(one.origin, one.relay, one.speaker) for one in catalan} == {
        (Origin.MACHINE, 1, "Maria")
    }
    assert all(one.source_line.startswith(f"en/{story.maria}/") for one in catalan)
    assert "escola" in story.text("ca")
    assert story.has_catalan_voice


def test_the_floor_has_marks_instead_of_words(story: Story) -> None:
    assert {(one.origin, one.engine) for one in story.segments["es"]} == {(Origin.SPEECH, "")}


def test_nothing_failed_and_each_change_of_who_is_on_air_is_an_event(story: Story) -> None:
    told = [event for event in story.events if event["event"] == "on_air"]
    sources = [one["source"] for one in told]
    changes = [one for i, one in enumerate(sources) if i == 0 or one != sources[i - 1]]
    assert changes == ["none", "human", "none"]
    numbers = [one["number"] for one in told]
    assert numbers == sorted(numbers)
    assert not [event for event in story.events if event["event"] == "engine_failed"]
