"""The engines that keep the contract: a row each. Add yours, and every contract test runs on it.

Emulated ones run in virtual time, with their server in the same loop; offline ones (marker `live`)
need the engine host; real ones (marker `provider`, `make test-providers`) need keys or addresses in
the environment, and are skipped without.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

import pytest
from livekit.agents import stt, utils
from pydantic import JsonValue

from interpreter.engines import open_recogniser, open_translator, open_voice
from interpreter.engines.translator import Translator
from interpreter.engines.voice import Voice
from interpreter.settings import Settings
from tests.contract import shipped
from tests.emulators import azure_openai, azure_server, gemini, google_server
from tests.emulators.deepgram import Deepgram
from tests.emulators.deepgram import serving as serving_deepgram
from tests.emulators.ears import TonesHeard
from tests.emulators.llm_translator import (
    AZURE,
    GEMINI,
    GEMINI_PLUGIN,
    OPENAI,
    Wire,
    translating,
)
from tests.emulators.manners import Continues
from tests.emulators.mouths import Hum
from tests.emulators.openai_server import OpenAI, serving_here
from tests.emulators.openai_speech import Speech
from tests.emulators.openai_transcription import Transcription
from tests.emulators.tones import Tones, invented
from tests.emulators.translating_llm import TranslatingLLM
from tests.scripted import ScriptedTranslator, ScriptedVoice
from tests.virtual_time import run_in_virtual_time

Engine = TypeVar("Engine")
Run = Callable[[Coroutine[Any, Any, None]], None]
Recogniser = stt.STT[Any]

TONES = Tones(invented(120))
"""What emulated recognisers hear."""
AZURE_OPENAI_KEY = "azure-openai-0a1b2c3d"
"""The emulator's."""
LIBRARY_WARNS = pytest.mark.filterwarnings(f"ignore:{gemini.LIBRARY_WARNS}:DeprecationWarning")


@dataclass(frozen=True)
class Row(Generic[Engine]):
    """One engine; `opened` is given settings that reach an engine host where the row is `live`."""

    name: str
    opened: Callable[[Settings], AbstractAsyncContextManager[Engine]]
    marks: tuple[pytest.MarkDecorator, ...] = ()
    run: Run = run_in_virtual_time
    hears_tones: bool = True
    """A recogniser of people's speech is given some instead."""


def params(rows: "tuple[Row[Engine], ...]") -> Any:
    return [pytest.param(row, id=row.name, marks=row.marks) for row in rows]


def with_key(name: str) -> tuple[pytest.MarkDecorator, ...]:
    """For the real thing: only where its key, or its address, is in the environment."""
    is_there = name in os.environ  # noqa: TID251  (as plugins read it)
    return pytest.mark.provider, pytest.mark.skipif(not is_there, reason=f"{name} is not set")


def _real(
    name: str,
    opened: Callable[..., AbstractAsyncContextManager[Engine]],
    path: str,
    key: str,
    *marks: pytest.MarkDecorator,
) -> Row[Engine]:
    """The provider's own; where its key, or its address, is in the variable `key`."""
    marked = (*with_key(key), *marks)
    return Row(name, partial(opened, path=path), marked, asyncio.run, hears_tones=False)


# --- recognisers


@asynccontextmanager
async def _openai_stt(
    settings: Settings, path: str, **options: JsonValue
) -> AsyncIterator[Recogniser]:
    server = OpenAI(TonesHeard(TONES), transcription=Transcription(invents="Thanks for watching!"))
    async with serving_here(server) as url:
        async with _recogniser(settings, path, base_url=url, **options) as recogniser:
            yield recogniser


@asynccontextmanager
async def _deepgram_stt(settings: Settings) -> AsyncIterator[Recogniser]:
    async with serving_deepgram(Deepgram(TonesHeard(TONES), Hum())) as url:
        async with _recogniser(settings, DEEPGRAM_STT, base_url=url) as recogniser:
            yield recogniser


@asynccontextmanager
async def _recogniser(
    settings: Settings, path: str, **options: JsonValue
) -> AsyncIterator[Recogniser]:
    chosen = settings.model_copy(update={"stt": path, "stt_options": options})
    async with utils.http_context.open():
        recogniser = open_recogniser("en", chosen)
        try:
            yield recogniser
        finally:
            await recogniser.aclose()


