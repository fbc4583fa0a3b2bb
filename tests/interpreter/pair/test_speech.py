"""A script in, sound out: scripted voice and track, virtual time."""

import asyncio
from pathlib import Path

import pytest

from interpreter.event_log import EventLog, read_events
from interpreter.events import ItemKind, LineItem
from interpreter.pair.chunking import CloseReason, Unit
from interpreter.pair.commit import Weights
from interpreter.pair.pace import MAX_RATE
from interpreter.pair.policy import BALANCED, BASELINE, POLICIES
from interpreter.pair.script import Script
from interpreter.pair.speech import Speech
from tests.scripted import ScriptedTrack, ScriptedVoice, loop_time_s
from tests.virtual_time import run_in_virtual_time

KEY = "-----BEGIN PRIVATE KEY-----"


def unit(number: int, start_s: float) -> Unit:
    word = LineItem(number, ItemKind.WORD, "w", start_s, start_s + 0.3, "ana", "en.1.1")
    return Unit(number, (word,), CloseReason.GAP, False)


class AloneInItsChannel:
    """Nobody else speaks in the channel."""

    is_held = False

    async def take(self) -> None:
        return None

    async def release(self) -> None:
        return None


class SharedTurn:
    """Another pair may speak here too."""

    is_held = False

    async def take(self) -> None:
        self.is_held = True

    async def release(self) -> None:
        self.is_held = False


async def speak(
    units: list[tuple[float, str]],
    voice: ScriptedVoice,
    folder: Path,
    *,
    policy: str = BALANCED,
) -> tuple[ScriptedTrack, list[dict[str, object]]]:
    """Speak texts that come at these times, each a second after its first word."""
    track = ScriptedTrack()
    events = EventLog.open(folder, "s", "job", loop_time_s)
    mode = POLICIES[policy]
    script = Script(mode.commit, Weights())
    speech = Speech(
        voice, track, script, AloneInItsChannel(), events, "es", loop_time_s, policy=mode
    )
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(speech.run())
        for number, (at_s, text) in enumerate(units):
            await asyncio.sleep(at_s - loop_time_s())
            script.translated(unit(number, at_s - 1.0), text)
            speech.script_changed()
        speech.end_input()
    events.close()
    await asyncio.sleep(track.remaining_s)
    return track, read_events(folder / "s")


def overlaps(heard: list[tuple[float, float]]) -> list[float]:
    return [b[0] - a[1] for a, b in zip(heard, heard[1:], strict=False) if b[0] < a[1] - 1e-6]


def test_units_are_spoken_one_after_another(tmp_path: Path) -> None:
    texts = [(1.0, "uno " * 8), (1.2, "dos " * 8), (1.4, "tres " * 8)]
    track, events = run_in_virtual_time(speak(texts, ScriptedVoice(), tmp_path))
    played = [e["unit"] for e in events if e["event"] == "playout"]
    assert played == [0, 1, 2]
    assert overlaps(track.heard) == []


def test_a_unit_starts_with_its_first_byte(tmp_path: Path) -> None:
    track, _ = run_in_virtual_time(speak([(1.0, "hola")], ScriptedVoice(delay_s=0.15), tmp_path))
    assert track.heard[0][0] == pytest.approx(1.15)


def test_a_voice_on_time_keeps_its_natural_pace(tmp_path: Path) -> None:
    voice = ScriptedVoice()
    run_in_virtual_time(speak([(1.0, "hola"), (5.0, "otra vez")], voice, tmp_path))
    assert voice.rates == [1.0, 1.0]


def test_a_voice_that_falls_behind_speeds_up_to_the_cap(tmp_path: Path) -> None:
    voice = ScriptedVoice()
    texts = [(1.0 + i, "palabra " * 6) for i in range(8)]
    run_in_virtual_time(speak(texts, voice, tmp_path))
    assert max(voice.rates) == MAX_RATE
    assert sorted(voice.rates) == voice.rates


def test_an_unpaced_policy_never_speeds_up(tmp_path: Path) -> None:
    voice = ScriptedVoice()
    texts = [(1.0 + i, "palabra " * 6) for i in range(8)]
    run_in_virtual_time(speak(texts, voice, tmp_path, policy=BASELINE))
    assert set(voice.rates) == {1.0}


