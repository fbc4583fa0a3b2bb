"""A human takes a channel over from the machine and hands it back, in the whole product."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.booth import scene
from tests.live.meeting import Product, running_product, until
from tests.speech import speak_talk

pytestmark = [pytest.mark.live, pytest.mark.soak, pytest.mark.timeout(300)]

TALK = (
    "The city council wants to build a new school near the river.",
    "The teachers asked for more time, and the parents asked for more money.",
    "The village has more than three hundred houses.",
    "Many people live in the old town, and they do not want to leave it.",
    "The old bridge will not be closed before the end of the year.",
    "The city council wants to build a new school near the river.",
    "The teachers asked for more time, and the parents asked for more money.",
    "The village has more than three hundred houses.",
    "Many people live in the old town, and they do not want to leave it.",
)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("product")) as product:
        yield product


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("talk") / "talk.wav"
    speak_talk(path, "rms", *TALK, lead_in_s=1.0)
    return path


async def test_a_channel_goes_to_a_human_and_back(product: Product, talk: Path) -> None:
    async with scene(product, talk) as (meeting, listener, maria):
        assert (await maria.take()).status_code == 200
        await until(lambda: maria.is_on_air)
        taken_s = meeting.now_s()
        await until(lambda: meeting.now_s() > taken_s + 6.0)
        spoken = meeting.events("playout")
        captions = len(listener.captions.finals)
        assert (await maria.hand_back()).status_code == 200
        await until(lambda: maria.on_air["source"] == "machine")
        await until(lambda: len(meeting.events("playout")) > len(spoken))
    began = [event["start_s"] for event in spoken]
    assert max(began) < taken_s  # nothing of the machine while Maria was heard
    assert captions > 0
    said = [one.text for one in meeting.segments("es")]
    assert any("profesores" in text for text in said)


async def test_the_machine_bridges_a_dead_console_and_the_human_is_back(
    product: Product, talk: Path
) -> None:
    async with scene(product, talk) as (meeting, _listener, maria):
        await maria.take()
        await until(lambda: maria.is_on_air)
        maria.is_alive = False
        await until(lambda: maria.on_air["source"] == "machine")
        assert maria.on_air["trouble"] == "quiet"
        before = len(meeting.events("playout"))
        await until(lambda: len(meeting.events("playout")) > before)
        maria.is_alive = True
        await until(lambda: maria.is_on_air)
        assert (await maria.hand_back()).status_code == 200


async def test_a_cough_keeps_the_channel(product: Product, talk: Path) -> None:
    async with scene(product, talk) as (_meeting, _listener, maria):
        await maria.take()
        await until(lambda: maria.is_on_air)
        maria.is_coughing = True
        await asyncio.sleep(3.0)
        maria.is_coughing = False
        await asyncio.sleep(1.0)
        sources = [told["source"] for _, told in maria.told]
        assert sources[sources.index("human") :] == ["human"]


async def test_nobody_overhears_a_booth_whose_console_does_not_obey(
    product: Product, talk: Path
) -> None:
    async with scene(product, talk) as (_meeting, listener, maria):
        await until(lambda: maria.me in listener.room.remote_participants)
        booth = listener.room.remote_participants[maria.me]

        told = list[bool]()
        """Of each change that the listener learns of: whether the microphone is open. Web may close
        it so soon that who looks now and then sees nothing."""
        listener.room.on("track_unmuted", lambda *_: told.append(True))
        listener.room.on("track_muted", lambda *_: told.append(False))
        maria.obeys = False
        maria.track.unmute()
        await until(lambda: told == [True, False])
        assert all(one.muted for one in booth.track_publications.values())
