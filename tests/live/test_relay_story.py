"""A floor that no machine recognises, Spanish and then French; a human interprets into English, and
the machines take that from her: into Catalan, and into Spanish from when it is not the floor's own.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from interpreter.captions import CaptionFrame
from interpreter.events import Origin, Segment
from interpreter.floor.pairs import NEW_READER_HEARS_S
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
FRENCH = "Nous avons douze écoles et deux hôpitaux dans cette ville. " * 15
ENGLISH = (
    "The city council wants to build a new school near the river.",
    "The teachers asked for more time, and the parents asked for more money.",
    "The village has more than three hundred houses.",
)
OF_FRENCH = ("We have two hospitals in this city.", "Many people live in the old town.")


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
    spanish_until_s: float = 0.0
    """When the Spanish speaker was about to leave, by the room's clock."""
    has_spanish_voice: bool = False

    def text(self, language: str) -> str:
        return " ".join(one.text for one in self.segments[language])


@pytest.fixture(scope="module")
def story(product: Product, tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("talks")
    write_talk(folder / "es.wav", espeak(SPANISH * 5, "ana"), [])
    write_talk(folder / "fr.wav", espeak(FRENCH, "bea", language="fr"), [])
    speak_talk(folder / "en.wav", "rms", *ENGLISH, lead_in_s=1.0)
    speak_talk(folder / "of_french.wav", "rms", *OF_FRENCH, lead_in_s=1.0)
    return asyncio.run(tell(product, folder))


async def tell(product: Product, folder: Path) -> Story:
    result = Story()
    async with (
        product.meeting("en", "ca", "es", spoken=("es", "fr")) as meeting,
        listening(meeting) as catalan,
        listening(meeting) as spanish,
        listening(meeting) as english,
    ):
        key = add_interpreter(meeting, "Maria", "en")
        await catalan.choose("ca", sound=True)
        await spanish.choose("es", sound=True)
        await english.choose("en")
        async with console(meeting, key, "en", voice_hz=0.0) as maria:
            result.maria = maria.me
            async with on_the_floor(meeting, "Ana", "es", folder / "es.wav"):
                await until(lambda: maria.states.get("es") == "unrecognised")
                result.before = dict(maria.states)
                assert (await maria.take()).status_code == 200
                await interpret(meeting, maria, folder / "en.wav", len(ENGLISH))
                await until(lambda: len(meeting.segments("ca")) >= len(ENGLISH))
                result.spanish_until_s = meeting.now_s()
            async with on_the_floor(meeting, "Bea", "fr", folder / "fr.wav"):
                await until(lambda: "es" in spanish.pairs)
                await interpret(meeting, maria, folder / "of_french.wav", len(OF_FRENCH))
                await until(lambda: len(of(Origin.MACHINE, meeting.segments("es"))) >= 2)
                await until(lambda: bool(spanish.voice.any()))
                assert (await maria.hand_back()).status_code == 200
                await until(lambda: maria.on_air["source"] == "none")
                await until(lambda: maria.states["ca"] == "no_machine")
        await until(lambda: bool(of(Origin.SPEECH, meeting.segments("es"))))
        result.english = english.captions.finals
        result.has_catalan_voice = bool(catalan.voice.any())
        result.has_spanish_voice = bool(spanish.voice.any())
        result.segments = {tag: meeting.segments(tag) for tag in ("es", "en", "ca")}
        result.events = meeting.events()
    return result


def of(origin: Origin, segments: list[Segment]) -> list[Segment]:
    return [one for one in segments if one.origin is origin]


@asynccontextmanager
async def on_the_floor(
    meeting: Meeting, name: str, language: str, talk: Path
) -> AsyncIterator[None]:
    """Somebody speaks, and leaves."""
    async with meeting.speaker(name, language) as speaker, asyncio.TaskGroup() as tasks:
        talking = tasks.create_task(play(speaker, talk), name="talk")
        yield
        talking.cancel()


async def interpret(meeting: Meeting, maria: Console, talk: Path, sentences: int) -> None:
    """Maria says in English what she hears."""
    await until(lambda: maria.is_on_air)
    told = len(meeting.segments("en"))
    maria.talk = talk
    await until(lambda: len(meeting.segments("en")) >= told + sentences)


def test_before_anybody_interprets_the_channels_say_that_no_machine_can(story: Story) -> None:
    spoken = {"es": "unrecognised", "fr": "no_machine"}
    assert story.before == spoken | {"en": "no_machine", "ca": "no_machine"}


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


def test_while_spanish_is_spoken_its_channel_is_the_floor_and_nothing_is_made_of_it(
    story: Story,
) -> None:
    """Nobody is given their own language back by way of another one."""
    begun = [event for event in story.events if event["event"] == "pair_started"]
    assert {(one["source"], one["target"]) for one in begun} == {("en", "ca"), ("en", "es")}
    spanish = [one["at_s"] for one in begun if one["target"] == "es"]
    assert min(spanish) > story.spanish_until_s


def test_when_the_floor_is_french_spanish_is_made_of_her_english_too(story: Story) -> None:
    spanish = of(Origin.MACHINE, story.segments["es"])
    assert {(one.relay, one.speaker) for one in spanish} == {(1, "Maria")}
    assert all(one.source_line.startswith(f"en/{story.maria}/") for one in spanish)
    heard_from_s = story.spanish_until_s - NEW_READER_HEARS_S
    assert all(one.start_s > heard_from_s for one in spanish)
    assert "hospital" in " ".join(one.text for one in spanish)
    assert story.has_spanish_voice


def test_the_floor_has_marks_instead_of_words(story: Story) -> None:
    marks = of(Origin.SPEECH, story.segments["es"])
    assert {one.engine for one in marks} == {""}


def test_nothing_failed_and_each_change_of_who_is_on_air_is_an_event(story: Story) -> None:
    told = [event for event in story.events if event["event"] == "on_air"]
    sources = [one["source"] for one in told]
    changes = [one for i, one in enumerate(sources) if i == 0 or one != sources[i - 1]]
    assert changes == ["none", "human", "none"]
    numbers = [one["number"] for one in told]
    assert numbers == sorted(numbers)
    assert not [event for event in story.events if event["event"] == "engine_failed"]
