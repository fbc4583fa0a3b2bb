"""`interpreter file --profile`, as a person types it, on emulated providers that hear by
pocketsphinx, translate by Apertium and speak by eSpeak NG: what is written."""

import asyncio
import os
import sys
import tempfile
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import webvtt

from interpreter.engines.host import running
from interpreter.event_log import read_events
from interpreter.settings import Settings
from tests.emulators import azure_server, deepgram, gemini, google_server, translating_llm
from tests.emulators.completions import MODEL
from tests.emulators.ears import Ears, Pocketsphinx
from tests.emulators.mouths import Espeak, Mouth
from tests.emulators.places import HOST, in_thread
from tests.emulators.translating_llm import TranslatingLLM
from tests.live.again import heard, recognised
from tests.speech import speak_talk

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

SENTENCE = "We will not close the old school before the end of the year."
KEYS = {
    "DEEPGRAM_API_KEY": deepgram.KEY,
    "OPENAI_API_KEY": "sk-none-is-needed",
    "GOOGLE_API_KEY": "AIza-none-is-needed",
    "AZURE_SPEECH_KEY": "none-is-needed-here",
}


@dataclass(frozen=True)
class Provider:
    """One that hears and speaks, beside who translates."""

    serving: Callable[[Ears, Mouth], AbstractAsyncContextManager[str]]
    translators: Callable[[TranslatingLLM], AbstractAsyncContextManager[str]]
    profile: str
    """With the addresses of both to be filled in."""


@asynccontextmanager
async def _deepgram(ears: Ears, mouth: Mouth) -> AsyncIterator[str]:
    server = deepgram.Deepgram(ears, mouth)
    async with in_thread(server.application) as port:
        yield f"{HOST}:{port}"


def _azure(ears: Ears, mouth: Mouth) -> AbstractAsyncContextManager[str]:
    return azure_server.serving(azure_server.Azure(ears, mouth))


@asynccontextmanager
async def _google(ears: Ears, mouth: Mouth) -> AsyncIterator[str]:
    async with google_server.serving(google_server.Google(ears, mouth)) as endpoint:
        yield endpoint.removeprefix("http://")


OPENAI_LLM = f"""
[[tried.translator]]
plugin = "livekit.plugins.openai:LLM"
options = {{ base_url = "{{llm}}", model = "{MODEL}" }}
"""
GEMINI_LLM = """
[[tried.translator]]
plugin = "interpreter.engines.google_llm:LLM"
options = { base_url = "{llm}" }
"""
DEEPGRAM = """
[[tried.stt]]
plugin = "interpreter.engines.deepgram_stt:STT"
options = { base_url = "http://{speech}", model = "nova-3" }
[[tried.tts]]
plugin = "interpreter.engines.deepgram_tts:TTS"
options = { base_url = "http://{speech}" }
"""
AZURE = f"""
[[tried.stt]]
plugin = "interpreter.engines.azure_stt:STT"
options = {{ speech_endpoint = "ws://{{speech}}{azure_server.RECOGNITION}" }}
[[tried.tts]]
plugin = "interpreter.engines.azure_tts:TTS"
options = {{ speech_endpoint = "http://{{speech}}{azure_server.SPEECH}" }}
"""
GOOGLE = """
[[tried.stt]]
plugin = "interpreter.engines.google_stt:STT"
options = { endpoint = "http://{speech}" }
[[tried.tts]]
plugin = "interpreter.engines.google_tts:TTS"
options = { endpoint = "http://{speech}", voice_name = "es-ES-Chirp3-HD-Charon" }
"""
PROVIDERS = {
    "deepgram": Provider(_deepgram, translating_llm.serving, DEEPGRAM + OPENAI_LLM),
    "azure": Provider(_azure, translating_llm.serving, AZURE + OPENAI_LLM),
    "google": Provider(_google, gemini.serving, GOOGLE + GEMINI_LLM),
}


async def typed(folder: Path, profiles: Path) -> str:
    """Run the command to its end; gives what it has printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "interpreter", "file", str(folder / "talk.wav"), "--to", "es"),
        *("--out", str(folder / "out"), "--profile", "tried", "--mode", "accurate"),
        env={**os.environ, **KEYS, "INTERPRETER_ENGINES": str(profiles)},  # noqa: TID251  (a person's shell)
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate()
    assert process.returncode == 0, told.decode()
    return told.decode()


async def interpreted(provider: Provider, folder: Path, settings: Settings) -> str:
    ears, mouth = Pocketsphinx("en", settings), Espeak("es", settings)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(running(settings.engine_socket_path, 60.0))
        speech = await stack.enter_async_context(provider.serving(ears, mouth))
        llm = await stack.enter_async_context(provider.translators(TranslatingLLM(settings)))
        profiles = folder / "profiles.toml"
        text = provider.profile.replace("{speech}", speech).replace("{llm}", llm)
        profiles.write_text(f"[tried]\n{text}", encoding="utf-8")
        return await typed(folder, profiles)


@pytest.mark.parametrize(
    "name",
    [
        "deepgram",
        pytest.param("azure", marks=pytest.mark.soak),
        pytest.param("google", marks=pytest.mark.soak),
    ],
)
def test_a_talk_is_captioned_and_spoken_by_the_profiles_engines(name: str, tmp_path: Path) -> None:
    speak_talk(tmp_path / "talk.wav", "rms", SENTENCE)
    with tempfile.TemporaryDirectory() as short:  # a socket's path holds 107 bytes
        settings = Settings.model_validate(
            {
                "LIVEKIT_API_KEY": "none",
                "LIVEKIT_API_SECRET": "none-is-needed-here",
                "engine_socket": Path(short) / "host.sock",
            }
        )
        told = asyncio.run(
            heard(
                lambda: interpreted(PROVIDERS[name], tmp_path, settings),
                lambda _told: recognised(read_events(tmp_path / "out")),
                "will not close the old school",
            )
        )

    events = read_events(tmp_path / "out")
    captions = webvtt.read(str(tmp_path / "out" / "es.vtt")).captions
    written = " ".join(" ".join(one.text.lower() for one in captions).split())
    used = {(event["kind"], event["engine"]) for event in events if event["event"] == "usage"}
    with wave.open(str(tmp_path / "out" / "es.wav")) as sound:
        assert sound.getnframes() > sound.getframerate()
    assert "no cerraremos" in written
    assert "escuela vieja" in written
    assert [event for event in events if event["event"] == "engine_failed"] == []
    assert {kind for kind, _ in used} == {"stt", "translator", "tts"}
    assert [key for key in KEYS.values() if key in told + str(events)] == []
