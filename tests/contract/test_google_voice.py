"""Google's voices through their own library, on an emulated server."""

import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from google.api_core.exceptions import InternalServerError
from google.cloud.texttospeech import TextToSpeechAsyncClient
from livekit.agents import APIConnectionError, APIConnectOptions, APIStatusError

from interpreter.engines.diagnosis import EngineFault, diagnose
from interpreter.engines.failures import told_wait_s
from interpreter.engines.google_channel import ACCOUNT
from interpreter.engines.kinds import Kind as Engines
from interpreter.engines.plugin_check import check_engine
from interpreter.engines.plugin_voice import PluginVoice
from interpreter.engines.plugins import open_tts
from interpreter.engines.profiles import Engine
from interpreter.errors import InputError
from interpreter.word_sounds import marked
from tests.emulators.faults import Fault, Kind
from tests.emulators.google_errors import RETRY
from tests.emulators.google_server import Google, serving
from tests.emulators.google_speech import Speech
from tests.emulators.mouths import LETTER_S, Hum

BROKEN = """{"type": "service_account", "client_email": "a@b.example", "token_uri": "https://b.example",
"private_key": "-----BEGIN PRIVATE KEY-----\\nPr1vate\\n-----END PRIVATE KEY-----\\n"}"""
ONCE = APIConnectOptions(max_retry=0, timeout=2.0)


@asynccontextmanager
async def voice_of(google: Google, **options: Any) -> AsyncIterator[PluginVoice]:
    async with serving(google) as endpoint:
        given = {"endpoint": endpoint, "voice_name": "es-ES-Chirp3-HD-Charon", **options}
        path = "interpreter.engines.google_tts:TTS"
        voice = PluginVoice(open_tts(path, given, {"language": "es-ES"}))
        yield voice
        await voice.aclose()


async def spoken_s(voice: PluginVoice, text: str, rate: float = 1.0) -> float:
    seconds = 0.0
    async with voice.synthesize(text, rate=rate, conn_options=ONCE) as utterance:
        async for audio in utterance:
            seconds += audio.frame.duration
    return seconds


@pytest.mark.parametrize("text", ["AT&T pagó 3 < 5 euros.", 'Pausa <break time="10s"/> aquí'])
async def test_markup_in_a_text_is_spoken_as_text(text: str) -> None:
    google = Google()
    async with voice_of(google) as voice:
        assert await spoken_s(voice, text) > 0.0
    assert google.speech.texts == [text]
    assert google.speech.configs[0].voice.name == "es-ES-Chirp3-HD-Charon"


async def test_a_word_with_its_own_sounds_is_told_with_them() -> None:
    """Beside the text, which stays as people write it."""
    google = Google()
    async with voice_of(google) as voice:
        assert voice.reads("ˈbaɾsə")
        await spoken_s(voice, f"El {marked('Barça', 'ˈbaɾsə')} juega.")
    assert google.speech.texts == ["El Barça juega."]
    (told,) = google.speech.configs[0].custom_pronunciations.pronunciations
    assert (told.phrase, told.pronunciation) == ("Barça", "ˈbaɾsə")
    assert told.phonetic_encoding.name == "PHONETIC_ENCODING_IPA"


async def test_a_refusal_that_grpc_hides_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    google, calls = Google(), 0
    google.faults.always = Fault("401", says="voice")
    real = TextToSpeechAsyncClient.streaming_synthesize

    async def hiding(*args: Any, **options: Any) -> object:
        nonlocal calls
        calls += 1
        if calls <= 2:
            raise InternalServerError("Internal error from Core")  # type: ignore[no-untyped-call]
        return await real(*args, **options)

    monkeypatch.setattr(TextToSpeechAsyncClient, "streaming_synthesize", hiding)
    async with voice_of(google) as voice:
        with pytest.raises(APIStatusError) as raised:
            await spoken_s(voice, "Hola.")
    assert raised.value.status_code == 400


async def test_what_breaks_off_as_a_hidden_refusal_does_is_not_said_from_its_beginning() -> None:
    google, text = Google(), "Hola a todos los que nos escuchan"
    google.faults.next = Fault("drop", says="core")
    async with voice_of(google) as voice:
        with pytest.raises(APIStatusError):
            await spoken_s(voice, text)
    assert google.speech.texts == [text]


@pytest.mark.parametrize(("rate", "factor"), [(1.0, 1.0), (1.5, 1.5), (9.0, 2.0)])
async def test_the_pace_is_the_engines(rate: float, factor: float) -> None:
    async with voice_of(Google()) as voice:
        assert voice.has_rate
        seconds = await spoken_s(voice, "a" * 50, rate)
    assert seconds == pytest.approx(50 * LETTER_S / factor, rel=0.03)


async def test_geminis_voice_keeps_to_no_pace_and_is_stretched_here() -> None:
    async with voice_of(Google(), voice_name="Charon", model_name="gemini-2.5-flash-tts") as voice:
        assert not voice.has_rate


