"""Deepgram's recogniser against an emulated server, through the SDK and what the floor reads.

Words are spoken in tones, which are understood or not, but never mistaken: a word that is lost,
said twice or cut in two shows.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest
from livekit import rtc
from livekit.agents import APIError, APIStatusError, stt

from interpreter.cost import cost_of, prices_in
from interpreter.engines.deepgram_stt import RATE_HZ, STT
from interpreter.engines.diagnosis import EngineFault, diagnose
from interpreter.engines.kinds import Kind as EngineKinds
from interpreter.engines.metering import meter
from interpreter.engines.plugin_stt import PluginRecogniser
from interpreter.engines.rhythm import SHORTEST_FINISH_S
from interpreter.engines.utterances import HEARD_S
from interpreter.usage import Amounts, UsedEngine
from tests.emulators.deepgram import KEY, Deepgram, serving
from tests.emulators.ears import TonesHeard
from tests.emulators.faults import Fault, Faults, Kind
from tests.emulators.mouths import Hum
from tests.emulators.proxy import Proxy, proxying
from tests.emulators.tones import Tones, invented
from tests.virtual_time import run_in_virtual_time

ENGINE = "interpreter.engines.deepgram_stt:STT"
WORDS = invented(64)
TONES = Tones(WORDS)
KIND = stt.SpeechEventType
UTTERANCES = [
    TONES.sound(" ".join(WORDS[n : n + 8]), pause_s=0.4)
    + TONES.sound(" ".join(WORDS[n + 8 : n + 16]))
    for n in range(0, 64, 16)
]
"""A talk of 21 s: a pause in each, and a flush after it."""
TALK_S = sum(map(len, UTTERANCES)) / 2 / RATE_HZ


@dataclass
class Heard:
    """What the floor reads, and when."""

    events: list[tuple[float, stt.SpeechEvent]] = field(default_factory=list)
    used: list[Amounts] = field(default_factory=list)
    """As it is paid for."""
    has_ended: asyncio.Event = field(default_factory=asyncio.Event)
    """END_OF_SPEECH was read."""

    def of(self, kind: stt.SpeechEventType) -> list[stt.SpeechData]:
        return [event.alternatives[0] for _, event in self.events if event.type is kind]

    @property
    def words(self) -> list[str]:
        return [str(word) for data in self.of(KIND.FINAL_TRANSCRIPT) for word in data.words or ()]

    @property
    def times(self) -> list[tuple[float, float]]:
        return [
            (float(word.start_time or 0), float(word.end_time or 0))
            for data in self.of(KIND.FINAL_TRANSCRIPT)
            for word in data.words or ()
        ]

    @property
    def used_s(self) -> float:
        usages = [event.recognition_usage for _, event in self.events]
        return sum(usage.audio_duration for usage in usages if usage is not None)

    def shown_at(self, word: str) -> float:
        """When the word was in a hypothesis first."""
        return next(
            at_s
            for at_s, event in self.events
            if any(str(one) == word for data in event.alternatives for one in data.words or ())
        )


Saying = Callable[[stt.RecognizeStream, Heard], Coroutine[Any, Any, None]]


def hear(server: Deepgram, say: Saying, **options: Any) -> Heard:
    """What is heard of a stream that somebody speaks into; raises as the floor's reader would."""

    async def main() -> Heard:
        heard = Heard()
        async with serving(server) as address:
            engine = STT(**{"base_url": address, "api_key": KEY, **options})
            stream = PluginRecogniser(engine).stream()
            meter(engine, EngineKinds.STT, ENGINE, "en", lambda _, one: heard.used.append(one), "")

            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(read(stream, heard))
                    await say(stream, heard)
                    stream.end_input()
            finally:
                await stream.aclose()
        return heard

    try:
        return run_in_virtual_time(main())
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None


