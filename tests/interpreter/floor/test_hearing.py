"""A microphone in, speech and hypotheses on the room's clock out: scripted recogniser, virtual
time."""

from dataclasses import dataclass, field

import pytest
from livekit.agents import APIError

from interpreter.engines.metrics import FIRST_HYPOTHESIS
from interpreter.errors import EngineUnavailable
from interpreter.events import Hypothesis
from interpreter.floor.hearing import Hearing
from tests.scripted import loop_time_s
from tests.scripted_hearing import FRAME_S, ScriptedDetector, ScriptedRecogniser, microphone
from tests.virtual_time import run_in_virtual_time


@dataclass(slots=True)
class Notes:
    """Ears that write down what they are told."""

    starts: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    hypotheses: list[Hypothesis] = field(default_factory=list)
    used_s: float = 0.0

    def speech_started(self, at_s: float) -> None:
        self.starts.append(at_s)

    def hypothesis(self, hypothesis: Hypothesis) -> None:
        self.hypotheses.append(hypothesis)

    def speech_ended(self, at_s: float) -> None:
        self.ends.append(at_s)

    def recogniser_used(self, audio_s: float) -> None:
        self.used_s += audio_s

    @property
    def finals(self) -> list[str]:
        return [" ".join(w.text for w in h.words) for h in self.hypotheses if h.is_final]


def hear(
    pattern: list[tuple[str, float]], recogniser: ScriptedRecogniser, release_s: float = 5.0
) -> Notes:
    notes = Notes()

    async def main() -> None:
        hearing = Hearing(recogniser, ScriptedDetector(), notes, loop_time_s, release_s)
        await hearing.run_frames(microphone(pattern))

    run_in_virtual_time(main())
    return notes


def test_words_stand_at_their_time_in_the_room() -> None:
    recogniser = ScriptedRecogniser("the city")
    notes = hear([("silence", 3.2), ("speech", 0.64), ("silence", 0.64)], recogniser)
    word = notes.hypotheses[0].words[0]
    assert word.text == "the"
    assert word.start_s == pytest.approx(3.2, abs=2 * FRAME_S)


def test_each_pause_ends_an_utterance() -> None:
    recogniser = ScriptedRecogniser("one two three four")
    pattern = [("speech", 0.64), ("silence", 0.64), ("speech", 0.64), ("silence", 0.64)]
    notes = hear(pattern, recogniser)
    assert notes.finals == ["one two", "three four"]
    assert len(notes.ends) == 2


def test_times_after_a_pause_count_the_pause() -> None:
    recogniser = ScriptedRecogniser("one two three four")
    pattern = [("speech", 0.64), ("silence", 3.2), ("speech", 0.64), ("silence", 0.64)]
    notes = hear(pattern, recogniser)
    third = notes.hypotheses[-1].words[0]
    assert third.start_s == pytest.approx(3.84, abs=2 * FRAME_S)


def test_the_recogniser_is_released_after_silence_and_opened_again() -> None:
    recogniser = ScriptedRecogniser("one two three four")
    pattern = [("speech", 0.64), ("silence", 9.6), ("speech", 0.64), ("silence", 0.64)]
    notes = hear(pattern, recogniser)
    assert recogniser.streams.opened == 2
    assert notes.finals == ["one two", "three four"]


def test_a_recogniser_that_is_behind_holds_no_frames_up() -> None:
    recogniser = ScriptedRecogniser("one two three four", finishes_s=3.0)
    pattern = [("speech", 0.64), ("silence", 2.56), ("speech", 0.64), ("silence", 0.64)]
    notes = hear(pattern, recogniser, release_s=1.0)
    assert notes.finals == ["one two", "three four"]
    starts = [word.start_s for word in notes.hypotheses[-1].words]
    assert starts == pytest.approx([3.2, 3.5], abs=2 * FRAME_S)


def test_what_is_said_while_a_recogniser_is_behind_ends_where_it_ended() -> None:
    recogniser = ScriptedRecogniser("one two three four five six", finishes_s=2.0)
    pattern = [("speech", 0.64), ("silence", 0.48)] * 2
    notes = hear([*pattern, ("speech", 0.64), ("silence", 0.64)], recogniser)
    assert notes.finals == ["one two", "three four", "five six"]
    assert notes.starts == pytest.approx([0.0, 0.9, 2.02], abs=2 * FRAME_S)
    assert notes.ends == pytest.approx([0.9, 2.02, 3.14], abs=2 * FRAME_S)


def test_speech_that_begins_while_a_recogniser_is_released_is_heard() -> None:
    recogniser = ScriptedRecogniser("one two three four", finishes_s=1.0)
    pattern = [("speech", 0.64), ("silence", 2.7), ("speech", 0.64), ("silence", 0.64)]
    notes = hear(pattern, recogniser, release_s=1.0)
    assert recogniser.streams.opened == 2
    assert notes.finals == ["one two", "three four"]


def test_the_first_hypothesis_of_each_utterance_is_told_with_the_time_that_it_took() -> None:
    recogniser = ScriptedRecogniser("one two three four")
    after_s: list[float] = []
    recogniser.on(FIRST_HYPOTHESIS, after_s.append)
    hear([("speech", 0.64), ("silence", 0.64), ("speech", 0.64), ("silence", 0.64)], recogniser)
    assert len(after_s) == 2
    assert all(0.0 <= one < 0.64 for one in after_s)


def test_silence_costs_no_recogniser_minutes() -> None:
    recogniser = ScriptedRecogniser("one two three four")
    hear([("silence", 20.0), ("speech", 3.2), ("silence", 20.0)], recogniser)
    assert sum(recogniser.streams.pushed_s) < 3.2 + 1.0


def test_nothing_is_opened_for_a_silent_microphone() -> None:
    recogniser = ScriptedRecogniser("one")
    notes = hear([("silence", 30.0)], recogniser)
    assert (recogniser.streams.opened, notes.starts) == (0, [])


def test_speech_that_goes_on_to_the_end_is_finished() -> None:
    notes = hear([("speech", 0.96)], ScriptedRecogniser("one two three"))
    assert notes.finals == ["one two three"]


def test_a_recogniser_that_dies_says_so() -> None:
    recogniser = ScriptedRecogniser("one two three", dies_after_s=1.0)
    with pytest.raises(ExceptionGroup) as raised:
        hear([("speech", 3.2), ("silence", 1.0)], recogniser)
    assert raised.group_contains(APIError)


def test_who_goes_on_saying_last_words_is_waited_for() -> None:
    recogniser = ScriptedRecogniser("one two three four", finishes_s=12.0, says_every_s=2.0)
    notes = hear([("speech", 1.28), ("silence", 14.0)], recogniser)
    assert notes.finals == ["one two three four"]


def test_who_says_nothing_for_long_has_failed() -> None:
    recogniser = ScriptedRecogniser("one two three four", finishes_s=12.0)
    with pytest.raises(ExceptionGroup) as raised:
        hear([("speech", 1.28), ("silence", 14.0)], recogniser)
    assert raised.group_contains(EngineUnavailable, match="did not finish")
