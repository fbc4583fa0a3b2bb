"""A TTS plugin as a voice: what its provider's library raises."""

import pytest
from livekit.agents import APIConnectionError, APIConnectOptions

from interpreter.engines.plugin_voice import PluginVoice
from tests.scripted import ScriptedVoice

KEY = "-----BEGIN PRIVATE KEY-----"
ONCE = APIConnectOptions(max_retry=0, timeout=2.0)


async def test_what_a_library_raises_is_a_failure_of_the_voice_without_its_words() -> None:
    """As Google's does for an account that is none, with what the account's file holds."""
    voice = PluginVoice(ScriptedVoice(0.0, fails_for=("hola",), fails_with=LookupError(KEY)))
    with pytest.raises(APIConnectionError) as raised:
        async with voice.synthesize("hola", conn_options=ONCE) as utterance:
            await anext(utterance)
    assert KEY not in str(raised.value)
