"""A channel whose only engine is refused: what its listeners get meanwhile, and that they are told,
whichever provider says no."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from interpreter.engines import open_translator, open_voice
from interpreter.evaluation.replay import EventMemory, JournalMemory
from interpreter.events import EngineKind
from interpreter.floor import speakers
from interpreter.floor.channels import channels_of
from interpreter.floor.hearing import Hearing
from interpreter.pair.agent import PairAgent
from interpreter.pair.engines import PairEngines
from interpreter.pair.job import decode_job, encode_job
from interpreter.rehearsal.loop_track import LoopTrack
from interpreter.room import RoomMetadata, Wanted
from interpreter.room_clock import utc_s
from interpreter.settings import Settings
from tests.contract.committing import microphone
from tests.contract.engines import TONES
from tests.contract.refusing import REFUSALS, Refusal, chosen, keys
from tests.interpreter.floor.test_speakers import Track, her, speakers_of
from tests.scripted import ScriptedTranslator, ScriptedVoice, loop_time_s
from tests.scripted_hearing import ScriptedDetector
from tests.scripted_room import ScriptedRoom

ROOM = RoomMetadata("room1", 0.0, ("en",), ("es",), wanted=Wanted(("es",), ("es",)))
WORDS = "one two three four five"
TOLD_S = 20.0
BY_KEY = [one for one in REFUSALS if one.name.endswith(("-key", "-account"))]


def of(kind: EngineKind) -> list[Any]:
    """Every provider's refusal of a key."""
    return [pytest.param(one, id=one.name) for one in BY_KEY if one.kind is kind]


async def until(is_so: Callable[[], bool]) -> None:
    while not is_so():  # noqa: ASYNC110  (nobody tells)
        await asyncio.sleep(0.05)


async def channel_of(
    engines: PairEngines, settings: Settings, is_told: Callable[[ScriptedRoom], bool]
) -> ScriptedRoom:
    """A pair's room, in which a clause was said, when the pair has said what it lacks."""
    utc_s.set(loop_time_s)
    room, track = ScriptedRoom(ROOM), LoopTrack()

    async def publish(*_given: object) -> LoopTrack:
        return track

    agent = PairAgent(
        room.as_room,
        settings,
        ROOM,
        decode_job(encode_job("en", "es", 1, 1, 0)),
        engines,
        EventMemory(),
        JournalMemory(),
        publish,
    )
    async with asyncio.timeout(TOLD_S), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(agent.run())
        await asyncio.sleep(0.2)
        room.say(f"{WORDS} ‖", start_s=loop_time_s())
        await until(lambda: is_told(room))
        running.cancel()
    return room


def lacking(what: str) -> Callable[[ScriptedRoom], bool]:
    def is_told(room: ScriptedRoom) -> bool:
        told = [
            (one["state"], one["lacks"]) for one in room.local_participant.sent if "lacks" in one
        ]
        return ("failed", what) in told

    return is_told


def read(room: ScriptedRoom) -> str:
    frames = room.local_participant.data_tracks["captions:es"].frames
    return " ".join(dict.fromkeys(frame.text for frame in frames))


@pytest.mark.parametrize("refusal", of(EngineKind.VOICE))
async def test_without_a_voice_captions_go_on(
    refusal: Refusal, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys(refusal, monkeypatch)
    async with chosen(refusal, settings) as its:
        engines = PairEngines(ScriptedTranslator(delay_s=0, is_plain=True), open_voice("es", its))
        room = await channel_of(engines, its, lacking("voice"))
    assert WORDS in read(room).casefold()


@pytest.mark.parametrize("refusal", of(EngineKind.TRANSLATOR))
async def test_without_a_translation_captions_are_the_speakers_own_words(
    refusal: Refusal, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys(refusal, monkeypatch)
    async with chosen(refusal, settings) as its:
        engines = PairEngines(open_translator("en", "es", its), ScriptedVoice(delay_s=0))
        room = await channel_of(engines, its, lacking("translation"))
    assert f"[english] {WORDS}" in read(room).casefold()


class Hears(Hearing):
    """A microphone into which somebody speaks."""

    async def run(self, _track: object, _gone: object) -> None:
        self._detector = ScriptedDetector()
        await self.run_frames(microphone(TONES.sound(" ".join(TONES.words[:20]), pause_s=1.0)))


@pytest.mark.parametrize("refusal", of(EngineKind.RECOGNISER))
async def test_without_recognition_listeners_hear_the_speaker(
    refusal: Refusal, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys(refusal, monkeypatch)
    monkeypatch.setattr(speakers, "Hearing", Hears)
    async with (
        chosen(refusal, settings) as its,
        asyncio.timeout(TOLD_S),
        asyncio.TaskGroup() as tasks,
    ):
        room = speakers_of(its)
        await room.reconcile(tasks, (), her(Track(), "en"))
        await until(lambda: bool(room.deaf))
        room.close()
    channel = channels_of(ROOM, ("en",), room.deaf, {}, 0.0)["en"]
    assert (channel["state"], channel["lacks"]) == ("failed", "recognition")
