"""The emulators of a profile, in a process of their own, and what is told to them."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE

import httpx

from interpreter.requirements import ROOT
from tests.bench.spoiling import Emulated, Spoilt
from tests.emulators.deepgram import KEY as DEEPGRAM_KEY

STARTS_S = 120.0
KEYS = {
    "OPENAI_API_KEY": "sk-meeting-0a1b2c3d4e5f60718293a4b5",
    "DEEPGRAM_API_KEY": DEEPGRAM_KEY,
    "AZURE_SPEECH_KEY": "azure-speech-6f1e2d3c4b5a69788796a5b4",
    "AZURE_SPEECH_KEY_2": "azure-speech-1c2d3e4f5a6b79808f9e0d1c",
    "AZURE_OPENAI_API_KEY": "azure-openai-c3d2e1f0a9b8c7d6e5f4a3b2",
    "GOOGLE_API_KEY": "AIza-meeting-d7c6b5a49382716051423324",
    "SELF_HOSTED_STT_KEY": "own-stt-91a2b3c4d5e6f708192a3b4c5d",
    "SELF_HOSTED_LLM_KEY": "own-llm-82b3c4d5e6f708192a3b4c5d6e",
    "SELF_HOSTED_TTS_KEY": "own-tts-73c4d5e6f708192a3b4c5d6e7f",
}
"""Nobody's; what is written anywhere is found."""
SURROUNDINGS = {
    **KEYS,
    "AZURE_SPEECH_REGION": "emulated",
    "AZURE_SPEECH_REGION_2": "emulated-2",
    "AZURE_OPENAI_ENDPOINT": "http://127.0.0.1:9",
    "OPENAI_API_VERSION": "2024-10-21",
    "SELF_HOSTED_LLM_MODEL": "our-model",
    "SELF_HOSTED_STT_URL_2": "http://127.0.0.1:9/v1",
}


@dataclass
class Providers:
    """Running."""

    http: httpx.AsyncClient
    engines: Path
    """The profile at the emulators' addresses."""
    places: Sequence[Emulated]

    async def spoil(self, spoilt: Spoilt) -> None:
        answer = await self.http.post(f"/places/{spoilt.at.place}", json=spoilt.wish.body)
        answer.raise_for_status()

    async def happened(self, place: str) -> list[dict[str, object]]:
        """What went wrong at a place so far."""
        answer = await self.http.get("/places")
        told: list[dict[str, object]] = answer.raise_for_status().json()[place]["told"]
        return told


@asynccontextmanager
async def running_providers(
    profile: str, talk: Path, targets: Sequence[str], folder: Path
) -> AsyncIterator[Providers]:
    """Every emulator of the profile, until the end of the block."""
    engines = folder / "engines.toml"
    words = ["--profile", profile, "--talk", str(talk), "--out", str(engines)]
    for target in targets:
        words += ["--to", target]
    with (folder / "providers.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.emulators.providers", *words),
            cwd=ROOT,
            env={**os.environ, **SURROUNDINGS},  # noqa: TID251  (a program of its own)
            stdin=PIPE,
            stdout=PIPE,
            stderr=log,
        )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        async with asyncio.timeout(STARTS_S):
            address = (await process.stdout.readline()).decode().strip()
        if not address:
            raise RuntimeError(f"the emulators did not start: see {folder}/providers.log")
        async with httpx.AsyncClient(base_url=address, timeout=10.0) as http:
            told = (await http.get("/places")).raise_for_status().json()
            places = [
                Emulated(place, one["name"], one["has_sessions"]) for place, one in told.items()
            ]
            yield Providers(http, engines, places)
    finally:
        process.stdin.close()
        await process.wait()


def leaks(folder: Path) -> list[str]:
    """Files that hold a key, and must not."""
    keys = [key.encode() for key in KEYS.values()]
    files = (one for one in folder.rglob("*") if one.is_file() and not one.is_symlink())
    return [
        str(one.relative_to(folder))
        for one in files
        if one.suffix not in (".wav",) and any(key in one.read_bytes() for key in keys)
    ]
