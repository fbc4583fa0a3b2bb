"""A line in; captions, segments and a voice out: scripted engines and room, virtual time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from livekit import rtc
from sqlmodel import Session

from glossaries.entry import Entry
from interpreter.engines.translator import TranslationRequest
from interpreter.event_log import EventLog, read_events
from interpreter.events import ItemKind, LineItem, Origin, Segment
from interpreter.journal import Journal, drain_dead_journals
from interpreter.kept_waiting import BUSY_S
from interpreter.line import LineMessage
from interpreter.pair.agent import PairAgent
from interpreter.pair.checking import Check
from interpreter.pair.engines import PairEngines
from interpreter.pair.job import decode_job, encode_job
from interpreter.room import RoomMetadata, Wanted
from interpreter.room_clock import utc_s
from interpreter.settings import Settings
from interpreter.store import Meeting, add_room, create_schema, open_store, segments_of
from tests.scripted import ScriptedTrack, ScriptedTranslator, ScriptedVoice, loop_time_s
from tests.scripted_room import ScriptedParticipant, ScriptedRoom
from tests.virtual_time import hold_up, run_in_virtual_time

ROOM = RoomMetadata("room1", 0.0, ("en",), ("es",), wanted=Wanted(("es",), ("es",)))


@dataclass(slots=True)
class Scene:
    """What a story sees of its pair agent."""

    room: ScriptedRoom
    translator: ScriptedTranslator
    voice: ScriptedVoice
    track: ScriptedTrack
    folder: Path
    entries: tuple[Entry, ...] = ()
    checks: tuple[Check, ...] = ()
    agents: list[PairAgent] = field(default_factory=list)

    @property
    def finals(self) -> list[str]:
        frames = self.room.local_participant.data_tracks["captions:es"].frames
        return list(dict.fromkeys(f.text for f in frames if f.is_final))

    @property
    def shown(self) -> list[str]:
        frames = self.room.local_participant.data_tracks["captions:es"].frames
        return [f.text for f in frames if not f.is_final]

    def taken(self) -> list[str]:
        """What the voice has taken."""
        events = read_events(self.folder / "events" / "room1")
        return [str(event["text"]) for event in events if event["event"] == "target_commit"]

    def kept(self) -> list[Segment]:
        """What the store has once the dead job's journal is drained (a thread has no virtual
        time)."""
        store = open_store(f"sqlite:///{self.folder / 'test.db'}")
        asyncio.run(drain_dead_journals(self.folder / "journal", store))
        with Session(store) as session:
            found = segments_of(session, "room1", "es")
        store.dispose()
        return found


Story = Callable[[Scene], Coroutine[Any, Any, None]]


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(
        ScriptedRoom(ROOM), ScriptedTranslator(), ScriptedVoice(), ScriptedTrack(), tmp_path
    )


def play(
    scene: Scene,
    story: Story,
    job: str = encode_job("en", "es", 1, 1, 0),
    unread_since_s: float | None = None,
) -> None:
    """Run a pair agent while the story happens, then end it as a stopped job."""

    async def publish(
        _room: rtc.Room, _name: str, _rate_hz: int, _now_s: Callable[[], float]
    ) -> ScriptedTrack:
        return scene.track

    async def main() -> None:
        utc_s.set(loop_time_s)
        settings = Settings.model_validate(
            {"LIVEKIT_API_KEY": "k", "LIVEKIT_API_SECRET": "s", "state_dir": scene.folder}
        )
        store = open_store(f"sqlite:///{scene.folder / 'test.db'}")
        create_schema(store)
        with Session(store) as session:
            meeting = Meeting(id="m", name="m", spoken=["en"], offered=["es"], speaker_key="k")
            add_room(session, meeting, "room1", 0.0)
            session.commit()
        events = EventLog.open(scene.folder / "events", "room1", "job", loop_time_s)
        agent = PairAgent(
            scene.room.as_room,
            settings,
            ROOM,
            replace(decode_job(job), unread_since_s=unread_since_s),
            PairEngines(scene.translator, scene.voice),
            events,
            Journal.open(scene.folder / "journal", "room1", "job", store),
            publish,
            entries=scene.entries,
            checks=scene.checks,
        )
        scene.agents.append(agent)
        running = asyncio.get_running_loop().create_task(agent.run())
        await asyncio.sleep(0.1)
        await story(scene)
        running.cancel()
        await asyncio.wait([running])
        events.close()
        store.dispose()

    run_in_virtual_time(main())


def test_a_unit_is_captioned_kept_and_spoken(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.room.say("the city needs water |", start_s=1.0)
        await asyncio.sleep(5.0)

    play(scene, story)
    assert scene.finals == ["[The city needs water]"]
    assert [s.text for s in scene.kept()] == ["[The city needs water]"]
    assert len(scene.voice.rates) == 1
    assert scene.track.heard


def test_a_segment_names_its_source_words(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.room.say("the city needs water | and money |", start_s=1.0)
        await asyncio.sleep(5.0)

    play(scene, story)
    assert [(s.first_seq, s.last_seq, s.source_line) for s in scene.kept()] == [
        (0, 3, "en/ana/1"),
        (5, 6, "en/ana/1"),
    ]


def test_a_caption_is_shown_before_anybody_knows_whether_the_sentence_ended(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.room.say("the city needs water |", start_s=1.0)
        await asyncio.sleep(0.5)
        assert scene.shown == ["[The city needs water]"]
        assert scene.finals == []

    play(scene, story)


def test_a_long_pause_ends_the_sentence(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.room.say("the city needs water | ‖ and money |", start_s=1.0)
        await asyncio.sleep(5.0)

    play(scene, story)
    assert scene.finals == ["[The city needs water].", "[And money]"]


def test_a_sentence_is_final_at_its_long_pause_though_it_was_shown_before(scene: Scene) -> None:
    scene.translator.is_plain = True

    async def story(scene: Scene) -> None:
        scene.room.say("the city needs water |", start_s=1.0)
        await asyncio.sleep(1.0)
        scene.room.say("and money for the new schools", start_s=2.0)
        await asyncio.sleep(1.0)
        assert scene.shown[-1] == "and money for"
        scene.room.say("‖", start_s=3.9)
        await asyncio.sleep(1.0)
        assert scene.finals == ["The city needs water", "and money for the new schools."]

    play(scene, story)


def test_captions_only_when_nobody_has_sound_on(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.room.metadata = ROOM.with_wanted(Wanted((), ("es",))).encode()
        scene.room.say("the city needs water |", start_s=1.0)
        await asyncio.sleep(5.0)

    play(scene, story)
    assert scene.finals == ["[The city needs water]"]
    assert scene.voice.rates == []


def test_without_a_translation_readers_get_the_speakers_words_marked(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.translator.refuses = ("The city needs water",)
        scene.room.say("the city needs water | and money |", start_s=1.0)
        await asyncio.sleep(5.0)
        assert scene.room.local_participant.sent[-1]["state"] == "live"

    play(scene, story)
    assert scene.finals == ["[English] The city needs water", "[and money]"]
    assert [s.origin for s in scene.kept()] == [Origin.SPEECH, Origin.MACHINE]


def test_the_speakers_own_words_are_marked_as_their_language(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.translator.refuses = ("The city needs water",)
        scene.room.say("the city needs water | and money |", start_s=1.0)
        await asyncio.sleep(5.0)

    play(scene, story)
    frames = scene.room.local_participant.data_tracks["captions:es"].frames
    shown = [frame for frame in frames if frame.is_final]
    assert list(dict.fromkeys((one.language, one.text_language) for one in shown)) == [
        ("es", "en"),
        ("es", ""),
    ]
    assert [(one.language, one.text_language) for one in scene.kept()] == [("es", "en"), ("es", "")]


def test_where_the_translator_answers_nothing_readers_get_the_speakers_words_marked(
    scene: Scene,
) -> None:
    async def story(scene: Scene) -> None:
        scene.translator.translations = {"The city needs water": ""}
        scene.room.say("the city needs water | and money |", start_s=1.0)
        await asyncio.sleep(5.0)

    play(scene, story)
    assert scene.finals == ["[English] The city needs water", "[and money]"]


class _LosesTheThread(ScriptedTranslator):
    """Has nothing to add to what was said of a unit that is open."""

    async def translate(self, request: TranslationRequest) -> AsyncIterator[str]:
        async for text in super().translate(request):
            yield request.committed if request.is_open and request.committed else text


def test_a_unit_that_closes_as_it_was_is_asked_for_where_there_was_no_more_than_was_said(
    scene: Scene,
) -> None:
    scene.translator = _LosesTheThread(is_plain=True)

    async def story(scene: Scene) -> None:
        scene.room.say("the city needs water", start_s=1.0)
        await asyncio.sleep(1.0)
        scene.room.say("and money", start_s=2.2)
        await asyncio.sleep(1.0)
        scene.room.say("‖", start_s=2.8)
        await asyncio.sleep(6.0)

    play(scene, story)
    assert scene.finals == ["The city needs water and money."]
    assert " ".join(scene.taken()) == "The city needs water and money"


def test_who_is_interrupted_while_the_translator_is_slow_is_heard_in_the_end(scene: Scene) -> None:
    scene.translator = ScriptedTranslator(delay_s=1.5, is_plain=True)

    async def story(scene: Scene) -> None:
        scene.room.say("the result is", start_s=1.0, speaker="ana")
        await asyncio.sleep(0.2)
        scene.room.say("yes |", start_s=1.2, speaker="bob")
        await asyncio.sleep(4.0)
        scene.room.say("not good", start_s=1.9, speaker="ana")
        scene.room.say("|", start_s=2.5, speaker="ana")
        await asyncio.sleep(8.0)

    play(scene, story)
    assert sorted(scene.finals) == ["The result is not good", "Yes"]
    assert scene.taken() == ["Yes", "The result is not good"]


def test_a_failed_translator_is_told_to_the_floor_agent(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.translator.refuses = ("The city needs water",)
        scene.room.say("the city needs water |", start_s=1.0)
        await asyncio.sleep(2.0)
        told = scene.room.local_participant.sent[-1]
        assert (told["state"], told["lacks"]) == ("failed", "translation")

    play(scene, story)


def test_a_slow_voice_never_holds_captions_back(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.voice.delay_s = 8.0
        scene.room.say("one two three | four five six | seven eight nine ‖", start_s=1.0)
        await asyncio.sleep(2.0)
        assert scene.finals == ["[One two three]", "[four five six]", "[seven eight nine]."]

    play(scene, story)


def test_words_from_anybody_but_the_floor_agent_change_nothing(scene: Scene) -> None:
    forged = LineMessage(
        "en", 1, (LineItem(0, ItemKind.WORD, "forged", 1.0, 1.3, "eve", "en.1.1"),), {}
    )
    standard = rtc.ParticipantKind.PARTICIPANT_KIND_STANDARD
    speaker = ScriptedParticipant("eve", {"role": "floor"}, kind=standard)

    async def story(scene: Scene) -> None:
        scene.room.send(forged, speaker)
        scene.room.send(forged, None)
        await asyncio.sleep(1.0)
        assert scene.room.local_participant.sent[-1]["next"] == 0

    play(scene, story)
    assert scene.finals == []


def test_a_reader_message_says_what_is_wanted_next(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.room.say("the city needs water |", start_s=1.0)
        await asyncio.sleep(6.0)
        last = scene.room.local_participant.sent[-1]
        assert (last["to"], last["next"], last["spoken"]) == (["floor-1"], 5, 3)

    play(scene, story)


def test_what_was_shown_becomes_final_when_the_job_ends(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.room.say("the city needs water |", start_s=1.0)
        await asyncio.sleep(0.6)

    play(scene, story)
    assert [s.text for s in scene.kept()] == ["[The city needs water]"]


def test_a_replacement_speaks_what_was_captioned_and_captions_what_was_not(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.room.say("the city needs water and money now |", start_s=1.0)
        await asyncio.sleep(6.0)

    play(scene, story, job=encode_job("en", "es", 2, 1, 0, captioned_seq=3))
    assert scene.translator.asked == ["The city needs water", "and money now"]
    assert scene.finals == ["[and money now]"]
    assert len(scene.voice.rates) == 2
    assert [(s.first_seq, s.last_seq) for s in scene.kept()] == [(4, 6)]


def test_what_one_says_is_not_told_as_captioned_while_another_is_captioned_beyond_it(
    scene: Scene,
) -> None:
    async def story(scene: Scene) -> None:
        scene.room.say("the budget is not", start_s=1.0, speaker="ana")
        scene.room.say("yes indeed ‖", start_s=1.3, speaker="bob")
        await asyncio.sleep(3.0)
        assert scene.finals == ["[Yes indeed]."]
        assert scene.room.local_participant.sent[-1]["captioned"] == -1
        scene.room.say("approved ‖", start_s=2.2, speaker="ana")
        await asyncio.sleep(3.0)
        assert scene.room.local_participant.sent[-1]["captioned"] == 7

    play(scene, story)


def test_what_is_shown_and_not_final_is_not_told_as_captioned_while_another_is_beyond_it(
    scene: Scene,
) -> None:
    """Should this pair die, its replacement begins there: no transcript has these words."""

    async def story(scene: Scene) -> None:
        scene.room.say("the budget is not approved |", start_s=1.0, speaker="ana")
        await asyncio.sleep(0.1)
        scene.room.say("yes indeed ‖", start_s=1.3, speaker="bob")
        await asyncio.sleep(3.0)
        assert scene.finals == ["[Yes indeed]."]
        assert scene.room.local_participant.sent[-1]["captioned"] == -1
        scene.room.say("‖", start_s=3.0, speaker="ana")
        await asyncio.sleep(1.0)
        assert scene.room.local_participant.sent[-1]["captioned"] == 7

    play(scene, story)


def test_what_waits_for_its_translation_is_not_told_as_captioned(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.room.say("the budget is not", start_s=1.0, speaker="ana")
        scene.room.say("yes indeed ‖", start_s=1.3, speaker="bob")
        await asyncio.sleep(2.0)
        scene.translator.delay_s = 5.0
        scene.room.say("approved ‖", start_s=2.2, speaker="ana")
        await asyncio.sleep(4.0)
        assert scene.finals == ["[Yes indeed]."]
        assert scene.room.local_participant.sent[-1]["captioned"] == -1
        await asyncio.sleep(6.0)
        assert scene.room.local_participant.sent[-1]["captioned"] == 7

    play(scene, story)


def test_what_readers_have_had_of_an_open_unit_is_told_to_the_floor_agent(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.room.say("the city needs clean water", start_s=1.0)
        await asyncio.sleep(3.0)
        report = scene.room.local_participant.sent[-1]
        assert (report["shown"], report["captioned"]) == (4, -1)

    play(scene, story)


def test_an_untranslated_unit_is_told_as_one_that_readers_have(scene: Scene) -> None:
    scene.translator.refuses = ("The city",)

    async def story(scene: Scene) -> None:
        scene.room.say("the city ‖", start_s=1.0)
        await asyncio.sleep(3.0)
        assert scene.room.local_participant.sent[-1]["shown"] == 1

    play(scene, story)


def test_a_final_is_told_to_the_floor_agent_at_once(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.room.say("the city needs water | ‖", start_s=1.0)
        await asyncio.sleep(0.36)
        assert scene.room.local_participant.sent[-1]["captioned"] == 3

    play(scene, story)


def test_what_a_dead_floor_agent_said_keeps_its_place_beside_what_the_next_one_says(
    scene: Scene,
) -> None:
    async def story(scene: Scene) -> None:
        scene.room.say("the city needs water and money", start_s=1.0)
        words = [
            LineItem(seq, ItemKind.WORD, word, 9.0 + seq, 9.5 + seq, "ana", "en.2.1")
            for seq, word in enumerate(["we", "will", "build"])
        ]
        scene.room.send(LineMessage("en", 2, tuple(words), {}), scene.room.floor)
        await asyncio.sleep(4.0)
        last = scene.room.local_participant.sent[-1]
        assert (last["epoch"], last["spoken"], last["captioned"]) == (2, -1, -1)

    play(scene, story)
    assert {(s.first_seq, s.last_seq, s.source_line) for s in scene.kept()} == {
        (0, 5, "en/ana/1"),
        (0, 2, "en/ana/2"),
    }


def test_two_speakers_are_not_mixed_in_one_unit(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.room.say("the city needs", start_s=1.0, speaker="ana")
        scene.room.say("i do not agree |", start_s=1.5, speaker="bob")
        scene.room.say("|", start_s=1.9, speaker="ana")
        await asyncio.sleep(6.0)

    play(scene, story)
    assert sorted(scene.translator.asked) == ["I do not agree", "The city needs"]
    assert [s.speaker for s in scene.kept()] == ["Ana", "Bob"]


def test_what_was_not_heard_is_a_line_in_the_listeners_language(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.room.say("the city needs water |", start_s=1.0)
        scene.room.lose(2.5, 6.7)
        scene.room.say("and money now |", start_s=7.0)
        await asyncio.sleep(6.0)

    play(scene, story)
    assert scene.finals == [
        "[The city needs water].",
        "[no se han oído 4 s]",
        "[And money now]",
    ]
    assert [s.first_seq for s in scene.kept()] == [0, 5, 6]
    assert len(scene.voice.rates) == 2


@pytest.mark.parametrize(
    ("unread_since_s", "since_s"),
    [
        pytest.param(None, 4.0, id="nobody-knows-or-all-was-read"),
        pytest.param(2.5, 2.5, id="words-before-it-were-lost-too"),
        pytest.param(-40.0, -40.0, id="a-long-unit-was-lost-too"),
        pytest.param(5.0, 4.0, id="only-later-words-are-unread"),
        pytest.param(-80.0, 4.0, id="nobody-wanted-it-then"),
    ],
)
def test_a_gap_begins_with_the_first_words_that_the_transcript_lacks(
    scene: Scene, unread_since_s: float | None, since_s: float
) -> None:
    async def story(scene: Scene) -> None:
        scene.room.lose(4.0, 9.0)
        await asyncio.sleep(1.0)
        scene.room.lose(12.0, 14.0)
        await asyncio.sleep(1.0)

    play(scene, story, unread_since_s=unread_since_s)
    assert [(s.start_s, s.end_s) for s in scene.kept()] == [(since_s, 9.0), (12.0, 14.0)]


def test_an_open_unit_is_spoken_before_it_closes_and_captions_follow_it(scene: Scene) -> None:
    scene.translator.is_plain = True

    async def story(scene: Scene) -> None:
        for seq, word in enumerate("the city needs water and more doctors now".split()):
            item = LineItem(seq, ItemKind.WORD, word, seq * 0.4, seq * 0.4 + 0.3, "ana", "en.1.1")
            scene.room.send(LineMessage("en", 1, (item,), {"ana": "Ana"}), scene.room.floor)
            await asyncio.sleep(0.4)
        assert scene.track.heard
        assert scene.finals == []

    play(scene, story)
    assert [s.text for s in scene.kept()] == ["The city needs water and more doctors now"]
    assert "The city needs" in scene.shown
    assert all("The city needs water and more doctors now".startswith(text) for text in scene.shown)


def test_the_next_translation_is_to_begin_with_what_the_voice_takes_of_this_one(
    scene: Scene,
) -> None:
    scene.translator.is_plain = True
    scene.translator.repaired = {"nothing": "nada"}  # it is an LLM

    async def story(scene: Scene) -> None:
        for seq, word in enumerate("the city needs water and more doctors now".split()):
            item = LineItem(seq, ItemKind.WORD, word, seq * 0.2, seq * 0.2 + 0.2, "ana", "en.1.1")
            scene.room.send(LineMessage("en", 1, (item,), {"ana": "Ana"}), scene.room.floor)
            await asyncio.sleep(0.2)
        await asyncio.sleep(2.0)

    play(scene, story)
    rows = read_events(scene.folder / "events" / "room1")
    asked_s = [float(str(row["at_s"])) for row in rows if row["event"] == "translation_request"]
    taken = [row for row in rows if row["event"] == "target_commit"]
    told = [
        " ".join(str(row["text"]) for row in taken if float(str(row["at_s"])) <= at_s)
        for at_s in asked_s
    ]
    assert any(row["at_s"] in asked_s for row in taken)
    assert [request.committed for request in scene.translator.requests] == told


def test_a_mode_changes_in_mid_sentence(scene: Scene) -> None:
    scene.translator.is_plain = True

    async def story(scene: Scene) -> None:
        words = "the city needs water".split()
        items = [
            LineItem(seq, ItemKind.WORD, word, seq * 0.4, seq * 0.4 + 0.3, "ana", "en.1.1")
            for seq, word in enumerate(words)
        ]
        slow = replace(ROOM, version=1, policies={"es": "consecutive"})
        scene.room.metadata = slow.encode()
        for item in items:
            scene.room.send(LineMessage("en", 1, (item,), {"ana": "Ana"}), scene.room.floor)
            await asyncio.sleep(0.4)
        await asyncio.sleep(3.0)
        assert scene.track.heard == []
        scene.room.metadata = replace(slow, version=2, policies={}).encode()
        pause = LineItem(4, ItemKind.PAUSE, "", 1.5, 2.5, "ana", "en.1.1")
        scene.room.send(LineMessage("en", 1, (pause,), {"ana": "Ana"}), scene.room.floor)
        await asyncio.sleep(3.0)
        assert scene.track.heard

    play(scene, story)
    assert [s.text for s in scene.kept()] == ["The city needs water."]


def test_a_unit_that_closes_as_it_was_is_not_translated_again(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        scene.room.say("the city needs water", start_s=1.0)
        await asyncio.sleep(2.0)
        scene.room.say("‖", start_s=2.2)
        await asyncio.sleep(2.0)

    play(scene, story)
    assert scene.translator.asked == ["The city needs water"]
    assert [s.text for s in scene.kept()] == ["[The city needs water]."]


def test_a_translator_is_told_that_a_sentence_goes_on_after_what_was_said(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        for number, word in enumerate("the city needs clean water and money".split()):
            scene.room.say(word, start_s=1.0 + 0.3 * number)
            await asyncio.sleep(0.5)
        scene.room.say("now ‖", start_s=3.1)
        await asyncio.sleep(3.0)

    play(scene, story)
    *_, last = scene.translator.requests
    assert (last.is_open, last.has_more) == (False, bool(last.committed))
    assert last.committed


def test_a_voice_that_nobody_could_follow_any_more_skips_and_says_so(scene: Scene) -> None:
    scene.voice.delay_s = 9.5

    async def story(scene: Scene) -> None:
        for number in range(4):
            scene.room.say("the city needs water ‖", start_s=1.0 + 4 * number)
            await asyncio.sleep(4.0)
        await asyncio.sleep(40.0)

    play(scene, story)
    texts = [s.text for s in scene.kept()]
    assert texts.count("[The city needs water].") == 4
    assert any("ha omitido" in text for text in texts)
    assert len(scene.voice.rates) < 4


def test_what_waits_for_a_late_voice_is_said_in_fewer_words_and_marked(scene: Scene) -> None:
    full, concise = "The city needs a lot of water today", "The city needs water"
    scene.translator.is_plain = True
    scene.translator.concise = {full: concise}
    scene.voice.delay_s = 6.0

    async def story(scene: Scene) -> None:
        for number in range(4):
            scene.room.say("the city needs a lot of water today ‖", start_s=1.0 + 3 * number)
            await asyncio.sleep(3.0)
        await asyncio.sleep(30.0)

    play(scene, story)
    events = read_events(scene.folder / "events" / "room1")
    said = [event["text"] for event in events if event["event"] == "target_commit"]
    condensed = [event for event in events if event["event"] == "condensed"]
    kept = [s for s in scene.kept() if "omitido" not in s.text]
    assert [s.text for s in kept] == [f"{full}."] * 4
    assert concise in said
    assert len(condensed) == said.count(concise) == sum(s.condensed for s in kept)
    assert all(event["seconds"] == pytest.approx(0.84) for event in condensed)


def test_a_rendering_that_lost_a_figure_is_not_spoken(scene: Scene) -> None:
    full = "The city needs 25 more doctors today"
    scene.translator.is_plain = True
    scene.translator.concise = {full: "The city needs doctors"}
    scene.voice.delay_s = 6.0

    async def story(scene: Scene) -> None:
        for number in range(4):
            scene.room.say("the city needs 25 more doctors today ‖", start_s=1.0 + 3 * number)
            await asyncio.sleep(3.0)
        await asyncio.sleep(30.0)

    play(scene, story)
    assert not any(s.condensed for s in scene.kept())


def test_a_replacement_goes_on_inside_a_unit(scene: Scene) -> None:
    scene.translator.is_plain = True

    async def story(scene: Scene) -> None:
        scene.room.say("the city needs water and money now |", start_s=1.0)
        await asyncio.sleep(6.0)

    play(scene, story, job=encode_job("en", "es", 2, 1, 0, begun=(0, "The city needs")))
    events = read_events(scene.folder / "events" / "room1")
    said = [event["text"] for event in events if event["event"] == "target_commit"]
    assert said == ["water and money now"]


def test_what_was_heard_of_an_open_unit_is_told_to_the_floor_agent(scene: Scene) -> None:
    scene.translator.is_plain = True

    async def story(scene: Scene) -> None:
        scene.room.say("the city needs water and more doctors now", start_s=0.0)
        await asyncio.sleep(4.0)
        seq, heard = scene.room.local_participant.sent[-1]["begun"]
        assert (seq, heard) == (0, "The city needs water and more doctors")
        scene.room.say("‖", start_s=3.0)
        await asyncio.sleep(4.0)
        assert scene.room.local_participant.sent[-1]["begun"] == [-1, ""]

    play(scene, story)


@pytest.mark.parametrize(
    ("held_up_s", "step", "open_requests"),
    [
        pytest.param(0.0, 1, 10, id="a free machine"),
        pytest.param(1.0, 1, 3, id="one that is too busy"),
        pytest.param(0.0, 2, 5, id="a server that is asked too often"),
        pytest.param(1.0, 8, 2, id="both"),
    ],
)
def test_an_open_unit_is_asked_for_less_often_where_machine_or_server_are_too_busy(
    scene: Scene, held_up_s: float, step: int, open_requests: int
) -> None:
    scene.translator.step = step

    async def story(scene: Scene) -> None:
        await asyncio.sleep(1.0)
        hold_up(held_up_s)
        await asyncio.sleep(1.0)
        for number, word in enumerate("the city needs water and money for the new schools".split()):
            scene.room.say(word, start_s=3.0 + 0.3 * number)
            await asyncio.sleep(0.5)
        scene.room.say("‖", start_s=6.0)
        await asyncio.sleep(3.0)

    play(scene, story)
    assert sum(request.is_open for request in scene.translator.requests) == open_requests
    assert scene.finals == ["[The city needs water and money for the new schools]."]


def test_it_is_asked_for_at_each_word_again_when_the_machine_has_time(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        await asyncio.sleep(1.0)
        hold_up(1.0)
        await asyncio.sleep(BUSY_S + 1.0)
        for number, word in enumerate("the city needs water".split()):
            scene.room.say(word, start_s=15.0 + 0.3 * number)
            await asyncio.sleep(0.5)

    play(scene, story)
    assert [request.text for request in scene.translator.requests] == [
        "The",
        "The city",
        "The city needs",
        "The city needs water",
    ]
