"""A number, a date or a "not" that a translator changes is put right before anybody hears it."""

import asyncio
from pathlib import Path

import pytest

from interpreter.event_log import read_events
from interpreter.facts import fact_check
from languages import load
from tests.interpreter.pair.test_agent import ROOM, Scene, play
from tests.scripted import ScriptedTrack, ScriptedTranslator, ScriptedVoice
from tests.scripted_room import ScriptedRoom

NUMBER = "The bridge costs 14 dollars"
WRONG_NUMBER, RIGHT_NUMBER = "El puente cuesta 40 dólares", "El puente cuesta 14 dólares"
NEGATION = "We did not sign it"
WRONG_NEGATION, RIGHT_NEGATION = "Lo firmamos", "No lo firmamos"


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    translator = ScriptedTranslator(
        translations={NUMBER: WRONG_NUMBER, NEGATION: WRONG_NEGATION},
        repaired={NUMBER: RIGHT_NUMBER, NEGATION: RIGHT_NEGATION},
    )
    scene = Scene(ScriptedRoom(ROOM), translator, ScriptedVoice(), ScriptedTrack(), tmp_path)
    scene.checks = (fact_check(load("en"), load("es")),)
    return scene


def spoken(scene: Scene) -> list[str]:
    found = read_events(scene.folder / "events" / "room1")
    return [str(event["text"]) for event in found if event["event"] == "playout"]


async def a_number(scene: Scene) -> None:
    scene.room.say("the bridge costs fourteen dollars |", start_s=1.0)
    await asyncio.sleep(5.0)


async def a_negation(scene: Scene) -> None:
    scene.room.say("we did not sign it |", start_s=1.0)
    await asyncio.sleep(5.0)


def test_a_wrong_number_is_put_right_before_it_is_spoken(scene: Scene) -> None:
    play(scene, a_number)

    assert spoken(scene) == scene.finals == [RIGHT_NUMBER]
    assert scene.translator.requests[-1].repair == (
        "The source says 14 dollars; the translation says 40 dólares.",
    )


def test_a_number_that_is_wrong_again_is_mended(scene: Scene) -> None:
    scene.translator.repaired = {NUMBER: "El puente cuesta 15 dólares"}

    play(scene, a_number)

    assert spoken(scene) == scene.finals == [RIGHT_NUMBER]
    assert [segment.repairs for segment in scene.kept()] == [1]


LEFT = {
    "It begins in April and": "Empieza en April y",
    "It begins in April and all": "Empieza en April y todos",
    "It begins in April and all of us": "Empieza en April y todos nosotros",
}


@pytest.mark.parametrize("repaired", [LEFT, {}], ids=["wrong again", "never asked again"])
def test_the_voice_does_not_wait_for_the_units_end_where_a_date_is_mended(
    scene: Scene, repaired: dict[str, str]
) -> None:
    scene.translator.translations, scene.translator.repaired = LEFT, repaired

    async def story(scene: Scene) -> None:
        for text, start_s in (("it begins in april and", 0.1), ("all", 1.6), ("of us", 2.0)):
            scene.room.say(text, start_s=start_s)
            await asyncio.sleep(1.0)
        assert scene.finals == []
        assert " ".join(spoken(scene)).startswith("Empieza en abril")

    play(scene, story)


def test_a_repair_that_is_wrong_in_another_way_is_mended_before_it_is_judged(
    scene: Scene,
) -> None:
    scene.translator.translations = {NUMBER: "El puente cuesta dinero"}
    scene.translator.repaired = {NUMBER: WRONG_NUMBER}

    play(scene, a_number)

    assert spoken(scene) == scene.finals == [RIGHT_NUMBER]


def test_a_pair_that_ends_before_its_repair_says_what_is_in_doubt(scene: Scene) -> None:
    scene.translator.repair_s = 30.0

    async def story(scene: Scene) -> None:
        scene.room.say("we did not sign it |", start_s=1.0)
        await asyncio.sleep(3.0)

    play(scene, story)

    assert scene.finals == [f"{WRONG_NEGATION} [? not]"]
    assert WRONG_NEGATION in scene.shown  # without a doubt, as long as it may be put right


