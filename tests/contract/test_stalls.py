"""A recogniser that keeps its connection and says nothing any more: no word is lost or doubled, and
none comes more than two seconds later than it usually does, with an engine alone and with others
beside it. In virtual time, the servers' too.

Where new connections of the first engine say nothing either, that is later: it is tried once more
before another one is asked, and Deepgram hears what was kept at 1.25 times the pace of speech."""

import math
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from livekit.agents import utils

from interpreter.engines import open_recogniser
from interpreter.engines.fallback.health import process_health
from interpreter.settings import Settings
from tests.contract.committing import Commits, committed
from tests.emulators.deepgram import KEY, Deepgram
from tests.emulators.deepgram import serving as serving_deepgram
from tests.emulators.ears import TonesHeard
from tests.emulators.faults import Fault, Gone
from tests.emulators.mouths import Hum
from tests.emulators.openai_server import OpenAI, serving_here
from tests.emulators.tones import Tones, invented
from tests.virtual_time import run_in_virtual_time

WORDS = invented(60)
TONES = Tones(WORDS)
TALK = b"".join(
    TONES.sound(" ".join(WORDS[start:end]), pause_s=pause_s)
    for start, end, pause_s in [
        (0, 4, 0.5),
        (4, 19, 1.2),
        (19, 20, 0.6),
        (20, 32, 0.5),
        (32, 50, 0.9),
        (50, 60, 2.0),
    ]
)
DEEPGRAM, LIVE, TURNS, PLUGIN = "deepgram", "live", "turns", "plugin"
RECORDINGS = "recordings"
OURS = "interpreter.engines.openai_stt:STT"
ROWS = {
    DEEPGRAM: ("interpreter.engines.deepgram_stt:STT", ""),
    LIVE: (OURS, ""),
    TURNS: (OURS, 'model = "gpt-4o-mini-transcribe"'),
    PLUGIN: ("livekit.plugins.openai:STT", "use_realtime = true"),
    RECORDINGS: ("livekit.plugins.openai:STT", 'use_realtime = false, model = "whisper-1"'),
}
"""Their plugins and options."""


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none-is-needed")
    monkeypatch.setenv("DEEPGRAM_API_KEY", KEY)


def hear(
    folder: Path,
    chain: Sequence[str],
    fault: Fault | None,
    gone_after_s: float = 0.0,
    gone_for_s: float = math.inf,
    always: Fault | None = None,
) -> Commits:
    """What is committed where the first engine of a chain has a fault, once or always, or is
    gone."""

    async def main() -> Commits:
        async with AsyncExitStack() as stack:
            rows = []
            for place, name in enumerate(chain):
                deepgram, openai = Deepgram(TonesHeard(TONES), Hum()), OpenAI(TonesHeard(TONES))
                openai.realtime.final_s = 0.3
                serving = serving_deepgram(deepgram) if name == DEEPGRAM else serving_here(openai)
                url = await stack.enter_async_context(serving)
                plugin, option = ROWS[name]
                options = ", ".join(filter(None, [f'base_url = "{url}"', option]))
                rows.append(f'{{ plugin = "{plugin}", options = {{ {options} }} }}')
                server = deepgram if name == DEEPGRAM else openai
                if place == 0 and gone_after_s:
                    server.faults = Gone(gone_after_s, gone_for_s)
                elif place == 0:
                    server.faults.next, server.faults.always = fault, always
            file = folder / f"{uuid4()}.toml"  # what was read of a file is remembered
            parts = f"stt = [{', '.join(rows)}]", 'translator = ["apertium"]', 'tts = ["espeak"]'
            file.write_text("\n".join(["[mine]", *parts]))
            settings = Settings.model_validate(
                {
                    "LIVEKIT_API_KEY": "key",
                    "LIVEKIT_API_SECRET": "secret-of-a-test-that-nobody-uses",
                    "engines": str(file),
                    "profile": "mine",
                }
            )
            await stack.enter_async_context(utils.http_context.open())
            recogniser = open_recogniser("en", settings)
            try:
                return await committed(recogniser, TALK)
            finally:
                await recogniser.aclose()

    process_health.cache_clear()
    return run_in_virtual_time(main())


