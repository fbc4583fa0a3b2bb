"""A meeting on emulated cloud engines, each kind of which fails once: another engine goes on, every
word is kept, and whoever organises the meeting reads who serves."""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from interpreter.engines.kinds import Kind
from tests.bench.held_meeting import Record, Stage, hold, spoken_into
from tests.bench.meeting_report import untold
from tests.bench.meetings import speak
from tests.bench.providers import leaks, running_providers
from tests.bench.spoiling import Wish, Wishes
from tests.live.meeting import running_product

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]

PROFILE, TARGETS, MINUTES = "deepgram-openai", ("es", "ca"), 0.6
BUSY_S = 10.0
"""How much later than promised a busy machine may say who serves; `meetings` says it is in time."""
WISHES: Wishes = {
    Kind.STT: (Wish("500", "500"),),
    Kind.TRANSLATOR: (Wish("drop", "drop"),),
    Kind.TTS: (Wish("429", "429", wait_s=4.0),),
}


async def held(folder: Path) -> tuple[Record, list[str]]:
    talk = await asyncio.to_thread(speak, folder, MINUTES)
    async with AsyncExitStack() as stack:
        running = running_providers(PROFILE, talk, TARGETS, folder)
        providers = await stack.enter_async_context(running)
        changes = spoken_into(PROFILE, providers)
        product = stack.enter_context(running_product(folder / "state", changes))
        record = await hold(Stage(product, providers, talk, TARGETS), WISHES)
    return record, await asyncio.to_thread(leaks, folder)


@pytest.fixture(scope="module")
def meeting(tmp_path_factory: pytest.TempPathFactory) -> tuple[Record, list[str]]:
    with tempfile.TemporaryDirectory() as short:  # a socket's path holds 107 bytes
        return asyncio.run(held(Path(short) / "meeting"))


def test_each_kind_of_engine_failed(meeting: tuple[Record, list[str]]) -> None:
    record, _ = meeting
    assert [fault["fault"] for fault in record.faults if fault["told"]] == ["500", "drop", "429"]
    assert record.left == []


def test_every_word_is_in_one_segment_of_each_target(meeting: tuple[Record, list[str]]) -> None:
    record, _ = meeting
    words = [record.line, *record.segments.values()]
    assert [word for one in words for word in (*one["lost"], *one["doubled"])] == []


def test_others_took_over_and_it_was_told(meeting: tuple[Record, list[str]]) -> None:
    record, _ = meeting
    over = {kind for _, kind, _, before, after, _ in record.switches if before and after}
    assert over == {"recogniser", "translator", "voice"}
    assert untold(record, BUSY_S) == []


def test_no_key_was_written(meeting: tuple[Record, list[str]]) -> None:
    assert meeting[1] == []
