"""A sound file through a real room: what comes out is in Spanish, in sound and in text."""

import asyncio
import json
import re
import wave
from dataclasses import dataclass
from pathlib import Path

import pytest
import webvtt

from interpreter.rehearsal.sound_file import check_sound
from interpreter.rehearsal.stage import Talk, private_stage
from tests.live.again import heard, recognised
from tests.sound import level_dbfs, likeness, read_wav
from tests.speech import espeak, speak_talk, unsaid

pytestmark = [pytest.mark.live, pytest.mark.timeout(400)]

SENTENCES = (
    "We will not close the old school before the end of the year.",
    "The new bridge will cost five million dollars.",
)
COMPARABLE_S = 0.8
"""A shorter utterance is like some stretch of any speech."""


@dataclass(frozen=True, slots=True)
class Result:
    folder: Path
    events: list[dict[str, object]]

    def of(self, kind: str) -> list[dict[str, object]]:
        return [event for event in self.events if event["event"] == kind]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("file")
    speak_talk(folder / "talk.wav", "rms", *SENTENCES)
    talk = Talk(check_sound(folder / "talk.wav"), "en", ("es",), "balanced")

    async def main() -> None:
        async with private_stage(Path("var")) as stage:
            await heard(
                lambda: stage.interpret(talk, folder / "out", lambda _doing, _second: None),
                lambda given: recognised(given.events),
                *("will not close the old school", "will cost five million dollars"),
            )

    asyncio.run(main())
    lines = (folder / "out" / "events.jsonl").read_text().splitlines()
    return Result(folder / "out", [json.loads(line) for line in lines])


def spoken_texts(result: Result) -> list[str]:
    return [str(event["text"]) for event in result.of("playout")]


def test_the_words_were_recognised(result: Result) -> None:
    text = " ".join(caption.text for caption in webvtt.read(str(result.folder / "en.vtt")).captions)
    assert "will not close the old school" in text
    assert "The new bridge will cost" in text


def test_the_translation_is_spanish_and_keeps_negation_and_number(result: Result) -> None:
    text = " ".join(caption.text for caption in webvtt.read(str(result.folder / "es.vtt")).captions)
    assert re.search(r"no cerrar\w+ la escuela", text, re.IGNORECASE)
    assert re.search(r"5 millones\s+de dólares", text)


def test_all_that_was_captioned_was_spoken_in_order(result: Result) -> None:
    text = " ".join(caption.text for caption in webvtt.read(str(result.folder / "es.vtt")).captions)
    assert unsaid(text, " ".join(spoken_texts(result))) == []


def test_what_is_heard_is_what_was_said(result: Result) -> None:
    """Each utterance's own synthesis is found in the recording; a sentence never said is not."""
    recording = read_wav(result.folder / "es.wav")
    speaker = next(str(event["speaker"]) for event in result.of("hypothesis"))
    found = [
        likeness(recording, espeak(str(event["text"]), speaker, float(str(event["rate"]))))
        for event in result.of("playout")
        if float(str(event["duration_s"])) >= COMPARABLE_S
    ]
    other = espeak("mañana comeremos pescado con limones amarillos", speaker)
    assert min(found) > 0.6
    assert likeness(recording, other) < 0.5


def test_the_level_is_comfortable(result: Result) -> None:
    assert -30 < level_dbfs(read_wav(result.folder / "es.wav")) < -12


def test_recognition_is_paid_once(result: Result) -> None:
    used_s = sum(float(str(e["audio_s"])) for e in result.of("recogniser_usage"))
    with wave.open(str(result.folder.parent / "talk.wav")) as file:
        talk_s = file.getnframes() / file.getframerate()
    assert 0 < used_s < talk_s + 1.0


def test_every_word_is_in_exactly_one_unit(result: Result) -> None:
    committed = [e["seq"] for e in result.of("commit")]
    ranges = [(int(str(e["first_seq"])), int(str(e["last_seq"]))) for e in result.of("unit")]
    covered = [seq for first, last in ranges for seq in range(first, last + 1)]
    assert [seq for seq in covered if seq in set(committed)] == committed
