"""What every voice keeps: sound at its own rate, word times inside it, a pace that is obeyed."""

import numpy
import pytest
from livekit import rtc
from livekit.agents import tts
from livekit.agents.types import USERDATA_TIMED_TRANSCRIPT, TimedString

import languages
from interpreter.engines import open_voice
from interpreter.engines.voice import Voice
from interpreter.settings import Settings
from tests.scripted import ScriptedVoice

SENTENCE = "El ayuntamiento nos pidió que explicáramos el puente nuevo, que costó 250 euros."

SPOKEN = {
    "es": SENTENCE,
    "ca": "L'ajuntament ens va demanar que expliquéssim el pont nou, que va costar 250 euros.",
    "pt": "A câmara pediu-nos que explicássemos a ponte nova, que custou 250 euros.",
    "it": "Il comune ci ha chiesto di spiegare il ponte nuovo, che è costato 250 euro.",
    "fr": "La ville nous a demandé d'expliquer le pont nouveau, qui a coûté 250 euros.",
}
"""What each voice is heard with, in its own language."""


async def spoken(
    voice: Voice, text: str, rate: float = 1.0, speaker: str = ""
) -> list[rtc.AudioFrame]:
    async with voice.synthesize(text, rate=rate, speaker=speaker) as utterance:
        audios: list[tts.SynthesizedAudio] = [audio async for audio in utterance]
    assert [audio.is_final for audio in audios] == [False] * (len(audios) - 1) + [True]
    return [audio.frame for audio in audios]


def words(frames: list[rtc.AudioFrame]) -> list[TimedString]:
    return [word for frame in frames for word in frame.userdata[USERDATA_TIMED_TRANSCRIPT]]


def duration_s(frames: list[rtc.AudioFrame]) -> float:
    return sum(frame.duration for frame in frames)


def level(frames: list[rtc.AudioFrame]) -> tuple[float, float]:
    """RMS in dBFS, and the peak, 0..1."""
    samples = numpy.frombuffer(rtc.combine_audio_frames(frames).data, numpy.int16) / 32768
    return float(20 * numpy.log10(numpy.sqrt((samples**2).mean()))), float(abs(samples).max())


@pytest.fixture(params=["scripted", pytest.param("offline", marks=pytest.mark.live)])
def voice(request: pytest.FixtureRequest) -> Voice:
    if request.param == "scripted":
        return ScriptedVoice(delay_s=0)
    return open_voice("es", request.getfixturevalue("offline"))


async def test_sound_comes_at_the_rate_the_voice_announces(voice: Voice) -> None:
    frames = await spoken(voice, SENTENCE)

    assert {frame.sample_rate for frame in frames} == {voice.sample_rate}
    assert voice.sample_rate % 100 == 0


async def test_words_are_all_there_in_order_and_inside_the_sound(voice: Voice) -> None:
    frames = await spoken(voice, SENTENCE)

    starts = [float(word.start_time or 0) for word in words(frames)]
    assert " ".join(words(frames)) == SENTENCE
    assert starts == sorted(starts)
    assert max(float(word.end_time or 0) for word in words(frames)) <= duration_s(frames) + 0.02


async def test_a_faster_rate_takes_less_time_in_proportion(voice: Voice) -> None:
    natural, fast = await spoken(voice, SENTENCE), await spoken(voice, SENTENCE, rate=1.25)

    assert duration_s(natural) / duration_s(fast) == pytest.approx(1.25, rel=0.06)


@pytest.mark.live
@pytest.mark.parametrize("language", sorted(SPOKEN))
@pytest.mark.parametrize("speaker", ["", *(f"speaker-{n}" for n in range(8))])
async def test_every_timbre_of_espeak_has_the_same_loudness_and_never_clips(
    offline: Settings, language: str, speaker: str
) -> None:
    rms, peak = level(
        await spoken(open_voice(language, offline), SPOKEN[language], speaker=speaker)
    )

    assert rms == pytest.approx(-20, abs=2)
    assert peak < 0.82


@pytest.mark.live
@pytest.mark.parametrize("language", sorted(SPOKEN))
async def test_espeaks_natural_pace_is_what_the_language_file_says(
    offline: Settings, language: str
) -> None:
    text = SPOKEN[language].rpartition(",")[0]  # a number has few letters for its length
    frames = await spoken(open_voice(language, offline), text)

    measured_cps = len(text) / duration_s(frames)
    assert measured_cps == pytest.approx(languages.load(language).natural_pace_cps, rel=0.12)


@pytest.mark.live
@pytest.mark.parametrize("language", sorted(SPOKEN))
async def test_espeak_speaks_every_word_in_order_with_its_time(
    offline: Settings, language: str
) -> None:
    frames = await spoken(open_voice(language, offline), SPOKEN[language])

    starts = [float(word.start_time or 0) for word in words(frames)]
    assert " ".join(words(frames)) == SPOKEN[language]
    assert starts == sorted(starts)


@pytest.mark.live
@pytest.mark.parametrize("language", sorted(SPOKEN))
async def test_espeak_starts_and_ends_with_sound(offline: Settings, language: str) -> None:
    frames = await spoken(open_voice(language, offline), SPOKEN[language])

    assert level([cut(frames, 0.0, 0.05)])[1] > 0.02
    assert level([cut(frames, -0.05, 0.0)])[1] > 0.005


def cut(frames: list[rtc.AudioFrame], start_s: float, end_s: float) -> rtc.AudioFrame:
    sound = rtc.combine_audio_frames(frames)
    start, end = int(start_s * sound.sample_rate), int(end_s * sound.sample_rate)
    data = sound.data[start : end or None]
    return rtc.AudioFrame(bytes(data), sound.sample_rate, 1, len(data))


@pytest.mark.live
@pytest.mark.parametrize(
    "text",
    [
        "a < b & c > d",
        '<voice name="en"><prosody rate="9">x</prosody></voice>',
        "uno \u202edos\u202c tres 😀👍🏽",
        "--> [[x]] \x01 {y}",
    ],
)
async def test_no_text_breaks_the_voice(offline: Settings, text: str) -> None:
    assert duration_s(await spoken(open_voice("es", offline), text)) > 0.3


@pytest.mark.live
@pytest.mark.parametrize("text", ["😀", "…", "\u202e"])
async def test_nothing_to_say_takes_next_to_no_time_and_is_no_failure(
    offline: Settings, text: str
) -> None:
    assert duration_s(await spoken(open_voice("es", offline), text)) <= 0.05
