"""Who is heard in a room, and what becomes of them when their recogniser fails: virtual time."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from livekit import rtc
from livekit.agents import stt

from interpreter.caption_publisher import CaptionPacer, CaptionPublisher
from interpreter.engines.fallback import Named
from interpreter.engines.fallback.breaker import Trouble
from interpreter.engines.fallback.health import Health
from interpreter.engines.fallback.recogniser import FallbackRecogniser
from interpreter.engines.fallback.trouble import Told
from interpreter.errors import EngineUnavailable
from interpreter.evaluation.replay import EventMemory, JournalMemory
from interpreter.events import EngineKind, Hypothesis, Origin, Word
from interpreter.floor import speakers
from interpreter.floor.human_captions import are_captions
from interpreter.floor.speaker import SpokenLanguage
from interpreter.floor.speakers import (
    DEAF_ALL_S,
    DEAF_S,
    DEAF_TURN_S,
    RESTART_S,
    UNANSWERED_S,
    UNANSWERED_TURN_S,
    WELL_S,
    Microphone,
    RoomSpeakers,
)
from interpreter.line import LineWriter
from interpreter.rehearsal.virtual_time import loop_time_s, run_in_virtual_time
from interpreter.settings import Settings
from interpreter.usage import OnUsage
from languages import load
from tests.faulty import FaultyRecogniser, Spoken

SETTINGS = Settings.model_validate({"LIVEKIT_API_KEY": "key", "LIVEKIT_API_SECRET": "secret"})
HEARD = Hypothesis((Word("good", 0.1, 0.4), Word("morning", 0.5, 0.9)), 1.0, is_final=True)


@dataclass
class Track:
    sid: str = "TR_1"


@dataclass
class Person:
    name: str = "Maria"
    attributes: dict[str, str] = field(default_factory=dict)
    kind: int = rtc.ParticipantKind.PARTICIPANT_KIND_STANDARD


class Room:
    remote_participants = {"maria": Person()}  # noqa: RUF012  (nobody writes it)


def speakers_of(settings: Settings) -> RoomSpeakers:
    """A room in which Maria interprets."""

    async def open_language(_tasks: asyncio.TaskGroup, tag: str) -> SpokenLanguage:
        captions = CaptionPublisher(
            CaptionPacer(), tag, Origin.SPEECH, 1, lambda _payload: None, loop_time_s
        )
        return SpokenLanguage(
            load(tag),
            LineWriter(tag, 1),
            captions,
            JournalMemory(),
            EventMemory(),
            "scripted",
            lambda _spoken, _items: None,
            loop_time_s,
        )

    return RoomSpeakers(
        cast(rtc.Room, Room()), settings, EventMemory(), loop_time_s, open_language, None
    )


def play(story: Callable[[RoomSpeakers, asyncio.TaskGroup], Coroutine[Any, Any, None]]) -> None:
    """The story, in that room."""

    async def main() -> None:
        room = speakers_of(SETTINGS)
        async with asyncio.TaskGroup() as tasks:
            await story(room, tasks)
            room.close()

    run_in_virtual_time(main())


def her(track: Track, language: str) -> dict[str, Microphone]:
    return {"maria": (cast(rtc.RemoteAudioTrack, track), language)}


@pytest.fixture
def _no_recogniser(monkeypatch: pytest.MonkeyPatch) -> None:
    def open_recogniser(
        _language: str, _settings: Settings, _phrases: Sequence[str], _on_usage: OnUsage
    ) -> None:
        raise EngineUnavailable("told to fail")

    monkeypatch.setattr(speakers, "open_recogniser", open_recogniser)


@pytest.mark.usefixtures("_no_recogniser")
def test_the_machines_captions_go_on_from_the_failure_of_the_humans_recogniser() -> None:
    async def story(room: RoomSpeakers, tasks: asyncio.TaskGroup) -> None:
        await room.reconcile(tasks, (), her(Track(), "en"))
        human = room.interpreter("maria")
        assert human is not None
        await asyncio.sleep(RESTART_S / 2)
        human.hypothesis(HEARD)
        assert are_captions(human, loop_time_s())
        await asyncio.sleep(RESTART_S)
        assert not are_captions(human, loop_time_s())
        assert room.deaf == {"en"}

    play(story)


@pytest.mark.usefixtures("_no_recogniser")
def test_who_is_off_the_air_is_transcribed_no_more() -> None:
    async def story(room: RoomSpeakers, tasks: asyncio.TaskGroup) -> None:
        await room.reconcile(tasks, (), her(Track(), "en"))
        await room.reconcile(tasks, (), {})
        assert room.interpreter("maria") is None
        assert room.languages == set()

    play(story)


class Hears:
    """A hearing that lasts until the microphone is gone, or fails."""

    is_failing = False
    failure: Exception = EngineUnavailable("told to fail")

    def __init__(self, *_parts: object) -> None:
        pass

    async def run(self, _track: object, gone: asyncio.Event) -> None:
        if self.is_failing:
            raise self.failure
        await gone.wait()


@dataclass
class Opened:
    """A recogniser that can be closed."""

    closed: int = 0
    capabilities: stt.STTCapabilities = field(
        default_factory=lambda: stt.STTCapabilities(streaming=True, interim_results=True)
    )

    async def aclose(self) -> None:
        self.closed += 1


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Opened]:
    found: list[Opened] = []

    def open_recogniser(*_given: object) -> Opened:
        found.append(Opened())
        return found[-1]

    monkeypatch.setattr(speakers, "open_recogniser", open_recogniser)
    monkeypatch.setattr(speakers, "Hearing", Hears)
    return found


def test_the_recogniser_of_who_has_left_is_closed(opened: list[Opened]) -> None:
    async def story(room: RoomSpeakers, tasks: asyncio.TaskGroup) -> None:
        await room.reconcile(tasks, (), her(Track(), "en"))
        await asyncio.sleep(0.1)
        await room.reconcile(tasks, (), {})
        await asyncio.sleep(0.1)

    play(story)
    assert [one.closed for one in opened] == [1]


def test_a_recogniser_that_fails_is_closed_before_another_is_opened(
    opened: list[Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Hears, "is_failing", True)

    async def story(room: RoomSpeakers, tasks: asyncio.TaskGroup) -> None:
        await room.reconcile(tasks, (), her(Track(), "en"))
        await asyncio.sleep(RESTART_S + 0.1)

    play(story)
    assert [one.closed for one in opened] == [1, 1]


@pytest.mark.parametrize("error", [EngineUnavailable("told to fail"), KeyError("alternatives")])
def test_a_recogniser_that_fails_leaves_its_language_unheard_and_ends_nothing_else(
    error: Exception, opened: list[Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a provider's library raises."""
    monkeypatch.setattr(Hears, "is_failing", True)
    monkeypatch.setattr(Hears, "failure", error)

    async def story(room: RoomSpeakers, tasks: asyncio.TaskGroup) -> None:
        await room.reconcile(tasks, (), her(Track(), "en"))
        await asyncio.sleep(RESTART_S + 0.1)
        assert room.deaf == {"en"}

    play(story)
    assert [one.closed for one in opened] == [1, 1]


