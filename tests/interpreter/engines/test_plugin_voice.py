"""A TTS plugin as a voice: what its provider's library raises."""

import asyncio
from ssl import SSLCertVerificationError

import pytest
from livekit.agents import (
    APIConnectionError,
    APIConnectOptions,
    APIError,
    APIStatusError,
    APITimeoutError,
    tts,
)
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS

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


class StreamsOnly(tts.TTS[str]):
    """As AsyncAI's: `synthesize` is not there."""

    def __init__(self, sound: bytes = b"\x10\x10" * 2400) -> None:
        able = tts.TTSCapabilities(streaming=True)
        super().__init__(capabilities=able, sample_rate=24_000, num_channels=1)
        self.sound = sound

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        raise NotImplementedError("streaming only")

    def stream(
        self, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.SynthesizeStream:
        return _Streamed(tts=self, conn_options=conn_options)


class _Streamed(tts.SynthesizeStream):
    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        engine = self._tts
        assert isinstance(engine, StreamsOnly)
        output_emitter.initialize(
            request_id="r", sample_rate=24_000, num_channels=1, mime_type="audio/pcm", stream=True
        )
        async for item in self._input_ch:
            if isinstance(item, str):
                self._mark_started()
                output_emitter.start_segment(segment_id="s")
                output_emitter.push(engine.sound)
        output_emitter.end_input()


async def test_a_voice_that_only_streams_speaks_and_is_counted_once() -> None:
    engine, used = StreamsOnly(), list[object]()
    engine.on("metrics_collected", used.append)
    voice = PluginVoice(engine)
    async with voice.synthesize("hola", conn_options=ONCE) as utterance:
        seconds = sum([audio.frame.duration async for audio in utterance])
    assert seconds == pytest.approx(0.1, abs=0.05)
    await asyncio.sleep(0)
    assert len(used) == 1


@pytest.mark.parametrize("page", [b"<!DOCTYPE html>\n<title>Login</title>", b'{"error": "no"}\n'])
async def test_a_page_is_no_sound(page: bytes) -> None:
    """Plugins that ask for raw samples take any answer for them."""
    voice = PluginVoice(StreamsOnly(page * 2000))
    with pytest.raises(APIConnectionError, match="login page"):
        async with voice.synthesize("hola", conn_options=ONCE) as utterance:
            await anext(utterance)


async def test_an_answer_that_ends_without_sound_and_error_is_no_spoken_text() -> None:
    """livekit-agents ends an utterance so where its server answers 499."""
    closed = APIStatusError("closed", status_code=499)
    with pytest.raises(APIConnectionError, match="no sound"):
        async with PluginVoice(BreaksOff(b"", closed)).synthesize(
            "hola", conn_options=ONCE
        ) as utterance:
            await anext(utterance)


class BreaksOff(tts.TTS[str]):
    """Fails after so much of its sound."""

    def __init__(self, sound: bytes, error: APIError) -> None:
        able = tts.TTSCapabilities(streaming=False)
        super().__init__(capabilities=able, sample_rate=24_000, num_channels=1)
        self.sound = sound
        self.error = error

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        return _Broken(tts=self, input_text=text, conn_options=conn_options)


class _Broken(tts.ChunkedStream):
    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        engine = self._tts
        assert isinstance(engine, BreaksOff)
        output_emitter.initialize(
            request_id="r", sample_rate=24_000, num_channels=1, mime_type="audio/pcm"
        )
        output_emitter.push(engine.sound)
        output_emitter.flush()
        await asyncio.sleep(0.05)
        raise engine.error


async def characters_of(engine: tts.TTS[str], *, leaves: bool = False) -> list[int]:
    """What is counted of one text that is not spoken to its end."""
    used: list[int] = []
    engine.on("metrics_collected", lambda one: used.append(one.characters_count))
    voice = PluginVoice(engine)
    async with voice.synthesize("hola a todos", conn_options=ONCE) as utterance:
        try:
            await anext(utterance)
            while not leaves:
                await anext(utterance)
        except APIError:
            pass
    return used


@pytest.mark.parametrize(
    ("sound", "error", "counted"),
    [
        (b"\x10\x10" * 24_000, APIConnectionError(), [12]),
        (b"", APITimeoutError(), [12]),
        (b"", APIStatusError("no", status_code=500), []),
        (b"", APIConnectionError(), []),
    ],
)
async def test_a_text_is_paid_once_its_voice_has_begun_or_was_too_slow(
    sound: bytes, error: APIError, counted: list[int]
) -> None:
    assert await characters_of(BreaksOff(sound, error)) == counted


async def test_a_text_that_nobody_hears_to_its_end_is_paid_whole() -> None:
    slow = BreaksOff(b"\x10\x10" * 24_000, APIConnectionError())
    assert await characters_of(slow, leaves=True) == [12]
    assert await characters_of(StreamsWithoutEnd(), leaves=True) == [12]


class StreamsWithoutEnd(StreamsOnly):
    """Begins to speak, and does not end."""

    def stream(
        self, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.SynthesizeStream:
        return _Endless(tts=self, conn_options=conn_options)


class _Endless(_Streamed):
    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        self._mark_started()
        output_emitter.initialize(
            request_id="r", sample_rate=24_000, num_channels=1, mime_type="audio/pcm", stream=True
        )
        output_emitter.start_segment(segment_id="s")
        output_emitter.push(b"\x10\x10" * 24_000)
        await asyncio.sleep(3600)


class AtAnotherRate(StreamsOnly):
    """Half a second at 8,000 Hz, where its class says 24,000."""

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        return _Slower(tts=self, input_text=text, conn_options=conn_options)


class _Slower(tts.ChunkedStream):
    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id="r", sample_rate=8_000, num_channels=1, mime_type="audio/pcm"
        )
        output_emitter.push(b"\x10\x10" * 4_000)


async def test_a_voice_whose_sound_has_another_rate_than_its_class_says_is_not_heard_fast() -> None:
    voice = PluginVoice(AtAnotherRate())
    async with voice.synthesize("hola", conn_options=ONCE) as utterance:
        frames = [audio.frame async for audio in utterance]
    assert {frame.sample_rate for frame in frames} == {voice.sample_rate}
    assert sum(frame.duration for frame in frames) == pytest.approx(0.5, abs=0.05)
