"""Switches at which something goes wrong: a floor agent dies, an interpreter is removed or silent,
a speaker goes on in another language."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from interpreter.events import Origin
from interpreter.floor.booths import NUMBERS_AN_EPOCH
from interpreter.rehearsal.speaker import TalkSpeaker
from interpreter.talks import write_talk
from tests.live.booth import add_interpreter, console, scene
from tests.live.meeting import Meeting, Product, play, running_product, until
from tests.speech import espeak, speak_talk

pytestmark = [pytest.mark.live, pytest.mark.soak, pytest.mark.timeout(300)]

SENTENCES = (
    "The city council wants to build a new school near the river.",
    "The teachers asked for more time, and the parents asked for more money.",
    "The village has more than three hundred houses.",
)
SPANISH = "La ciudad quiere construir una escuela nueva cerca del río, y los maestros esperan. "
YIELDED_S = 1.5
"""After the red lamp the machine's last clause may still be on its way."""
WATCHED_S = 6.0


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("product")) as product:
        yield product


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("talk") / "talk.wav"
    speak_talk(path, "rms", *SENTENCES * 4, lead_in_s=1.0)
    return path


def kill_floor_agent(meeting: Meeting) -> None:
    jobs = [job for job in meeting.events("job") if job["agent"] == "floor"]
    os.kill(int(jobs[-1]["pid"]), signal.SIGKILL)


async def test_a_wish_comes_true_though_the_floor_agent_dies_over_it(
    product: Product, talk: Path
) -> None:
    async with scene(product, talk) as (meeting, _listener, maria):
        assert (await maria.take()).status_code == 200
        kill_floor_agent(meeting)
        await until(lambda: (maria.on_air["number"] or 0) > 2 * NUMBERS_AN_EPOCH)
        await until(lambda: maria.is_on_air)
        taken_s = meeting.now_s()
        await asyncio.sleep(WATCHED_S)
        spoken = [event["start_s"] for event in meeting.events("playout")]
        told = [one["number"] for _, one in maria.told if one["number"] is not None]
        assert maria.is_on_air
    assert told == sorted(told)
    assert max(spoken) < taken_s + YIELDED_S  # nobody hears two voices


async def test_a_speaker_goes_on_in_another_language(
    product: Product, talk: Path, tmp_path: Path
) -> None:
    """From one that nobody recognises to one that somebody does, and back, and away."""
    write_talk(tmp_path / "es.wav", espeak(SPANISH, "ana"), [])
    async with product.meeting("ca", spoken=("es", "en")) as meeting:
        place = await meeting.join(role="speaker", key=meeting.key, name="Ana", language="es")

        async def speak_from_now_on(language: str) -> None:
            answer = await meeting.http.post(
                f"/api/rooms/{place['room']}/speaks",
                json={"language": language},
                headers={"Authorization": f"Bearer {place['token']}"},
            )
            answer.raise_for_status()

        async with TalkSpeaker.join(place["url"], place["token"]) as ana:
            await play(ana, tmp_path / "es.wav")
            await ana.keep_silent(3.0)
            await until(lambda: bool(meeting.segments("es")))
            await speak_from_now_on("en")
            async with asyncio.TaskGroup() as tasks:
                talking = tasks.create_task(play(ana, talk), name="talk")
                await until(lambda: bool(meeting.segments("en")))
                await speak_from_now_on("es")
                await asyncio.sleep(3.0)
                talking.cancel()
        await until(lambda: len(meeting.segments("es")) > 1)
        spanish, english = meeting.segments("es"), meeting.segments("en")
        failed = meeting.events("engine_failed")
    assert {(one.origin, one.engine) for one in spanish} == {(Origin.SPEECH, "")}
    assert all(one.engine.startswith("pocketsphinx") for one in english)
    assert not failed


async def test_one_whom_the_organiser_removes_is_put_out_and_the_machine_goes_on(
    product: Product, talk: Path
) -> None:
    async with scene(product, talk) as (meeting, _listener, maria):
        await maria.take()
        await until(lambda: maria.is_on_air)
        spoken = len(meeting.events("playout"))
        removed = await meeting.http.post(
            f"/m/{meeting.id}/interpreters/remove?key={meeting.key}",
            data={"interpreter": f"{meeting.id}-maria"},
        )
        assert removed.status_code == 303
        await until(lambda: not maria.room.isconnected())
        await until(lambda: meeting.events("on_air")[-1]["source"] == "machine")
        await until(lambda: len(meeting.events("playout")) > spoken)


async def test_where_no_machine_can_stand_by_a_silent_human_gives_way_to_the_floor(
    product: Product, talk: Path, tmp_path: Path
) -> None:
    """Nobody recognises the floor: its voice counts as words."""
    write_talk(tmp_path / "es.wav", espeak(SPANISH * 12, "ana"), [])
    async with (
        product.meeting("en", spoken=("es",)) as meeting,
        meeting.speaker("Ana", "es") as speaker,
    ):
        key = add_interpreter(meeting, "Maria", "en")
        async with console(meeting, key, "en", 0.0) as maria, asyncio.TaskGroup() as tasks:
            talking = tasks.create_task(play(speaker, tmp_path / "es.wav"), name="talk")
            await until(lambda: maria.states.get("es") == "unrecognised")
            await maria.take()
            await until(lambda: maria.is_on_air)
            await until(lambda: maria.on_air["trouble"] == "silent")
            assert maria.on_air["source"] == "none"
            maria.talk = talk
            await until(lambda: maria.is_on_air)
            talking.cancel()
