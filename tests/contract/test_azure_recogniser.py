"""Azure's recogniser through its own SDK, on an emulated server that has every fault: no committed
word is lost, and none is said twice."""

import asyncio
from typing import Any

import pytest
from livekit.agents import stt

from interpreter.engines.azure_stt import refusal_status
from interpreter.engines.plugin_stt import PluginRecogniser
from interpreter.engines.plugins import open_stt
from interpreter.errors import EngineRefused, EngineUnavailable
from tests.contract.committing import TONES, WORDS, Commits, committed, talk
from tests.contract.conftest import frames
from tests.emulators.azure_server import RECOGNITION, Azure, serving
from tests.emulators.ears import TonesHeard
from tests.emulators.faults import Fault, Gone
from tests.emulators.proxy import Proxy, proxying

KEY = "a-key-that-nobody-may-see"
TALK = talk(0.8, 1.2, 0.8, 0.7, 2.0)
FAULTS: tuple[Fault, ...] = (
    Fault("drop", after_s=3.0),
    Fault("drop", after_s=0.1),
    Fault("close", code=1011, after_s=4.4),
    Fault("close", code=1000, after_s=3.0),
    Fault("half_frame", after_s=3.6),
    Fault("stall", after_s=2.1),
    Fault("stall", after_s=3.4),
    Fault("500"),
    Fault("429", wait_s=0.5),
    Fault("late_final", wait_s=0.8),
    Fault("wrong_order"),
)


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_SPEECH_KEY", KEY)


async def heard_by(azure: Azure, pcm: bytes = TALK, **options: Any) -> Commits:
    async with serving(azure) as at:
        return await heard_at(f"ws://{at}{RECOGNITION}", pcm, **options)


async def heard_at(endpoint: str, pcm: bytes = TALK, **options: Any) -> Commits:
    given = {"speech_endpoint": endpoint, **options}

    def opened() -> stt.STT[Any]:
        defaults: dict[str, Any] = {"language": "en-US", "phrase_list": ["Zorvex"]}
        return open_stt("interpreter.engines.azure_stt:STT", given, defaults)

    recogniser = PluginRecogniser(opened(), again=opened)
    try:
        return await committed(recogniser, pcm)
    finally:
        await recogniser.aclose()


async def heard_with(fault: Fault | None) -> tuple[str, list[Fault]]:
    azure = Azure(TonesHeard(TONES))
    azure.faults.next = fault
    heard = await heard_by(azure)
    return heard.text, azure.faults.happened


async def test_every_word_is_committed_once_whatever_fails() -> None:
    """All faults at a time, each on a server of its own."""
    ended = await asyncio.gather(*(heard_with(fault) for fault in (None, *FAULTS)))

    texts = {str(fault): text for (text, _), fault in zip(ended, (None, *FAULTS), strict=True)}
    assert texts == dict.fromkeys(texts, " ".join(WORDS))
    assert [happened for _, happened in ended] == [[], *([fault] for fault in FAULTS)]


@pytest.mark.soak
async def test_four_seconds_without_a_word_on_any_connection_cost_none() -> None:
    async def heard_without(after_s: float) -> str:
        azure = Azure(TonesHeard(TONES))
        azure.faults = Gone(after_s, for_s=4.0)
        return (await heard_by(azure)).text

    ended = await asyncio.gather(*map(heard_without, (1.2, 2.6, 4.1, 5.7, 7.4)))
    assert ended == [" ".join(WORDS)] * len(ended)


@pytest.mark.soak
async def test_a_proxy_that_cuts_every_connection_costs_no_word() -> None:
    azure = Azure(TonesHeard(TONES))
    azure.recognition.longest_s = 2.7
    assert (await heard_by(azure)).text == " ".join(WORDS)
    assert azure.recognition.opened > 2


async def test_words_have_the_times_that_azure_tells() -> None:
    azure = Azure(TonesHeard(TONES))
    heard = await heard_by(azure)

    said = zip(heard.words, TONES.heard(TALK), strict=True)
    assert max(abs(word.start_s - one.start_s) for word, one in said) < 0.2
    assert heard.used_s == pytest.approx(len(TALK) / 32_000, rel=0.35)
    assert azure.recognition.queries[0]["wordLevelTimestamps"] == "true"


async def test_words_keep_their_times_beside_a_number_that_was_said_in_several() -> None:
    azure = Azure(TonesHeard(TONES))
    azure.recognition.spoken = {WORDS[1]: ["two", "thousand", "and", "four"]}
    azure.recognition.silence_s = 1.0
    breath = b"\1\0" * 12_000
    pcm = TONES.sound(" ".join(WORDS[:2])) + breath + TONES.sound(WORDS[2], pause_s=1.5)
    finals = [one for one in (await heard_by(azure, pcm)).hypotheses if one.is_final]

    told = [word for one in finals for word in one.words]
    assert [word.text for word in told] == WORDS[:3]
    pairs = zip(told, TONES.heard(pcm), strict=True)
    assert max(abs(word.start_s - one.start_s) for word, one in pairs) < 0.2