@asynccontextmanager
async def _azure_stt(settings: Settings) -> AsyncIterator[Recogniser]:
    async with azure_server.serving(azure_server.Azure(TonesHeard(TONES))) as at:
        endpoint = f"ws://{at}{azure_server.RECOGNITION}"
        async with _recogniser(settings, AZURE_STT, speech_endpoint=endpoint) as recogniser:
            yield recogniser


@asynccontextmanager
async def _google_stt(settings: Settings, model: str) -> AsyncIterator[Recogniser]:
    server = google_server.Google(TonesHeard(TONES))
    async with google_server.serving(server) as endpoint:
        given: dict[str, JsonValue] = {"endpoint": endpoint, "model": model}
        async with _recogniser(settings, GOOGLE_STT, **given) as recogniser:
            yield recogniser


AZURE_STT, GOOGLE_STT = "interpreter.engines.azure_stt:STT", "interpreter.engines.google_stt:STT"
DEEPGRAM_STT = "interpreter.engines.deepgram_stt:STT"
OURS, PLUGIN = "interpreter.engines.openai_stt:STT", "livekit.plugins.openai:STT"
RECORDINGS = partial(_recogniser, model="gpt-4o-mini-transcribe")
RECOGNISERS: tuple[Row[Recogniser], ...] = (
    Row("openai-live", partial(_openai_stt, path=OURS, model="gpt-live-transcribe")),
    Row("openai-turns", partial(_openai_stt, path=OURS, model="gpt-4o-mini-transcribe")),
    Row("openai-plugin-realtime", partial(_openai_stt, path=PLUGIN, use_realtime=True)),
    Row("openai-recordings", partial(_openai_stt, path=PLUGIN, model="whisper-1")),
    Row("deepgram-emulated", _deepgram_stt),
    Row("azure-emulated", _azure_stt, run=asyncio.run),  # its library has threads
    Row("google-emulated", partial(_google_stt, model="latest_long"), run=asyncio.run),
    Row(
        "google-v2-emulated",
        partial(_google_stt, model="chirp_2"),
        (pytest.mark.soak,),
        asyncio.run,
    ),
    Row(
        "pocketsphinx",
        partial(_recogniser, path=""),
        (pytest.mark.live,),
        asyncio.run,
        hears_tones=False,
    ),
    _real("openai", _recogniser, OURS, "OPENAI_API_KEY"),
    _real("openai-recordings-real", RECORDINGS, PLUGIN, "OPENAI_API_KEY"),
    _real("self-hosted", shipped.recogniser, "self-hosted", "SELF_HOSTED_STT_URL"),
    _real("deepgram", _recogniser, DEEPGRAM_STT, "DEEPGRAM_API_KEY"),
    _real("azure", _recogniser, AZURE_STT, "AZURE_SPEECH_KEY"),
    _real("google", _recogniser, GOOGLE_STT, "GOOGLE_APPLICATION_CREDENTIALS"),
)


# --- translators


@asynccontextmanager
async def _scripted_translator(_settings: Settings) -> AsyncIterator[Translator]:
    yield ScriptedTranslator(delay_s=0)


@asynccontextmanager
async def _translator(
    settings: Settings, path: str, **options: JsonValue
) -> AsyncIterator[Translator]:
    chosen = settings.model_copy(update={"translator": path, "translator_options": options})
    translator = open_translator("en", "es", chosen)
    try:
        yield translator
    finally:
        await translator.aclose()


@asynccontextmanager
async def _emulated_llm(settings: Settings, wire: Wire, **is_so: Any) -> AsyncIterator[Translator]:
    mind = TranslatingLLM(settings, **is_so)
    async with translating(mind, settings, wire=wire) as translator:
        yield translator


def _emulated(name: str, wire: Wire, **is_so: Any) -> Row[Translator]:
    opened = partial(_emulated_llm, wire=wire, **is_so)
    return Row(name, opened, (pytest.mark.live,), asyncio.run)


