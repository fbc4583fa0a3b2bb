"""What every recogniser keeps, whoever makes it: each word once, on the stream's clock, closed by
its flush; of silence nothing."""

import asyncio
from collections.abc import Sequence

import pytest
from livekit.agents import stt

from interpreter.settings import Settings
from tests.contract.conftest import RATE_HZ, SENTENCES, frames
from tests.contract.engines import RECOGNISERS, TONES, Recogniser, Row, params
from tests.contract.test_recogniser import END, FINAL, INTERIM, Heard, times
from tests.emulators.deepgram import KEY as DEEPGRAM_KEY
from tests.virtual_time import run_in_virtual_time

pytestmark = pytest.mark.parametrize("row", params(RECOGNISERS))

PHRASES = (" ".join(TONES.words[:6]), " ".join(TONES.words[6:15]))
ENDED_S = 15.0


@pytest.fixture
def settings(
    row: Row[Recogniser],
    request: pytest.FixtureRequest,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Settings:
    if not any(mark.name == "provider" for mark in row.marks):
        monkeypatch.setenv("OPENAI_API_KEY", "sk-none-is-needed")
        monkeypatch.setenv("DEEPGRAM_API_KEY", DEEPGRAM_KEY)
        monkeypatch.setenv("AZURE_SPEECH_KEY", "none-is-needed-here")
    is_live = pytest.mark.live in row.marks
    found: Settings = request.getfixturevalue("offline") if is_live else settings
    return found


@pytest.fixture
def talk(row: Row[Recogniser], request: pytest.FixtureRequest) -> list[tuple[bytes, list[str]]]:
    """Two utterances and their words."""
    if row.hears_tones:
        return [(TONES.sound(phrase), phrase.split()) for phrase in PHRASES]
    spoken: tuple[bytes, ...] = request.getfixturevalue("spoken")
    said = [sentence.lower().removesuffix(".").split() for sentence in SENTENCES]
    return list(zip(spoken, said, strict=True))


def hear(row: Row[Recogniser], settings: Settings, utterances: Sequence[bytes]) -> Heard:
    """As hearing.py does: sound in real time, a flush at the end of each utterance, and no more
    sound until it is answered."""
    heard = Heard()

    async def read(stream: stt.RecognizeStream, ended: asyncio.Event) -> None:
        async for event in stream:
            heard.events.append(event)
            if event.type is END:
                ended.set()

    async def main() -> None:
        ended = asyncio.Event()
        async with row.opened(settings) as recogniser, recogniser.stream() as stream:
            async with asyncio.TaskGroup() as tasks:
                reading = tasks.create_task(read(stream, ended), name="contract:read")
                for utterance in utterances:
                    for frame in frames(utterance, 32):
                        stream.push_frame(frame)
                        await asyncio.sleep(frame.duration)
                    ended.clear()
                    stream.flush()
                    async with asyncio.timeout(ENDED_S):
                        await ended.wait()
                stream.end_input()
                async with asyncio.timeout(ENDED_S):
                    await reading

    row.run(main())
    return heard


def test_every_word_is_heard_once_in_order_and_each_flush_is_answered(
    row: Row[Recogniser], settings: Settings, talk: list[tuple[bytes, list[str]]]
) -> None:
    heard = hear(row, settings, [pcm for pcm, _ in talk])

    said = [word for _, words in talk for word in words]
    right = [word for word in map(str, heard.words) if word.lower().strip(".,") in said]
    assert len(right) >= (len(said) if row.hears_tones else 0.7 * len(said))
    assert len(heard.words) <= (len(said) if row.hears_tones else 1.3 * len(said))
    kinds = [kind for kind in heard.kinds if kind is not INTERIM]
    assert kinds[:4] == [FINAL, END] * 2
    assert set(kinds[4:]) <= {END}


def test_words_have_times_on_the_streams_clock_and_a_confidence(
    row: Row[Recogniser], settings: Settings, talk: list[tuple[bytes, list[str]]]
) -> None:
    heard = hear(row, settings, [pcm for pcm, _ in talk])

    starts, ends = times(heard.words, "start_time"), times(heard.words, "end_time")
    all_s = sum(len(pcm) for pcm, _ in talk) / 2 / RATE_HZ
    assert starts == sorted(starts)
    assert all(start_s < end_s for start_s, end_s in zip(starts, ends, strict=True))
    assert max(ends) <= all_s + 0.3
    sure = [word.confidence for word in heard.words if isinstance(word.confidence, float)]
    assert all(0.0 <= one <= 1.0 for one in sure)
    assert {final.language[:2] for final in heard.of(FINAL)} <= {"en"}


def test_of_silence_and_of_nothing_it_says_nothing(
    row: Row[Recogniser], settings: Settings
) -> None:
    heard = hear(row, settings, [bytes(2 * RATE_HZ), b""])

    assert heard.words == []
    assert [kind for kind in heard.kinds if kind is not INTERIM] == [END]


def test_a_long_utterance_without_a_pause_is_heard_whole(
    row: Row[Recogniser], settings: Settings, talk: list[tuple[bytes, list[str]]]
) -> None:
    tones = TONES.words if row.run is run_in_virtual_time else TONES.words[:20]
    said = tones if row.hears_tones else [word for _, words in talk for word in words] * 3
    pcm = TONES.sound(" ".join(said)) if row.hears_tones else b"".join(one for one, _ in talk) * 3
    heard = hear(row, settings, [pcm])

    least = 1.0 if row.hears_tones else 0.8
    assert least * len(said) <= len(heard.words) <= (2 - least) * len(said)
    starts = times(heard.words, "start_time")
    assert starts == sorted(starts)