async def read(stream: stt.RecognizeStream, heard: Heard) -> None:
    async for event in stream:
        heard.events.append((asyncio.get_running_loop().time(), event))
        if event.type is KIND.END_OF_SPEECH:
            heard.has_ended.set()


async def speak(stream: stt.RecognizeStream, pcm: bytes, rate_hz: int = RATE_HZ) -> None:
    size = rate_hz // 50 * 2
    for start in range(0, len(pcm), size):
        piece = pcm[start : start + size]
        stream.push_frame(rtc.AudioFrame(piece, rate_hz, 1, len(piece) // 2))
        await asyncio.sleep(len(piece) / 2 / rate_hz)


async def finish(stream: stt.RecognizeStream, heard: Heard) -> None:
    """Flush, as the floor does at the end of speech, and wait for the answer."""
    heard.has_ended.clear()
    stream.flush()
    async with asyncio.timeout(8.0):
        await heard.has_ended.wait()


async def talk(stream: stt.RecognizeStream, heard: Heard) -> None:
    for utterance in UTTERANCES:
        await speak(stream, utterance)
        await finish(stream, heard)
        await asyncio.sleep(0.5)


def silence(seconds: float) -> Saying:
    async def say(stream: stt.RecognizeStream, heard: Heard) -> None:
        await speak(stream, bytes(int(RATE_HZ * seconds) * 2))
        await finish(stream, heard)

    return say


@pytest.fixture
def server() -> Deepgram:
    return Deepgram(TonesHeard(TONES), Hum())


def test_every_word_is_told_once_with_its_time_and_confidence(server: Deepgram) -> None:
    heard = hear(server, talk)
    assert heard.words == WORDS
    assert heard.times == sorted(heard.times)
    assert all(end - start == pytest.approx(0.22, abs=0.03) for start, end in heard.times)
    (first, *_) = heard.of(KIND.FINAL_TRANSCRIPT)
    assert str(first.language) == "en"
    assert first.confidence == pytest.approx(0.98)
    assert heard.used_s == pytest.approx(TALK_S)


def test_hypotheses_grow_while_somebody_speaks_and_say_how_far_they_heard(server: Deepgram) -> None:
    hypotheses = hear(server, talk).of(KIND.INTERIM_TRANSCRIPT)
    assert len(hypotheses) > 20
    first = hypotheses[0]
    assert (first.metadata or {})[HEARD_S] == pytest.approx(0.5)


def test_deepgram_is_asked_for_what_was_chosen(server: Deepgram) -> None:
    hear(server, silence(0.5), language="es", keyterm=["hemograma", "sala b"], mip_opt_out=True)
    (asked,) = server.live.asked
    assert asked["language"] == ["es"]
    assert asked["keyterm"] == ["hemograma", "sala b"]
    assert asked["interim_results"] == asked["mip_opt_out"] == ["true"]
    assert asked["encoding"] + asked["sample_rate"] == ["linear16", "16000"]


FAULTS = [
    *(Fault("drop", after_s=after_s) for after_s in (0.1, 2.3, 7.3, 11.05)),
    *(Fault("close", after_s=6.4, code=code, says=says) for code, says in
      ((1011, "NET-0001"), (1011, "NET-0000"), (1008, "DATA-0000"), (1001, "going away"))),
    *(Fault("stall", after_s=after_s) for after_s in (0.1, 8.2)),
    *(Fault("half_frame", after_s=after_s) for after_s in (0.0, 7.0)),
    *(Fault("late_final", after_s=4.0, wait_s=wait_s) for wait_s in (0.4, 1.5, 4.0)),
    Fault("wrong_order", after_s=4.0),
    Fault("429", wait_s=1.0),
    Fault("500"),
]  # fmt: skip


@pytest.mark.parametrize(
    "fault", FAULTS, ids=lambda one: f"{one.kind}-{one.code}-{one.after_s}-{one.wait_s}"
)
def test_no_fault_loses_or_doubles_a_word(server: Deepgram, fault: Fault) -> None:
    usual = hear(Deepgram(TonesHeard(TONES), Hum()), talk)
    server.faults.next = fault
    heard = hear(server, talk)
    assert server.faults.happened == [fault]
    assert heard.words == WORDS
    assert heard.times == sorted(heard.times)
    usual_ends = usual.times[-1][1]
    assert heard.times[-1][1] == pytest.approx(usual_ends, abs=0.1)


@pytest.mark.parametrize("seed", range(1, 7))
def test_faults_in_a_row_lose_and_double_nothing(seed: int) -> None:
    kinds: tuple[Kind, ...] = ("drop", "half_frame", "late_final", "wrong_order", "close", "500")
    server = Deepgram(TonesHeard(TONES), Hum(), Faults(seed, rate=0.25, kinds=kinds))
    heard = hear(server, talk)
    assert len(server.faults.happened) > 2
    assert heard.words == WORDS


def test_a_lost_connection_delays_the_words_after_it_by_little(server: Deepgram) -> None:
    usual = hear(Deepgram(TonesHeard(TONES), Hum()), talk)
    server.faults.next = Fault("drop", after_s=7.3)
    heard = hear(server, talk)
    delays = [heard.shown_at(word) - usual.shown_at(word) for word in WORDS[:32]]
    assert max(delays) < 2.0


async def monologue(stream: stt.RecognizeStream, heard: Heard) -> None:
    """Two and a half minutes without a pause."""
    await speak(stream, TONES.sound(" ".join(WORDS * 8)))
    await finish(stream, heard)


def test_a_connection_that_is_opened_again_is_no_use_without_a_price(server: Deepgram) -> None:
    server.faults.next = Fault("drop", after_s=2.0)
    heard = hear(server, talk)
    assert server.attempts == 2
    assert heard.used
    price = prices_in("").of(UsedEngine("stt", ENGINE, "Deepgram", "nova-3", "en"))
    assert all(cost_of(price, one).is_whole for one in heard.used)


def test_a_proxy_that_cuts_every_minute_costs_no_word(server: Deepgram) -> None:
    server.live.cut_s, server.live.interim_s = 60.0, 1.0
    heard = hear(server, monologue)
    assert server.attempts == 3
    assert heard.words == WORDS * 8


def test_an_utterance_of_twenty_minutes_is_heard_whole(server: Deepgram) -> None:
    async def say(stream: stt.RecognizeStream, heard: Heard) -> None:
        pcm = TONES.sound(" ".join(WORDS * 62))
        for start in range(0, len(pcm), RATE_HZ // 2):
            piece = pcm[start : start + RATE_HZ // 2]
            stream.push_frame(rtc.AudioFrame(piece, RATE_HZ, 1, len(piece) // 2))
            await asyncio.sleep(len(piece) / 2 / RATE_HZ)
        await finish(stream, heard)

    server.live.interim_s = 2.0
    server.faults.next = Fault("drop", after_s=700.0)
    heard = hear(server, say)
    assert heard.words == WORDS * 62
    assert heard.times[-1][1] > 1180


@pytest.mark.parametrize("says_flushed", [True, False])
@pytest.mark.parametrize("seconds", [0.0, 0.5, 12.0])
def test_silence_has_an_end_and_no_words(
    server: Deepgram, seconds: float, *, says_flushed: bool
) -> None:
    server.live.says_flushed = says_flushed
    heard = hear(server, silence(seconds))
    assert heard.words == []
    assert {event.type for _, event in heard.events} <= {
        KIND.INTERIM_TRANSCRIPT, KIND.END_OF_SPEECH, KIND.RECOGNITION_USAGE
    }  # fmt: skip
    assert not any(data.text for data in heard.of(KIND.INTERIM_TRANSCRIPT))


def test_an_answer_to_a_flush_need_not_say_that_it_is_one(server: Deepgram) -> None:
    server.live.says_flushed = False
    assert hear(server, talk, endpointing_ms=5000).words == WORDS


def test_a_pause_that_is_over_before_the_flush_is_no_lost_utterance(server: Deepgram) -> None:
    async def say(stream: stt.RecognizeStream, heard: Heard) -> None:
        for start in range(0, 64, 16):
            await speak(stream, TONES.sound(" ".join(WORDS[start : start + 16]), pause_s=0.4))
            await finish(stream, heard)

    server.live.says_flushed, server.live.interim_s, server.live.longest_s = False, 0.8, 60.0
    heard = hear(server, say)
    assert heard.words == WORDS
    assert server.attempts == 1


def test_a_pause_that_is_over_before_the_flush_is_no_reason_to_ask_another(
    server: Deepgram,
) -> None:
    waits_s: list[float] = []

    async def say(stream: stt.RecognizeStream, heard: Heard) -> None:
        await speak(stream, TONES.sound(" ".join(WORDS[:8]), pause_s=0.4))
        flushed_s = asyncio.get_running_loop().time()
        await finish(stream, heard)
        waits_s.append(asyncio.get_running_loop().time() - flushed_s)

    server.live.says_flushed, server.live.interim_s = False, 0.8
    assert hear(server, say).words == WORDS[:8]
    assert max(waits_s) < SHORTEST_FINISH_S


def test_a_speaker_who_says_nothing_for_long_keeps_the_connection(server: Deepgram) -> None:
    async def say(stream: stt.RecognizeStream, heard: Heard) -> None:
        await speak(stream, UTTERANCES[0])
        await finish(stream, heard)
        await asyncio.sleep(60.0)
        await speak(stream, UTTERANCES[1])
        await finish(stream, heard)

    heard = hear(server, say)
    assert heard.words == WORDS[:32]
    assert server.attempts == 1
    assert server.live.keep_alives >= 12


def test_sound_at_another_rate_is_heard_at_the_right_times(server: Deepgram) -> None:
    async def say(stream: stt.RecognizeStream, heard: Heard) -> None:
        sound = rtc.AudioResampler(RATE_HZ, 48_000)
        pcm = UTTERANCES[0]
        frames = [
            *sound.push(rtc.AudioFrame(pcm, RATE_HZ, 1, len(pcm) // 2)),
            *sound.flush(),
        ]
        await speak(stream, b"".join(bytes(frame.data) for frame in frames), 48_000)
        await finish(stream, heard)

    async def say_at_16_khz(stream: stt.RecognizeStream, heard: Heard) -> None:
        await speak(stream, UTTERANCES[0])
        await finish(stream, heard)

    heard, plain = hear(server, say), hear(server, say_at_16_khz)
    assert heard.words == plain.words == WORDS[:16]
    assert heard.times[-1] == pytest.approx(plain.times[-1], abs=0.1)


REFUSED = [
    (401, {"api_key": "another-key"}, "DEEPGRAM_API_KEY is wrong or out of date"),
    (402, {}, "no credit left"),
    (403, {}, "may not use model=nova-3"),
    (400, {"language": "gl"}, "does not take model=nova-3 with language=gl"),
    (400, {"model": "nova-9"}, "does not take model=nova-9"),
    (404, {}, "or base_url does not lead to Deepgram"),
]


@pytest.mark.parametrize(("status", "options", "says"), REFUSED)
def test_who_runs_it_is_told_why_deepgram_refuses(
    server: Deepgram, status: int, options: dict[str, str], says: str
) -> None:
    server.refuses = status if not options else 0
    with pytest.raises(APIStatusError) as raised:
        hear(server, talk, **options)
    assert says in raised.value.message
    assert (raised.value.status_code, raised.value.retryable) == (status, False)
    assert server.attempts == 1


DIAGNOSED = [
    ("401", "Invalid credentials.", EngineFault.KEY_REFUSED),
    ("401", "The token has expired.", EngineFault.KEY_EXPIRED),
    ("429", "", EngineFault.TOO_OFTEN),
]


@pytest.mark.parametrize(("kind", "says", "diagnosed"), DIAGNOSED)
def test_the_doctor_understands_a_refusal(
    server: Deepgram, kind: Kind, says: str, diagnosed: EngineFault
) -> None:
    server.faults.always = Fault(kind, says=says, wait_s=60.0)
    with pytest.raises(APIStatusError) as raised:
        hear(server, talk)
    found = diagnose(raised.value, kind="recogniser", key="KEY", language="English", tag="en")
    assert found.fault is diagnosed


def test_the_doctor_is_told_of_a_language(server: Deepgram) -> None:
    with pytest.raises(APIStatusError) as raised:
        hear(server, talk, language="gl")
    found = diagnose(raised.value, kind="recogniser", key="KEY", language="Galician", tag="gl")
    assert found.fault is EngineFault.LANGUAGE


@pytest.mark.parametrize("status", [401, 429])
def test_no_key_is_in_what_is_told_of_a_failure(
    server: Deepgram, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    server.refuses = status
    caplog.set_level("DEBUG")
    with pytest.raises(APIStatusError) as raised:
        hear(server, talk)
    chain: BaseException | None = raised.value
    while chain is not None:
        assert KEY not in f"{chain} {chain!r} {vars(chain)}"
        chain = chain.__cause__ or chain.__context__
    assert KEY not in caplog.text
    engine = STT(api_key=KEY)
    assert KEY not in f"{engine!r} {engine.deepgram!r} {engine.label}"


def test_too_many_streams_are_an_error_with_its_wait_where_it_is_too_long(server: Deepgram) -> None:
    server.faults.always = Fault("429", wait_s=30.0)
    with pytest.raises(APIStatusError) as raised:
        hear(server, talk)
    assert (raised.value.status_code, raised.value.retryable) == (429, True)
    assert raised.value.body == {"retry_after_s": 30.0}


def test_a_server_that_fails_for_long_is_an_error(server: Deepgram) -> None:
    server.refuses = 500
    with pytest.raises(APIStatusError, match="Deepgram failed"):
        hear(server, talk)
    assert server.attempts > 3


def test_a_server_that_never_answers_is_an_error(server: Deepgram) -> None:
    server.is_deaf = True
    with pytest.raises(APIError, match="does not answer"):
        hear(server, talk)


def test_a_server_that_is_reached_and_says_nothing_is_told_as_that(server: Deepgram) -> None:
    server.faults.always = Fault("stall")
    with pytest.raises(APIError, match="Deepgram says nothing of the sound"):
        hear(server, talk)


def test_sound_that_deepgram_cannot_use_is_told_at_once(server: Deepgram) -> None:
    server.faults.always = Fault("close", code=1008, says="DATA-0000")
    with pytest.raises(APIError, match="1008 DATA-0000"):
        hear(server, talk)
    assert server.attempts == 1


class InTurn(Faults):
    """One fault after the other."""

    def __init__(self, *turn: Fault) -> None:
        super().__init__()
        self._turn = list(turn)

    def commanded(self, *kinds: Kind, at_s: float = 0.0) -> Fault | None:
        if self.next is None and self._turn:
            self.next = self._turn.pop(0)
        return super().commanded(*kinds, at_s=at_s)


def test_sound_that_deepgram_has_used_before_is_sent_again_after_any_close() -> None:
    faults = InTurn(Fault("drop", after_s=7.3), Fault("close", code=1008, says="DATA-0000"))
    heard = hear(Deepgram(TonesHeard(TONES), Hum(), faults), talk)
    assert [fault.kind for fault in faults.happened] == ["drop", "close"]
    assert heard.words == WORDS


@pytest.mark.parametrize("address", ["api.deepgram.com", "ftp://x", ""])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="base_url is an address like"):
        STT(api_key=KEY, base_url=address)


@pytest.mark.parametrize("end", ["", "/", "/v1", "/v1/", "//v1//"])
def test_an_address_may_have_the_version_that_its_library_adds(end: str) -> None:
    engine = STT(api_key=KEY, base_url=f"https://gateway.example/deepgram{end}")
    assert engine.deepgram.address == "https://gateway.example/deepgram"


def test_without_a_key_nothing_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEEPGRAM_API_KEY", raising=False)
    with pytest.raises(ValueError, match="DEEPGRAM_API_KEY is not set"):
        STT()


def test_last_words_that_a_connection_owes_are_heard_by_another_one(server: Deepgram) -> None:
    """It was behind, and says no more after a final: nothing has come of the speech since."""
    server.faults.next = Fault("stall", after_s=2.75)

    async def say(stream: stt.RecognizeStream, heard: Heard) -> None:
        pcm = UTTERANCES[0]
        stream.push_frame(rtc.AudioFrame(pcm, RATE_HZ, 1, len(pcm) // 2))
        await finish(stream, heard)

    heard = hear(server, say)
    assert heard.words == WORDS[:16]
    assert len(heard.of(KIND.FINAL_TRANSCRIPT)) > 1


def test_deepgram_at_the_end_of_a_long_way_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is on its way for a second and a half is not lost: another connection is no nearer, and
    hears it all later."""

    async def main() -> tuple[Heard, list[str]]:
        heard = Heard()
        async with serving(Deepgram(TonesHeard(TONES), Hum())) as address:
            proxy = Proxy(int(address.rpartition(":")[2]), far_s=0.75)
            async with proxying(proxy) as at:
                monkeypatch.setenv("HTTP_PROXY", f"http://{at}")
                engine = STT(base_url="http://deepgram.example", api_key=KEY)
                async with engine.stream() as stream, asyncio.TaskGroup() as tasks:
                    tasks.create_task(read(stream, heard))
                    await talk(stream, heard)
                    stream.end_input()
        return heard, proxy.asked

    heard, asked = run_in_virtual_time(main())
    assert heard.words == WORDS
    assert len(asked) == 1


def test_deepgram_is_heard_through_a_companys_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked for by its name, which nobody but the proxy may know."""

    async def main() -> tuple[list[str], list[str]]:
        words = list[str]()
        async with serving(Deepgram(TonesHeard(TONES), Hum())) as address:
            proxy = Proxy(int(address.rpartition(":")[2]))
            async with proxying(proxy) as at:
                monkeypatch.setenv("HTTP_PROXY", f"http://{at}")
                engine = STT(base_url="http://deepgram.example", api_key=KEY)
                async with engine.stream() as stream:
                    await speak(stream, UTTERANCES[0])
                    stream.end_input()
                    async for event in stream:
                        if event.type is KIND.FINAL_TRANSCRIPT:
                            words += event.alternatives[0].text.split()
        return words, proxy.asked

    words, asked = run_in_virtual_time(main())
    assert words == WORDS[:16]
    assert asked == ["CONNECT deepgram.example:80 HTTP/1.1"]


def test_who_runs_it_is_told_of_a_proxy_that_stops_deepgram(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As the doctor and the log tell it: the key is not blamed."""

    async def main() -> None:
        async with proxying(Proxy(port=0, asks_who=True)) as at:
            monkeypatch.setenv("HTTPS_PROXY", f"http://{at}")
            engine = STT(base_url="https://deepgram.example", api_key=KEY)
            async with engine.stream() as stream:
                async for _ in stream:
                    pass

    with pytest.raises(APIStatusError, match="a proxy that wants a name and a password .407."):
        run_in_virtual_time(main())


def test_deepgram_on_this_machine_is_reached_directly(
    server: Deepgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert hear(server, talk).words == WORDS
