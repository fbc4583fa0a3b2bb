"""What every voice keeps, whoever makes it: sound for text at its own rate, none for none, and no
text that breaks it."""

import pytest
from livekit import rtc

from interpreter.engines.voice import Voice
from interpreter.settings import Settings
from tests.contract.engines import VOICES, Row, params
from tests.emulators.deepgram import KEY as DEEPGRAM_KEY

pytestmark = pytest.mark.parametrize("row", params(VOICES))

SENTENCE = "El ayuntamiento no aprobó catorce planes. "


@pytest.fixture
def settings(
    row: Row[Voice],
    request: pytest.FixtureRequest,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Settings:
    if not any(mark.name == "provider" for mark in row.marks):
        monkeypatch.setenv("OPENAI_API_KEY", "sk-none-is-needed")
        monkeypatch.setenv("DEEPGRAM_API_KEY", DEEPGRAM_KEY)
        monkeypatch.setenv("AZURE_SPEECH_KEY", "none-is-needed-here")
    is_live = pytest.mark.live in row.marks
    found: Settings = request.getfixturevalue("offline") if is_live else settings
    return found


def spoken(row: Row[Voice], settings: Settings, text: str) -> tuple[float, set[int], int]:
    """How long a text takes, at which rates it comes, and the voice's own rate."""
    frames: list[rtc.AudioFrame] = []
    rate_hz: list[int] = []

    async def main() -> None:
        async with row.opened(settings) as voice, voice.synthesize(text) as utterance:
            rate_hz.append(voice.sample_rate)
            frames.extend([audio.frame async for audio in utterance])

    row.run(main())
    seconds = sum(frame.duration for frame in frames)
    return seconds, {frame.sample_rate for frame in frames}, rate_hz[0]


def test_a_text_is_sound_at_the_rate_that_the_voice_announces(
    row: Row[Voice], settings: Settings
) -> None:
    seconds, rates, announced = spoken(row, settings, SENTENCE)

    assert 1.0 < seconds < 8.0
    assert rates == {announced}
    assert announced % 100 == 0


@pytest.mark.parametrize("text", ["…", "—"])
def test_nothing_to_say_takes_next_to_no_time(
    row: Row[Voice], settings: Settings, text: str
) -> None:
    assert spoken(row, settings, text)[0] <= 0.1


@pytest.mark.parametrize(
    "text",
    [
        "AT&T & <b>no</b> menos de 3 < 5 y \"dos\" > 'uno'",
        '<voice name="en"><prosody rate="9">no</prosody></voice> <break time="9s"/> hay agua',
        "]]> --> <!-- no --> &amp; &lt;",
        "uno \x00\x01 dos \u202e tres \ud83d 😀",
    ],
)
def test_signs_of_markup_are_text(row: Row[Voice], settings: Settings, text: str) -> None:
    assert 0.3 < spoken(row, settings, text)[0] < 30.0


def test_ten_thousand_letters_are_spoken(row: Row[Voice], settings: Settings) -> None:
    one, many = SENTENCE.strip(), (SENTENCE * 240).strip()[:10_000]

    assert spoken(row, settings, many)[0] > 150 * spoken(row, settings, one)[0]