def test_what_cannot_be_put_right_is_said_to_readers_and_not_spoken(scene: Scene) -> None:
    wrong = "El puente cuesta dinero"
    scene.translator.translations = {NUMBER: wrong}
    scene.translator.repaired = {NUMBER: wrong}

    play(scene, a_number)

    assert spoken(scene) == [wrong]
    assert scene.finals == [segment.text for segment in scene.kept()] == [f"{wrong} [? 14 dollars]"]


def test_a_lost_negation_that_stays_lost_is_said_to_readers(scene: Scene) -> None:
    scene.translator.repaired = {NEGATION: WRONG_NEGATION}

    play(scene, a_negation)

    assert scene.finals == [f"{WRONG_NEGATION} [? not]"]


def test_a_negation_that_is_found_late_is_heard_after_all(scene: Scene) -> None:
    scene.translator.repair_s = 2.0

    play(scene, a_negation)

    assert spoken(scene) == [WRONG_NEGATION, RIGHT_NEGATION]
    assert scene.finals == [RIGHT_NEGATION]


def test_a_late_repair_is_heard_from_where_the_voice_was_wrong(scene: Scene) -> None:
    scene.translator.translations = {NUMBER: "El puente cuesta dinero"}
    scene.translator.repair_s = 2.0

    play(scene, a_number)

    assert spoken(scene) == ["El puente cuesta dinero", "14 dólares"]


def test_a_late_repair_is_heard_whole_where_something_else_was_said_since(scene: Scene) -> None:
    scene.translator.translations = {NUMBER: "El puente cuesta dinero"}
    scene.translator.repair_s = 4.0

    async def story(scene: Scene) -> None:
        scene.room.say("the bridge costs fourteen dollars |", start_s=1.0)
        await asyncio.sleep(2.5)
        scene.room.say("it is old |", start_s=4.0)
        await asyncio.sleep(8.0)

    play(scene, story)

    assert spoken(scene) == ["El puente cuesta dinero", "[it is old]", RIGHT_NUMBER]


def test_a_late_repair_that_puts_nothing_right_is_not_heard(scene: Scene) -> None:
    scene.translator.repaired = {NEGATION: WRONG_NEGATION}
    scene.translator.repair_s = 2.0

    play(scene, a_negation)

    assert spoken(scene) == [WRONG_NEGATION]


def test_a_late_repair_takes_the_doubt_away(scene: Scene) -> None:
    scene.translator.translations = {NUMBER: "El puente cuesta dinero"}
    scene.translator.repair_s = 3.0

    play(scene, a_number)

    assert scene.finals == [RIGHT_NUMBER]


def test_a_number_that_was_heard_otherwise_at_first_is_said_again(scene: Scene) -> None:
    scene.translator.translations = {
        "The bridge costs 40 dollars": "El puente cuesta 40 dólares",
        NUMBER: "El puente cuesta 40 dólares",
    }

    async def story(scene: Scene) -> None:
        scene.room.say("the bridge costs forty dollars", start_s=0.1)
        await asyncio.sleep(4.0)
        scene.room.correct("the bridge costs fourteen dollars", start_s=0.1)
        scene.room.say("|", start_s=1.6)
        await asyncio.sleep(5.0)

    play(scene, story)

    assert scene.finals == [RIGHT_NUMBER]
    assert " ".join(spoken(scene)).startswith("El puente cuesta 40")
    assert spoken(scene)[-1] == "14 dólares"


def test_a_lost_negation_is_put_right_before_it_is_spoken(scene: Scene) -> None:
    play(scene, a_negation)

    assert spoken(scene) == scene.finals == [RIGHT_NEGATION]


def test_a_right_translation_is_asked_for_once(scene: Scene) -> None:
    scene.translator.translations = {NUMBER: RIGHT_NUMBER}

    play(scene, a_number)

    assert scene.translator.asked == [NUMBER]
