"""A speaker whose language nobody recognises: what is known of them, and what the record says."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest

from interpreter.caption_publisher import CaptionPacer, CaptionPublisher
from interpreter.evaluation.replay import EventMemory, JournalMemory
from interpreter.events import Origin
from interpreter.floor.speaker import SpokenLanguage
from interpreter.floor.unrecognised import LONGEST_GAP_S, UnrecognisedSpeaker
from interpreter.floor.voice_activity import follow_voice
from interpreter.line import LineWriter
from interpreter.rehearsal.virtual_time import loop_time_s, run_in_virtual_time
from languages import load
from tests.scripted_hearing import ScriptedDetector, microphone

SPEECH, SILENCE = True, False


@dataclass(slots=True)
class Floor:
    """One speaker of Spanish, in virtual time."""

    journal: JournalMemory = field(default_factory=JournalMemory)
    speaker: UnrecognisedSpeaker = field(init=False)

    def __post_init__(self) -> None:
        captions = CaptionPublisher(
            CaptionPacer(), "es", Origin.SPEECH, 1, lambda _payload: None, loop_time_s
        )
        spoken = SpokenLanguage(
            load("es"),
            LineWriter("es", 1),
            captions,
            self.journal,
            EventMemory(),
            "",
            lambda _spoken, _items: None,
            loop_time_s,
        )
        self.speaker = UnrecognisedSpeaker("ana", "Ana", spoken)

    async def hear(self, *stretches: tuple[bool, float]) -> None:
        """Speech and silence, so many seconds of each."""
        for is_speech, seconds in stretches:
            tell = self.speaker.speech_started if is_speech else self.speaker.speech_ended
            tell(loop_time_s())
            for _ in range(round(seconds * 10)):
                await asyncio.sleep(0.1)
                self.speaker.tick(loop_time_s())

    @property
    def marks(self) -> list[tuple[int, int, str]]:
        return [(round(one.start_s), round(one.end_s), one.text) for one in self.journal.segments]


def mark(start_s: int, end_s: int) -> tuple[int, int, str]:
    return start_s, end_s, f"[{end_s - start_s} s de intervención, sin transcribir]"


LONG = int(LONGEST_GAP_S)


@pytest.mark.parametrize(
    ("stretches", "marks"),
    [
        pytest.param([(SPEECH, 5), (SILENCE, 3)], [mark(0, 5)], id="a-turn"),
        pytest.param(
            [(SPEECH, 5), (SILENCE, 1), (SPEECH, 4), (SILENCE, 3)],
            [mark(0, 10)],
            id="a-breath-parts-no-turn",
        ),
        pytest.param(
            [(SPEECH, 5), (SILENCE, 3), (SPEECH, 4), (SILENCE, 3)],
            [mark(0, 5), mark(8, 12)],
            id="two-turns",
        ),
        pytest.param(
            [(SPEECH, LONG + 5), (SILENCE, 3)],
            [mark(0, LONG), mark(LONG, LONG + 5)],
            id="a-long-turn-is-told-meanwhile",
        ),
        pytest.param([(SPEECH, 0.5), (SILENCE, 3)], [], id="a-cough"),
        pytest.param([(SPEECH, 5)], [], id="a-turn-that-goes-on"),
    ],
)
def test_the_record_says_where_it_has_no_words(
    stretches: list[tuple[bool, float]], marks: list[tuple[int, int, str]]
) -> None:
    async def story(floor: Floor) -> None:
        await floor.hear(*stretches)

    assert play(story).marks == marks


def test_who_leaves_or_changes_language_in_mid_speech_leaves_a_mark() -> None:
    async def story(floor: Floor) -> None:
        await floor.hear((SPEECH, 5))
        floor.speaker.finish(loop_time_s())
        floor.speaker.finish(loop_time_s() + 9.0)

    assert play(story).marks == [mark(0, 5)]


def test_a_voice_stands_for_words_and_no_floor_agent_is_called_deaf_for_it() -> None:
    async def story(floor: Floor) -> None:
        speaker = floor.speaker
        await floor.hear((SPEECH, 20))
        now_s = loop_time_s()
        assert (speaker.is_speaking, speaker.has_words(now_s)) == (True, True)
        assert (speaker.unheard_s(now_s), speaker.untold_s(now_s)) == (0.0, 0.0)
        await floor.hear((SILENCE, 0.1))
        assert (speaker.is_speaking, speaker.has_words(loop_time_s())) == (False, False)

    play(story)


def test_speech_that_a_dead_floor_agent_missed_is_marked_too() -> None:
    async def story(floor: Floor) -> None:
        floor.speaker.lost(4.0, 10.0)

    assert play(story).marks == [(4, 10, "[no se han oído 6 s]")]


def play(story: Callable[[Floor], Coroutine[Any, Any, None]]) -> Floor:
    floor = Floor()
    run_in_virtual_time(story(floor))
    return floor


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ([("silence", 1.0)], []),
        ([("speech", 1.0), ("silence", 1.0)], [(0.0, True), (1.2, False)]),
        ([("speech", 1.0)], [(0.0, True), (1.0, False)]),
    ],
)
def test_a_voice_is_followed_until_the_microphone_goes(
    pattern: list[tuple[str, float]], told: list[tuple[float, bool]]
) -> None:
    heard: list[tuple[float, bool]] = []

    async def main() -> None:
        await follow_voice(
            microphone(pattern),
            ScriptedDetector(),
            lambda is_on: heard.append((round(loop_time_s(), 1), is_on)),
        )
        await asyncio.sleep(0)

    run_in_virtual_time(main())
    assert heard == told
