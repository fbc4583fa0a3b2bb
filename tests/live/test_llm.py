"""`interpreter file` with an LLM named on the command line: a real room, the real openai plugin,
and an emulated LLM of which every third answer is chatter or a refusal."""

import asyncio
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
import webvtt

from interpreter.engines.host import running
from interpreter.event_log import read_events
from interpreter.settings import Settings
from tests.emulators.completions import MODEL
from tests.emulators.llm_translator import PLUGIN
from tests.emulators.manners import Does, Manner
from tests.emulators.translating_llm import TranslatingLLM, serving
from tests.speech import speak_talk

pytestmark = [pytest.mark.live, pytest.mark.timeout(90)]

SENTENCE = "We will not close the old school before the end of the year."
PACE = Manner(first_token_s=0.2, tokens_per_s=60)
BAD_AND_GOOD = (PACE.doing(Does.CHATTER), PACE, PACE, PACE.doing(Does.REFUSE), PACE, PACE)
ANSWERS = (PACE, PACE, *BAD_AND_GOOD * 30)
"""The pair's warm-up takes the first two."""


@dataclass(frozen=True, slots=True)
class Result:
    events: list[dict[str, object]]
    captions: str
    asked: list[str]
    """The messages of each request."""

    def of(self, kind: str) -> list[dict[str, object]]:
        return [event for event in self.events if event["event"] == kind]


async def interpreted(talk: Path, out: Path, url: str) -> None:
    """Run the command to its end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "interpreter", "file", str(talk), "--to", "es"),
        *("--out", str(out), "--translator", PLUGIN),
        *("--translator-option", f"base_url={url}", "--translator-option", f"model={MODEL}"),
        env={**os.environ, "OPENAI_API_KEY": "none-is-needed"},  # noqa: TID251  (a person's shell)
    )
    assert await process.wait() == 0


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("llm")
    speak_talk(folder / "talk.wav", "rms", SENTENCE)

    async def main() -> TranslatingLLM:
        with tempfile.TemporaryDirectory() as short:  # a socket's path holds 107 bytes
            settings = Settings.model_validate(
                {
                    "LIVEKIT_API_KEY": "none",
                    "LIVEKIT_API_SECRET": "none-is-needed-here",
                    "engine_socket": Path(short) / "host.sock",
                }
            )
            mind = TranslatingLLM(settings, manner=PACE)
            mind.script.extend(ANSWERS)
            async with running(settings.engine_socket_path, 60.0), serving(mind) as url:
                await interpreted(folder / "talk.wav", folder / "out", url)
            return mind

    mind = asyncio.run(main())
    captions = webvtt.read(str(folder / "out" / "es.vtt")).captions
    return Result(
        read_events(folder / "out"),
        " ".join(caption.text for caption in captions),
        [str(request["messages"]) for request in mind.requests],
    )


def test_the_llms_translation_is_captioned_and_spoken(result: Result) -> None:
    captions = " ".join(result.captions.lower().split())
    assert "no cerraremos" in captions
    assert "escuela vieja" in captions
    assert len(result.of("playout")) >= 1


def test_nothing_but_the_translation_is_heard(result: Result) -> None:
    said = " ".join(str(event["text"]) for event in result.of("playout"))
    assert "translation" not in said + result.captions
    assert "sorry" not in said + result.captions
    assert result.of("engine_failed") == []
    assert any("could not be used" in text for text in result.asked)


def test_the_llm_was_asked_with_speech_between_delimiters(result: Result) -> None:
    assert any("<speech>" in text and "old school" in text for text in result.asked)
