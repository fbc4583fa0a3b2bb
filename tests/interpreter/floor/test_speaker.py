"""Hypotheses in; a line, captions and segments out: no room, virtual time."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from interpreter.caption_publisher import CaptionPacer, CaptionPublisher
from interpreter.captions import CaptionFrame, decode_frame
from interpreter.event_log import EventLog
from interpreter.events import Hypothesis, ItemKind, LineItem, Origin, Word
from interpreter.floor.speaker import Speaker, SpokenLanguage
from interpreter.journal import Journal
from interpreter.line import LineWriter
from interpreter.store import open_store
from languages import load
from tests.scripted import loop_time_s
from tests.virtual_time import run_in_virtual_time


@dataclass(slots=True)
class Scene:
    """One speaker of English, and what comes of them."""

    folder: Path
    origin: Origin = Origin.SPEECH
    speaker: Speaker = field(init=False)
    items: list[LineItem] = field(default_factory=list)
    frames: list[CaptionFrame] = field(default_factory=list)

    @property
    def line(self) -> list[str]:
        marks = {True: "‖", False: "|"}
        return [
            i.text if i.kind is ItemKind.WORD else marks[i.end_s - i.start_s >= 0.6]
            for i in self.items
            if i.kind is not ItemKind.FINAL
        ]

    @property
    def finals(self) -> list[str]:
        return list(dict.fromkeys(f.text for f in self.frames if f.is_final))

    def journal(self) -> list[str]:
        return (self.folder / "journal" / "room1" / "job.jsonl").read_text().splitlines()


def play(scene: Scene, story: Callable[[], None] = lambda: None) -> None:
    """The speech below, a second of silence, then what the story looks at."""

    async def main() -> None:
        def keep(payload: bytes) -> None:
            frame = decode_frame(payload)
            assert frame is not None
            scene.frames.append(frame)

        def send(_spoken: SpokenLanguage, items: Sequence[LineItem]) -> None:
            scene.items.extend(items)

        publisher = CaptionPublisher(CaptionPacer(), "en", Origin.SPEECH, 1, keep, loop_time_s)
        store = open_store("sqlite://")
        events = EventLog.open(scene.folder / "events", "room1", "job", loop_time_s)
        spoken = SpokenLanguage(
            load("en"),
            LineWriter("en", 1),
            publisher,
            Journal.open(scene.folder / "journal", "room1", "job", store),
            events,
            "scripted",
            send,
            loop_time_s,
            occurring=lambda text: tuple(term for term in ("city", "kitty") if term in text),
        )
        speaker = scene.speaker = Speaker("sp1", "Ana", spoken, scene.origin)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(publisher.run())
            speaker.speech_started(0.0)
            for heard_s, text, is_final in SPEECH:
                await asyncio.sleep(heard_s - loop_time_s())
                speaker.hypothesis(hypothesis(text, heard_s, is_final))
            speaker.speech_ended(loop_time_s())
            for _ in range(10):
                await asyncio.sleep(0.1)
                speaker.tick(loop_time_s())
            story()
            publisher.end_input()
        events.close()
        store.dispose()

    run_in_virtual_time(main())


SPEECH = [
    (0.6, "the", False),
    (1.0, "the kitty", False),
    (1.4, "the kitty needs", False),
    (1.8, "the kitty needs two", False),
    (2.2, "the kitty needs two hundred", False),
    (2.6, "the city needs two hundred schools", True),
]


def hypothesis(text: str, heard_s: float, is_final: bool) -> Hypothesis:
    words = tuple(Word(w, 0.4 * i, 0.4 * i + 0.4) for i, w in enumerate(text.split()))
    return Hypothesis(words, heard_s, is_final)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_the_line_gets_each_word_once_and_both_pauses(scene: Scene) -> None:
    play(scene)
    assert scene.line == ["the", "kitty", "needs", "two", "hundred", "schools", "|", "‖"]


def test_items_are_numbered_without_a_gap(scene: Scene) -> None:
    play(scene)
    assert [item.seq for item in scene.items] == list(range(9))


def test_captions_end_with_the_recognisers_last_word(scene: Scene) -> None:
    play(scene)
    assert scene.finals == ["The city needs 200 schools."]


def test_what_is_committed_is_shown_before_the_end(scene: Scene) -> None:
    play(scene)
    shown = [frame.text for frame in scene.frames if not frame.is_final]
    assert shown[:2] == ["The", "The kitty"]


def test_captions_have_the_terms_that_occur_in_them(scene: Scene) -> None:
    play(scene)
    assert ("kitty",) in [frame.glossary_hits for frame in scene.frames if not frame.is_final]
    assert {frame.glossary_hits for frame in scene.frames if frame.is_final} == {("city",)}


def test_what_an_interpreter_says_shows_no_terms(scene: Scene) -> None:
    scene.origin = Origin.HUMAN
    play(scene)
    assert {frame.glossary_hits for frame in scene.frames} == {()}


def test_a_segment_is_in_the_journal_with_its_words(scene: Scene) -> None:
    def story() -> None:
        (row,) = scene.journal()
        assert '"first_seq": 0, "last_seq": 5' in row
        assert '"source_line": "en/sp1/1"' in row

    play(scene, story)


def test_words_and_caption_share_the_segments_id(scene: Scene) -> None:
    play(scene)
    ids = {item.segment for item in scene.items if item.kind is ItemKind.WORD}
    assert ids == {frame.segment for frame in scene.frames} == {"en.1.1"}


def test_what_was_not_heard_is_a_line_and_an_item(scene: Scene) -> None:
    def story() -> None:
        scene.speaker.lost(4.0, 9.2)

    play(scene, story)
    assert scene.finals == ["The city needs 200 schools.", "[5 s were not heard]"]
    assert scene.items[-1].kind is ItemKind.LOST
    assert '"first_seq": 9, "last_seq": 9' in scene.journal()[-1]


def test_who_leaves_in_mid_sentence_leaves_what_they_said(scene: Scene) -> None:
    def story() -> None:
        scene.speaker.speech_started(4.0)
        for heard_s in (4.6, 5.0):
            words = (Word("no", 4.0, 4.3), Word("trees", 4.3, 4.5))
            scene.speaker.hypothesis(Hypothesis(words, heard_s, is_final=False))
        scene.speaker.finish(5.1)

    play(scene, story)
    assert scene.finals == ["The city needs 200 schools.", "No trees."]


def test_speech_is_told_up_to_its_last_word_on_the_line(scene: Scene) -> None:
    def story() -> None:
        speaker = scene.speaker
        assert speaker.untold_s(9.0) == 0.0
        speaker.speech_started(10.0)
        assert speaker.untold_s(11.0) == 1.0
        for heard_s in (10.6, 11.0):
            words = (Word("no", 10.0, 10.3), Word("trees", 10.3, 10.5))
            speaker.hypothesis(Hypothesis(words, heard_s, is_final=False))
        assert speaker.untold_s(11.0) == pytest.approx(0.5)
        assert speaker.untold_s(20.0) == pytest.approx(9.5)
        speaker.hypothesis(Hypothesis((), 20.0, is_final=False))  # music, not words
        assert speaker.untold_s(20.0) == pytest.approx(3.0)

    play(scene, story)


def test_a_recogniser_that_is_behind_is_not_deaf(scene: Scene) -> None:
    """Replacing it would lose what it is about to say."""

    def story() -> None:
        speaker, now_s = scene.speaker, loop_time_s()
        speaker.speech_started(now_s - 6.0)
        words = (Word("no", now_s - 6.0, now_s - 5.7),)
        speaker.hypothesis(Hypothesis(words, now_s - 5.4, is_final=False))
        assert speaker.unheard_s(now_s + 0.5) == pytest.approx(0.5)
        assert speaker.unheard_s(now_s + 6.0) == pytest.approx(6.0)

    play(scene, story)


def test_readers_are_told_the_recognisers_last_word(scene: Scene) -> None:
    play(scene)
    (final,) = [item for item in scene.items if item.kind is ItemKind.FINAL]
    assert final.covers == (0, 5)
    assert [word.text for word in final.words] == [
        "the",
        "city",
        "needs",
        "two",
        "hundred",
        "schools",
    ]


def test_words_on_which_the_recogniser_has_no_last_word_stay(scene: Scene) -> None:
    """An utterance that it takes back whole ends without a final."""

    def story() -> None:
        speaker = scene.speaker
        speaker.speech_started(4.0)
        for heard_s in (4.6, 5.0):
            words = (Word("no", 4.0, 4.3), Word("trees", 4.3, 4.5))
            speaker.hypothesis(Hypothesis(words, heard_s, is_final=False))
        speaker.speech_ended(5.2)
        speaker.tick(5.8)
        speaker.speech_started(6.0)
        words = (Word("many", 6.0, 6.3), Word("people", 6.3, 6.6))
        speaker.hypothesis(Hypothesis(words, 7.0, is_final=True))
        speaker.speech_ended(7.2)
        speaker.tick(7.8)

    play(scene, story)
    assert scene.finals == ["The city needs 200 schools.", "No trees.", "Many people."]
    finals = [item.covers for item in scene.items if item.kind is ItemKind.FINAL]
    first = next(item.seq for item in scene.items if item.text == "many")
    assert finals[1:] == [(first, first + 1)]


def test_who_begins_with_the_words_that_had_no_last_word_has_said_them_again(scene: Scene) -> None:
    """A recogniser that failed, or took an utterance back, leaves its words without a final."""

    def story() -> None:
        speaker = scene.speaker
        for since_s, text, is_final in ((4.0, "no", False), (7.0, "no we do not agree", True)):
            speaker.speech_started(since_s)
            for heard_s in (since_s + 2.0, since_s + 2.5):
                words = tuple(
                    Word(word, since_s + 0.3 * place, since_s + 0.3 * place + 0.25)
                    for place, word in enumerate(text.split())
                )
                speaker.hypothesis(Hypothesis(words, heard_s, is_final and heard_s > 9.0))
            speaker.speech_ended(since_s + 2.5)
            speaker.tick(since_s + 2.9)

    play(scene, story)
    said = " ".join(word for word in scene.line if word not in "|‖")
    assert said == "the kitty needs two hundred schools no no we do not agree"


def test_words_that_come_late_are_words_all_the_same(scene: Scene) -> None:
    told: list[bool] = []

    def story() -> None:
        now_s = loop_time_s()
        told.append(scene.speaker.has_words(now_s + 5.0))
        scene.speaker.hypothesis(hypothesis("the city needs two hundred schools now", now_s, False))
        told.append(scene.speaker.has_words(now_s + 2.2))
        told.append(scene.speaker.has_words(now_s + 3.0))

    play(scene, story)

    assert told == [False, True, False]


def test_words_that_came_late_are_in_captions_and_on_the_line_once(scene: Scene) -> None:
    """They are committed after those before them, at guessed times; their last word has others."""

    def story() -> None:
        speaker = scene.speaker
        speaker.speech_started(4.0)
        speaker.hypothesis(Hypothesis((Word("yes", 4.0, 6.0),), 6.0, is_final=True))
        late = tuple(Word(text, 5.98, 6.1) for text in ("we", "sold", "them"))
        speaker.hypothesis(Hypothesis(late, 6.5, is_final=False))
        speaker.hypothesis(Hypothesis((*late, Word("all", 5.98, 6.1)), 6.5, is_final=True))
        speaker.finish(8.0)

    play(scene, story)

    assert scene.line[-6:] == ["yes", "we", "sold", "them", "all", "‖"]
    assert scene.finals[-1] == "Yes we sold them all."
    seqs = {item.text: item.seq for item in scene.items}
    last = [item for item in scene.items if item.kind is ItemKind.FINAL][-1]
    assert last.covers == (seqs["we"], seqs["all"])


def test_a_word_without_any_length_at_an_utterance_s_end_is_said_once(scene: Scene) -> None:
    """Where a recogniser hears it in the last moment of the sound; then it stood on the line beside
    the final words that have it too."""

    def story() -> None:
        speaker = scene.speaker
        speaker.speech_started(33.4)
        words = (Word("and", 35.72, 35.9), Word("thank", 36.388, 36.388))
        for heard_s in (35.9, 36.26):
            speaker.hypothesis(Hypothesis(words[:1], heard_s, is_final=False))
        speaker.hypothesis(Hypothesis(words, 36.388, is_final=True))
        speaker.finish(38.0)

    play(scene, story)

    assert scene.finals[-1] == "And thank."
    seqs = {item.text: item.seq for item in scene.items}
    last = [item for item in scene.items if item.kind is ItemKind.FINAL][-1]
    assert last.covers == (seqs["and"], seqs["thank"])
