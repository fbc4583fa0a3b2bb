"""A pair's engines, loaded before they are needed."""

import asyncio

import pytest

from interpreter.pair.engines import WARM_UP, PairEngines
from tests.scripted import ScriptedTranslator, ScriptedVoice

KEY = "-----BEGIN PRIVATE KEY-----"


@pytest.mark.parametrize("error", [None, LookupError(KEY)])
def test_a_voice_that_cannot_be_loaded_ends_nothing(
    error: Exception | None, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever its provider's library raises, and with nothing of what it says."""
    voice = ScriptedVoice(delay_s=0, fails_for=(WARM_UP,), fails_with=error)
    asyncio.run(PairEngines(ScriptedTranslator(delay_s=0), voice).warm_up(1.0))
    assert "an engine is cold" in caplog.text
    assert KEY not in caplog.text
