"""A pair whose engines fail in mid-talk, one fault after another: captions and voice have every
word, once, and hardly later than without."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from livekit import rtc

from interpreter.engines.fallback import Named
from interpreter.engines.fallback.health import process_health
from interpreter.engines.fallback.translator import FallbackTranslator
from interpreter.engines.fallback.voice import FallbackVoice
from interpreter.evaluation.replay import EventMemory, JournalMemory
from interpreter.pair.agent import PairAgent
from interpreter.pair.engines import PairEngines
from interpreter.pair.job import decode_job, encode_job
from interpreter.rehearsal.loop_track import LoopTrack
from interpreter.room import RoomMetadata, Wanted
from interpreter.room_clock import utc_s
from interpreter.settings import Settings
from tests.faulty import Fault, Faults, FaultyTranslator, FaultyVoice, Spoken
from tests.scripted import loop_time_s
from tests.scripted_room import ScriptedRoom
from tests.virtual_time import run_in_virtual_time

ROOM = RoomMetadata("room1", 0.0, ("en",), ("es",), wanted=Wanted(("es",), ("es",)))
CLAUSES = [
    "one two three four five",
    "red green blue white black",
    "cat dog cow pig hen",
    "spring summer autumn winter snow",
    "north east south west middle",
]
WORDS = [word for clause in CLAUSES for word in clause.split()]
EVERY_S = 4.0


@pytest.fixture(autouse=True)
def _new_process() -> None:
    process_health.cache_clear()


class Ears(LoopTrack):
    """A voice's track that keeps its sound."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[rtc.AudioFrame] = []

    async def play(self, frame: rtc.AudioFrame) -> float:
        self.frames.append(frame)
        return await super().play(frame)


@dataclass
class Talk:
    """What came of twenty seconds."""

    room: ScriptedRoom = field(default_factory=lambda: ScriptedRoom(ROOM))
    track: Ears = field(default_factory=Ears)
    spoken: Spoken = field(default_factory=Spoken)
    events: EventMemory = field(default_factory=EventMemory)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events.events if event["event"] == kind]

    @property
    def told(self) -> list[tuple[str, str]]:
        """How the pair says it is, and what it lacks, whenever that has changed."""
        sent = self.room.local_participant.sent
        states = [(one["state"], one["lacks"]) for one in sent if "state" in one]
        return [one for place, one in enumerate(states) if one not in states[:place][-1:]]

    @property
    def heard(self) -> list[str]:
        return [word.partition("/")[0].casefold() for word in self.spoken.heard(self.track.frames)]

    @property
    def read(self) -> list[str]:
        frames = self.room.local_participant.data_tracks["captions:es"].frames
        finals = dict.fromkeys((f.segment, f.text) for f in frames if f.is_final)
        words = " ".join(text for _, text in finals).split()
        return [word.partition("/")[0].casefold() for word in words]

    @property
    def last_heard_s(self) -> float:
        return float(self.track.heard[-1][1])


def play(
    translators: list[Faults], voices: list[Faults], folder: Path, warms_up_s: float = 0.0
) -> Talk:
    """`warms_up_s`: so long the preferred engines are cold."""
    talk = Talk()
    asked = [FaultyTranslator("x", one) for one in translators]
    speaking = [FaultyVoice(talk.spoken, one) for one in voices]
    asked[0].warms_up_s = speaking[0].warms_up_s = warms_up_s
    translator = FallbackTranslator(
        [Named(f"t{n}", one) for n, one in enumerate(asked)], language="es"
    )
    voice = FallbackVoice([Named(f"v{n}", one) for n, one in enumerate(speaking)], language="es")

    async def publish(
        _room: rtc.Room, _name: str, _rate_hz: int, _now_s: Callable[[], float]
    ) -> LoopTrack:
        return talk.track

    async def story() -> None:
        await asyncio.sleep(2.0)
        for clause in CLAUSES:
            talk.room.say(f"{clause} ‖", start_s=loop_time_s())
            await asyncio.sleep(EVERY_S)
        await asyncio.sleep(6.0)

    async def main() -> None:
        utc_s.set(loop_time_s)
        settings = Settings.model_validate(
            {"LIVEKIT_API_KEY": "k", "LIVEKIT_API_SECRET": "s", "state_dir": folder}
        )
        agent = PairAgent(
            talk.room.as_room,
            settings,
            ROOM,
            decode_job(encode_job("en", "es", 1, 1, 0)),
            PairEngines(translator, voice),
            talk.events,
            JournalMemory(),
            publish,
        )
        await _beside(agent.run(), story())

    run_in_virtual_time(main())
    return talk


async def _beside(agent: Coroutine[Any, Any, None], story: Coroutine[Any, Any, None]) -> None:
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(agent)
        await story
        running.cancel()