@pytest.mark.parametrize("error", [None, LookupError(KEY)])
def test_a_voice_that_fails_leaves_the_next_unit_alone(
    error: Exception | None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever a provider's library raises, and with nothing of what it says."""
    voice = ScriptedVoice(fails_for=("dos",), fails_with=error)
    texts = [(1.0, "uno"), (2.0, "dos"), (3.0, "tres")]
    _, events = run_in_virtual_time(speak(texts, voice, tmp_path))
    assert [e["unit"] for e in events if e["event"] == "playout"] == [0, 2]
    assert [e["unit"] for e in events if e["event"] == "engine_failed"] == [1]
    assert "voice failed" in caplog.text
    assert KEY not in caplog.text


def test_the_next_words_are_taken_when_the_voice_is_about_to_fall_silent(tmp_path: Path) -> None:
    texts = [(1.0, "palabra " * 10)] * 4
    _, events = run_in_virtual_time(speak(texts, ScriptedVoice(), tmp_path))
    taken = [float(str(e["at_s"])) for e in events if e["event"] == "target_commit"]
    ends = [
        float(str(e["start_s"])) + float(str(e["duration_s"]))
        for e in events
        if e["event"] == "playout"
    ]
    early = [end_s - at_s for end_s, at_s in zip(ends, taken[1:], strict=False)]
    assert len(early) == 3
    assert min(early) > 0.2
    assert max(early) < 0.7


def test_a_voice_that_runs_dry_inside_a_unit_is_noted(tmp_path: Path) -> None:
    texts = [(1.0, "palabra " * 4)]  # two seconds
    _, events = run_in_virtual_time(speak(texts, ScriptedVoice(0.1, stalls_s=1.5), tmp_path))
    (dry,) = [e for e in events if e["event"] == "underrun"]
    assert dry["unit"] == 0
    assert dry["seconds"] == pytest.approx(0.53, abs=0.01)
    assert dry["at_s"] == pytest.approx(2.07, abs=0.01)


def test_who_ran_dry_begins_the_next_utterance_so_much_later_that_it_does_not(
    tmp_path: Path,
) -> None:
    texts = [(1.0, "palabra " * 4), (9.0, "palabra " * 4)]
    _, events = run_in_virtual_time(speak(texts, ScriptedVoice(0.1, stalls_s=1.5), tmp_path))
    assert [e["unit"] for e in events if e["event"] == "underrun"] == [0]
    begins = [e["start_s"] for e in events if e["event"] == "playout"]
    assert begins == [pytest.approx(1.1, abs=0.02), pytest.approx(9.63, abs=0.02)]


def test_what_still_sounds_is_time_too(tmp_path: Path) -> None:
    texts = [(1.0, "palabra " * 4), (9.0, "palabra " * 8), (9.1, "palabra " * 8)]
    _, events = run_in_virtual_time(speak(texts, ScriptedVoice(0.1, stalls_s=1.6), tmp_path))
    assert [e["unit"] for e in events if e["event"] == "underrun"] == [0]
    second, third = [e for e in events if e["event"] == "playout"][1:]
    ends_s = float(str(second["start_s"])) + float(str(second["duration_s"]))
    assert float(str(third["start_s"])) == pytest.approx(ends_s, abs=0.15)


def test_a_voice_that_is_late_for_a_unit_is_no_underrun(tmp_path: Path) -> None:
    texts = [(1.0, "palabra " * 4), (9.0, "palabra " * 4)]
    _, events = run_in_virtual_time(speak(texts, ScriptedVoice(0.5, stalls_s=0.9), tmp_path))
    assert [e for e in events if e["event"] == "underrun"] == []


def test_nobody_waits_for_a_voice_that_has_nothing_to_say(tmp_path: Path) -> None:
    """A unit of fillers alone, or one whose words were all said while it was open."""
    turn = SharedTurn()

    async def story() -> None:
        script = Script(POLICIES[BALANCED].commit, Weights())
        events = EventLog.open(tmp_path, "s", "job", loop_time_s)
        mode, voice = POLICIES[BALANCED], ScriptedVoice()
        speech = Speech(
            voice, ScriptedTrack(), script, turn, events, "es", loop_time_s, policy=mode
        )
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(speech.run())
            script.translated(unit(0, 0.0), "")
            speech.script_changed()
            await asyncio.sleep(0.5)
            assert speech.state.spoken == (0, 0)
            assert not turn.is_held
            running.cancel()
        events.close()

    run_in_virtual_time(story())


def test_who_is_told_to_be_silent_gives_the_turn_back_though_more_is_ready(tmp_path: Path) -> None:
    turn = SharedTurn()

    async def story() -> None:
        script = Script(POLICIES[BALANCED].commit, Weights())
        events = EventLog.open(tmp_path, "s", "job", loop_time_s)
        speech = Speech(
            ScriptedVoice(),
            ScriptedTrack(),
            script,
            turn,
            events,
            "es",
            loop_time_s,
            policy=POLICIES[BALANCED],
        )
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(speech.run())
            script.translated(unit(0, 0.0), "uno " * 8)
            speech.script_changed()
            await asyncio.sleep(0.5)
            assert turn.is_held
            speech.fall_silent()
            script.translated(unit(1, 0.2), "dos")
            speech.script_changed()
            await asyncio.sleep(2.0)
            assert not turn.is_held
            running.cancel()
        events.close()

    run_in_virtual_time(story())
