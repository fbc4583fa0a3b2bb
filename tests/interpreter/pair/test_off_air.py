"""A human takes the channel over from a pair, and hands it back: scripted engines, virtual time."""

import asyncio
from pathlib import Path

import pytest

from interpreter.captions import CaptionReceiver
from interpreter.event_log import read_events
from interpreter.events import Origin
from interpreter.pair.on_air_message import OnAirMessage, decode_on_air, encode_on_air
from interpreter.room import ON_AIR_TOPIC
from tests.interpreter.pair.test_agent import ROOM, Scene, play
from tests.scripted import ScriptedTrack, ScriptedTranslator, ScriptedVoice, loop_time_s
from tests.scripted_room import ScriptedParticipant, ScriptedRoom

LONG = "the city needs water and many more doctors for the old people in the village ‖"


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    translator = ScriptedTranslator(is_plain=True)
    return Scene(ScriptedRoom(ROOM), translator, ScriptedVoice(), ScriptedTrack(), tmp_path)


def tell(
    scene: Scene,
    number: int,
    *,
    voice: bool = True,
    captions: bool = True,
    epoch: int = 1,
    sender: ScriptedParticipant | None = None,
) -> None:
    message = OnAirMessage("es", epoch, number, has_voice=voice, has_captions=captions)
    scene.room.send_data(encode_on_air(message), ON_AIR_TOPIC, sender or scene.room.floor)


def said(scene: Scene) -> list[str]:
    events = read_events(scene.folder / "events" / "room1")
    return [str(event["text"]) for event in events if event["event"] == "playout"]


