"""Channels that are made from another channel's machine: chosen, and where no pair leads there
from what is spoken; lost, killed, and back."""

import asyncio
import json
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from interpreter.events import Origin, Segment
from tests.bench.memory import find_pairs
from tests.live.booth import add_interpreter, console
from tests.live.ears import Listener, listening
from tests.live.meeting import HASTE, LOOK_S, Meeting, Product, play, running_product, until
from tests.live.scripted_stt import SENTENCES
from tests.speech import speak_talk

logger = logging.getLogger(__name__)
pytestmark = [pytest.mark.live, pytest.mark.soak, pytest.mark.timeout(400)]

SCRIPTED = {"INTERPRETER_STT": "tests.live.scripted_stt:STT"}
UNITS = 4
LONGER_S = 90.0
RECOVERS_S = 60.0
BEGINS_S = 1.0
"""So long a replacement is let live."""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("product"), HASTE | SCRIPTED) as product:
        yield product


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    wav = tmp_path_factory.mktemp("talks") / "talk.wav"
    speak_talk(wav, "rms", *SENTENCES["en"] * 20)
    return wav


async def choose(meeting: Meeting, **changes: object) -> None:
    answer = await meeting.http.post(
        f"/api/meetings/{meeting.id}/relays", json={"key": meeting.key, **changes}
    )
    answer.raise_for_status()


async def leave_alone(meeting: Meeting, *channels: str) -> None:
    """No machine stands by in these channels."""
    url = f"/m/{meeting.id}/interpreters/channels?key={meeting.key}"
    answer = await meeting.http.post(url, data={"alone": list(channels)})
    assert answer.status_code == 303


def from_line(meeting: Meeting, language: str, line: str) -> list[Segment]:
    found = meeting.segments(language)
    return [one for one in found if one.source_line.startswith(f"{line}/")]


def told(meeting: Meeting, channel: str) -> list[tuple[tuple[str, ...], str]]:
    events = [one for one in meeting.events("relay") if one["channel"] == channel]
    return [(tuple(one["lines"]), one["trouble"]) for one in events]


def lags(events: list[dict[str, Any]], language: str, ends_s: dict[str, float]) -> list[float]:
    """From the end of what was said to the caption's first showing, by segment."""
    shown: dict[str, float] = {}
    for one in events:
        if one["event"] == "caption" and one["language"] == language:
            shown.setdefault(one["segment"], one["at_s"])
    return [at_s - ends_s[segment] for segment, at_s in shown.items() if segment in ends_s]


@asynccontextmanager
async def over_spanish(
    product: Product, talk: Path
) -> AsyncIterator[tuple[Meeting, Listener, asyncio.Task[None]]]:
    """English is spoken, and Portuguese made of Spanish, for some time already; with who listens to
    it, and the talk."""
    async with (
        product.meeting("es", "pt") as meeting,
        meeting.speaker("Ana") as ana,
        listening(meeting) as listener,
        listening(meeting) as spanish,
        asyncio.TaskGroup() as tasks,
    ):
        await choose(meeting, channels={"pt": "es"})
        await listener.choose("pt", sound=True)
        await spanish.choose("es")
        talking = tasks.create_task(play(ana, talk), name="talk")
        await until(lambda: len(from_line(meeting, "pt", "en>es")) >= UNITS, LONGER_S)
        yield meeting, listener, talking
        talking.cancel()


@dataclass
class Story:
    """What came of it."""

    relayed: list[Segment] = field(default_factory=list)
    direct: list[Segment] = field(default_factory=list)
    again: list[Segment] = field(default_factory=list)
    told: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    states: dict[str, Any] = field(default_factory=dict)
    lag_s: dict[str, float] = field(default_factory=dict)
    all: list[Segment] = field(default_factory=list)


@pytest.fixture(scope="module")
def chosen(product: Product, talk: Path) -> Story:
    return asyncio.run(choose_and_lose(product, talk))


async def choose_and_lose(product: Product, talk: Path) -> Story:
    """English is spoken; Portuguese is to be made from Spanish, which is lost for a while."""
    story = Story()
    async with over_spanish(product, talk) as (meeting, listener, talking):
        await leave_alone(meeting, "es")
        await until(lambda: len(from_line(meeting, "pt", "en")) >= UNITS, LONGER_S)
        await leave_alone(meeting)
        before = len(from_line(meeting, "pt", "en>es"))
        await until(lambda: len(from_line(meeting, "pt", "en>es")) >= before + UNITS, LONGER_S)
        talking.cancel()
        await asyncio.sleep(3.0)
        story.relayed = from_line(meeting, "pt", "en>es")
        story.direct = from_line(meeting, "pt", "en")
        story.told = told(meeting, "pt")
        ends_s = {one.id: one.end_s for one in [*meeting.segments("pt"), *meeting.segments("es")]}
        ends_relayed = {one.id: one.end_s for one in story.relayed}
        story.lag_s = {
            "es": median(lags(meeting.events(), "es", ends_s)),
            "pt": median(lags(meeting.events(), "pt", ends_relayed)),
        }
        story.all = meeting.segments("pt")
        assert listener.voice.any()
        assert not meeting.events("engine_failed")
    return story


