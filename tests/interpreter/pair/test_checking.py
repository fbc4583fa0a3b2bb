"""Translations are held to the glossary, and to other checks, before anybody hears them."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from glossaries.entry import Entry, Rendering
from interpreter.event_log import read_events
from interpreter.events import Finding
from interpreter.pair.judging import is_better, is_spoken, safe_share
from interpreter.pair.on_air_message import OnAirMessage, encode_on_air
from interpreter.room import ON_AIR_TOPIC
from interpreter.terms import Terms
from languages import load
from tests.interpreter.pair.test_agent import ROOM, Scene, play
from tests.scripted import ScriptedTrack, ScriptedTranslator, ScriptedVoice
from tests.scripted_room import ScriptedRoom

COUNCIL = Entry("en", "city council", {"es": Rendering("concejo", forbidden=("ayuntamiento",))})
CATHETER = Entry("en", "catheter", {"es": Rendering("catéter")}, aliases=("cat eater",))
SOURCE = "The city council met"
WRONG, RIGHT = "El pleno se reunió", "El concejo se reunió"


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    translator = ScriptedTranslator(translations={SOURCE: WRONG}, repaired={SOURCE: RIGHT})
    room, track = ScriptedRoom(ROOM), ScriptedTrack()
    return Scene(room, translator, ScriptedVoice(), track, tmp_path, (COUNCIL, CATHETER))


def events(scene: Scene, name: str) -> list[dict[str, object]]:
    found = read_events(scene.folder / "events" / "room1")
    return [dict(event) for event in found if event["event"] == name]


def spoken(scene: Scene) -> list[str]:
    return [str(event["text"]) for event in events(scene, "playout")]


async def one_unit(scene: Scene) -> None:
    scene.room.say("the city council met |", start_s=1.0)
    await asyncio.sleep(5.0)


def test_a_missing_term_is_asked_for_again_before_it_is_spoken(scene: Scene) -> None:
    play(scene, one_unit)
    assert spoken(scene) == [RIGHT]
    assert scene.finals == [RIGHT]
    assert scene.translator.requests[-1].repair == (
        '"city council" must be "concejo", in the form that the sentence needs.',
    )


def test_the_translator_is_told_the_terms_that_occur(scene: Scene) -> None:
    play(scene, one_unit)
    asked = scene.translator.requests[0].terms
    assert [(row.source, row.target) for row in asked] == [("city council", "concejo")]


def test_segments_and_frames_say_how_they_keep_to_the_glossary(scene: Scene) -> None:
    play(scene, one_unit)
    (kept,) = scene.kept()
    frames = scene.room.local_participant.data_tracks["captions:es"].frames
    assert (kept.glossary_hits, kept.glossary_misses, kept.repairs) == (1, 0, 1)
    assert [frame.glossary_hits for frame in frames if frame.is_final][:1] == [("city council",)]


def test_a_translation_that_is_right_is_asked_for_once(scene: Scene) -> None:
    scene.translator.translations = {SOURCE: RIGHT}
    play(scene, one_unit)
    assert scene.translator.asked == [SOURCE]
    assert events(scene, "repair_request") == []


def test_a_repair_that_is_no_better_changes_nothing_and_is_counted(scene: Scene) -> None:
    scene.translator.repaired = {SOURCE: "El pleno otra vez"}
    play(scene, one_unit)
    assert spoken(scene) == [WRONG]
    (kept,) = scene.kept()
    assert (kept.glossary_hits, kept.glossary_misses, kept.repairs) == (0, 1, 0)


def test_a_repair_that_comes_too_late_is_not_waited_for(scene: Scene) -> None:
    scene.translator.repair_s = 30.0
    play(scene, one_unit)
    assert spoken(scene) == [WRONG]
    (asked,), (played,) = events(scene, "repair_request"), events(scene, "playout")
    assert float(str(played["start_s"])) - float(str(asked["at_s"])) < 0.8


async def two_units(scene: Scene) -> None:
    scene.room.say("the city council met |", start_s=1.0)
    await asyncio.sleep(2.5)
    scene.room.say("it voted |", start_s=4.0)
    await asyncio.sleep(10.0)


def test_a_late_repair_corrects_captions_and_transcript(scene: Scene) -> None:
    scene.translator.repair_s = 3.0
    play(scene, two_units)
    assert spoken(scene)[0] == WRONG
    assert scene.finals == [RIGHT, "[it voted]"]
    assert [s.text for s in scene.kept()] == [RIGHT, "[it voted]"]
    assert [(s.glossary_hits, s.glossary_misses, s.repairs) for s in scene.kept()] == [
        (1, 0, 1),
        (0, 0, 0),
    ]


def test_readers_see_a_text_at_once_and_the_late_repair_in_its_place(scene: Scene) -> None:
    scene.translator.repair_s = 3.0
    play(scene, two_units)
    shown = list(dict.fromkeys(scene.shown))
    assert shown[shown.index(WRONG) :] == [WRONG, "[it voted]"]
    assert scene.finals[0] == RIGHT


def test_the_next_unit_is_not_spoken_later_for_a_late_repair(scene: Scene) -> None:
    scene.translator.repair_s = 3.0
    play(scene, two_units)
    closed, played = events(scene, "unit")[1], events(scene, "playout")[1]
    assert played["unit"] == closed["unit"] == 1
    assert float(str(played["start_s"])) - float(str(closed["at_s"])) < 0.6


def test_a_repair_that_never_comes_leaves_the_segment_with_what_is_missing(scene: Scene) -> None:
    scene.translator.repair_s = 30.0
    play(scene, two_units)
    assert scene.finals == [WRONG, "[it voted]"]
    assert [s.glossary_misses for s in scene.kept()] == [1, 0]


def test_a_late_repair_is_spoken_where_the_voice_has_not_come_to_it(scene: Scene) -> None:
    long = "we hope that the council of the people of this town will hear us all today"
    scene.translator.repair_s = 2.0
    scene.translator.is_plain = True

    async def story(scene: Scene) -> None:
        scene.room.say(f"{long} ‖", start_s=0.1)
        scene.room.say("the city council met |", start_s=5.0)
        await asyncio.sleep(15.0)

    play(scene, story)
    assert spoken(scene)[-1] == RIGHT


def test_a_late_repair_counts_where_a_human_has_taken_the_captions(scene: Scene) -> None:
    scene.translator.repair_s = 3.0

    async def story(scene: Scene) -> None:
        scene.room.say("the city council met |", start_s=1.0)
        await asyncio.sleep(1.5)
        message = OnAirMessage("es", 1, 1, has_voice=False, has_captions=False)
        scene.room.send_data(encode_on_air(message), ON_AIR_TOPIC, scene.room.floor)
        await asyncio.sleep(5.0)

    play(scene, story)
    assert scene.finals == [RIGHT]


def test_what_a_translator_leaves_out_again_is_mended_where_that_is_safe(scene: Scene) -> None:
    wrong = "El ayuntamiento se reunió"
    scene.translator.translations = {SOURCE: wrong}
    scene.translator.repaired = {SOURCE: wrong}
    play(scene, one_unit)
    assert spoken(scene) == [RIGHT]
    assert scene.kept()[0].repairs == 1


def test_plain_mt_is_not_asked_twice(scene: Scene) -> None:
    scene.translator.repaired = {}
    play(scene, one_unit)
    assert scene.translator.asked == [SOURCE]
    assert scene.kept()[0].glossary_misses == 1


def test_what_was_misheard_is_translated_as_the_term(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.room.say("the cat eater moved |", start_s=1.0)
        await asyncio.sleep(5.0)

    play(scene, story)
    assert scene.translator.asked[0] == "The catheter moved"


def test_an_open_unit_is_not_spoken_past_what_is_wrong(scene: Scene) -> None:
    begun = "We hope that today at last the city council"
    scene.translator.is_plain = True
    scene.translator.translations = {begun: "Esperamos que hoy por fin el pleno"}

    async def story(scene: Scene) -> None:
        scene.room.say("we hope that today at last the city council", start_s=0.1)
        await asyncio.sleep(8.0)

    play(scene, story)
    assert [text for text in spoken(scene) if "pleno" in text] == []
    assert " ".join(spoken(scene)).startswith("Esperamos")


async def a_city_that_becomes_a_council(scene: Scene) -> None:
    scene.room.say("we hope that the city", start_s=0.1)
    await asyncio.sleep(4.0)
    scene.room.say("council met |", start_s=1.6)
    await asyncio.sleep(5.0)


BEGUN, WHOLE = "We hope that the city", "We hope that the city council met"


def test_where_what_was_spoken_is_wrong_the_voice_goes_on_with_what_is_right(
    scene: Scene,
) -> None:
    scene.translator.translations = {
        BEGUN: "Esperamos que el pleno de esta ciudad",
        WHOLE: "Esperamos que el pleno se reunió",
    }
    scene.translator.repaired = {WHOLE: "Esperamos que el concejo se reunió"}

    play(scene, a_city_that_becomes_a_council)

    assert scene.translator.requests[-1].committed == ""
    assert scene.finals == ["Esperamos que el concejo se reunió"]
    assert spoken(scene)[0].startswith("Esperamos que el pleno")
    assert spoken(scene)[-1] == "concejo se reunió"


def test_what_is_mended_without_the_translator_is_spoken_too(scene: Scene) -> None:
    scene.translator.translations = {
        BEGUN: "Esperamos que el ayuntamiento",
        WHOLE: "Esperamos que el ayuntamiento se reunió",
    }
    scene.translator.repaired = {}

    play(scene, a_city_that_becomes_a_council)

    assert scene.finals == ["Esperamos que el concejo se reunió"]
    assert spoken(scene)[-1].endswith("concejo se reunió")


def test_an_open_unit_tells_the_translator_with_its_next_request(scene: Scene) -> None:
    scene.translator.is_plain = True

    async def story(scene: Scene) -> None:
        scene.room.say("the city council", start_s=0.1)
        await asyncio.sleep(2.0)
        scene.room.say("met again", start_s=1.0)
        await asyncio.sleep(2.0)

    play(scene, story)
    assert scene.translator.requests[0].repair == ()
    assert scene.translator.requests[-1].repair != ()


def test_an_open_unit_is_asked_for_again_at_once_where_nothing_else_is_asked(scene: Scene) -> None:
    begun = "We hope that today at last the city council"
    right = "Esperamos que hoy por fin el concejo"
    scene.translator.translations = {begun: "Esperamos que hoy por fin el pleno"}
    scene.translator.repaired = {begun: right}

    async def story(scene: Scene) -> None:
        scene.room.say("we hope that today at last the city council", start_s=0.1)
        await asyncio.sleep(1.5)
        assert scene.translator.asked == [begun, begun]
        assert scene.translator.requests[-1].repair != ()

    play(scene, story)


def test_what_stays_wrong_while_a_unit_is_open_is_not_asked_for_a_third_time(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.room.say("the city council", start_s=0.1)
        await asyncio.sleep(4.0)

    scene.translator.is_plain = True
    play(scene, story)
    assert scene.translator.asked == ["The city council"] * 2


def test_other_checks_are_repaired_too(scene: Scene) -> None:
    def numbers(source: str, target: str) -> Sequence[Finding]:
        return [Finding("number", "No 14.", "14", ("14",))] if "14" not in target else []

    scene.entries, scene.checks = (), (numbers,)
    scene.translator.translations = {"We need 14": "Necesitamos 41"}
    scene.translator.repaired = {"We need 14": "Necesitamos 14"}

    async def story(scene: Scene) -> None:
        scene.room.say("we need fourteen |", start_s=1.0)
        await asyncio.sleep(5.0)

    play(scene, story)
    assert spoken(scene) == ["Necesitamos 14"]
    assert scene.translator.requests[-1].repair == ("No 14.",)


def test_a_term_across_two_units_is_offered_to_the_second_and_asked_of_neither(
    scene: Scene,
) -> None:
    scene.translator.translations = {"We met the city": "Vimos la ciudad", "council": "consejo"}

    async def story(scene: Scene) -> None:
        scene.room.say("we met the city |", start_s=1.0)
        await asyncio.sleep(2.0)
        scene.room.say("council |", start_s=4.0)
        await asyncio.sleep(4.0)

    play(scene, story)
    assert [row.source for row in scene.translator.requests[-1].terms] == ["city council"]
    assert events(scene, "repair_request") == []


def test_entries_that_change_count_from_the_next_translation_on(scene: Scene) -> None:
    scene.translator.translations = {SOURCE: RIGHT, "The catheter moved": "Se movió el catéter"}

    async def story(scene: Scene) -> None:
        scene.room.say("the city council met |", start_s=1.0)
        await asyncio.sleep(3.0)
        scene.agents[0].use_terms(Terms([CATHETER], load("en"), load("es")))
        scene.room.say("the city council met ‖ the catheter moved |", start_s=5.0)
        await asyncio.sleep(5.0)

    play(scene, story)
    assert [s.glossary_hits for s in scene.kept()] == [1, 0, 1]


def test_the_rendering_of_an_entry_that_was_taken_out_may_be_said(scene: Scene) -> None:
    """The translator may know it by itself: it was right about whose term was said."""
    title = "Concejo Municipal"
    said, heard = "The city council voted", f"El {title} votó"
    entry = Entry("en", "city council", {"es": Rendering(title)})
    scene.entries = (entry,)
    scene.translator.translations = {SOURCE: f"El {title} se reunió", said: heard}
    scene.translator.repaired = {said: "Votó"}

    async def story(scene: Scene) -> None:
        await one_unit(scene)
        scene.agents[0].use_terms(Terms((), load("en"), load("es")))
        scene.room.say("‖", start_s=5.0)
        scene.room.say("the city council voted |", start_s=6.0)
        await asyncio.sleep(5.0)

    play(scene, story)
    assert spoken(scene)[-1] == heard
    assert events(scene, "repair_request") == []


@pytest.mark.parametrize(
    ("after", "before", "better"),
    [
        ((), ("term",), True),
        (("term",), ("term", "number"), True),
        (("number",), ("term", "term"), False),
        (("term",), ("term",), False),
    ],
)
def test_better_is_less_wrong_and_nothing_new(
    after: tuple[str, ...], before: tuple[str, ...], *, better: bool
) -> None:
    found, known = ([Finding(kind, "", "", ()) for kind in kinds] for kinds in (after, before))
    assert is_better(found, known) is better


def test_what_is_wrong_may_have_been_spoken() -> None:
    finding = Finding("term", "", "late", ("x",), "tarde")
    assert is_spoken("Era tarde", "It was late", "Era tarde hoy", [finding])
    assert not is_spoken("Era", "It was late", "Era tarde hoy", [finding])
    assert not is_spoken("", "It was late", "tarde", [finding])


def test_what_was_left_untranslated_is_found_whatever_its_capitals() -> None:
    source, text = "We lose the drinking water", "Perdemos el Drinking water"
    finding = Finding("copied", "", "drinking water", ("agua potable",), "drinking water")
    assert not is_spoken("Perdemos el", source, text, [finding])
    assert is_spoken("Perdemos el Drinking", source, text, [finding])


def test_where_nobody_knows_the_place_of_what_is_wrong_it_may_stand_earlier() -> None:
    source, text = "We spoke about the water main today", "Hablamos sobre el alcalde de agua hoy"
    finding = Finding("term", "", "water main", ("tubería",))
    assert is_spoken("Hablamos sobre el alcalde", source, text, [finding])
    assert not is_spoken("Hablamos", source, text, [finding])


@pytest.mark.parametrize(
    ("finding", "share"),
    [
        (Finding("copied", "", "bcd", ("x",), "wxyz"), 0.6),
        (Finding("term", "", "fgh", ("x",)), 0.5),
        (Finding("term", "", "nowhere", ("x",)), 0.0),
    ],
)
def test_what_comes_before_what_is_wrong_is_safe(finding: Finding, share: float) -> None:
    assert safe_share("abcdefghij", "stuvwx"[:6] + "wxyz", [finding]) == share