def test_a_language_stays_unheard_until_a_word_is_heard_in_it(
    opened: list[Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Hears, "is_failing", True)

    async def story(room: RoomSpeakers, tasks: asyncio.TaskGroup) -> None:
        await room.reconcile(tasks, (), her(Track(), "en"))
        await asyncio.sleep(RESTART_S / 2)
        monkeypatch.setattr(Hears, "is_failing", False)
        await asyncio.sleep(RESTART_S)
        assert room.deaf == {"en"}
        human = room.interpreter("maria")
        assert human is not None
        human.hypothesis(HEARD)
        assert room.deaf == set()

    play(story)


def test_in_silence_a_recogniser_that_does_not_fail_again_is_well(
    opened: list[Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Hears, "is_failing", True)

    async def story(room: RoomSpeakers, tasks: asyncio.TaskGroup) -> None:
        await room.reconcile(tasks, (), her(Track(), "en"))
        await asyncio.sleep(WELL_S + RESTART_S)
        assert room.deaf == {"en"}
        monkeypatch.setattr(Hears, "is_failing", False)
        await asyncio.sleep(RESTART_S + WELL_S + 0.1)
        assert room.deaf == set()

    play(story)


def test_readers_are_told_of_a_recogniser_that_says_nothing_though_it_has_not_failed(
    opened: list[Opened],
) -> None:
    async def story(room: RoomSpeakers, tasks: asyncio.TaskGroup) -> None:
        await room.reconcile(tasks, (), her(Track(), "en"))
        human = room.interpreter("maria")
        assert human is not None
        human.speech_started(loop_time_s())
        await asyncio.sleep(UNANSWERED_S - 0.1)
        assert room.unanswered(loop_time_s()) == set()
        await asyncio.sleep(0.2)
        assert room.unanswered(loop_time_s()) == {"en"}
        assert room.deaf == set()
        human.hypothesis(HEARD)
        assert room.unanswered(loop_time_s()) == set()
        human.speech_ended(loop_time_s())
        await asyncio.sleep(UNANSWERED_S + 0.1)
        assert room.unanswered(loop_time_s()) == set()

    play(story)


def test_who_says_nothing_before_a_turn_is_over_is_waited_for(
    opened: list[Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    says_no_interims = stt.STTCapabilities(streaming=True, interim_results=False)
    monkeypatch.setattr(
        speakers, "open_recogniser", lambda *_given: Opened(capabilities=says_no_interims)
    )

    async def story(room: RoomSpeakers, tasks: asyncio.TaskGroup) -> None:
        await room.reconcile(tasks, (), her(Track(), "en"))
        await asyncio.sleep(0.1)
        human = room.interpreter("maria")
        assert human is not None
        human.speech_started(loop_time_s())
        await asyncio.sleep(UNANSWERED_TURN_S - 0.1)
        assert room.unanswered(loop_time_s()) == set()
        assert not room.is_deaf(loop_time_s())
        await asyncio.sleep(0.2)
        assert room.unanswered(loop_time_s()) == {"en"}
        await asyncio.sleep(DEAF_TURN_S - UNANSWERED_TURN_S)
        assert room.is_deaf(loop_time_s())

    play(story)


@pytest.mark.parametrize(("stalls", "deaf_s"), [(1, DEAF_S), (2, DEAF_ALL_S)])
def test_an_agent_that_no_engine_answers_is_not_taken_for_deaf_as_soon(
    opened: list[Opened], monkeypatch: pytest.MonkeyPatch, stalls: int, deaf_s: float
) -> None:
    """Another agent's would not either, and this one keeps what is said for who answers first."""
    health = Health()
    names = ("first", "second")
    engines = [Named(name, FaultyRecogniser(Spoken())) for name in names]
    chain = FallbackRecogniser(engines, language="en", health=health)
    monkeypatch.setattr(speakers, "open_recogniser", lambda *_given: chain)

    async def story(room: RoomSpeakers, tasks: asyncio.TaskGroup) -> None:
        await room.reconcile(tasks, (), her(Track(), "en"))
        await asyncio.sleep(0.1)
        for name in names[:stalls]:
            health.failed(EngineKind.RECOGNISER, name, Told(Trouble.STALL))
        human = room.interpreter("maria")
        assert human is not None
        human.speech_started(loop_time_s())
        await asyncio.sleep(deaf_s - 0.1)
        assert not room.is_deaf(loop_time_s())
        await asyncio.sleep(0.2)
        assert room.is_deaf(loop_time_s())

    play(story)


@pytest.mark.usefixtures("_no_recogniser")
def test_a_recogniser_that_fails_again_and_again_is_logged_once_and_so_is_its_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def story(room: RoomSpeakers, tasks: asyncio.TaskGroup) -> None:
        await room.reconcile(tasks, (), her(Track(), "en"))
        await asyncio.sleep(20 * RESTART_S)
        human = room.interpreter("maria")
        assert human is not None
        human.hypothesis(HEARD)
        await room.reconcile(tasks, (), her(cast(Track, next(iter(room.heard)).track), "en"))

    play(story)
    assert caplog.messages == ["recogniser failed", "recogniser hears again"]
