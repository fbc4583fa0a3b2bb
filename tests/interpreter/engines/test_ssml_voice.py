"""Azure's own plugin, and its service emulated at its wire protocol: what is sent is well-formed
SSML, and a sound that the service refuses costs nobody the sentence."""

import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from livekit.agents import APIStatusError
from livekit.plugins import azure

from interpreter.engines.plugin_voice import PluginVoice
from interpreter.word_sounds import marked

BARCA = marked("Barça", "ˈbaɾsə")
UNKNOWN = marked("!Xóõ", "ǃxõ")
HALF_A_SECOND = bytes(24_000)


class Service:
    """Refuses the whole text for what it does not understand, as Azure does."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.text()
        self.bodies.append(body)
        try:
            tree = ET.fromstring(body)
        except ET.ParseError:
            return web.Response(status=400)
        sounds = [one.attrib["ph"] for one in tree.iter() if one.tag.endswith("phoneme")]
        if any("ǃ" in sound for sound in sounds) or "forbidden" in body:
            return web.Response(status=400)
        return web.Response(body=HALF_A_SECOND)


@asynccontextmanager
async def azure_voice(*, is_ssml: bool = True) -> AsyncIterator[tuple[Service, PluginVoice]]:
    service, app = Service(), web.Application()
    app.router.add_post("/", service.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    async with aiohttp.ClientSession() as session:
        engine = azure.TTS(
            speech_endpoint=f"http://{host}:{port}/", speech_key="k", http_session=session
        )
        yield service, PluginVoice(engine, is_ssml=is_ssml)
    await runner.cleanup()


async def heard_s(voice: PluginVoice, text: str) -> float:
    async with voice.synthesize(text) as stream:
        return sum([audio.frame.duration async for audio in stream])


async def test_signs_of_markup_are_read_out_and_sounds_are_sent() -> None:
    async with azure_voice() as (service, voice):
        assert await heard_s(voice, f"R&D at {BARCA}: a < b") == pytest.approx(0.5, abs=0.05)
    assert (
        'R&amp;D at <phoneme alphabet="ipa" ph="ˈbaɾsə">Barça</phoneme>: a &lt; b'
        in (service.bodies[0])
    )


async def test_a_sentence_with_a_sound_that_is_refused_is_said_as_it_is_written() -> None:
    async with azure_voice() as (service, voice):
        assert voice.reads("ǃxõ")
        assert await heard_s(voice, f"the {UNKNOWN} language") == pytest.approx(0.5, abs=0.05)
        assert "the !Xóõ language" in service.bodies[1]
        assert (voice.reads("ǃxõ"), voice.reads("ˈbaɾsə")) == (False, True)


async def test_what_is_refused_without_sounds_stays_refused() -> None:
    async with azure_voice() as (service, voice):
        with pytest.raises(APIStatusError):
            await heard_s(voice, "forbidden")
    assert len(service.bodies) == 1


async def test_a_voice_that_reads_no_ssml_reads_no_sounds() -> None:
    async with azure_voice(is_ssml=False) as (_, voice):
        assert not voice.reads("ˈbaɾsə")
