"""OpenAI's realtime transcription on an emulated server that has every fault: no committed word is
lost, and none is said twice. In virtual time, the server's too."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any

import numpy
import pytest
from livekit.agents import stt, utils

from interpreter.engines.plugin_stt import PluginRecogniser
from interpreter.engines.plugins import open_stt
from interpreter.errors import EngineRefused, EngineUnavailable
from tests.contract.committing import TONES, WORDS, Commits, committed, talk
from tests.emulators.ears import TonesHeard
from tests.emulators.faults import Fault
from tests.emulators.openai_server import OpenAI, serving_here
from tests.emulators.proxy import Proxy, proxying
from tests.emulators.tones import RATE_HZ
from tests.virtual_time import run_in_virtual_time

TALK = talk(0.5, 1.2, 0.6, 0.5, 2.0)
FAULTS: tuple[Fault, ...] = (
    Fault("drop", after_s=2.0),
    Fault("drop", after_s=0.1),
    Fault("close", code=1011, after_s=4.4),
    Fault("close", code=1000, after_s=3.0),
    Fault("half_frame", after_s=2.6),
    Fault("500"),
    Fault("500", after_s=1.0),
    Fault("429", wait_s=0.5),
    Fault("late_final", wait_s=0.8),
    Fault("wrong_order", wait_s=0.6),
)


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none-is-needed")


Test = Callable[..., Coroutine[Any, Any, None]]
OURS, PLUGIN = "interpreter.engines.openai_stt:STT", "livekit.plugins.openai:STT"


def in_virtual_time(test: Test) -> Callable[..., None]:
    @wraps(test)
    def run(*args: Any, **fields: Any) -> None:
        run_in_virtual_time(test(*args, **fields))

    return run


@asynccontextmanager
async def recognising(
    server: OpenAI, path: str = OURS, **options: Any
) -> AsyncIterator[stt.STT[Any]]:
    async with serving_here(server) as url, utils.http_context.open():
        given = {"base_url": url, **options}

        def opened() -> stt.STT[Any]:
            return open_stt(path, given, {"language": "en"})

        recogniser = PluginRecogniser(opened(), again=opened)
        try:
            yield recogniser
        finally:
            await recogniser.aclose()


async def heard_with(
    fault: Fault | None, path: str = OURS, **options: Any
) -> tuple[Commits, OpenAI]:
    server = OpenAI(TonesHeard(TONES))
    server.faults.next = fault
    async with recognising(server, path, **options) as recogniser:
        return await committed(recogniser, TALK), server


@pytest.mark.parametrize("model", ["gpt-live-transcribe", "gpt-4o-mini-transcribe"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.kind}-{fault.after_s:g}")
@in_virtual_time
async def test_every_word_is_committed_once_whatever_fails(fault: Fault, model: str) -> None:
    heard, server = await heard_with(fault, model=model)

    assert heard.text == " ".join(WORDS)
    assert server.faults.happened == [fault]


@in_virtual_time
async def test_what_a_stalled_server_does_not_answer_is_told_to_another_connection() -> None:
    server = OpenAI(TonesHeard(TONES))
    server.faults.next = Fault("stall", after_s=0.5)
    talk = TONES.sound(" ".join(WORDS[:8]), pause_s=4.0) + TONES.sound(WORDS[8], pause_s=2.0)
    async with recognising(server) as recogniser:
        heard = await committed(recogniser, talk)

    assert heard.text == " ".join(WORDS[:9])
    assert server.realtime.opened == 2


@in_virtual_time
async def test_a_model_whose_first_words_take_long_is_waited_for() -> None:
    server = OpenAI(TonesHeard(TONES))
    server.realtime.begins_s = 1.6
    talk = TONES.sound(" ".join(WORDS), pause_s=1.0) * 6
    async with recognising(server) as recogniser:
        heard = await committed(recogniser, talk)

    assert heard.text == " ".join(WORDS * 6)
    assert server.realtime.opened <= 3  # until its way is known


@pytest.mark.parametrize("model", ["gpt-live-transcribe", "gpt-4o-mini-transcribe"])
@in_virtual_time
async def test_a_cough_that_no_connection_understands_costs_no_word(model: str) -> None:
    server = OpenAI(TonesHeard(TONES))
    server.realtime.is_unclear = True
    at_s = numpy.arange(20_000) / RATE_HZ  # two tones that are no word's
    tones = numpy.sin(2 * numpy.pi * 1850 * at_s) + numpy.sin(2 * numpy.pi * 3650 * at_s)
    cough = (tones * 900).astype("<i2").tobytes()
    talk = TALK + 2 * (cough + bytes(64_000)) + TALK
    async with recognising(server, model=model) as recogniser:
        heard = await committed(recogniser, talk)

    assert heard.text == " ".join(WORDS * 2)
    assert server.realtime.opened <= 3


@in_virtual_time
async def test_a_turn_that_fails_for_want_of_credit_says_so() -> None:
    server = OpenAI(TonesHeard(TONES))
    server.faults.next = Fault("500", after_s=1.0, says="insufficient_quota")
    async with recognising(server) as recogniser:
        with pytest.raises(ExceptionGroup) as raised:
            await committed(recogniser, TALK)
    assert raised.group_contains(EngineRefused, match="no credit left")


@pytest.mark.parametrize("longest_s", [2.7, 4.2])
@in_virtual_time
async def test_a_server_that_cuts_every_connection_costs_no_word(longest_s: float) -> None:
    server = OpenAI(TonesHeard(TONES))
    server.realtime.longest_s = longest_s
    async with recognising(server) as recogniser:
        heard = await committed(recogniser, TALK)

    assert heard.text == " ".join(WORDS)
    assert server.realtime.opened > 1


@in_virtual_time
async def test_a_proxy_that_cuts_again_and_again_costs_no_word() -> None:
    server = OpenAI(TonesHeard(TONES))
    server.faults.always = Fault("drop", after_s=30.0)  # silence is not sent
    async with recognising(server) as recogniser:
        heard = await committed(recogniser, TALK * 6)

    assert heard.text == " ".join(WORDS * 6)
    assert server.faults.happened


@in_virtual_time
async def test_an_old_connection_is_left_before_the_plugin_leaves_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("interpreter.engines.streamed.OLD_S", 2.0)
    monkeypatch.setattr("interpreter.engines.streamed.TOO_OLD_S", 2.0)
    server = OpenAI(TonesHeard(TONES))
    async with recognising(server) as recogniser:
        heard = await committed(recogniser, TALK)

    assert heard.text == " ".join(WORDS)
    assert server.realtime.opened > 2


@in_virtual_time
async def test_a_wrong_key_is_not_tried_again_and_the_sentence_says_what_to_do() -> None:
    server = OpenAI(TonesHeard(TONES), key="the-right-one")
    async with recognising(server) as recogniser:
        with pytest.raises(ExceptionGroup) as raised:
            await committed(recogniser, TALK)
    assert raised.group_contains(EngineRefused, match="refused the key .401.*; set one")
    assert server.realtime.opened == 0


@in_virtual_time
async def test_who_has_no_credit_is_told_so_at_once() -> None:
    server = OpenAI(TonesHeard(TONES))
    server.faults.always = Fault("429", says="insufficient_quota")
    async with recognising(server, PLUGIN) as recogniser:
        with pytest.raises(ExceptionGroup) as raised:
            await committed(recogniser, TALK)
    assert raised.group_contains(EngineRefused, match="no credit left .429, insufficient_quota.")


@in_virtual_time
async def test_words_have_the_times_of_their_turn() -> None:
    heard, _ = await heard_with(None)
    pairs = zip(heard.words, TONES.heard(TALK), strict=True)
    assert max(abs(word.start_s - said.start_s) for word, said in pairs) < 0.4
    assert heard.used_s == pytest.approx(24 * 0.3, abs=0.5)


@in_virtual_time
async def test_the_plugin_hears_every_word_too() -> None:
    heard, server = await heard_with(None, PLUGIN, use_realtime=True)
    assert heard.text == " ".join(WORDS)
    assert server.realtime.sessions[0]["audio"]["input"]["turn_detection"]["type"] == "server_vad"


async def heard_behind(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> Commits:
    """With time limits as a meeting sets them."""
    async with serving_here(OpenAI(TonesHeard(TONES))) as url, proxying(proxy) as at:
        proxy.port = int(url.rpartition(":")[2].removesuffix("/v1"))
        monkeypatch.setenv("HTTP_PROXY", f"http://{at}")
        given = {"base_url": "http://openai.example/v1"}
        recogniser = PluginRecogniser(open_stt(OURS, given, {"language": "en"}))
        try:
            return await committed(recogniser, TALK)
        finally:
            await recogniser.aclose()


@in_virtual_time
async def test_a_connection_that_takes_long_to_be_had_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is no engine that says nothing: another one would take as long."""
    proxy = Proxy(port=0, slow_s=3.0)
    heard = await heard_behind(proxy, monkeypatch)
    assert heard.text == " ".join(WORDS)
    assert len(proxy.asked) == 1


@in_virtual_time
async def test_a_server_that_never_takes_a_connection_is_given_up_before_words_are_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its speaker's flush waits 8 s."""
    proxy = Proxy(port=0, slow_s=60.0)
    with pytest.raises(ExceptionGroup) as raised:
        await heard_behind(proxy, monkeypatch)
    assert raised.group_contains(EngineUnavailable, match="failed .TimeoutError")
    assert len(proxy.asked) == 2
