"""The engines that contract tests run on besides scripted ones: the offline ones."""

import subprocess
import wave
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from livekit import rtc

from interpreter.engines.children import python_module
from interpreter.engines.translator import Translator
from interpreter.settings import Settings
from tests.emulators.llm_translator import Wire, awake, translating
from tests.emulators.translating_llm import TranslatingLLM

RATE_HZ = 16_000
SENTENCES = (
    "Last year we planted more than two thousand trees along the northern bank.",
    "The city has asked us to explain why the new bridge costs more than the old one.",
)


@pytest.fixture(scope="session")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings that reach an engine host which runs for the whole session."""
    socket = tmp_path_factory.mktemp("host") / "host.sock"
    command = python_module("interpreter.engines.host", "--socket", str(socket))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as host:
        assert host.stdin is not None
        assert host.stdout is not None
        host.stdout.readline()
        yield _settings(socket)
        host.stdin.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that reach no host."""
    return _settings(tmp_path / "host.sock")


def _settings(socket: Path) -> Settings:
    return Settings.model_validate(
        {
            "LIVEKIT_API_KEY": "key",
            "LIVEKIT_API_SECRET": "secret-of-a-test-that-nobody-uses",
            "engine_socket": socket,
        }
    )


@pytest.fixture
async def mind(offline: Settings) -> TranslatingLLM:
    """Of an emulated LLM."""
    return await awake(offline)


@pytest.fixture
async def translator(
    mind: TranslatingLLM, offline: Settings, wire: Wire
) -> AsyncIterator[Translator]:
    """On it, over the test's own `wire`."""
    async with translating(mind, offline, limit_s=5.0, wire=wire) as one:
        yield one


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, ...]:
    """Each sentence as a person's microphone would bring it: by flite, 16 kHz mono PCM."""
    folder = tmp_path_factory.mktemp("flite")
    return tuple(speak(sentence, folder / "sentence.wav") for sentence in SENTENCES)


def speak(sentence: str, file: Path) -> bytes:
    subprocess.run(["flite", "-voice", "slt", "-t", sentence, "-o", str(file)], check=True)
    with wave.open(str(file)) as sound:
        assert sound.getframerate() == RATE_HZ
        pcm: bytes = sound.readframes(sound.getnframes())
    return pcm


def frames(pcm: bytes, frame_ms: int = 20) -> Iterator[rtc.AudioFrame]:
    """Sound as a track delivers it."""
    size = RATE_HZ * frame_ms // 1000 * 2
    for start in range(0, len(pcm), size):
        piece = pcm[start : start + size]
        yield rtc.AudioFrame(piece, RATE_HZ, 1, len(piece) // 2)