async def test_a_voice_that_keeps_to_no_pace_is_asked_for_none() -> None:
    """It would be heard at that pace twice over, should Google's server keep to it after all."""
    google = Google()
    async with voice_of(google, voice_name="Charon", model_name="gemini-2.5-flash-tts") as voice:
        await spoken_s(voice, "Hola.", rate=1.25)
    assert google.speech.configs[0].streaming_audio_config.speaking_rate == 1.0


async def test_a_voice_that_refuses_a_pace_speaks_at_its_own_and_is_stretched_from_then_on() -> (
    None
):
    google = Google(speech=Speech(has_pace=False))
    async with voice_of(google, voice_name="es-ES-Chirp-HD-F") as voice:
        seconds = await spoken_s(voice, "a" * 50, rate=1.25)
        assert not voice.has_rate
        await spoken_s(voice, "Hola.", rate=1.25)
    assert seconds == pytest.approx(50 * LETTER_S, rel=0.03)
    assert google.speech.texts == ["a" * 50, "Hola."]
    rates = [config.streaming_audio_config.speaking_rate for config in google.speech.configs]
    assert rates[-2:] == [1.0, 1.0]


async def test_what_is_refused_at_any_pace_says_nothing_of_the_pace() -> None:
    google = Google()
    google.faults.always = Fault("401", says="voice")
    async with voice_of(google) as voice:
        with pytest.raises(APIStatusError):
            await spoken_s(voice, "Hola.", rate=1.25)
        assert voice.has_rate


async def test_chirps_voice_is_one_of_the_language() -> None:
    google = Google()
    async with serving(google) as endpoint:
        given = {"endpoint": endpoint, "model_name": "chirp_3"}
        path = "interpreter.engines.google_tts:TTS"
        voice = PluginVoice(open_tts(path, given, {"language": "fr-FR"}))
        assert voice.has_rate
        await spoken_s(voice, "Bonjour.")
        await voice.aclose()
    assert google.speech.configs[0].voice.name == "fr-FR-Chirp3-HD-Charon"


@pytest.mark.parametrize("rate_hz", [16_000, 22_050, 24_000, 48_000])
async def test_the_sound_is_as_long_at_every_sample_rate(rate_hz: int) -> None:
    google = Google()
    async with voice_of(google, sample_rate=rate_hz) as voice:
        assert voice.sample_rate % 100 == 0
        assert await spoken_s(voice, "a" * 50) == pytest.approx(50 * LETTER_S, rel=0.03)
    assert google.speech.configs[0].streaming_audio_config.sample_rate_hertz == rate_hz


async def test_of_ten_thousand_letters_every_one_is_spoken() -> None:
    google = Google(mouth=Hum(0.005))
    text = "El puente costará 5 millones & no se cerrará la escuela. " * 180
    async with voice_of(google) as voice:
        await spoken_s(voice, text)
    assert " ".join(google.speech.texts) == text.strip()


@pytest.mark.parametrize(("status", "is_retryable"), [("401", False), ("429", True), ("500", True)])
async def test_a_refusal_says_what_to_do_without_googles_words(
    status: Kind, is_retryable: bool
) -> None:
    google = Google()
    google.faults.always = Fault(status)
    async with voice_of(google) as voice:
        with pytest.raises(APIStatusError, match=f"The voice.*{status}.*; ") as raised:
            await spoken_s(voice, "Hola")
    assert raised.value.retryable is is_retryable
    assert "123456" not in str(raised.value)


async def test_it_is_left_alone_for_as_long_as_google_says() -> None:
    google = Google()
    google.faults.always = Fault("429", wait_s=7.5, says=RETRY)
    async with voice_of(google) as voice:
        with pytest.raises(APIStatusError) as raised:
            await spoken_s(voice, "Hola")
    assert told_wait_s(raised.value) == 7.5


@pytest.mark.parametrize("kind", ["drop", "stall"])
async def test_what_breaks_off_is_not_tried_again_by_itself(kind: Kind) -> None:
    """Its beginning was heard already."""
    google = Google()
    google.faults.next = Fault(kind)
    async with voice_of(google) as voice:
        with pytest.raises(APIConnectionError) as raised:
            await spoken_s(voice, "Hola a todos los que nos escuchan")
    assert not raised.value.retryable


@pytest.mark.parametrize(
    "content", [None, "no account", '{"type": "service_account"}', "[]", BROKEN]
)
def test_a_file_that_is_no_account_is_told_when_the_voice_is_opened(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers refuse to start, and nothing of what is in the file is repeated."""
    file = tmp_path / "account.json"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv(ACCOUNT, str(file))
    engine = Engine("interpreter.engines.google_tts:TTS")
    with pytest.raises(InputError, match=f"{ACCOUNT} names no readable service-acc") as raised:
        check_engine(Engines.TTS, engine)
    assert "Pr1vate" not in "".join(traceback.format_exception(raised.value))


async def test_a_voice_that_google_does_not_have_is_named_as_the_fault() -> None:
    google = Google()
    google.faults.always = Fault("401", says="voice")
    async with voice_of(google) as voice:
        with pytest.raises(APIStatusError) as raised:
            await spoken_s(voice, "Hola")
    found = diagnose(raised.value, kind="tts", key="SOME_KEY", language="Spanish", tag="es")
    assert found.fault is EngineFault.VOICE
    assert "Nobody" not in found.sentence