def test_a_channel_is_made_from_the_one_that_the_organiser_chose(chosen: Story) -> None:
    assert {(one.origin, one.relay, one.speaker) for one in chosen.relayed} == {
        (Origin.MACHINE, 1, "Ana")
    }
    assert "escola" in " ".join(one.text for one in chosen.relayed)
    assert all(one.source_segments[0].startswith("en-es.") for one in chosen.relayed)


def test_while_that_is_lost_it_is_made_from_the_floor_and_then_from_there_again(
    chosen: Story,
) -> None:
    assert chosen.told == [
        (("en>es",), ""),
        ((), ""),  # for some seconds: the human who is to interpret may come
        (("en",), "lost"),
        (("en>es",), ""),
    ]
    assert {one.relay for one in chosen.direct} == {0}
    last_direct, last = max(one.end_s for one in chosen.direct), chosen.all[-1]
    assert last.end_s > last_direct
    assert last in chosen.relayed


def test_no_negation_is_lost_on_the_way(chosen: Story) -> None:
    asked = [one.text for one in chosen.relayed if "professores" in one.text.lower()]
    assert asked
    assert all("não" in text for text in asked)


def test_a_whole_sentence_is_relayed_at_once(chosen: Story) -> None:
    assert chosen.lag_s["pt"] < chosen.lag_s["es"] + 1.0


async def test_where_no_pair_leads_another_channel_is_taken_and_is_missed_when_it_goes(
    product: Product, talk: Path
) -> None:
    """Spanish is spoken, Catalan is reached over English alone; then nobody may interpret that."""
    async with (
        product.meeting("en", "ca", spoken=("es",)) as meeting,
        meeting.speaker("Ana", "es") as ana,
        listening(meeting) as listener,
    ):
        key = add_interpreter(meeting, "Maria", "en")
        await listener.choose("ca")
        async with console(meeting, key, "en") as maria, asyncio.TaskGroup() as tasks:
            talking = tasks.create_task(play(ana, talk), name="talk")
            await until(lambda: len(from_line(meeting, "ca", "es>en")) >= UNITS, LONGER_S)
            await leave_alone(meeting, "en")
            await until(lambda: told(meeting, "ca")[-1:] == [((), "lost")], LONGER_S)
            await until(lambda: maria.states["ca"] == "no_machine")
            talking.cancel()
        catalan = meeting.segments("ca")
        events = told(meeting, "ca")
    assert {(one.relay, one.source_line.split("/")[0]) for one in catalan} == {(1, "es>en")}
    assert "escola" in " ".join(one.text for one in catalan)
    assert events == [(("es>en",), ""), ((), ""), ((), "lost")]


def kill_spanish(meeting: Meeting) -> tuple[Path, float]:
    """The folder of the meeting's events, and when it was."""
    logs = meeting.product.settings.events_dir / meeting.room
    os.kill(find_pairs(logs)["es"], signal.SIGKILL)
    return logs, meeting.now_s()


async def test_a_relay_whose_pair_is_killed_goes_on_with_its_replacement(
    product: Product, talk: Path
) -> None:
    async with over_spanish(product, talk) as (meeting, _, _):
        _, killed_s = kill_spanish(meeting)

        def since() -> list[Segment]:
            return [s for s in from_line(meeting, "pt", "en>es") if s.start_s > killed_s]

        await until(lambda: len(since()) >= UNITS, RECOVERS_S)
        lines = told(meeting, "pt")
        first = since()[0]
    logger.info("relayed again from %.1f s after the kill", first.start_s - killed_s)
    assert lines[0] == (("en>es",), "")
    assert lines[-1] == (("en>es",), "")
    assert {trouble for _, trouble in lines} <= {"", "lost"}


def begun(logs: Path) -> set[int]:
    """The process of each pair that was ever sent."""
    lines = [log.read_text(encoding="utf-8").partition("\n")[0] for log in logs.glob("*.jsonl")]
    jobs = [json.loads(line) for line in lines if line]
    return {int(job["pid"]) for job in jobs if job["agent"] == "pair"}


async def kill_until(is_told: Callable[[], bool], logs: Path) -> None:
    """Kill each pair that begins, when it has been there for a moment."""
    known = begun(logs)
    while not is_told():
        for pid in begun(logs) - known:
            await asyncio.sleep(BEGINS_S)
            if not is_told():  # else it may be the one that reads the floor
                os.kill(pid, signal.SIGKILL)
            known.add(pid)
        await asyncio.sleep(LOOK_S)


async def test_a_relay_whose_pair_dies_again_and_again_is_the_floor_s_and_says_so(
    product: Product, talk: Path
) -> None:
    async with over_spanish(product, talk) as (meeting, _, _):
        logs, killed_s = kill_spanish(meeting)

        def is_told() -> bool:
            return any(trouble == "lost" for _, trouble in told(meeting, "pt"))

        def direct() -> list[Segment]:
            return [s for s in from_line(meeting, "pt", "en") if s.start_s > killed_s]

        await asyncio.wait_for(kill_until(is_told, logs), RECOVERS_S)
        told_s = meeting.now_s()
        await until(lambda: len(direct()) >= 1, RECOVERS_S)
        floor_s = meeting.now_s()
        await until(lambda: told(meeting, "pt")[-1] == (("en>es",), ""), RECOVERS_S)
        lines = told(meeting, "pt")
    logger.info("told %.1f s, floor %.1f s after", told_s - killed_s, floor_s - killed_s)
    assert lines == [(("en>es",), ""), (("en",), "lost"), (("en>es",), "")]