TRANSLATORS: tuple[Row[Translator], ...] = (
    Row("scripted", _scripted_translator),
    Row("apertium", partial(_translator, path=""), (pytest.mark.live,), asyncio.run),
    _emulated("openai-compatible", OPENAI),
    _emulated(
        "azure-openai-emulated",
        AZURE,
        key=AZURE_OPENAI_KEY,
        models=(azure_openai.DEPLOYMENT,),
        continues=Continues.NO,
    ),
    _emulated("gemini-emulated", GEMINI),
    _emulated("gemini-plugin", GEMINI_PLUGIN),
    _real("openai", _translator, "livekit.plugins.openai:LLM", "OPENAI_API_KEY"),
    _real("azure-openai", shipped.translator, "azure", "AZURE_OPENAI_API_KEY"),
    _real("self-hosted", shipped.translator, "self-hosted", "SELF_HOSTED_LLM_URL"),
    _real("gemini", _translator, GEMINI.plugin, "GOOGLE_API_KEY", LIBRARY_WARNS),
)


# --- voices


@asynccontextmanager
async def _scripted_voice(_settings: Settings) -> AsyncIterator[Voice]:
    yield ScriptedVoice(delay_s=0)


@asynccontextmanager
async def _openai_tts(settings: Settings, speech: Callable[[], Speech]) -> AsyncIterator[Voice]:
    async with serving_here(OpenAI(speech=speech())) as url:
        async with _voice(settings, path="livekit.plugins.openai:TTS", base_url=url) as voice:
            yield voice


@asynccontextmanager
async def _deepgram_tts(settings: Settings) -> AsyncIterator[Voice]:
    async with serving_deepgram(Deepgram(TonesHeard(TONES), Hum())) as url:
        async with _voice(settings, DEEPGRAM_TTS, base_url=url) as voice:
            yield voice


@asynccontextmanager
async def _voice(settings: Settings, path: str, **options: JsonValue) -> AsyncIterator[Voice]:
    chosen = settings.model_copy(update={"tts": path, "tts_options": options})
    async with utils.http_context.open():
        voice = open_voice("es", chosen)
        try:
            yield voice
        finally:
            await voice.aclose()


DEEPGRAM_TTS = "interpreter.engines.deepgram_tts:TTS"
AZURE_TTS, GOOGLE_TTS = "interpreter.engines.azure_tts:TTS", "interpreter.engines.google_tts:TTS"


@asynccontextmanager
async def _azure_tts(settings: Settings) -> AsyncIterator[Voice]:
    async with azure_server.serving(azure_server.Azure()) as at:
        endpoint = f"http://{at}{azure_server.SPEECH}"
        async with _voice(settings, AZURE_TTS, speech_endpoint=endpoint) as voice:
            yield voice


@asynccontextmanager
async def _google_tts(settings: Settings) -> AsyncIterator[Voice]:
    async with google_server.serving(google_server.Google()) as endpoint:
        async with _voice(settings, GOOGLE_TTS, endpoint=endpoint) as voice:
            yield voice


VOICES: tuple[Row[Voice], ...] = (
    Row("scripted", _scripted_voice),
    Row("openai-events", partial(_openai_tts, speech=Speech), run=asyncio.run),  # has a thread
    Row(
        "openai-compatible",
        partial(_openai_tts, speech=lambda: Speech(rate_hz=22_050, has_events=False)),
        run=asyncio.run,
    ),
    Row("deepgram-emulated", _deepgram_tts),
    Row("azure-emulated", _azure_tts, run=asyncio.run),
    Row("google-emulated", _google_tts, run=asyncio.run),
    Row("espeak", partial(_voice, path=""), (pytest.mark.live,), asyncio.run),
    _real("openai", _voice, "livekit.plugins.openai:TTS", "OPENAI_API_KEY"),
    _real("self-hosted", shipped.voice, "self-hosted", "SELF_HOSTED_TTS_URL"),
    _real("deepgram", _voice, DEEPGRAM_TTS, "DEEPGRAM_API_KEY"),
    _real("azure", _voice, AZURE_TTS, "AZURE_SPEECH_KEY"),
    _real("google", _voice, GOOGLE_TTS, "GOOGLE_APPLICATION_CREDENTIALS"),
)
