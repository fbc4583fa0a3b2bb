"""The engine host and its clients, with scripted children: sharing, dying, ending."""

import asyncio
import os
import select
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psutil
import pytest
from livekit import rtc
from livekit.agents import APIConnectionError, APIConnectOptions, stt

import languages
from interpreter.engines import apertium_pipeline
from interpreter.engines.apertium import ApertiumTranslator
from interpreter.engines.espeak import EspeakVoice
from interpreter.engines.framing import Message, pack, read_message
from interpreter.engines.host import EXIT_ALREADY_SERVED, READY
from interpreter.engines.host_client import connected
from interpreter.engines.host_process import host_status, supervise
from interpreter.engines.pocketsphinx import PocketsphinxRecogniser
from interpreter.engines.routes import Hop
from interpreter.engines.translator import TranslationRequest
from interpreter.errors import EngineRefused, EngineUnavailable, RequirementMissing
from interpreter.settings import Settings
from interpreter.word_sounds import marked
from tests.interpreter.engines.conftest import Machine

ONCE = APIConnectOptions(max_retry=0)
SECOND = rtc.AudioFrame(bytes(32_000), 16_000, 1, 16_000)
DEADLY = rtc.AudioFrame(b"\x42" * 32_000, 16_000, 1, 16_000)
FINAL = stt.SpeechEventType.FINAL_TRANSCRIPT


async def finals(stream: stt.RecognizeStream) -> list[str]:
    return [event.alternatives[0].text async for event in stream if event.type == FINAL]


async def recognised(recogniser: PocketsphinxRecogniser, *frames: rtc.AudioFrame) -> list[str]:
    """What one stream hears of the frames, each an utterance of its own."""
    async with recogniser.stream(conn_options=APIConnectOptions(retry_interval=0)) as stream:
        for frame in frames:
            stream.push_frame(frame)
            stream.flush()
        stream.end_input()
        return await finals(stream)


def hop(pair: str) -> Hop:
    """A pair of Apertium's, between two languages that do not matter here."""
    return Hop(languages.load("en"), languages.load("ca"), pair)


async def translated(settings: Settings, text: str) -> str:
    pieces = ApertiumTranslator(hop("aaa-bbb"), settings).translate(TranslationRequest(text))
    return "".join([piece async for piece in pieces])


async def children(settings: Settings, kind: str, accept: Callable[[int], bool]) -> list[int]:
    """The host's processes of a kind, as soon as there are as many as asked for."""
    async with asyncio.timeout(20):
        while True:
            pids = _pids(await host_status(settings), kind)
            if accept(len(pids)):
                return pids


def _pids(status: Message, kind: str) -> list[int]:
    pids = status.header[kind]
    assert isinstance(pids, list)
    return pids


async def test_a_stream_hears_each_utterance_in_the_time_of_the_stream(machine: Machine) -> None:
    async with machine.host() as settings:
        recogniser = PocketsphinxRecogniser("model", "en", settings)

        assert await recognised(recogniser, SECOND, SECOND) == ["w0", "w1"]


async def test_every_flush_is_answered_even_one_of_nothing(machine: Machine) -> None:
    async with machine.host() as settings:
        recogniser = PocketsphinxRecogniser("model", "en", settings)
        async with recogniser.stream(conn_options=ONCE) as stream:
            stream.flush()
            event = await anext(stream)
            while event.type != stt.SpeechEventType.END_OF_SPEECH:
                event = await anext(stream)


async def test_a_decoder_that_dies_costs_no_word_when_the_stream_may_retry(
    machine: Machine,
) -> None:
    machine.trap.touch()
    async with machine.host() as settings:
        recogniser = PocketsphinxRecogniser("model", "en", settings)

        heard = await recognised(recogniser, SECOND, DEADLY, SECOND)

    assert heard == ["w0", "w1", "w2"]


