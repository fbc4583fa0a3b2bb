"""Pairs that read an interpretation instead of the floor, and that are read: scripted engines,
virtual time."""

import asyncio
from pathlib import Path

import pytest

from interpreter.facts import fact_check
from interpreter.line import FROM_NOW, ReaderMessage, encode_reader
from interpreter.pair.job import encode_job
from interpreter.room import LINE_TOPIC, READER_TOPIC
from languages import load
from tests.interpreter.pair.test_agent import ROOM, Scene, play
from tests.scripted import ScriptedTrack, ScriptedTranslator, ScriptedVoice
from tests.scripted_room import ScriptedParticipant, ScriptedRoom


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


def ask(scene: Scene, next_seq: int = FROM_NOW, sender: ScriptedParticipant | None = None) -> None:
    """The floor agent wants what this pair has interpreted."""
    wanted = ReaderMessage("en>es", 1, next_seq, -1, 0.0, "live", "", 0)
    scene.room.send_data(encode_reader(wanted), READER_TOPIC, sender or scene.room.floor)


def told(scene: Scene) -> list[tuple[str, str]]:
    """The items that the pair has sent for those who read its channel."""
    messages = [m for m in scene.room.local_participant.sent if m["topic"] == LINE_TOPIC]
    assert {tuple(m["to"]) for m in messages} <= {("floor-1",)}
    return [(kind, text) for m in messages for _, kind, text, *_ in m["items"]]


def test_closed_units_go_to_the_floor_agent_once_it_asks(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.room.say("long before anybody asked |", start_s=0.1)
        await asyncio.sleep(9.0)
        ask(scene)
        scene.room.say("the city needs", start_s=9.2)
        await asyncio.sleep(1.0)
        assert told(scene) == []  # open: it may still change
        scene.room.say("water ‖", start_s=10.1)
        await asyncio.sleep(1.0)

    play(scene, story)
    texts = ["the", "city", "needs", "water"]
    words = [("word", text) for text in texts]
    assert told(scene) == [*words, ("pause", "")]


def test_who_begins_to_read_gets_what_was_said_a_moment_ago(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.room.say("the water |", start_s=0.1)
        await asyncio.sleep(2.0)
        ask(scene)

    play(scene, story)
    assert told(scene) == [("word", "The"), ("word", "water"), ("pause", "")]


def test_nobody_but_the_floor_agent_is_told(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        ask(scene, sender=ScriptedParticipant("eve", {"role": "speaker"}))
        scene.room.say("the city needs water ‖", start_s=0.1)
        await asyncio.sleep(2.0)

    play(scene, story)
    assert told(scene) == []


def test_what_the_floor_agent_has_missed_is_sent_again(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        ask(scene)
        scene.room.say("water ‖", start_s=0.1)
        await asyncio.sleep(2.0)
        ask(scene, next_seq=0)
        await asyncio.sleep(0.5)
        ask(scene, next_seq=2)

    play(scene, story)
    assert told(scene) == [("word", "Water"), ("pause", "")] * 2


def test_who_reads_on_gets_a_lost_not_when_it_is_put_right(scene: Scene) -> None:
    source = "We did not sign it"
    scene.translator.translations = {source: "Lo firmamos", "Really": "De verdad"}
    scene.translator.repaired = {source: "No lo firmamos"}
    scene.translator.repair_s = 3.0
    scene.checks = (fact_check(load("en"), load("es")),)
    early: list[tuple[str, str]] = []

    async def story(scene: Scene) -> None:
        ask(scene)
        scene.room.say("we did not sign it ‖", start_s=0.1)
        scene.room.say("really ‖", start_s=2.5)
        await asyncio.sleep(2.5)
        early.extend(told(scene))
        for _ in range(12):
            ask(scene, next_seq=99)
            await asyncio.sleep(0.5)

    play(scene, story)
    assert early == []
    words = [text for kind, text in told(scene) if kind == "word"]
    assert words == ["No", "lo", "firmamos", "De", "verdad"]


def test_a_unit_without_a_translation_is_a_gap_for_who_reads_on(scene: Scene) -> None:
    scene.translator.refuses = ("The city needs water",)

    async def story(scene: Scene) -> None:
        ask(scene)
        scene.room.say("the city needs water ‖", start_s=0.1)
        await asyncio.sleep(2.0)

    play(scene, story)
    assert ("lost", "") in told(scene)


def test_what_a_machine_wrote_is_read_as_it_is(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        text = "no, no, um twenty-one I mean 2,000 ‖"
        scene.room.say(text, 0.1, relay=1, line="ca>en")
        await asyncio.sleep(3.0)

    play(scene, story, encode_job("ca>en", "es", 1, 1, 0))
    (segment,) = scene.kept()
    assert segment.text == "No, no, um twenty-one I mean 2,000."
    assert (segment.id, segment.source_line) == ("ca>en-es.1.0", "ca>en/ana/1")
    assert (segment.relay, segment.speaker) == (1, "Ana")