async def test_the_last_word_of_a_late_hypothesis_is_not_committed() -> None:
    """What follows it was not heard yet: it is no silence."""
    azure = Azure(TonesHeard(TONES))
    azure.recognition.guesses_s = 0.4
    assert (await heard_by(azure)).text == " ".join(WORDS)


async def test_it_is_told_which_words_to_expect() -> None:
    azure = Azure(TonesHeard(TONES))
    await heard_by(azure, TONES.sound(WORDS[0], pause_s=1.0))
    assert "Zorvex" in str(azure.recognition.contexts[0])


async def test_nothing_is_made_of_silence() -> None:
    azure = Azure(TonesHeard(TONES))
    assert (await heard_by(azure, bytes(64_000))).text == ""


async def test_a_wrong_key_is_refused_at_once_and_never_repeated(
    caplog: pytest.LogCaptureFixture,
) -> None:
    azure = Azure(TonesHeard(TONES), key="the-right-one")
    with pytest.raises(ExceptionGroup) as raised:
        await heard_by(azure)
    assert raised.group_contains(EngineRefused, match="does not know it in this region .401.")
    assert KEY not in caplog.text + repr(raised.value)
    assert azure.recognition.opened == 0


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Fault("401", says="The key has expired."), "does not know it in this region .401."),
        (Fault("429", says="Quota exceeded.", wait_s=60.0), "asked too often .429.; "),
    ],
)
async def test_an_expired_key_and_a_spent_quota_say_what_to_do(
    fault: Fault, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    azure = Azure(TonesHeard(TONES))
    azure.faults.always = fault
    with pytest.raises(ExceptionGroup) as raised:
        await heard_by(azure)
    assert raised.group_contains((EngineUnavailable, EngineRefused), match=told)
    assert KEY not in caplog.text + repr(raised.value)


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    """As a time-out that the plugin raises bare is, and not a bug of ours."""
    given = {"speech_endpoint": f"ws://127.0.0.1:9{RECOGNITION}"}
    engine = open_stt("interpreter.engines.azure_stt:STT", given, {"language": "en-US"})
    recogniser = PluginRecogniser(engine, patience_s=1.0)
    with pytest.raises(ExceptionGroup) as raised:
        await committed(recogniser, TALK)
    assert raised.group_contains(EngineUnavailable, match="cannot be reached")


@pytest.mark.parametrize(
    ("name", "said", "status"),
    [
        ("AuthenticationFailure", "WebSocket upgrade failed: Authentication error (401).", 401),
        ("AuthenticationFailure", "WebSocket upgrade failed: Authentication error (403).", 403),
        ("ServiceError", "WebSocket upgrade failed: Internal service error (404). Error", 404),
        ("ConnectionFailure", "WebSocket upgrade failed: Unspecified connection error (402).", 402),
        ("Forbidden", "The recognizer is using a free subscription that ran out of quota.", 402),
        ("BadRequest", "Error code: 1007. Error details: Quota exceeded", 402),
        ("BadRequest", "Error code: 4429. Error details: The request is throttled", 429),
        ("BadRequest", "Error code: 1007. Error details: something else", 400),
        ("ConnectionFailure", "Connection was closed by the remote host.", None),
    ],
)
def test_what_ends_a_session_has_a_status(name: str, said: str, status: int | None) -> None:
    assert refusal_status(name, said) == status


async def test_what_is_sent_is_counted_also_where_nobody_waits_for_an_answer() -> None:
    """A speaker who leaves without a word."""
    azure, used = Azure(TonesHeard(TONES)), list[float]()
    async with serving(azure) as at:
        given: dict[str, Any] = {"speech_endpoint": f"ws://{at}{RECOGNITION}"}
        engine = open_stt("interpreter.engines.azure_stt:STT", given, {"language": "en-US"})
        engine.on("metrics_collected", lambda told: used.append(told.audio_duration))
        stream = engine.stream()
        for frame in frames(bytes(32_000)):
            stream.push_frame(frame)
        async with asyncio.timeout(10):
            while not azure.recognition.opened:  # noqa: ASYNC110  (the SDK has threads of its own)
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.5)
        await stream.aclose()
        await engine.aclose()
    assert sum(used) == pytest.approx(1.0)


async def test_azure_is_heard_through_a_companys_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked for by its name, which nobody but the proxy may know."""
    async with serving(Azure(TonesHeard(TONES))) as at:
        proxy = Proxy(int(at.rpartition(":")[2]), asks_who=True)
        async with proxying(proxy) as way:
            monkeypatch.setenv("HTTPS_PROXY", f"http://jane:hunter%4022@{way}")
            heard = await heard_at(f"ws://azure.example{RECOGNITION}")
    assert heard.text == " ".join(WORDS)
    assert proxy.asked == ["CONNECT azure.example:80 HTTP/1.1"]