async def test_a_decoder_that_dies_is_an_error_where_nobody_retries(machine: Machine) -> None:
    machine.trap.touch()
    async with machine.host() as settings:
        recogniser = PocketsphinxRecogniser("model", "en", settings)
        async with recogniser.stream(conn_options=ONCE) as stream:
            stream.push_frame(DEADLY)
            with pytest.raises(APIConnectionError):
                await finals(stream)

        assert await recognised(recogniser, SECOND) == ["w0"]


async def test_the_microphone_is_remembered_for_the_next_stream(machine: Machine) -> None:
    async with machine.host() as settings:
        recogniser = PocketsphinxRecogniser("model", "en", settings)
        await recognised(recogniser, SECOND)

        assert recogniser.means == "learned"


async def test_one_spare_decoder_is_kept_warm_and_taken_by_the_next_stream(
    machine: Machine,
) -> None:
    async with machine.host() as settings:
        recogniser = PocketsphinxRecogniser("model", "en", settings)
        async with recogniser.stream() as first:
            first.push_frame(SECOND)
            used, spare = await children(settings, "decoders", lambda count: count == 2)
            async with recogniser.stream() as second:
                second.push_frame(SECOND)
                three = await children(settings, "decoders", lambda count: count == 3)

    assert {used, spare} < set(three)


async def test_a_decoder_is_told_words_with_their_sounds_and_serves_no_other_stream(
    machine: Machine,
) -> None:
    async with machine.host() as settings:
        told = PocketsphinxRecogniser("model", "en", settings, words=["Ax", marked("stent", "tɛ")])
        assert await recognised(told, SECOND) == ["Ax:B OW OW stent:T EH"]

        for _ in range(2):
            others = PocketsphinxRecogniser("model", "en", settings)
            assert await recognised(others, SECOND) == ["w0"]


async def test_without_a_voice_that_knows_sounds_it_hears_all_the_same(machine: Machine) -> None:
    machine.trap.touch()
    async with machine.host() as settings:
        recogniser = PocketsphinxRecogniser("model", "en", settings, words=["die"])
        assert await recognised(recogniser, SECOND) == ["w0"]


async def test_idle_children_are_stopped(machine: Machine) -> None:
    machine.add_mode("aaa-bbb", "sed -u p")
    async with machine.host(idle_s=0) as settings:
        await recognised(PocketsphinxRecogniser("model", "en", settings), SECOND)
        await EspeakVoice("es", settings).synthesize("hola").collect()

        assert await children(settings, "decoders", lambda count: count == 0) == []
        assert await children(settings, "voices", lambda count: count == 0) == []


async def test_what_is_missing_is_said_in_the_childs_words(machine: Machine) -> None:
    async with machine.host() as settings:
        recogniser = PocketsphinxRecogniser("missing", "en", settings)
        with pytest.raises(APIConnectionError, match="install it") as caught:
            await recognised(recogniser, SECOND)

    assert isinstance(caught.value.__cause__, RequirementMissing)
    assert not caught.value.retryable


async def test_utterances_of_several_clients_do_not_mix(machine: Machine) -> None:
    async with machine.host() as settings:
        voice = EspeakVoice("es", settings)
        texts = ["a" * n for n in (5, 40, 10, 20)]

        frames = await asyncio.gather(*(voice.synthesize(text).collect() for text in texts))

    made_s = [len(text) * 220 / 22_050 for text in texts]
    assert [frame.duration for frame in frames] == pytest.approx(made_s, abs=0.02)


async def test_a_voice_that_dies_fails_one_utterance_and_speaks_the_next(
    machine: Machine,
) -> None:
    machine.trap.touch()
    async with machine.host() as settings:
        voice = EspeakVoice("es", settings)
        with pytest.raises(APIConnectionError):
            await voice.synthesize("die", conn_options=ONCE).collect()

        assert (await voice.synthesize("hola").collect()).duration > 0


async def test_an_utterance_without_sound_so_far_is_tried_again(machine: Machine) -> None:
    machine.trap.touch()
    async with machine.host() as settings:
        again = APIConnectOptions(max_retry=1, retry_interval=0)

        frame = await EspeakVoice("es", settings).synthesize("die", conn_options=again).collect()

    assert frame.duration > 0


