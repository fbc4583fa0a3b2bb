"""Voices of OpenAI and of servers that answer in its way: right speed whatever their rate, long
texts, silence, and every fault."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from livekit import rtc
from livekit.agents import APIConnectionError, APIConnectOptions, APIError, APIStatusError

from interpreter.engines import open_voice
from interpreter.engines.voice import Voice
from interpreter.errors import InputError
from interpreter.settings import Settings
from tests.emulators.faults import Fault
from tests.emulators.mouths import LETTER_S
from tests.emulators.openai_server import OpenAI, serving
from tests.emulators.openai_speech import Speech

TEXT = "Buenas tardes a todas."
LETTERS = 18
ONCE = APIConnectOptions(max_retry=0, timeout=1.0)


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none-is-needed")


@asynccontextmanager
async def speaking(server: OpenAI, settings: Settings, **options: Any) -> AsyncIterator[Voice]:
    async with serving(server) as url:
        chosen = {"tts": "livekit.plugins.openai:TTS", "tts_options": {"base_url": url, **options}}
        voice = open_voice("es", settings.model_copy(update=chosen))
        try:
            yield voice
        finally:
            await voice.aclose()


async def spoken(voice: Voice, text: str = TEXT) -> list[rtc.AudioFrame]:
    async with voice.synthesize(text, conn_options=ONCE) as utterance:
        return [audio.frame async for audio in utterance]


def duration_s(frames: list[rtc.AudioFrame]) -> float:
    return sum(frame.duration for frame in frames)


@pytest.mark.parametrize("rate_hz", [16_000, 22_050, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("has_events", [True, False], ids=["events", "sound"])
async def test_a_server_of_any_rate_is_heard_at_the_right_speed(
    settings: Settings, rate_hz: int, has_events: bool
) -> None:
    server = OpenAI(speech=Speech(rate_hz=rate_hz, has_events=has_events))
    async with speaking(server, settings) as voice:
        frames = await spoken(voice)

    assert {frame.sample_rate for frame in frames} == {24_000}
    assert duration_s(frames) == pytest.approx(LETTERS * LETTER_S, abs=0.06)


async def test_raw_samples_of_an_unknown_rate_are_refused(settings: Settings) -> None:
    with pytest.raises(InputError, match="too fast or too slow. .* set it to wav"):
        async with speaking(OpenAI(), settings, response_format="pcm"):
            pass


async def test_raw_samples_that_nobody_asked_for_are_not_played(settings: Settings) -> None:
    """At whatever rate they were made."""
    server = OpenAI(speech=Speech(has_events=False, content_type="audio/pcm;rate=16000"))
    async with speaking(server, settings) as voice:
        with pytest.raises(APIError, match="no sound that can be read .*response_format"):
            await spoken(voice)


async def test_a_format_of_which_the_beginning_is_lost_is_refused(settings: Settings) -> None:
    with pytest.raises(InputError, match="first word is not heard. .* set it to wav"):
        async with speaking(OpenAI(), settings, response_format="flac"):
            pass


async def test_sound_that_is_not_what_it_is_called_is_no_noise(settings: Settings) -> None:
    server = OpenAI(speech=Speech(has_events=False, content_type="audio/flac"))
    async with speaking(server, settings) as voice:
        with pytest.raises(APIError, match="voice's server"):
            await spoken(voice)


async def test_a_text_of_ten_thousand_letters_is_spoken_in_requests_that_are_taken(
    settings: Settings,
) -> None:
    server, text = OpenAI(), (f"{TEXT} " * 450)[:10_000]
    async with speaking(server, settings) as voice:
        frames = await spoken(voice, text)

    asked = [str(request["input"]) for request in server.speech.requests]
    assert " ".join(asked) == text.strip()
    assert max(map(len, asked)) <= 1000
    letters = sum(sign.isalnum() for sign in text)
    assert duration_s(frames) == pytest.approx(letters * LETTER_S, rel=0.02)


async def test_sound_in_a_format_that_cannot_be_read_is_told_with_what_to_change(
    settings: Settings,
) -> None:
    """Samples of 32 bits, as torchaudio writes them for servers that imitate OpenAI's."""
    server = OpenAI(speech=Speech(has_events=False, bits=32))
    async with speaking(server, settings) as voice:
        with pytest.raises(APIError, match="no sound that can be read .*16 bits.*response_format"):
            await spoken(voice)


@pytest.mark.parametrize("text", ["…", "—", "😀"])
async def test_nothing_to_say_is_not_asked_for(settings: Settings, text: str) -> None:
    server = OpenAI()
    async with speaking(server, settings) as voice:
        assert duration_s(await spoken(voice, text)) <= 0.05
    assert server.speech.requests == []


async def test_a_voice_without_sound_is_a_failure_that_does_not_repeat_the_text(
    settings: Settings,
) -> None:
    async with speaking(OpenAI(speech=Speech(is_mute=True)), settings) as voice:
        with pytest.raises(APIConnectionError) as raised:
            await spoken(voice)
    assert raised.value.retryable
    assert "Buenas" not in repr(raised.value)


@pytest.mark.parametrize(
    ("fault", "error", "says"),
    [
        (Fault("401"), APIStatusError, "refused the key"),
        (Fault("429"), APIStatusError, "asked too often .429, rate_limit_exceeded"),
        (Fault("429", says="insufficient_quota"), APIStatusError, "no credit left"),
        (Fault("500"), APIStatusError, "failed .500"),
        (Fault("drop"), APIConnectionError, "cannot be reached, or failed"),
        (Fault("half_frame"), APIConnectionError, "cannot be reached, or failed"),
        (Fault("stall"), APIConnectionError, "cannot be reached, or failed"),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else "",
)
async def test_a_fault_is_told_in_our_words(
    settings: Settings, fault: Fault, error: type[APIError], says: str
) -> None:
    server = OpenAI()
    server.faults.next = fault
    async with speaking(server, settings) as voice:
        with pytest.raises(error, match=says):
            await spoken(voice)
        again = await spoken(voice)
    assert duration_s(again) == pytest.approx(LETTERS * LETTER_S, abs=0.06)


@pytest.mark.parametrize("ends", ["", "error"])
async def test_an_answer_that_stops_in_the_middle_as_if_it_was_whole_is_a_failure(
    settings: Settings, ends: str
) -> None:
    server = OpenAI()
    async with speaking(server, settings) as voice:
        await spoken(voice)
        server.speech.ends, server.speech.sounds = ends, 3
        with pytest.raises(APIConnectionError, match="cannot be reached, or failed"):
            await spoken(voice)


async def test_a_server_whose_answers_have_no_last_event_is_believed(settings: Settings) -> None:
    async with speaking(OpenAI(speech=Speech(ends="")), settings) as voice:
        for _ in range(2):
            assert duration_s(await spoken(voice)) == pytest.approx(LETTERS * LETTER_S, abs=0.06)


async def test_ten_voices_at_once_say_their_own_text(settings: Settings) -> None:
    texts = ["hola " * (n + 1) for n in range(10)]
    async with speaking(OpenAI(), settings) as voice:
        all_frames = await asyncio.gather(*(spoken(voice, text) for text in texts))
    expected = [4 * (n + 1) * LETTER_S for n in range(10)]
    assert [duration_s(frames) for frames in all_frames] == pytest.approx(expected, abs=0.06)