WELL = Faults()
TRANSLATOR_FAULTS = [
    Fault.ERROR,
    Fault.TIMEOUT,
    Fault.STALL,
    Fault.BREAK_STALL,
    Fault.RATE_LIMIT,
    Fault.QUOTA,
    Fault.KEY,
    Fault.WRONG_LANGUAGE,
    Fault.SLOW,
    Fault.DROP,
]
VOICE_FAULTS = [
    Fault.ERROR,
    Fault.TIMEOUT,
    Fault.STALL,
    Fault.BREAK_STALL,
    Fault.RATE_LIMIT,
    Fault.QUOTA,
    Fault.KEY,
    Fault.SLOW,
    Fault.DROP,
    Fault.EARLY_END,
    Fault.ZEROS,
]


def longest_silence_added_s(talk: Talk, usual: Talk) -> float:
    """How much later a clause begins to be heard than without the fault."""

    def begins(one: Talk) -> dict[int, float]:
        found: dict[int, float] = {}
        for event in one.of("playout"):
            found.setdefault(event["unit"], event["start_s"])
        return found

    before, after = begins(usual), begins(talk)
    return max(after[unit] - before[unit] for unit in before)


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Talk:
    """Nothing fails."""
    process_health.cache_clear()
    return play([Faults()], [Faults()], tmp_path_factory.mktemp("usual"))


@pytest.mark.parametrize("fault", TRANSLATOR_FAULTS)
def test_a_translator_that_fails_costs_nobody_a_word(
    fault: Fault, usual: Talk, tmp_path: Path
) -> None:
    talk = play([Faults([None, None, None, fault, None, None]), Faults()], [Faults()], tmp_path)
    assert talk.heard == WORDS
    assert talk.read == WORDS
    assert talk.of("engine_failed") == []
    assert [one["after"] for one in talk.of("engine_switch") if one["before"] == "t0"] == ["t1"]
    assert longest_silence_added_s(talk, usual) <= 2.0


@pytest.mark.parametrize("fault", VOICE_FAULTS)
def test_a_voice_that_fails_costs_nobody_a_word(fault: Fault, usual: Talk, tmp_path: Path) -> None:
    talk = play([Faults()], [Faults([None, None, fault]), Faults()], tmp_path)
    assert talk.heard == WORDS
    assert talk.read == WORDS
    assert talk.of("engine_failed") == []
    assert [one["after"] for one in talk.of("engine_switch") if one["before"] == "v0"] == ["v1"]
    assert longest_silence_added_s(talk, usual) <= 2.0


def test_where_another_engine_goes_on_listeners_are_told_of_nothing(tmp_path: Path) -> None:
    ill = Faults(always=Fault.ERROR)
    talk = play([ill, Faults()], [ill, Faults()], tmp_path)
    assert talk.heard == talk.read == WORDS
    assert talk.told == [("live", "")]


@pytest.mark.parametrize("fault", [one for one in VOICE_FAULTS if one is not Fault.SLOW])
def test_where_no_voice_is_left_captions_go_on_and_listeners_are_told(
    fault: Fault, tmp_path: Path
) -> None:
    talk = play([Faults()], [Faults(always=fault), Faults(always=Fault.KEY)], tmp_path)
    assert talk.read == WORDS
    assert talk.told == [("live", ""), ("failed", "voice")]


@pytest.mark.parametrize("fault", [one for one in TRANSLATOR_FAULTS if one is not Fault.SLOW])
def test_where_no_translator_is_left_captions_are_the_speakers_words_and_listeners_are_told(
    fault: Fault, tmp_path: Path
) -> None:
    talk = play([Faults(always=fault), Faults(always=Fault.KEY)], [Faults()], tmp_path)
    read = [word.strip(".") for word in talk.read if word != "[english]"]
    assert read == WORDS[: len(read)]
    assert len(read) >= 20  # the last clause may still wait for an answer
    assert talk.heard == []
    assert talk.told == [("live", ""), ("failed", "translation")]


def test_the_last_one_goes_on_though_it_is_slow(tmp_path: Path) -> None:
    slow, ill = Faults(always=Fault.SLOW), Faults(always=Fault.KEY)
    talk = play([slow, ill], [slow, ill], tmp_path)
    assert len(talk.heard) >= 10
    assert talk.heard == WORDS[: len(talk.heard)]
    assert talk.read == WORDS[: len(talk.read)]
    assert talk.told == [("live", "")]


def test_every_engine_fails_now_and_then_and_no_word_is_missing(tmp_path: Path) -> None:
    some = [None, None, Fault.STALL, None, Fault.DROP, None, None, Fault.ERROR]
    talk = play(
        [Faults(list(some)), Faults([None, Fault.RATE_LIMIT]), Faults()],
        [Faults([None, Fault.BREAK_STALL, Fault.DROP]), Faults([Fault.EARLY_END]), Faults()],
        tmp_path,
    )
    assert talk.heard == WORDS
    assert talk.read == WORDS


def test_a_meeting_begins_with_the_preferred_engines_though_they_warm_up_slowly(
    tmp_path: Path,
) -> None:
    talk = play([Faults(), Faults()], [Faults(), Faults()], tmp_path, warms_up_s=1.9)
    assert talk.heard == WORDS
    assert talk.read == WORDS
    switches = [(one["before"], one["after"]) for one in talk.of("engine_switch")]
    assert sorted(switches) == [("", "t0"), ("", "v0")]