async def test_a_listener_who_hangs_up_stops_nobody_else(machine: Machine) -> None:
    async with machine.host() as settings:
        async with connected(settings.engine_socket_path, 5) as connection:
            await connection.send("speak", text="x" * 500, voice="es", words_per_minute=175)

        assert (await EspeakVoice("es", settings).synthesize("hola").collect()).duration > 0


async def test_texts_of_one_pair_come_back_to_whom_they_belong(machine: Machine) -> None:
    machine.add_mode("aaa-bbb", "sed -u 's/one/uno/'")
    async with machine.host() as settings:
        asked = [translated(settings, f"one {n} [^$] a/b") for n in range(20)]

        assert await asyncio.gather(*asked) == [f"uno {n} [^$] a/b" for n in range(20)]


async def test_a_pipeline_that_is_out_of_step_is_not_believed(machine: Machine) -> None:
    machine.add_mode("aaa-bbb", r"sed -u 's/\[[0-9]*\]/[999]/'")
    async with machine.host() as settings:
        with pytest.raises(EngineUnavailable):
            await translated(settings, "one")


async def test_a_pipeline_has_more_time_to_load_than_to_answer(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apertium_pipeline, "_ANSWER_S", 0.0)
    machine.add_mode("aaa-bbb", "sed -u p")
    async with machine.host() as settings:
        assert await translated(settings, "one")
        with pytest.raises(EngineUnavailable):
            await translated(settings, "two")
        assert await translated(settings, "three")


async def test_a_pipeline_that_dies_serves_the_next_text_again(machine: Machine) -> None:
    machine.add_mode("aaa-bbb", "sed -u '/die/Q'")
    async with machine.host() as settings:
        with pytest.raises(EngineUnavailable):
            await translated(settings, "die")

        assert await translated(settings, "live") == "live"


async def test_a_killed_pipeline_serves_the_next_text_again(machine: Machine) -> None:
    machine.add_mode("aaa-bbb", "sed -u '' | sed -u ''")
    async with machine.host() as settings:
        await translated(settings, "one")
        (shell,) = await children(settings, "pipelines", lambda count: count == 1)
        os.killpg(shell, signal.SIGKILL)
        with suppress(EngineUnavailable):  # the text in flight may be lost, no later one
            await translated(settings, "two")

        assert await translated(settings, "three") == "three"


async def test_a_pipeline_that_has_served_long_is_replaced_and_no_text_waits_for_it(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apertium_pipeline, "_RENEWED_AFTER_TEXTS", 5)
    machine.add_mode("aaa-bbb", "sed -u 's/one/uno/'")
    async with machine.host() as settings:
        await translated(settings, "one")
        (first,) = await children(settings, "pipelines", lambda count: count == 1)
        async with asyncio.timeout(20):
            last = first
            while last == first:
                asked = [translated(settings, f"one {n}") for n in range(7)]
                assert await asyncio.gather(*asked) == [f"uno {n}" for n in range(7)]
                (last,) = await children(settings, "pipelines", lambda count: count == 1)
            while psutil.pid_exists(first):  # noqa: ASYNC110  (it is no child of ours to wait for)
                await asyncio.sleep(0.01)


async def test_a_pipeline_that_cannot_be_replaced_goes_on(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apertium_pipeline, "_RENEWED_AFTER_TEXTS", 1)
    monkeypatch.setattr(apertium_pipeline, "_FIRST_ANSWER_S", 1.0)
    once = machine.folder / "once"
    once.write_text(
        f"#!/bin/sh\n[ -e {once}.run ] && exec sleep 9\ntouch {once}.run\nexec sed -zu ''"
    )
    once.chmod(0o755)
    machine.add_mode("aaa-bbb", str(once))
    async with machine.host() as settings:
        for n in range(9):
            assert await translated(settings, f"one {n}")
            await asyncio.sleep(0.25)


