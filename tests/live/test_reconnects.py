"""Every kind of reconnect, of a listener, of a pair agent, of the floor agent: captions go on, and
no committed word is double, or lost without being said to be."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from livekit import rtc

from interpreter.captions import CaptionFrame
from interpreter.events import Segment
from interpreter.participants import epoch_of
from interpreter.rehearsal.sound_file import sound_blocks
from interpreter.room import ROLE, Role
from tests.live.ears import Listener, listening
from tests.live.faults import FAIL, RECONNECTS, worker_that_fails
from tests.live.meeting import HASTE, Meeting, Product, running_product, until
from tests.speech import speak_talk

pytestmark = [pytest.mark.live, pytest.mark.soak, pytest.mark.timeout(240)]

SENTENCES = (
    "The city council wants to build a new school near the river.",
    "The old bridge will not be closed before the end of the year.",
    "We have twelve schools and two hospitals in this city.",
    "The city needs clean water and more doctors.",
    "The village has more than three hundred houses.",
    "The old bridge will not be closed before the end of the year.",
    "We have twelve schools and two hospitals in this city.",
    "The city council wants to build a new school near the river.",
    "The city needs clean water and more doctors.",
)
FAULT_AT = {1: "resume", 3: "full reconnect", 5: "node failure", 7: "server leave"}
"""In the middle of which sentence the connection fails, and how."""

Fail = Callable[[str], Awaitable[None]]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("product")
    with running_product(folder, HASTE, worker_that_fails) as product:
        yield product


@dataclass
class Talk:
    """What came of a talk in which one connection failed in every way."""

    english: list[Segment] = field(default_factory=list)
    spanish: list[Segment] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    shown: list[CaptionFrame] = field(default_factory=list)
    failed_s: dict[str, float] = field(default_factory=dict)
    """Fault → the room's time."""

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] == kind]


@pytest.fixture(scope="module")
def talk_wav(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[float, str]]:
    """The talk, and at which of its seconds what fails."""
    wav = tmp_path_factory.mktemp("talk") / "talk.wav"
    times = speak_talk(wav, "rms", *SENTENCES)
    middles = [(one.start_s + one.end_s) / 2 for one in times]
    return wav, {middles[index]: fault for index, fault in FAULT_AT.items()}


@pytest.fixture(scope="module", params=["listener", "pair", "floor"])
def talk(
    request: pytest.FixtureRequest, product: Product, talk_wav: tuple[Path, dict[float, str]]
) -> Talk:
    return asyncio.run(give_talk(product, request.param, *talk_wav))


async def give_talk(product: Product, who: str, wav: Path, faults: dict[float, str]) -> Talk:
    result, faults = Talk(), dict(faults)
    async with (
        product.meeting("es") as meeting,
        meeting.speaker("Ana") as speaker,
        listening(meeting) as listener,
        meeting.intruder({}) as remote_control,
    ):
        fail = of_listener(listener) if who == "listener" else of_agent(remote_control, Role(who))
        await listener.choose("es", sound=True)
        await until(lambda: listener.is_served)
        async with asyncio.TaskGroup() as tasks:
            async for played_s in speaker.play(sound_blocks(wav)):
                for at_s in [one for one in faults if one <= played_s]:
                    fault = faults.pop(at_s)
                    result.failed_s[fault] = meeting.now_s()
                    tasks.create_task(fail(fault), name=f"fault:{fault}")  # type: ignore[arg-type]
        await until(meeting.is_over)
        await until_complete(meeting, listener)
        result.shown = listener.captions.finals
        result.english, result.spanish = meeting.segments("en"), meeting.segments("es")
        result.events = meeting.events()
    return result


async def until_complete(meeting: Meeting, listener: Listener) -> None:
    """What is still on its way has time to arrive; what never comes is for the tests to say."""
    with suppress(TimeoutError):
        await until(lambda: len(listener.captions.finals) == len(meeting.segments("es")), 8.0)


def of_listener(listener: Listener) -> Fail:
    async def fail(fault: str) -> None:
        await listener.room.simulate_scenario(RECONNECTS[fault])

    return fail


def of_agent(remote_control: rtc.Room, role: Role) -> Fail:
    async def fail(fault: str) -> None:
        agents = [
            one
            for one in remote_control.remote_participants.values()
            if one.attributes.get(ROLE) == role
        ]
        with suppress(rtc.RpcError):  # its answer may be lost with its connection
            await remote_control.local_participant.perform_rpc(
                destination_identity=max(agents, key=epoch_of).identity,
                method=FAIL,
                payload=fault,
                response_timeout=2.0,
            )

    return fail


def test_captions_are_complete_at_the_end(talk: Talk) -> None:
    shown = [(one.segment, one.speaker, one.text) for one in talk.shown]
    assert shown == [(one.id, one.speaker, one.text) for one in talk.spanish]


def test_captions_go_on_after_each_fault(talk: Talk) -> None:
    begins = [*talk.failed_s.values(), float("inf")]
    between = {
        fault: [one for one in talk.spanish if since <= one.start_s < until]
        for fault, since, until in zip(talk.failed_s, begins, begins[1:], strict=False)
    }
    assert [fault for fault, segments in between.items() if not segments] == []
    assert list(between) == list(FAULT_AT.values())


def test_every_committed_word_is_interpreted_once_or_said_to_be_lost(talk: Talk) -> None:
    gaps = [(event["start_s"], event["end_s"]) for event in talk.of("not_heard")]
    rendered = Counter(
        (one.source_line.rpartition("/")[2], seq)
        for one in talk.spanish
        for seq in range(one.first_seq, one.last_seq + 1)
    )
    words = {(word["segment"].split(".")[1], word["seq"]): word for word in talk.of("commit")}
    assert [word["text"] for key, word in words.items() if rendered[key] > 1] == []
    lost = [word for key, word in words.items() if not rendered[key]]
    assert [word["text"] for word in lost if not _is_marked(word, gaps)] == []


def _is_marked(word: dict[str, Any], gaps: list[tuple[float, float]]) -> bool:
    return any(word["end_s"] > since and word["start_s"] < until for since, until in gaps)


def test_only_a_floor_agent_that_is_replaced_leaves_gaps(talk: Talk) -> None:
    agents = [event["agent"] for event in talk.of("job")]
    assert len(talk.of("not_heard")) <= agents.count("floor") - 1


def test_what_is_said_long_after_the_last_fault_is_interpreted(talk: Talk) -> None:
    assert "doctores" in talk.spanish[-1].text
