"""A product whose engines replay: the talk, the servers that replay it, and what the product is
told of them."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from interpreter.local_server import HOST, dies_with_parent, free_port
from interpreter.talks import join_talks
from tests.bench.prepared import SOURCE, sentences
from tests.emulators.deepgram import KEY
from tests.speech import speak_talk

PAUSE_S = 0.8

PROFILE = """
[replay]
description = "What was prepared, by Deepgram's and OpenAI's protocols"
stt = [{{ plugin = "{stt}", languages = ["en"], options = {stt_options} }}]

[[replay.translator]]
plugin = "livekit.plugins.openai:LLM"
options.base_url = "{openai}"
options.model = "prepared"

[[replay.translator]]
plugin = "apertium"

[[replay.tts]]
plugin = "livekit.plugins.openai:TTS"
options.base_url = "{openai}"
options.voice = "alloy"

[[replay.tts]]
plugin = "espeak"
"""
"""Engines with others to fall back on, as the shipped profiles have."""


def speak_prepared(folder: Path, minutes: float) -> tuple[Path, Path]:
    """The prepared sentences, once through, and again and again for so long."""
    once, long = folder / "once.wav", folder / "talk.wav"
    said = [sentence[SOURCE] for sentence in sentences()]
    speak_talk(once, "slt", *said, lead_in_s=0.0, pause_s=PAUSE_S, peak=0.6)
    join_talks([once], minutes, long)
    return once, long


@contextmanager
def replaying(talk: Path, folder: Path, *options: str) -> Iterator["Replaying"]:
    """The servers, in a process of their own."""
    openai_port, deepgram_port = free_port(), free_port()
    ports = ["--openai-port", str(openai_port), "--deepgram-port", str(deepgram_port)]
    command = [sys.executable, "-m", "tests.emulators.replaying", str(talk), *ports, *options]
    with (folder / "replaying.log").open("wb") as log:
        process = subprocess.Popen([*dies_with_parent(), *command], stdout=log, stderr=log)
        try:
            yield Replaying(process, openai_port, deepgram_port, folder)
        finally:
            process.terminate()
            process.wait()


class Replaying:
    """The running servers."""

    def __init__(
        self, process: subprocess.Popen[bytes], openai_port: int, deepgram_port: int, folder: Path
    ) -> None:
        self.pid = process.pid
        self._openai = f"http://{HOST}:{openai_port}/v1"
        self._deepgram = f"ws://{HOST}:{deepgram_port}"
        self._folder = folder

    def environment(self, stt: str = "", **options: str) -> dict[str, str]:
        """For workers and web; `stt` is another recogniser than the one that replays."""
        given = options or {"base_url": self._deepgram}
        listed = ", ".join(f'{name} = "{value}"' for name, value in given.items())
        profile = PROFILE.format(
            openai=self._openai,
            stt=stt or "interpreter.engines.deepgram_stt:STT",
            stt_options=f"{{ {listed} }}",
        )
        (self._folder / "engines.toml").write_text(profile)
        return {
            "INTERPRETER_PROFILE": "replay",
            "INTERPRETER_ENGINES": str(self._folder / "engines.toml"),
            "INTERPRETER_JOB_SLOTS": "64",
            "OPENAI_API_KEY": "sk-none-is-needed",
            "DEEPGRAM_API_KEY": KEY,
        }
