"""Deepgram's voice against an emulated server, through the SDK and as a pair hears it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from livekit import rtc
from livekit.agents import APIError, APIStatusError
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS
from websockets.datastructures import Headers
from websockets.exceptions import InvalidStatus
from websockets.http11 import Response

from interpreter.engines.deepgram_client import Deepgram as Account
from interpreter.engines.deepgram_speaking import LONGEST_PART, parts
from interpreter.engines.deepgram_tts import TTS
from interpreter.engines.failures import told_wait_s
from interpreter.engines.plugin_voice import PluginVoice
from tests.emulators.deepgram import KEY, Deepgram, serving
from tests.emulators.deepgram_speak import FLUSHES, LONGEST_TEXT
from tests.emulators.ears import TonesHeard
from tests.emulators.faults import Fault
from tests.emulators.mouths import Hum
from tests.emulators.tones import Tones, invented
from tests.virtual_time import run_in_virtual_time

WORDS = invented(60)
TEXT = " ".join(WORDS)
RATE_HZ = 24_000


class Spelling:
    """Speaks in tones, of which each word can be told from the others."""

    def __init__(self, tones: Tones) -> None:
        self._tones = tones

    async def sound(self, text: str, rate_hz: int) -> Any:
        pcm = self._tones.sound(text)
        resampler = rtc.AudioResampler(16_000, rate_hz)
        for frame in [
            *resampler.push(rtc.AudioFrame(pcm, 16_000, 1, len(pcm) // 2)),
            *resampler.flush(),
        ]:
            yield bytes(frame.data)


@pytest.fixture
def tones() -> Tones:
    return Tones(WORDS)


@pytest.fixture
def server(tones: Tones) -> Deepgram:
    return Deepgram(TonesHeard(tones), Spelling(tones))


def with_voice(
    server: Deepgram, use: Callable[[PluginVoice], Coroutine[Any, Any, Any]], **options: Any
) -> Any:
    async def main() -> Any:
        async with serving(server) as address:
            voice = PluginVoice(TTS(**{"base_url": address, "api_key": KEY, **options}))
            try:
                return await use(voice)
            finally:
                await voice.aclose()

    return run_in_virtual_time(main())


async def sound_of(voice: PluginVoice, text: str) -> bytes:
    async with voice.synthesize(text) as utterance:
        frames = [audio.frame async for audio in utterance]
    assert {frame.sample_rate for frame in frames} == {voice.sample_rate}
    return b"".join(bytes(frame.data) for frame in frames)


def said(server: Deepgram, text: str = TEXT, **options: Any) -> bytes:
    pcm: bytes = with_voice(server, lambda voice: sound_of(voice, text), **options)
    return pcm


def words_in(tones: Tones, pcm: bytes, rate_hz: int = RATE_HZ) -> list[str]:
    return [word.text for word in tones.heard(pcm, rate_hz)]


def test_a_text_is_heard_whole(server: Deepgram, tones: Tones) -> None:
    assert words_in(tones, said(server)) == WORDS
    (asked,) = server.speaking.asked
    assert asked["model"] == "aura-2-thalia-en"
    assert (asked["encoding"], asked["sample_rate"]) == ("linear16", "24000")


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 48_000])
def test_another_rate_takes_the_same_time(server: Deepgram, rate_hz: int) -> None:
    usual, other = said(server), said(server, sample_rate=rate_hz)
    assert len(other) / rate_hz == pytest.approx(len(usual) / RATE_HZ, rel=0.01)


def test_a_rate_that_deepgram_has_not_is_refused() -> None:
    with pytest.raises(ValueError, match="sample_rate is one of 8000"):
        TTS(api_key=KEY, sample_rate=22_050)


FAULTS = [
    *(Fault(kind, after_s=after_s) for kind in ("drop", "stall", "half_frame", "close")
      for after_s in (0.0, 4.0)),
    Fault("close", after_s=4.0, code=1008, says="DATA-0000"),
    Fault("429", wait_s=0.1),
    Fault("500"),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: f"{one.kind}-{one.code}-{one.after_s}")
def test_no_fault_loses_or_doubles_a_word(server: Deepgram, tones: Tones, fault: Fault) -> None:
    usual = said(server)
    server.faults.next = fault
    pcm = said(server)
    assert server.faults.happened == [fault]
    assert words_in(tones, pcm) == WORDS
    assert len(pcm) == pytest.approx(len(usual), abs=RATE_HZ // 50)


@pytest.mark.parametrize("text", ["", "   ", "…", "😀"])
def test_nothing_to_say_is_no_failure_and_asks_nobody(server: Deepgram, text: str) -> None:
    assert 0 < len(said(server, text)) < RATE_HZ // 10
    assert server.attempts == 0


def test_a_text_of_ten_thousand_letters_is_spoken_whole(server: Deepgram, tones: Tones) -> None:
    long = ". ".join([TEXT] * 28)
    assert len(long) > 10_000
    assert len(words_in(tones, said(server, long.replace(".", " ")))) == 28 * len(WORDS)
    assert max(map(len, server.speaking.texts)) <= LONGEST_TEXT


@pytest.mark.parametrize(
    "text",
    [
        "No. Water! " * 400,
        "word " * 3000,
        "x" * 5000,
        "水はありません。" * 600,
        "One sentence.",
    ],
)
def test_parts_fit_and_hold_everything(text: str) -> None:
    found = parts(text)
    assert max(map(len, found)) <= LONGEST_PART
    assert "".join("".join(found).split()) == "".join(text.split())


def test_parts_end_where_sentences_do() -> None:
    assert parts("One. Two three. Four.", longest=11) == ["One.", "Two three.", "Four."]


@pytest.mark.parametrize(
    "text",
    [
        "It costs 12.5 million, not 3.475.",
        "At 10.30 see example.com!?",
        "会議です。次。",
        "Well...no",
    ],
)
def test_no_point_within_a_number_or_a_name_becomes_the_end_of_a_sentence(text: str) -> None:
    assert parts(text) == [text]


def test_signs_are_sent_as_they_are(tones: Tones) -> None:
    server, text = Deepgram(TonesHeard(tones), Hum()), '<speak>a < b & c</speak> {"x": 1}'
    assert said(server, text)
    assert server.speaking.texts == [text]


def test_a_connection_is_kept_for_the_next_utterance(server: Deepgram) -> None:
    async def use(voice: PluginVoice) -> None:
        for word in WORDS[:3]:
            await sound_of(voice, word)

    with_voice(server, use)
    assert server.attempts == 1
    assert server.speaking.texts == WORDS[:3]


def test_no_connection_is_flushed_too_often(server: Deepgram) -> None:
    async def use(voice: PluginVoice) -> None:
        for word in WORDS[:50]:
            await sound_of(voice, word)

    with_voice(server, use)
    assert server.speaking.texts == WORDS[:50]
    assert server.attempts == -(-50 // (FLUSHES - 2))


def test_a_kept_connection_that_has_died_is_replaced(server: Deepgram, tones: Tones) -> None:
    async def use(voice: PluginVoice) -> bytes:
        await sound_of(voice, WORDS[0])
        server.faults.next = Fault("drop")
        return await sound_of(voice, WORDS[1])

    pcm = with_voice(server, use)
    assert words_in(tones, pcm) == [WORDS[1]]


def test_sound_of_what_was_given_up_is_not_heard_in_the_next(
    server: Deepgram, tones: Tones
) -> None:
    async def use(voice: PluginVoice) -> bytes:
        async with voice.synthesize(TEXT) as utterance:
            await anext(aiter(utterance))
        return await sound_of(voice, WORDS[1])

    assert words_in(tones, with_voice(server, use)) == [WORDS[1]]
    assert (server.speaking.cleared, server.attempts) == (1, 1)


@pytest.mark.parametrize(
    ("fault", "times"), [(Fault("drop", after_s=1.0), 2), (Fault("stall"), 2), (Fault("429"), 1)]
)
def test_a_text_that_is_sent_again_is_counted_again(
    server: Deepgram, fault: Fault, times: int
) -> None:
    """Deepgram has it paid each time; of a refusal it has nothing."""
    used: list[int] = []

    async def main() -> None:
        async with serving(server) as address:
            engine = TTS(base_url=address, api_key=KEY)
            engine.on("metrics_collected", lambda one: used.append(one.characters_count))
            server.faults.next = fault
            await sound_of(PluginVoice(engine), TEXT)
            await engine.aclose()

    run_in_virtual_time(main())
    assert used == [len(TEXT)] * times


def test_two_utterances_at_once_do_not_mix(server: Deepgram, tones: Tones) -> None:
    async def use(voice: PluginVoice) -> list[bytes]:
        halves = (" ".join(WORDS[:30]), " ".join(WORDS[30:]))
        return await asyncio.gather(*(sound_of(voice, half) for half in halves))

    first, second = with_voice(server, use)
    assert words_in(tones, first) + words_in(tones, second) == WORDS


REFUSED = [
    (401, {"api_key": "another-key"}, "DEEPGRAM_API_KEY is wrong or out of date"),
    (402, {}, "no credit left"),
    (400, {"voice": "aura-2-nobody-en"}, "does not take voice=aura-2-nobody-en"),
]


@pytest.mark.parametrize(("status", "options", "says"), REFUSED)
def test_who_runs_it_is_told_why_deepgram_refuses(
    server: Deepgram, status: int, options: dict[str, str], says: str
) -> None:
    server.refuses = status if not options else 0
    with pytest.raises(APIStatusError) as raised:
        said(server, **options)
    assert says in raised.value.message
    assert raised.value.status_code == status
    assert KEY not in f"{raised.value!r} {raised.value.__cause__!r}"


def test_a_language_without_a_voice_is_told_so() -> None:
    with pytest.raises(ValueError, match="no Aura voice is known for the language 'ca'"):
        TTS(api_key=KEY, language="ca")


def test_a_server_that_falls_silent_again_and_again_is_an_error(server: Deepgram) -> None:
    server.faults.always = Fault("stall")
    with pytest.raises(APIError, match="does not answer"):
        said(server)


def test_a_server_that_wants_to_be_left_alone_is(server: Deepgram) -> None:
    """It is asked again by livekit-agents alone, which a chain of voices forbids."""
    server.faults.always = Fault("429", wait_s=30.0)
    with pytest.raises(APIStatusError, match="streams at once") as raised:
        said(server)
    assert told_wait_s(raised.value) == 30.0
    assert server.attempts == 1 + DEFAULT_API_CONNECT_OPTIONS.max_retry


def test_a_text_that_the_server_warns_of_is_not_the_networks_fault(
    server: Deepgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.emulators.deepgram_speak.LONGEST_TEXT", 5)
    with pytest.raises(APIError, match="does not speak a text that it was sent"):
        said(server)


def test_a_text_that_is_spoken_in_spite_of_a_warning_is_heard(
    server: Deepgram, tones: Tones
) -> None:
    server.speaking.warns_of = "DATA-0002"
    assert words_in(tones, said(server)) == WORDS
    assert server.attempts == 1


def test_a_page_in_deepgrams_place_is_told_as_what_it_is() -> None:
    """As of a hotel's login page."""
    account = Account("nobodys-key", "http://login.example")
    page = InvalidStatus(Response(200, "OK", Headers(), b"<html>"))
    told = account.failure(page, "voice=x")
    assert "What answers at http://login.example is not Deepgram (200)" in str(told)