def test_the_voice_falls_silent_within_a_second_and_captions_say_the_rest(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.room.say(LONG, start_s=0.1)
        await asyncio.sleep(2.0)
        asked_s = loop_time_s()
        tell(scene, 1, voice=False)
        await asyncio.sleep(6.0)
        assert scene.track.heard[-1][1] - asked_s <= 1.0
        assert scene.track.heard[-1][1] > asked_s

    play(scene, story)
    assert [s.text for s in scene.kept()] == [LONG.removesuffix(" ‖").capitalize() + "."]


def test_the_floor_agent_is_told_at_once_that_the_voice_is_silent(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.room.say(LONG, start_s=0.1)
        await asyncio.sleep(2.0)
        tell(scene, 1, voice=False)
        await asyncio.sleep(1.5)
        assert scene.track.heard[-1][1] > loop_time_s() - 0.6  # it fell silent a moment ago
        reports = [one for one in scene.room.local_participant.sent if one["topic"] == "reader"]
        assert [one["heard"] for one in reports][-1] is False
        assert any(one["heard"] for one in reports)

    play(scene, story)


def test_a_machine_off_air_listens_on_and_resumes_at_the_unit_that_is_open(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        tell(scene, 1, voice=False)
        scene.room.say("this is what maria says ‖", start_s=0.1)
        await asyncio.sleep(5.0)
        assert scene.track.heard == []
        scene.room.say("the city needs water", start_s=5.0)
        await asyncio.sleep(1.0)
        tell(scene, 2, voice=True)
        scene.room.say("and more doctors ‖", start_s=6.2)
        await asyncio.sleep(4.0)

    play(scene, story)
    assert " ".join(said(scene)) == "The city needs water and more doctors"
    assert [s.text for s in scene.kept()] == [
        "This is what maria says.",
        "The city needs water and more doctors.",
    ]


def test_a_machine_that_gets_the_channel_back_speaks_at_once(scene: Scene) -> None:
    """What the human was in is translated already; no further word is waited for."""

    async def story(scene: Scene) -> None:
        tell(scene, 1, voice=False)
        scene.room.say(LONG.removesuffix(" ‖"), start_s=0.1)
        await asyncio.sleep(5.0)
        assert scene.track.heard == []
        handed_back_s = loop_time_s()
        tell(scene, 2, voice=True)
        await asyncio.sleep(1.0)
        assert scene.track.heard[0][0] - handed_back_s < 0.3

    play(scene, story)


def test_between_two_units_it_begins_with_what_a_human_has_hardly_said_yet(scene: Scene) -> None:
    """A listener does not wait for the next unit's first words."""

    async def story(scene: Scene) -> None:
        tell(scene, 1, voice=False)
        scene.room.say("this is what maria says ‖", start_s=0.1)
        scene.room.say("the city needs water ‖", start_s=4.0)
        await asyncio.sleep(6.0)
        assert scene.track.heard == []
        handed_back_s = loop_time_s()
        tell(scene, 2, voice=True)
        await asyncio.sleep(4.0)
        assert scene.track.heard[0][0] - handed_back_s < 0.3

    play(scene, story)
    assert said(scene) == ["The city needs water"]


def test_what_waits_while_a_human_speaks_is_not_condensed(scene: Scene) -> None:
    """Captions would say so of words that no voice has said."""
    scene.translator.concise = {LONG.removesuffix(" ‖").capitalize(): "the city needs doctors"}

    async def story(scene: Scene) -> None:
        tell(scene, 1, voice=False)
        scene.room.say(LONG, start_s=0.1)
        await asyncio.sleep(8.0)

    play(scene, story)
    assert [one.condensed for one in scene.kept()] == [False]


def test_what_a_human_has_interpreted_is_not_said_again(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        tell(scene, 1, voice=False)
        scene.room.say(LONG, start_s=0.1)
        await asyncio.sleep(8.0)
        tell(scene, 2, voice=True)
        await asyncio.sleep(3.0)
        assert scene.track.heard == []

    play(scene, story)


def test_captions_are_the_humans_where_their_words_are_recognised(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        tell(scene, 1, voice=False, captions=False)
        scene.room.say("the city needs water ‖", start_s=0.1)
        await asyncio.sleep(3.0)
        tell(scene, 2)
        scene.room.say("and more doctors ‖", start_s=4.0)
        await asyncio.sleep(3.0)

    play(scene, story)
    assert [s.text for s in scene.kept()] == ["And more doctors."]


def test_captions_go_on_as_the_machines_where_the_human_is_recognised_no_more(
    scene: Scene,
) -> None:
    async def story(scene: Scene) -> None:
        tell(scene, 1, voice=False, captions=False)
        scene.room.say("this is what maria says ‖", start_s=0.1)
        await asyncio.sleep(3.0)
        tell(scene, 1, voice=False, captions=True)
        scene.room.say("the city needs water ‖", start_s=4.0)
        await asyncio.sleep(3.0)
        assert scene.track.heard == []

    play(scene, story)
    frames = scene.room.local_participant.data_tracks["captions:es"].frames
    assert {frame.origin for frame in frames if frame.is_final} == {Origin.MACHINE}
    assert [s.text for s in scene.kept()] == ["The city needs water."]


def test_captions_that_a_human_broke_off_go_on_with_the_unit_that_is_still_open(
    scene: Scene,
) -> None:
    """Final segments never change: what was said since comes in another one."""

    async def story(scene: Scene) -> None:
        scene.room.say("the city needs water", start_s=0.1)
        await asyncio.sleep(1.0)
        tell(scene, 1, voice=False, captions=False)
        await asyncio.sleep(0.5)
        tell(scene, 2)
        scene.room.say("but we do not agree ‖", start_s=1.4)
        await asyncio.sleep(5.0)

    play(scene, story)
    reader = CaptionReceiver()
    for frame in scene.room.local_participant.data_tracks["captions:es"].frames:
        reader.receive("pair", frame)
    read = ["The city needs water", "The city needs water but we do not agree."]
    assert [frame.text for frame in reader.finals] == read
    assert [(one.text, one.first_seq, one.last_seq) for one in scene.kept()] == [
        (read[0], 0, 3),
        (read[1], 4, 8),
    ]


def test_a_floor_agent_that_was_replaced_cannot_give_the_machine_its_voice_back(
    scene: Scene,
) -> None:
    """The new one has put a human on air; nobody hears two voices."""

    async def story(scene: Scene) -> None:
        tell(scene, 1_000_004, epoch=1)
        tell(scene, 2_000_001, voice=False, epoch=2)
        tell(scene, 1_000_005, epoch=1)
        scene.room.say("the city needs water ‖", start_s=0.1)
        await asyncio.sleep(3.0)
        assert scene.track.heard == []

    play(scene, story)


def test_an_older_word_on_who_is_on_air_changes_nothing(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        tell(scene, 5, epoch=2)
        tell(scene, 9, voice=False, epoch=1)
        tell(scene, 4, voice=False, epoch=2)
        scene.room.say("the city needs water ‖", start_s=0.1)
        await asyncio.sleep(3.0)
        assert scene.track.heard

    play(scene, story)


def test_only_the_floor_agent_is_listened_to(scene: Scene) -> None:
    liar = ScriptedParticipant("floor-2", {"role": "floor"}, kind=0)

    async def story(scene: Scene) -> None:
        tell(scene, 1, voice=False, sender=liar)
        scene.room.say("the city needs water ‖", start_s=0.1)
        await asyncio.sleep(3.0)
        assert scene.track.heard

    play(scene, story)


@pytest.mark.parametrize("payload", [b"", b"{}", b'{"v": 7}', b"[]", b'{"v": 1, "target": "es"}'])
def test_what_is_no_message_is_none(payload: bytes) -> None:
    assert decode_on_air(payload) is None
