"""The emulated OpenAI says what the documentation says: its messages fit the types of OpenAI's own
library, which is made from it, and that library understands its answers."""

import asyncio
import base64
import io
import json
import wave
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import openai
import pytest
from openai.types.realtime import RealtimeServerEvent
from pydantic import TypeAdapter

from tests.emulators.ears import TonesHeard
from tests.emulators.faults import Fault
from tests.emulators.openai_server import OpenAI, serving
from tests.emulators.tones import RATE_HZ, Tones, invented

WORDS = invented(40)
TONES = Tones(WORDS)
SESSION: dict[str, Any] = {
    "type": "transcription",
    "audio": {
        "input": {
            "format": {"type": "audio/pcm", "rate": 24000},
            "transcription": {"model": "gpt-4o-mini-transcribe", "language": "en"},
            "turn_detection": {
                "type": "server_vad",
                "silence_duration_ms": 350,
                "prefix_padding_ms": 300,
            },
        }
    },
}


@pytest.fixture
def server() -> OpenAI:
    return OpenAI(TonesHeard(TONES))


@pytest.fixture
async def url(server: OpenAI) -> AsyncIterator[str]:
    async with serving(server) as url:
        yield url


def wav(pcm: bytes) -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(pcm)
    return written.getvalue()


def at_24_khz(text: str) -> bytes:
    """A text in tones, each sample of three said half again."""
    pcm = TONES.sound(text, pause_s=0.6)
    samples = [pcm[place : place + 2] for place in range(0, len(pcm), 2)]
    return b"".join(samples[place * 2 // 3] for place in range(len(samples) * 3 // 2))


async def heard(url: str, *texts: str) -> list[dict[str, Any]]:
    """The events of a session in which texts were spoken, until each is transcribed."""
    events: list[dict[str, Any]] = []
    async with aiohttp.ClientSession() as client:
        headers = {"Authorization": "Bearer any"}
        async with client.ws_connect(f"{url}/realtime?intent=transcription", headers=headers) as ws:
            await ws.send_json({"type": "session.update", "session": SESSION})
            for text in texts:
                audio = base64.b64encode(at_24_khz(text)).decode()
                await ws.send_json({"type": "input_audio_buffer.append", "audio": audio})
            while sum(event["type"].endswith(".completed") for event in events) < len(texts):
                message = await ws.receive()
                if message.type is not aiohttp.WSMsgType.TEXT:
                    break
                events.append(json.loads(message.data))
    return events


async def test_realtime_events_are_those_of_the_documentation(url: str) -> None:
    events = await heard(url, " ".join(WORDS[:3]), " ".join(WORDS[3:5]))

    shape: TypeAdapter[object] = TypeAdapter(RealtimeServerEvent)
    for event in events:
        shape.validate_python(event)
    completed = [event["transcript"] for event in events if "transcript" in event]
    assert completed == [" ".join(WORDS[:3]), " ".join(WORDS[3:5])]
    assert [event["type"].rpartition(".")[2] for event in events[:6]] == [
        "created",
        "updated",
        "speech_started",
        "speech_stopped",
        "committed",
        "speech_started",
    ]


async def test_a_session_ends_when_it_is_too_long(server: OpenAI, url: str) -> None:
    server.realtime.longest_s = 0.3
    events = await heard(url, "")
    assert events[-1]["error"]["code"] == "session_expired"


@pytest.mark.parametrize("kind", ["drop", "half_frame", "close"])
async def test_a_connection_breaks_when_it_is_told_to(server: OpenAI, url: str, kind: Any) -> None:
    server.faults.next = Fault(kind)
    events = await heard(url, WORDS[0])
    assert not any("transcript" in event for event in events)
    assert [fault.kind for fault in server.faults.happened] == [kind]


async def test_openais_library_reads_a_transcript(url: str) -> None:
    async with openai.AsyncClient(base_url=url, api_key="any") as client:
        answer = await client.audio.transcriptions.create(
            file=("file.wav", wav(TONES.sound(" ".join(WORDS[:4])))), model="gpt-transcribe"
        )
    assert answer.text == " ".join(WORDS[:4])


async def test_openais_library_reads_a_voice(url: str) -> None:
    async with openai.AsyncClient(base_url=url, api_key="any") as client:
        speech = client.audio.speech.with_streaming_response.create(
            input="Buenas tardes.", model="tts-1", voice="ash", response_format="pcm"
        )
        async with speech as answer:
            pcm = await answer.read()
    assert len(pcm) / 2 / 24_000 == pytest.approx(0.06 * 12)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("401"), openai.AuthenticationError),
        (Fault("429", wait_s=3.0), openai.RateLimitError),
        (Fault("500"), openai.InternalServerError),
    ],
)
async def test_openais_library_understands_a_refusal(
    server: OpenAI, url: str, fault: Fault, error: type[openai.APIStatusError]
) -> None:
    server.faults.always = fault
    async with openai.AsyncClient(base_url=url, api_key="any", max_retries=0) as client:
        with pytest.raises(error) as raised:
            await client.audio.speech.create(input="Hola.", model="tts-1", voice="ash")
    assert raised.value.response.headers.get("retry-after") == {"429": "3"}.get(fault.kind)


async def test_a_stalled_server_says_nothing_more(server: OpenAI, url: str) -> None:
    server.faults.next = Fault("stall")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await heard(url, WORDS[0])


def test_faults_are_the_same_for_the_same_seed() -> None:
    from tests.emulators.faults import Faults

    drawn = [[Faults(7, 0.5).take("drop", "stall") for _ in range(3)] for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert Faults().take("drop") is None


def test_a_word_in_tones_is_heard_whole_or_not_at_all() -> None:
    pcm = TONES.sound(" ".join(WORDS))
    assert [word.text for word in TONES.heard(pcm)] == WORDS
    cut = 2 * int(RATE_HZ * 0.41)  # in the second word
    halves = [word.text for part in (pcm[:cut], pcm[cut:]) for word in TONES.heard(part)]
    assert halves in (WORDS, [WORDS[0], *WORDS[2:]])
