"""A key is written nowhere, even if it is wrong and the server repeats it: no log, event, error or
description of an engine has it."""

import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from livekit.agents import APIConnectOptions, APIError, utils

from interpreter.engines import open_recogniser, open_voice
from interpreter.engines.translator import TranslationRequest
from interpreter.errors import EngineError
from interpreter.redaction import hide_secrets
from interpreter.settings import Settings, secrets
from tests.contract.engines import OURS, PLUGIN, TONES
from tests.contract.once import speak, written
from tests.emulators import llm_translator
from tests.emulators.ears import TonesHeard
from tests.emulators.faults import Fault
from tests.emulators.llm_translator import AZURE, GEMINI, GEMINI_PLUGIN, OPENAI, Wire
from tests.emulators.openai_server import OpenAI, serving
from tests.emulators.translating_llm import TranslatingLLM

KEY = "sk-wrong-0a1b2c3d4e5f6a7b8c9d"
ONCE = APIConnectOptions(max_retry=0, timeout=2.0)
Use = Callable[[Settings, str], Awaitable[None]]


@pytest.fixture(autouse=True)
def hiding(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As a worker starts."""
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    before = logging.getLogRecordFactory()
    hide_secrets(secrets())
    yield
    logging.setLogRecordFactory(before)


def hearing(path: str, **options: Any) -> Use:
    async def use(settings: Settings, url: str) -> None:
        chosen = {"stt": path, "stt_options": {"base_url": url, **options}}
        recogniser = open_recogniser("en", settings.model_copy(update=chosen))
        described(recogniser)
        from tests.contract.conftest import frames

        try:
            async with recogniser.stream(conn_options=ONCE) as stream:
                for frame in frames(TONES.sound(TONES.words[0], pause_s=0.2)):
                    stream.push_frame(frame)
                stream.end_input()
                async for _ in stream:
                    pass
        finally:
            await recogniser.aclose()

    return use


async def speaking(settings: Settings, url: str) -> None:
    chosen = {"tts": "livekit.plugins.openai:TTS", "tts_options": {"base_url": url}}
    voice = open_voice("es", settings.model_copy(update=chosen))
    described(voice)
    await speak(voice, ONCE)


def translating(wire: Wire, *faults: Fault) -> Use:
    async def use(settings: Settings, _url: str) -> None:
        mind = TranslatingLLM(settings, key="" if faults else "sk-the-right-one")
        mind.faults.next = faults[0] if faults else None
        async with llm_translator.translating(mind, settings, wire=wire) as translator:
            described(translator)
            async for _ in translator.translate(TranslationRequest("Good evening.")):
                pass

    return use


def described(engine: object) -> None:
    assert KEY not in repr(engine)
    assert KEY not in str(vars(engine))


@pytest.mark.parametrize(
    "use",
    [
        pytest.param(hearing(OURS), id="openai-realtime"),
        pytest.param(hearing(PLUGIN, use_realtime=True), id="openai-plugin-realtime"),
        pytest.param(hearing(PLUGIN), id="openai-recordings"),
        pytest.param(speaking, id="openai-speech"),
        pytest.param(translating(OPENAI), id="openai-chat"),
        pytest.param(translating(AZURE), id="azure-openai-chat"),
        pytest.param(translating(GEMINI), id="gemini"),
        pytest.param(translating(GEMINI, Fault("401", says="API_KEY_EXPIRED")), id="gemini-late"),
        pytest.param(translating(GEMINI_PLUGIN), id="gemini-plugin"),
    ],
)
async def test_a_wrong_key_is_repeated_by_nobody(
    use: Use,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    server = OpenAI(TonesHeard(TONES), key="sk-the-right-one")
    async with serving(server) as url, utils.http_context.open():
        with pytest.raises((EngineError, APIError)) as raised:
            await use(settings, url)

    error = raised.value
    assert "refused the key (40" in str(error)
    assert [text for text in written(error, caplog, capfd) if KEY in text] == []
