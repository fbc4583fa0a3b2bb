"""Who runs an engine that says no reads what to do, its listeners what they get meanwhile, and
nobody its key."""

import asyncio
import logging
import re
from collections.abc import Iterator

import pytest
from livekit.agents import APIConnectOptions, APIError

from interpreter.engines import open_recogniser, open_translator, open_voice
from interpreter.engines.diagnosis import diagnose
from interpreter.engines.fallback.trouble import told_by
from interpreter.engines.translator import TranslationRequest
from interpreter.errors import EngineError
from interpreter.events import EngineKind
from interpreter.redaction import hide_secrets
from interpreter.settings import Settings, secrets
from tests.contract.conftest import frames
from tests.contract.engines import TONES
from tests.contract.once import speak, written
from tests.contract.refusing import REFUSALS, Refusal, chosen, keys

REFUSED_S = 15.0
ONCE = APIConnectOptions(max_retry=0, timeout=5.0)


@pytest.fixture(params=REFUSALS, ids=lambda one: one.name)
def refusal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Refusal]:
    """In a process that began as a worker does."""
    refusal: Refusal = request.param
    keys(refusal, monkeypatch)
    before = logging.getLogRecordFactory()
    hide_secrets(secrets())
    yield refusal
    logging.setLogRecordFactory(before)


async def use(refusal: Refusal, settings: Settings) -> None:
    """As agents do; raises what they are told."""
    async with chosen(refusal, settings) as its:
        await _USES[refusal.kind](its)


async def _hear(settings: Settings) -> None:
    recogniser = open_recogniser("en", settings)
    try:
        async with recogniser.stream(conn_options=ONCE) as stream:
            for frame in frames(TONES.sound(TONES.words[0], pause_s=0.2)):
                stream.push_frame(frame)
            async with asyncio.timeout(REFUSED_S):
                async for _ in stream:
                    pass
    finally:
        await recogniser.aclose()


async def _speak(settings: Settings) -> None:
    await speak(open_voice("es", settings), ONCE)


async def _translate(settings: Settings) -> None:
    translator = open_translator("en", "es", settings)
    try:
        async for _ in translator.translate(TranslationRequest("Good evening.")):
            pass
    finally:
        await translator.aclose()


_USES = {EngineKind.RECOGNISER: _hear, EngineKind.TRANSLATOR: _translate, EngineKind.VOICE: _speak}


async def test_a_refusal_says_what_to_do_and_no_key(
    refusal: Refusal,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises((EngineError, APIError)) as raised:  # what agents expect of engines
        await use(refusal, settings)

    error = raised.value
    told = told_by(error)
    found = diagnose(error, kind=refusal.kind, key="THE_KEY", language="Catalan", tag="ca")
    assert re.search(refusal.means.says, told.says)
    assert (told.trouble, found.fault) == (refusal.means.trouble, refusal.means.fault)
    assert [one for one in written(error, caplog, capfd) if refusal.key in one] == []
    assert refusal.key not in told.says + found.sentence
