"""A pair agent is killed while it speaks: listeners hear and read on, no segment lost or double."""

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from interpreter.event_log import read_events
from interpreter.rehearsal.sound_file import check_sound
from interpreter.rehearsal.stage import Interpreted, Talk, private_stage
from interpreter.settings import Settings
from tests.live.again import heard, recognised
from tests.speech import speak_talk, unsaid

pytestmark = [pytest.mark.live, pytest.mark.timeout(500)]

SENTENCES = (
    "We will not close the old school before the end of the year.",
    "The new bridge will cost five million dollars.",
    "They do not believe that the old bridge can be repaired.",
    "We have twelve schools and two hospitals in this city.",
    "The city needs clean water and more doctors.",
    "We will not close the old school before the end of the year.",
)
KILL_AT_S = 9.0


@dataclass(slots=True)
class Killer:
    """Kills the process of a pair's job at a second of the talk, once."""

    settings: Settings
    at_s: float
    killed: int = 0

    def __call__(self, doing: str, second: float) -> None:
        if doing == "interpreting" and second >= self.at_s and not self.killed:
            self.killed = self._pair()
            os.kill(self.killed, signal.SIGKILL)

    def _pair(self) -> int:
        room = max(self.settings.events_dir.iterdir(), key=lambda path: path.stat().st_mtime)
        jobs = [e for e in read_events(room) if e["event"] == "job" and e["agent"] == "pair"]
        return int(str(jobs[0]["pid"]))


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Interpreted:
    folder = tmp_path_factory.mktemp("survival")
    speak_talk(folder / "talk.wav", "rms", *SENTENCES)
    talk = Talk(check_sound(folder / "talk.wav"), "en", ("es",), "balanced")

    async def main() -> Interpreted:
        async with private_stage(Path("var")) as stage:

            async def give() -> Interpreted:
                killer: Callable[[str, float], None] = Killer(stage.settings, KILL_AT_S)
                return await stage.interpret(talk, folder / "out", killer)

            said = ("old school before the end of the year",)
            return await heard(give, lambda given: recognised(given.events), *said)

    return asyncio.run(main())


def of(result: Interpreted, kind: str) -> list[dict[str, object]]:
    return [event for event in result.events if event["event"] == kind]


def test_the_dead_pair_is_replaced_with_the_next_epoch(result: Interpreted) -> None:
    assert [event["epoch"] for event in of(result, "pair_started")] == [1, 2]


def test_every_committed_word_is_in_one_stored_segment(result: Interpreted) -> None:
    committed = [event["seq"] for event in of(result, "commit")]
    spanish = [segment for segment in result.segments if segment.language == "es"]
    words = set(committed)
    covered = [
        seq
        for segment in spanish
        for seq in range(segment.first_seq, segment.last_seq + 1)
        if seq in words
    ]
    assert sorted(covered) == committed


def test_the_voice_comes_back_and_speaks_to_the_end(result: Interpreted) -> None:
    last = [segment for segment in result.segments if segment.language == "es"][-1]
    spoken = " ".join(str(event["text"]) for event in of(result, "playout"))
    assert unsaid(last.text, spoken) == []


def test_the_replacement_knows_what_was_said_before(result: Interpreted) -> None:
    epochs = {segment.epoch for segment in result.segments if segment.language == "es"}
    assert epochs == {1, 2}
