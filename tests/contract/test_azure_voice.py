"""Azure's voices on an emulated server: what is said is the text, whatever is in it."""

import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer as Service
from livekit.agents import APIConnectionError, APIConnectOptions, APIError, APIStatusError, utils

from interpreter.certificates import ensure_certificate
from interpreter.engines.diagnosis import EngineFault, diagnose
from interpreter.engines.plugin_voice import PluginVoice
from interpreter.engines.plugins import open_tts
from interpreter.word_sounds import marked
from tests.emulators.azure_server import SPEECH, Azure, serving
from tests.emulators.faults import Fault, Kind
from tests.emulators.mouths import LETTER_S, Hum, Mouth

KEY = "a-key-that-nobody-may-see"
ONCE = APIConnectOptions(max_retry=0, timeout=2.0)
DEFAULTS = {"language": "es-ES", "voice": "es-ES-AlvaroNeural"}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_SPEECH_KEY", KEY)


@pytest.fixture
def azure() -> Azure:
    return Azure()


@asynccontextmanager
async def voice_of(azure: Azure, **options: Any) -> AsyncIterator[PluginVoice]:
    async with serving(azure) as at, utils.http_context.open():
        given = {"speech_endpoint": f"http://{at}{SPEECH}", **options}
        voice = PluginVoice(open_tts("interpreter.engines.azure_tts:TTS", given, DEFAULTS))
        yield voice
        await voice.aclose()


async def spoken_s(voice: PluginVoice, text: str, rate: float = 1.0) -> float:
    seconds = 0.0
    async with voice.synthesize(text, rate=rate, conn_options=ONCE) as utterance:
        async for audio in utterance:
            seconds += audio.frame.duration
    return seconds


@pytest.mark.parametrize(
    "text",
    [
        "AT&T pagó 3 < 5 > 2 euros.",
        'Pausa <break time="10s"/> aquí',
        "</prosody></voice><voice name='en-US-JennyNeural'>injected",
        "]]> <![CDATA[ &amp; &#x3c; \"quoted\" 'too'",
        '<audio src="http://192.0.2.1/evil.wav"/>',
        "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>&b;",
    ],
)
async def test_markup_in_a_text_is_spoken_as_text(azure: Azure, text: str) -> None:
    async with voice_of(azure) as voice:
        assert await spoken_s(voice, text, rate=1.25) > 0.0

    asked = azure.speech.requests[0]
    assert asked.text == text
    assert asked.elements == ("speak", "voice", "prosody")
    assert (asked.voice, asked.language, asked.rate) == ("es-ES-AlvaroNeural", "es-ES", 1.25)


async def test_signs_that_no_xml_may_have_are_left_out(azure: Azure) -> None:
    async with voice_of(azure) as voice:
        await spoken_s(voice, "uno\x00dos\x1btres\uffffcuatro")
    assert azure.speech.requests[0].text == "uno dos tres cuatro"


async def test_a_word_with_its_own_sounds_is_told_with_them(azure: Azure) -> None:
    async with voice_of(azure) as voice:
        assert voice.reads("ˈbaɾsə")
        await spoken_s(voice, f"El {marked('Barça', 'ˈbaɾsə')} & tres")
    assert azure.speech.requests[0].text == "El Barça & tres"
    assert azure.speech.requests[0].sounds == {"Barça": "ˈbaɾsə"}


async def test_sounds_that_azure_refuses_are_read_as_they_are_written(azure: Azure) -> None:
    azure.speech.refuses_sounds = True
    async with voice_of(azure) as voice:
        assert await spoken_s(voice, f"El {marked('Barça', 'ǃ')} guanya") > 0.0
        assert not voice.reads("ǃ")
    assert [one.sounds for one in azure.speech.requests] == [{}]


@pytest.mark.parametrize(("rate", "factor"), [(1.0, 1.0), (1.5, 1.5), (0.8, 0.8), (9.0, 2.0)])
async def test_the_pace_is_the_engines(azure: Azure, rate: float, factor: float) -> None:
    async with voice_of(azure) as voice:
        assert voice.has_rate
        seconds = await spoken_s(voice, "a" * 50, rate)
    assert seconds == pytest.approx(50 * LETTER_S / factor, rel=0.03)


@pytest.mark.parametrize("rate_hz", [16_000, 22_050, 24_000, 48_000])
async def test_the_sound_is_as_long_at_every_sample_rate(azure: Azure, rate_hz: int) -> None:
    async with voice_of(azure, sample_rate=rate_hz) as voice:
        assert voice.sample_rate % 100 == 0
        assert await spoken_s(voice, "a" * 50) == pytest.approx(50 * LETTER_S, rel=0.03)
    assert azure.speech.requests[0].rate_hz == rate_hz


