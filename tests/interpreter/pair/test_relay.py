"""A pair that reads a human interpreter instead of the floor: scripted engines, virtual time."""

import asyncio
from pathlib import Path

import pytest

from tests.interpreter.pair.test_agent import ROOM, Scene, play
from tests.scripted import ScriptedTrack, ScriptedTranslator, ScriptedVoice
from tests.scripted_room import ScriptedRoom


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    translator = ScriptedTranslator(is_plain=True)
    return Scene(ScriptedRoom(ROOM), translator, ScriptedVoice(), ScriptedTrack(), tmp_path)


def test_segments_say_from_whose_words_and_how_deep_they_are(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.room.say("the city needs water ‖", start_s=0.1)
        await asyncio.sleep(3.0)
        scene.room.say("and more doctors ‖", start_s=4.0, speaker="maria", relay=1)
        await asyncio.sleep(3.0)

    play(scene, story)
    assert [(one.speaker, one.relay, one.interpreter) for one in scene.kept()] == [
        ("Ana", 0, ""),
        ("Maria", 1, ""),
    ]
