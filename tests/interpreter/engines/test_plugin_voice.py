"""A TTS plugin as a voice: what its provider's library raises."""

from ssl import SSLCertVerificationError

import pytest
from livekit.agents import APIConnectionError, APIConnectOptions

from interpreter.engines.fallback.trouble import told_by
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


async def test_who_looks_into_a_voices_failure_finds_what_the_network_said() -> None:
    hidden = APIConnectionError()
    hidden.__cause__ = SSLCertVerificationError("self-signed certificate")
    voice = PluginVoice(ScriptedVoice(0.0, fails_for=("hola",), fails_with=hidden))
    with pytest.raises(APIConnectionError) as raised:
        async with voice.synthesize("hola", conn_options=ONCE) as utterance:
            await anext(utterance)
    assert "SSL_CERT_FILE" in told_by(raised.value).says
