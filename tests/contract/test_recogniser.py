"""What every recogniser keeps: one final a flush, word times on the stream's clock, a clean end."""

import os
import signal
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from livekit.agents import APIConnectOptions, stt
from livekit.agents.types import TimedString

from interpreter.engines import open_recogniser
from interpreter.engines.host_process import host_status
from interpreter.settings import Settings
from tests.contract.conftest import RATE_HZ, SENTENCES, frames, speak
from tests.scripted_hearing import ScriptedRecogniser

INTERIM = stt.SpeechEventType.INTERIM_TRANSCRIPT
FINAL = stt.SpeechEventType.FINAL_TRANSCRIPT
END = stt.SpeechEventType.END_OF_SPEECH


@dataclass(slots=True)
class Heard:
    events: list[stt.SpeechEvent] = field(default_factory=list)

    @property
    def kinds(self) -> list[stt.SpeechEventType]:
        """Without the bookkeeping, and each kind once in a row."""
        kinds = [event.type for event in self.events if event.type in (INTERIM, FINAL, END)]
        return [kind for before, kind in zip([None, *kinds], kinds, strict=False) if kind != before]

    def of(self, kind: stt.SpeechEventType) -> list[stt.SpeechData]:
        return [event.alternatives[0] for event in self.events if event.type == kind]

    @property
    def words(self) -> list[TimedString]:
        return [word for final in self.of(FINAL) for word in final.words or ()]

    @property
    def used_s(self) -> float:
        usages = [event.recognition_usage for event in self.events]
        return sum(usage.audio_duration for usage in usages if usage)


def times(words: list[TimedString], field: str) -> list[float]:
    """A number that every word has."""
    return [float(getattr(word, field)) for word in words]


async def hear(recogniser: stt.STT[str], *utterances: bytes) -> Heard:
    """One stream with a flush after each utterance, read to its end."""
    heard = Heard()
    async with recogniser.stream() as stream:
        for utterance in utterances:
            for frame in frames(utterance):
                stream.push_frame(frame)
            stream.flush()
        stream.end_input()
        async for event in stream:
            heard.events.append(event)
    return heard


@pytest.fixture(params=["scripted", pytest.param("offline", marks=pytest.mark.live)])
def recogniser(request: pytest.FixtureRequest) -> stt.STT[str]:
    if request.param == "scripted":
        return ScriptedRecogniser(" ".join(SENTENCES))
    return open_recogniser("en", request.getfixturevalue("offline"))


async def test_hypotheses_then_a_final_then_the_end_for_each_flush(
    recogniser: stt.STT[str], spoken: tuple[bytes, ...]
) -> None:
    heard = await hear(recogniser, *spoken)

    assert heard.kinds[:6] == [INTERIM, FINAL, END] * 2
    assert set(heard.kinds[6:]) <= {END}


@pytest.mark.live
async def test_a_name_that_it_is_told_is_heard_and_one_that_it_is_not_is_not(
    offline: Settings, tmp_path: Path
) -> None:
    sound = speak("The delegation from Szczecin arrives on Monday.", tmp_path / "name.wav")

    for phrases in ([], ["Szczecin", "delegation"]):
        heard = await hear(open_recogniser("en", offline, phrases), sound)
        assert ("Szczecin" in heard.words) == bool(phrases)


async def test_a_flush_of_nothing_ends_without_a_final(recogniser: stt.STT[str]) -> None:
    heard = await hear(recogniser, b"")

    assert heard.kinds == [END]


async def test_word_times_run_on_over_utterances_within_what_was_pushed(
    recogniser: stt.STT[str], spoken: tuple[bytes, ...]
) -> None:
    heard = await hear(recogniser, *spoken)

    starts, ends = times(heard.words, "start_time"), times(heard.words, "end_time")
    first_s, all_s = len(spoken[0]) / 2 / RATE_HZ, sum(map(len, spoken)) / 2 / RATE_HZ
    second = heard.of(FINAL)[1].words or []
    assert starts == sorted(starts)
    assert max(ends) <= all_s + 0.05
    assert min(times(second, "end_time")) >= first_s


@pytest.mark.live
async def test_pocketsphinx_hears_what_flite_says_with_confidence_and_usage(
    offline: Settings, spoken: tuple[bytes, ...]
) -> None:
    heard = await hear(open_recogniser("en", offline), spoken[0])

    said = SENTENCES[0].lower().removesuffix(".").split()
    right = len(set(map(str, heard.words)) & set(said))
    assert right >= 0.75 * len(set(said))
    assert 0 < min(times(heard.words, "confidence"))
    assert max(times(heard.words, "confidence")) <= 1
    assert heard.used_s == pytest.approx(len(spoken[0]) / 2 / RATE_HZ, abs=0.01)


@pytest.mark.live
async def test_a_hypothesis_comes_at_least_every_200_ms_of_sound(
    offline: Settings, spoken: tuple[bytes, ...]
) -> None:
    heard = await hear(open_recogniser("en", offline), spoken[0])

    heard_s = [(data.metadata or {})["heard_s"] for data in heard.of(INTERIM)]
    gaps = [later - earlier for earlier, later in zip(heard_s, heard_s[1:], strict=False)]
    assert max(gaps) <= 0.2
    assert heard_s[0] <= 1.0


@pytest.mark.live
async def test_speech_without_a_pause_is_closed_before_it_gets_long(
    offline: Settings, spoken: tuple[bytes, ...]
) -> None:
    heard = await hear(open_recogniser("en", offline), b"".join(spoken) * 3)

    ends = [final.end_time for final in heard.of(FINAL)]
    lengths = [later - earlier for earlier, later in zip([0.0, *ends], ends, strict=False)]
    assert len(ends) >= 2
    assert max(lengths) <= 15.1
    assert len(heard.words) == pytest.approx(
        3 * sum(len(sentence.split()) for sentence in SENTENCES), rel=0.1
    )


@pytest.mark.live
async def test_a_decoder_that_is_killed_costs_no_words(
    offline: Settings, spoken: tuple[bytes, ...]
) -> None:
    heard = Heard()
    options = APIConnectOptions(max_retry=2, retry_interval=0.1)
    async with open_recogniser("en", offline).stream(conn_options=options) as stream:
        for frame in frames(spoken[0]):
            stream.push_frame(frame)
        while not heard.of(INTERIM):
            heard.events.append(await anext(stream))
        decoders = (await host_status(offline)).header["decoders"]
        assert isinstance(decoders, list)
        os.kill(decoders[0], signal.SIGKILL)
        stream.end_input()
        async for event in stream:
            heard.events.append(event)

    assert len(heard.words) >= 0.75 * len(SENTENCES[0].split())
