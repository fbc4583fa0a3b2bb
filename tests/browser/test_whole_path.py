"""From a microphone in one browser to Spanish in another: what is read, what is heard, what is
kept."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pycaption  # type: ignore[import-untyped]
import pytest
import webvtt
from playwright.async_api import expect

from interpreter.events import Segment
from tests.browser.chromium import chromium, open_page, take_sounds
from tests.live.again import heard
from tests.live.meeting import Product, running_product, until
from tests.sound import RATE_HZ, Sound, likeness
from tests.speech import espeak, speak_talk, unsaid

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.timeout(500)]

TALK = (
    "The city council wants to build a new school near the river.",
    "The teachers asked for more time.",
    "The village has more than three hundred houses.",
    "Many people live in the old town.",
)
COMPARABLE_S = 0.8
"""A shorter utterance is like some stretch of any speech."""
NEVER_SAID = "mañana comeremos pescado con limones amarillos"
PAIR_STARTS_S = 4.0
AT_A_DISTANCE = 0.2
"""Loud enough to be understood, so quiet that the browser does not turn it down."""
FRAME = RATE_HZ // 50
SILENCE = 0.003

SHOWN = """() => Object.fromEntries(
  [...document.querySelectorAll("#lines .piece")].map(
    (piece) => [piece.dataset.segment, piece.textContent.trim()]))"""
ARE_FINAL = """(count) => {
  const pieces = [...document.querySelectorAll("#lines .piece")];
  return pieces.length === count && pieces.every((piece) => piece.dataset.final === "true");
}"""


@dataclass(frozen=True)
class Outcome:
    """What was there at the end of the whole path."""

    said: dict[str, str]
    """On the speaker's page: segment → text."""
    read: dict[str, str]
    """On the listener's page."""
    english: list[Segment]
    spanish: list[Segment]
    spoken: list[dict[str, Any]]
    """Each utterance of the voice, as the event log tells."""
    vtt: str
    sounds: list[Sound]
    """What left the listener's page, each source by itself."""

    @property
    def voice(self) -> Sound:
        """The source that speaks Spanish."""
        return max(
            self.sounds, key=lambda sound: likeness(sound, self.rendering(self.comparable[0]))
        )

    @property
    def floor(self) -> Sound:
        return next(sound for sound in self.sounds if sound is not self.voice)

    def rendering(self, spoken: dict[str, Any]) -> Sound:
        """What was spoken, as eSpeak NG says it."""
        speaker = self.spanish[0].source_line.split("/")[1]
        return espeak(spoken["text"], speaker, spoken["rate"])

    @property
    def comparable(self) -> list[dict[str, Any]]:
        """What was spoken and is of some length."""
        return [one for one in self.spoken if one["duration_s"] >= COMPARABLE_S]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    folder = tmp_path_factory.mktemp("whole_path")
    (folder / "product").mkdir()
    manner = {"lead_in_s": PAIR_STARTS_S, "pause_s": 0.25, "peak": AT_A_DISTANCE}
    speak_talk(folder / "talk.wav", "rms", *TALK, **manner)
    with running_product(folder / "product") as product:
        yield asyncio.run(
            heard(
                lambda: go_the_whole_path(product, folder / "talk.wav"),
                lambda outcome: " ".join(one.text for one in outcome.english),
                "school near the river",
            )
        )


async def go_the_whole_path(product: Product, talk: Path) -> Outcome:
    async with product.meeting("es", "ca") as meeting, chromium(microphone=talk) as browser:
        listener = await open_page(browser, meeting.url)
        await listener.click("#language")
        await listener.click("#languages [data-tag=es]")
        await listener.click("#sound")
        speaker = await open_page(browser, meeting.speaker_url)
        await speaker.fill("#name", "Ana")
        await speaker.click("#start")
        await expect(speaker.locator("#mute")).to_be_visible()
        await meeting.join(role="listener")  # tells the room that the pages are in
        await until(meeting.is_over)
        english, spanish = meeting.segments("en"), meeting.segments("es")
        await listener.wait_for_function(ARE_FINAL, arg=len(spanish))
        await speaker.wait_for_function(ARE_FINAL, arg=len(english))
        exported = await meeting.http.get(f"/m/{meeting.id}/export/es.vtt")
        return Outcome(
            said=await speaker.evaluate(SHOWN),
            read=await listener.evaluate(SHOWN),
            english=english,
            spanish=spanish,
            spoken=meeting.events("playout"),
            vtt=exported.raise_for_status().text,
            sounds=await take_sounds(listener),
        )


def test_the_speaker_reads_their_own_words(outcome: Outcome) -> None:
    assert outcome.said == {one.id: one.text for one in outcome.english}
    assert "school near the river" in " ".join(outcome.said.values())


def test_the_listener_reads_what_the_store_keeps(outcome: Outcome) -> None:
    assert outcome.read == {one.id: one.text for one in outcome.spanish}
    assert "escuela" in " ".join(outcome.read.values())


def test_the_listener_hears_what_they_read(outcome: Outcome) -> None:
    found = [likeness(outcome.voice, outcome.rendering(unit)) for unit in outcome.comparable]
    never = espeak(NEVER_SAID, outcome.spanish[0].source_line.split("/")[1])
    texts = " ".join(one["text"] for one in outcome.spoken)
    assert unsaid(" ".join(outcome.read.values()), texts) == []
    assert min(found) > 0.6, found
    assert likeness(outcome.voice, never) < 0.5


def test_the_floor_steps_back_while_the_translation_speaks(outcome: Outcome) -> None:
    floor, voice = levels(outcome.floor), levels(outcome.voice)
    was_heard = np.array(
        [voice[max(0, i - 150) : i + 1].max() > SILENCE for i in range(len(voice))]
    )
    is_heard = (voice > SILENCE) & (np.roll(voice, 25) > SILENCE)
    assert 0.05 < loudness(floor[is_heard]) / loudness(floor[~was_heard]) < 0.4


def levels(sound: Sound) -> Sound:
    """RMS of every 20 ms."""
    frames = sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)
    return np.asarray(np.sqrt((frames**2).mean(axis=1)), np.float64)


def loudness(frames: Sound) -> float:
    """Of speech with gaps: what it reaches in its loudest twentieth."""
    return float(np.percentile(frames, 95))


def test_the_exported_file_says_what_was_read(outcome: Outcome) -> None:
    read = " ".join(outcome.read[one.id] for one in outcome.spanish)
    ours = webvtt.WebVTT.from_string(outcome.vtt, strict=True)
    theirs = pycaption.WebVTTReader().read(outcome.vtt).get_captions("en-US")
    assert " ".join(cue.text for cue in ours.captions).split() == read.split()
    named = " ".join(cue.get_text().removeprefix("Ana: ") for cue in theirs)
    assert named.split() == read.split()
    assert {cue.voice for cue in ours.captions} == {"Ana"}