@cache
def usual(folder: Path, chain: tuple[str, ...]) -> Commits:
    return hear(folder, chain, None)


def most_added_s(folder: Path, chain: tuple[str, ...], heard: Commits) -> float:
    """How much later than usual the latest word came; every word did, once."""
    as_usual = usual(folder, chain)
    assert heard.text == as_usual.text == " ".join(WORDS)
    return max(one_s - usual_s for one_s, usual_s in zip(heard.at_s, as_usual.at_s, strict=True))


MOST_ADDED_S = 2.0
CHAINS = (
    (DEEPGRAM,),
    (LIVE,),
    (TURNS,),
    (PLUGIN,),
    (DEEPGRAM, LIVE),
    (LIVE, DEEPGRAM),
    (DEEPGRAM, DEEPGRAM),
    (DEEPGRAM, TURNS),
    (DEEPGRAM, RECORDINGS),
    (LIVE, LIVE),
)


@pytest.mark.parametrize("chain", CHAINS, ids="+".join)
@pytest.mark.parametrize("after_s", [0.1, 1.3, 2.6, 4.1, 5.5, 8.6, 14.0])
def test_a_stall_costs_no_word_and_at_most_two_seconds(
    tmp_path_factory: pytest.TempPathFactory, chain: tuple[str, ...], after_s: float
) -> None:
    folder = tmp_path_factory.getbasetemp()
    heard = hear(folder, chain, Fault("stall", after_s=after_s))
    assert most_added_s(folder, chain, heard) <= MOST_ADDED_S


GONE: dict[tuple[str, ...], float] = {
    (LIVE, DEEPGRAM): 4.6,
    (DEEPGRAM, DEEPGRAM): 3.6,
    (DEEPGRAM, LIVE): 3.0,
    (DEEPGRAM, TURNS): 3.8,
    (DEEPGRAM, RECORDINGS): 3.5,
}
"""Chains, and the seconds that are added at most."""


@pytest.mark.parametrize("chain", GONE, ids="+".join)
@pytest.mark.parametrize("after_s", [1.3, 4.8, 11.0])
def test_an_engine_that_is_gone_costs_no_word(
    tmp_path_factory: pytest.TempPathFactory, chain: tuple[str, ...], after_s: float
) -> None:
    folder = tmp_path_factory.getbasetemp()
    heard = hear(folder, chain, None, gone_after_s=after_s)
    assert most_added_s(folder, chain, heard) <= GONE[chain]


AGAIN: dict[tuple[str, ...], float] = {
    (LIVE, DEEPGRAM): 2.6,
    (DEEPGRAM, DEEPGRAM): 3.4,
    (DEEPGRAM, LIVE): 2.2,
    (DEEPGRAM, TURNS): 2.6,
    (DEEPGRAM, RECORDINGS): 2.2,
}


@pytest.mark.parametrize("chain", AGAIN, ids="+".join)
@pytest.mark.parametrize("after_s", [2.0, 3.0, 4.0, 6.0])
def test_an_engine_that_stalls_on_each_connection_is_left_after_the_second(
    tmp_path_factory: pytest.TempPathFactory, chain: tuple[str, ...], after_s: float
) -> None:
    folder = tmp_path_factory.getbasetemp()
    heard = hear(folder, chain, None, always=Fault("stall", after_s=after_s))
    assert most_added_s(folder, chain, heard) <= AGAIN[chain]


@pytest.mark.parametrize("name", [DEEPGRAM, LIVE, TURNS, PLUGIN])
@pytest.mark.parametrize("after_s", [1.3, 4.8, 8.6, 14.0])
def test_an_engine_alone_that_is_gone_for_four_seconds_costs_no_word(
    tmp_path: Path, name: str, after_s: float
) -> None:
    heard = hear(tmp_path, [name], None, gone_after_s=after_s, gone_for_s=4.0)
    assert heard.text == " ".join(WORDS)
