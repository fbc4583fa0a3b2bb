"""Who speaks for twenty minutes without a pause loses no word, and none is said twice, whatever a
recogniser's server allows: connections that a proxy cuts every minute, streams of five minutes,
recordings of some seconds.

Deepgram's are in tests/interpreter/engines/test_deepgram_stt.py.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from livekit.agents import stt, utils

from interpreter.engines import streamed
from interpreter.engines.plugin_stt import PluginRecogniser
from interpreter.engines.plugins import open_stt
from interpreter.engines.recorded import LONGEST_S
from tests.contract.committing import Commits, committed
from tests.emulators import azure_server, google_server
from tests.emulators.azure_server import Azure
from tests.emulators.ears import TonesHeard
from tests.emulators.google_server import Google
from tests.emulators.openai_server import OpenAI, serving_here
from tests.emulators.tones import GAP_S, WORD_S, Tones, invented
from tests.virtual_time import run_in_virtual_time

TONES = Tones([word * (1 + number % 3) for number, word in enumerate(invented(800))])
"""Some words have more letters than others that take as long: what is guessed of times is wrong."""
MINUTE_S = 60.0
TWENTY_MINUTES_S = 20 * MINUTE_S
OURS, PLUGIN = "interpreter.engines.openai_stt:STT", "livekit.plugins.openai:STT"
GOOGLE, AZURE = "interpreter.engines.google_stt:STT", "interpreter.engines.azure_stt:STT"
soak = pytest.mark.soak, pytest.mark.timeout(1600)


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none-is-needed")
    monkeypatch.setenv("AZURE_SPEECH_KEY", "none-is-needed")


@dataclass(frozen=True)
class Monologue:
    """What was said without a pause, and what was heard of it."""

    said: list[str]
    heard: Commits

    @property
    def final(self) -> list[str]:
        """As transcripts have it."""
        finals = (hypothesis for hypothesis in self.heard.hypotheses if hypothesis.is_final)
        return [word.text for final in finals for word in final.words]


async def monologue(seconds: float, path: str, given: dict[str, Any]) -> Monologue:
    """Somebody speaks for so long, and the engine hears."""
    count = round(seconds / (WORD_S + GAP_S))
    words = [TONES.words[number % len(TONES.words)] for number in range(count)]

    def opened() -> stt.STT[Any]:
        return open_stt(path, given, {})

    async with utils.http_context.open():
        recogniser = PluginRecogniser(opened(), again=opened)
        try:
            heard = await committed(recogniser, TONES.sound(" ".join(words), pause_s=2.0))
        finally:
            await recogniser.aclose()
    return Monologue(words, heard)


def lasting(minutes: int) -> pytest.MarkDecorator:
    """Some minutes, and the twenty that take some to compute."""
    return pytest.mark.parametrize(
        "seconds",
        [
            pytest.param(minutes * MINUTE_S, id=f"{minutes}-minutes"),
            pytest.param(TWENTY_MINUTES_S, id="20-minutes", marks=soak),
        ],
    )


@lasting(3)
@pytest.mark.parametrize("model", ["gpt-live-transcribe", "gpt-4o-mini-transcribe"])
def test_openai_behind_a_proxy_that_cuts_every_minute(model: str, seconds: float) -> None:
    server = OpenAI(TonesHeard(TONES))
    server.realtime.longest_s = MINUTE_S

    async def speak() -> Monologue:
        async with serving_here(server) as url:
            return await monologue(seconds, OURS, {"base_url": url, "model": model})

    heard = run_in_virtual_time(speak())

    assert [word.text for word in heard.heard.words] == heard.said
    assert heard.final == heard.said
    assert server.realtime.opened >= seconds / MINUTE_S


@lasting(3)
def test_a_server_of_recordings_is_given_no_more_than_it_takes(seconds: float) -> None:
    server = OpenAI(TonesHeard(TONES))

    async def speak() -> Monologue:
        async with serving_here(server) as url:
            return await monologue(seconds, PLUGIN, {"base_url": url, "model": "whisper-1"})

    heard = run_in_virtual_time(speak())

    assert [word.text for word in heard.heard.words] == heard.said
    assert heard.final == heard.said
    assert max(server.transcription.recordings_s) <= LONGEST_S + 0.1


Serving = Callable[[], AbstractAsyncContextManager[tuple[str, dict[str, Any], Any]]]


@asynccontextmanager
async def google(longest_s: float) -> AsyncIterator[tuple[str, dict[str, Any], Any]]:
    server = Google(TonesHeard(TONES))
    server.recognition.longest_s = longest_s
    async with google_server.serving(server) as endpoint:
        yield GOOGLE, {"endpoint": endpoint, "languages": "en-US"}, server


@asynccontextmanager
async def azure(longest_s: float) -> AsyncIterator[tuple[str, dict[str, Any], Any]]:
    server = Azure(TonesHeard(TONES))
    server.recognition.longest_s = longest_s
    async with azure_server.serving(server) as at:
        endpoint = f"ws://{at}{azure_server.RECOGNITION}"
        yield AZURE, {"speech_endpoint": endpoint, "language": "en-US"}, server


async def heard_by(serving: Serving, seconds: float, streams: int) -> tuple[Monologue, bool]:
    """What is heard, and whether so many streams were needed."""
    async with serving() as (path, given, server):
        heard = await monologue(seconds, path, given)
    return heard, server.recognition.opened >= streams


@pytest.mark.soak
async def test_google_and_azure_with_as_many_streams_as_twenty_minutes_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All of it in a tenth of the time; their libraries know no virtual one."""
    monkeypatch.setattr(streamed, "LONG_S", 5.0)
    servers = (partial(google, 14.0), partial(azure, 10.0))

    ended = await asyncio.gather(*(heard_by(one, 40.0, 4) for one in servers))

    assert [[word.text for word in heard.heard.words] for heard, _ in ended] == [
        heard.said for heard, _ in ended
    ]
    assert [heard.final for heard, _ in ended] == [heard.said for heard, _ in ended]
    assert [needed for _, needed in ended] == [True, True]


@pytest.mark.soak
@pytest.mark.timeout(1600)
async def test_google_and_azure_for_twenty_minutes() -> None:
    """Google's streams last for five minutes; a proxy cuts Azure's every minute."""
    servers = (partial(google, 305.0), partial(azure, MINUTE_S))

    ended = await asyncio.gather(*(heard_by(one, TWENTY_MINUTES_S, 4) for one in servers))

    assert [[word.text for word in heard.heard.words] for heard, _ in ended] == [
        heard.said for heard, _ in ended
    ]
    assert [heard.final for heard, _ in ended] == [heard.said for heard, _ in ended]
    assert [needed for _, needed in ended] == [True, True]