@pytest.mark.parametrize(
    ("pair", "text", "error"),
    [
        ("aaa-ccc", "one", RequirementMissing),
        ("../x", "one", EngineRefused),
        ("aaa-bbb", "x" * 5001, EngineRefused),
    ],
    ids=["not installed", "no pair", "too long"],
)
async def test_what_cannot_be_translated_is_refused_with_a_reason(
    machine: Machine, pair: str, text: str, error: type[Exception]
) -> None:
    machine.add_mode("aaa-bbb", "sed -u p")
    async with machine.host() as settings:
        pieces = ApertiumTranslator(hop(pair), settings).translate(TranslationRequest(text))

        with pytest.raises(error):
            await anext(pieces)


@pytest.mark.parametrize("nonsense", [pack("dance"), pack("speak"), b"GET / HTTP/1.1\r\n\r\n"])
async def test_a_client_that_talks_nonsense_is_told_so_and_harms_nobody(
    machine: Machine, nonsense: bytes
) -> None:
    async with machine.host() as settings:
        reader, writer = await asyncio.open_unix_connection(str(settings.engine_socket_path))
        writer.write(nonsense)
        answer = await read_message(reader)
        writer.close()
        await writer.wait_closed()

        assert answer.kind == "failed"
        assert (await host_status(settings)).kind == "status"


async def test_without_a_host_the_error_names_what_starts_it(machine: Machine) -> None:
    with pytest.raises(EngineUnavailable, match="interpreter worker"):
        await translated(machine.settings, "one")


@asynccontextmanager
async def started(socket: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "interpreter.engines.host", "--socket", str(socket)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


async def first_line(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdout is not None
    return await process.stdout.readline()


async def test_a_host_ends_with_its_input_and_leaves_nothing(tmp_path: Path) -> None:
    async with started(tmp_path / "host.sock") as host:
        assert await first_line(host) == READY
        assert sorted(os.listdir(tmp_path)) == ["host.sock", "host.sock.lock"]

    assert host.returncode == 0
    assert os.listdir(tmp_path) == []


async def test_a_second_host_on_a_live_socket_ends_at_once(tmp_path: Path) -> None:
    async with started(tmp_path / "host.sock") as first:
        await first_line(first)
        async with started(tmp_path / "host.sock") as second:
            await second.wait()

    assert second.returncode == EXIT_ALREADY_SERVED


async def test_a_killed_host_is_started_again_on_the_same_socket(machine: Machine) -> None:
    settings = machine.settings
    answers = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        keeper = group.create_task(supervise(settings, answers))
        await answers.wait()
        first = await _process_id(settings)
        os.kill(first, signal.SIGKILL)
        second = first
        while second == first:
            with suppress(EngineUnavailable):
                second = await _process_id(settings)
            await asyncio.sleep(0)  # a refused connection gives the loop no turn
        keeper.cancel()

    assert not settings.engine_socket_path.exists()


async def _process_id(settings: Settings) -> int:
    status = await host_status(settings)
    return int(status.number("pid"))


@pytest.mark.live
async def test_a_killed_host_leaves_no_engine_behind(machine: Machine) -> None:
    settings = machine.settings
    async with started(settings.engine_socket_path) as host:
        await first_line(host)
        await EspeakVoice("es", settings).synthesize("hola").collect()
        pieces = ApertiumTranslator(hop("eng-spa"), settings).translate(TranslationRequest("hello"))
        await anext(pieces)
        status = await host_status(settings)
        watched = [
            os.pidfd_open(pid) for pid in (*_pids(status, "voices"), *_pids(status, "pipelines"))
        ]
        host.kill()

    ended = [select.select([pid], [], [], 10)[0] for pid in watched]
    for pid in watched:
        os.close(pid)
    assert ended == [[pid] for pid in watched]


async def test_a_host_that_cannot_start_is_reported(tmp_path: Path) -> None:
    settings = Machine(tmp_path / ("too-long-for-a-socket" * 8)).settings

    with pytest.raises(EngineUnavailable, match="cannot start"):
        await supervise(settings, asyncio.Event())
