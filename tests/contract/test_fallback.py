"""The offline engines behind ones that fail in mid-sentence: what they take over is whole."""

import asyncio

import pytest
from livekit.agents import stt
from livekit.agents.types import USERDATA_TIMED_TRANSCRIPT

from interpreter.engines import open_recogniser, open_translator, open_voice
from interpreter.engines.fallback import Named
from interpreter.engines.fallback.health import Health
from interpreter.engines.fallback.recogniser import FallbackRecogniser
from interpreter.engines.fallback.translator import FallbackTranslator
from interpreter.engines.fallback.utterance import VoiceLimits
from interpreter.engines.fallback.voice import FallbackVoice
from interpreter.engines.translator import TranslationRequest
from interpreter.settings import Settings
from tests.contract.conftest import RATE_HZ, frames
from tests.faulty import Fault, Faults, FaultyRecogniser, FaultyTranslator, FaultyVoice, Spoken

FAULTS = [
    Fault.ERROR,
    Fault.TIMEOUT,
    Fault.STALL,
    Fault.RATE_LIMIT,
    Fault.QUOTA,
    Fault.KEY,
    Fault.SLOW,
    Fault.BREAK_STALL,
]


@pytest.mark.parametrize("fault", [*FAULTS, Fault.WRONG_LANGUAGE, Fault.DROP])
async def test_apertium_translates_what_another_did_not(offline: Settings, fault: Fault) -> None:
    failing = FaultyTranslator("failing", Faults(always=fault), delay_s=0.1)
    apertium = open_translator("en", "es", offline)
    translator = FallbackTranslator(
        [Named("failing", failing), Named("apertium", apertium)], health=Health()
    )
    request = TranslationRequest("The city needs water.")
    alone = "".join([piece async for piece in apertium.translate(request)])
    assert "".join([piece async for piece in translator.translate(request)]) == alone
    await translator.aclose()


@pytest.mark.parametrize("fault", [*FAULTS, Fault.ZEROS, Fault.DROP, Fault.EARLY_END])
async def test_espeak_says_the_rest(offline: Settings, fault: Fault) -> None:
    text = "El ayuntamiento nos pidió que explicáramos el puente nuevo"
    failing = FaultyVoice(Spoken(), Faults(always=fault), rate_hz=24_000, speed=8.0)
    voice = FallbackVoice(
        [Named("failing", failing), Named("espeak", open_voice("es", offline))],
        limits=VoiceLimits(last_s=30.0),  # a machine that runs tests is busy
        health=Health(),
    )
    words: list[str] = []
    seconds = 0.0
    async with voice.synthesize(text) as utterance:
        async for audio in utterance:
            assert audio.frame.sample_rate == 24_000
            seconds += audio.frame.duration
            words += [str(w) for w in audio.frame.userdata.get(USERDATA_TIMED_TRANSCRIPT, [])]
    assert [word.strip() for word in words] == text.split()
    assert 1.5 < seconds < 6.0
    await voice.aclose()


@pytest.fixture(scope="module")
def alone(offline: Settings, spoken: tuple[bytes, ...]) -> list[str]:
    """What pocketsphinx hears without another."""
    return asyncio.run(_heard(open_recogniser("en", offline), spoken[0]))


HEARD_AGAIN = [
    pytest.param(fault, marks=() if fault in (Fault.STALL, Fault.ERROR) else pytest.mark.soak)
    for fault in (*FAULTS, Fault.WRONG_LANGUAGE, Fault.EARLY_END)
]
"""Each takes as long as the talk; the same faults are held by others in virtual time."""


@pytest.mark.parametrize("fault", HEARD_AGAIN)
async def test_pocketsphinx_hears_again_what_another_did_not(
    offline: Settings, spoken: tuple[bytes, ...], alone: list[str], fault: Fault
) -> None:
    failing = FaultyRecogniser(Spoken(), Faults(always=fault), fails_at_s=0.5)
    recogniser = FallbackRecogniser(
        [
            Named("failing", failing),
            Named("pocketsphinx", open_recogniser("en", offline), patience_s=10.0),
        ],
        language="en",
        health=Health(),
    )
    after_a_fault = await _heard(recogniser, spoken[0])
    assert _alike(alone, after_a_fault) > 0.8
    await recogniser.aclose()


async def _heard(recogniser: stt.STT[str], sound: bytes) -> list[str]:
    """The final words on one sentence, as it is spoken."""
    words: list[str] = []

    async def read(stream: stt.RecognizeStream) -> None:
        async for event in stream:
            if event.type is stt.SpeechEventType.FINAL_TRANSCRIPT:
                words.extend(str(word) for word in event.alternatives[0].words or ())

    async with recogniser.stream() as stream, asyncio.TaskGroup() as tasks:
        tasks.create_task(read(stream))
        for frame in frames(sound + bytes(RATE_HZ)):
            stream.push_frame(frame)
            await asyncio.sleep(frame.duration)
        stream.end_input()
    return words


def _alike(one: list[str], other: list[str]) -> float:
    """The share of what one has that the other has too."""
    return len(set(one) & set(other)) / max(len(set(one)), len(set(other)), 1)
