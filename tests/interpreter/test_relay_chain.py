"""A pair, the floor agent's line of what it interprets, and a pair that reads that: scripted
engines, virtual time, and a network that loses messages."""

import asyncio
import json
from pathlib import Path

import pytest

from interpreter.floor.relay_lines import RelayLines
from interpreter.floor.supervision import Pair
from interpreter.line import LineMessage, decode_line, encode_reader
from interpreter.pair.job import encode_job
from interpreter.room import LINE_TOPIC, READER_TOPIC
from tests.interpreter.pair.test_agent import ROOM, Scene, play
from tests.scripted import ScriptedTrack, ScriptedTranslator, ScriptedVoice, loop_time_s
from tests.scripted_room import ScriptedRoom

FIRST, LINE = Pair("en", "ca"), "en>ca"
SAID = ("the city does not need water ‖", "and two hundred houses ‖", "nobody has asked ‖")
READ = ["The city does not need water.", "And 200 houses.", "Nobody has asked."]


def scene_in(folder: Path) -> Scene:
    translator = ScriptedTranslator(is_plain=True)
    return Scene(ScriptedRoom(ROOM), translator, ScriptedVoice(), ScriptedTrack(), folder)


def written(scene: Scene, *lost: int) -> list[LineMessage]:
    """What the floor agent writes into the relay's line, where these messages are lost to it."""
    messages: list[LineMessage] = []
    relays = RelayLines(1, loop_time_s, lambda line, items: messages.append(line.message(items)))
    relays.use({LINE})

    async def floor() -> None:
        arrived = 0
        while True:
            await asyncio.sleep(0.1)
            for _, wanted in relays.due():
                scene.room.send_data(encode_reader(wanted), READER_TOPIC, scene.room.floor)
            sent = [one for one in scene.room.local_participant.sent if one["topic"] == LINE_TOPIC]
            for number, one in enumerate(sent[arrived:], arrived):
                message = decode_line(json.dumps(one).encode())
                if message is not None and number not in lost:
                    relays.read(FIRST, message)
            arrived = len(sent)

    async def story(scene: Scene) -> None:
        running = asyncio.get_running_loop().create_task(floor())
        for number, text in enumerate(SAID):
            scene.room.say(text, start_s=0.5 + 3 * number)
            await asyncio.sleep(3.0)
        await asyncio.sleep(2.0)
        running.cancel()

    play(scene, story, encode_job("en", "ca", 1, 1, 0))
    return messages


@pytest.mark.parametrize("lost", [(), (0,), (1,), (1, 2), (0, 1, 2)])
def test_every_word_arrives_once_in_the_second_language(
    tmp_path: Path, lost: tuple[int, ...]
) -> None:
    messages = written(scene_in(tmp_path / "first"), *lost)
    second = scene_in(tmp_path / "second")

    async def story(scene: Scene) -> None:
        for message in messages:
            scene.room.send(message, scene.room.floor)
            await asyncio.sleep(1.0)
        await asyncio.sleep(5.0)

    play(second, story, encode_job(LINE, "es", 1, 1, 0))
    kept = second.kept()
    assert [one.text for one in kept] == READ
    assert {(one.relay, one.speaker) for one in kept} == {(1, "Ana")}
    assert [one.source_segments for one in kept] == [
        ("en-ca.1.0",),
        ("en-ca.1.1",),
        ("en-ca.1.2",),
    ]