async def test_of_ten_thousand_letters_every_one_is_spoken() -> None:
    azure = Azure(mouth=Hum(0.005))
    text = "El puente costará 5 millones & no se cerrará la escuela. " * 180
    async with voice_of(azure) as voice:
        await spoken_s(voice, text)
    assert " ".join(asked.text for asked in azure.speech.requests) == text.strip()
    assert len(azure.speech.requests) > 3


@pytest.mark.parametrize(("status", "is_retryable"), [("401", False), ("429", True), ("500", True)])
async def test_a_refusal_says_what_to_do_and_no_key(
    azure: Azure, status: Kind, is_retryable: bool, caplog: pytest.LogCaptureFixture
) -> None:
    azure.faults.next = Fault(status, wait_s=7.0)
    async with voice_of(azure) as voice:
        with pytest.raises(APIStatusError, match=f"The voice.*{status}.*; ") as raised:
            await spoken_s(voice, "Hola")
    assert raised.value.retryable is is_retryable
    assert KEY not in _written(raised.value) + caplog.text


async def test_a_wrong_key_is_never_repeated(
    azure: Azure, caplog: pytest.LogCaptureFixture
) -> None:
    azure.key = "the-right-one"
    async with voice_of(azure) as voice:
        with pytest.raises(APIStatusError, match="does not know it in this region .401.") as raised:
            await spoken_s(voice, "Hola")
    assert KEY not in _written(raised.value) + caplog.text


async def test_a_voice_that_azure_does_not_have_is_named_as_the_fault(azure: Azure) -> None:
    async with voice_of(azure, voice="es-ES-Nobody") as voice:
        with pytest.raises(APIStatusError, match="look at the engine.s options") as raised:
            await spoken_s(voice, "Hola")
    assert not raised.value.retryable


@pytest.mark.parametrize("kind", ["drop", "half_frame", "stall"])
async def test_what_breaks_off_is_not_tried_again_by_itself(azure: Azure, kind: Kind) -> None:
    """Its beginning was heard already."""
    azure.faults.next = Fault(kind)
    async with voice_of(azure) as voice:
        with pytest.raises(APIConnectionError) as raised:
            await spoken_s(voice, "Hola a todos los que nos escuchan")
    assert not raised.value.retryable


async def test_a_page_in_place_of_sound_is_not_played(azure: Azure) -> None:
    azure.speech.content_type = "text/html"
    async with voice_of(azure) as voice:
        with pytest.raises(APIError, match="does not know this address"):
            await spoken_s(voice, "Hola")


@pytest.mark.parametrize("content_type", ["audio/wav", "audio/x-wav", "audio/pcm"])
async def test_samples_under_any_name_are_sound(azure: Azure, content_type: str) -> None:
    plain_s = await _said_s(azure)
    azure.speech.content_type = content_type
    assert await _said_s(azure) == pytest.approx(plain_s)


async def test_sound_that_comes_as_wav_has_no_click(azure: Azure) -> None:
    plain_s = await _said_s(azure)
    azure.mouth = Wrapped(azure.mouth)
    assert await _said_s(azure) == pytest.approx(plain_s, abs=0.0005)


class Wrapped:
    """A voice behind a gateway that puts its samples into WAV, whose length it does not know."""

    def __init__(self, mouth: Mouth) -> None:
        self.mouth = mouth

    async def sound(self, text: str, rate_hz: int) -> AsyncIterator[bytes]:
        unknown, size = 0xFFFFFFFF, 16
        yield struct.pack("<4sI4s", b"RIFF", unknown, b"WAVE")
        yield struct.pack("<4sIHHIIHH", b"fmt ", size, 1, 1, rate_hz, 2 * rate_hz, 2, 16)
        yield struct.pack("<4sI", b"data", unknown)
        async for pcm in self.mouth.sound(text, rate_hz):
            yield pcm


async def _said_s(azure: Azure) -> float:
    async with voice_of(azure) as voice:
        return await spoken_s(voice, "Hola a todos")


def _written(error: BaseException) -> str:
    """All that anybody could write of an error and of what it came from."""
    found: BaseException | None = error
    written = ""
    while found is not None:
        written += f"{found!r} {found} {vars(found)}"
        found = found.__cause__ or found.__context__
    return written


async def test_a_certificate_that_is_not_trusted_is_named_as_the_fault(tmp_path: Path) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(ensure_certificate(tmp_path, "127.0.0.1").server)
    server = Service(web.Application())
    await server.start_server(ssl=tls)
    async with server, utils.http_context.open():
        given = {"speech_endpoint": str(server.make_url(SPEECH))}
        voice = PluginVoice(open_tts("interpreter.engines.azure_tts:TTS", given, DEFAULTS))
        with pytest.raises(APIConnectionError, match="SSL_CERT_FILE") as raised:
            await spoken_s(voice, "Hola")
        await voice.aclose()
    found = diagnose(raised.value, kind="tts", key="SOME_KEY", language="Spanish", tag="es")
    assert found.fault is EngineFault.CERTIFICATE
