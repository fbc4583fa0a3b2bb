"""Talks, translators and voices that make it hard: what a listener gets of them all the same."""

import asyncio
import gc
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

import pytest

from interpreter.engines.translator import TranslationRequest
from interpreter.errors import EngineUnavailable
from interpreter.event_log import read_events
from interpreter.events import ItemKind, LineItem, Origin, Word
from interpreter.line import LineMessage
from interpreter.pair.chunking import Unit
from interpreter.pair.policy import MODES, ChunkPolicy
from tests.interpreter.pair.test_agent import ROOM, Scene, play
from tests.scripted import ScriptedTrack, ScriptedTranslator, ScriptedVoice, loop_time_s
from tests.scripted_room import ScriptedRoom

WORD_S = 0.4
LIMIT_S = 10.0
"""What a translator may take (settings.engine_timeout_s)."""
SENTENCE = "the city needs water and more doctors now"


@dataclass(slots=True)
class HardTranslator(ScriptedTranslator):
    """Answers with the plain words; as slow and as unwilling as it is told to be."""

    hangs_for: str = "-"
    """Texts that begin like this are never answered."""
    fails_while_open: bool = False
    open_delay_s: float = 0.35

    @property
    def can_condense(self) -> bool:
        return False

    @property
    def can_repair(self) -> bool:
        return False

    async def translate(self, request: TranslationRequest) -> AsyncIterator[str]:
        self.asked.append(request.text)
        await asyncio.sleep(self.open_delay_s if request.is_open else self.delay_s)
        if request.text.startswith(self.hangs_for):
            await asyncio.Event().wait()
        if self.fails_while_open and request.is_open:
            raise EngineUnavailable("told to refuse")
        yield request.text


@dataclass(slots=True)
class Floor:
    """A floor agent that tells each word when it has been said."""

    room: ScriptedRoom
    seq: int = 0
    since: list[int] = field(default_factory=list)

    async def speak(self, text: str, *, speaker: str = "ana") -> None:
        for word in text.split():
            starts_s = loop_time_s()
            await asyncio.sleep(WORD_S)
            self.put(ItemKind.WORD, word, starts_s, starts_s + 0.35, speaker=speaker)

    async def pause(self, seconds: float = 0.7, *, speaker: str = "ana") -> None:
        starts_s = loop_time_s()
        await asyncio.sleep(seconds)
        self.put(ItemKind.PAUSE, "", starts_s, loop_time_s(), speaker=speaker)

    def final(self, text: str, first_seq: int, started_s: float) -> None:
        """The recogniser's last word on all that was said since."""
        words = tuple(
            Word(word, started_s + WORD_S * place, started_s + WORD_S * place + 0.35)
            for place, word in enumerate(text.split())
        )
        covers = (first_seq, self.seq - 1)
        self.put(ItemKind.FINAL, "", words[0].start_s, words[-1].end_s, covers=covers, words=words)

    def put(
        self,
        kind: ItemKind,
        text: str,
        starts_s: float,
        ends_s: float,
        *,
        speaker: str = "ana",
        covers: tuple[int, int] = (-1, -1),
        words: tuple[Word, ...] = (),
    ) -> None:
        item = LineItem(
            self.seq, kind, text, starts_s, ends_s, speaker, f"en.{speaker}", covers, words
        )
        self.seq += 1
        self.room.send(LineMessage("en", 1, (item,), {speaker: speaker.title()}), self.room.floor)


@pytest.fixture
def translator() -> HardTranslator:
    return HardTranslator()


@pytest.fixture
def scene(tmp_path: Path, translator: HardTranslator) -> Scene:
    return Scene(ScriptedRoom(ROOM), translator, ScriptedVoice(), ScriptedTrack(), tmp_path)


def events(scene: Scene, name: str) -> list[dict[str, Any]]:
    found = read_events(scene.folder / "events" / "room1")
    return [event for event in found if event["event"] == name]


def words_of(texts: Sequence[str]) -> list[str]:
    return " ".join(texts).lower().replace(".", "").split()


def spoken(scene: Scene) -> list[str]:
    """The words that the voice said, in order."""
    return words_of([event["text"] for event in events(scene, "target_commit")])


def captioned(scene: Scene) -> list[str]:
    """The words that readers can read in the end, in order."""
    return words_of([segment.text for segment in scene.kept()])


# --- the talk


def test_who_never_pauses_is_interpreted_word_for_word_and_in_time(scene: Scene) -> None:
    said = [f"w{number:03}" for number in range(750)]
    alive: list[int] = []

    async def story(scene: Scene) -> None:
        floor = Floor(scene.room)
        await floor.speak(" ".join(said))
        gc.collect()
        alive.append(sum(isinstance(one, Unit) for one in gc.get_objects()))
        await floor.pause()
        await asyncio.sleep(10.0)

    play(scene, story)
    units, caps = events(scene, "unit"), ChunkPolicy()
    assert max(len(unit["words"]) for unit in units) <= caps.max_words
    assert max(unit["end_s"] - unit["start_s"] for unit in units) <= caps.max_s + WORD_S
    assert spoken(scene) == said
    assert captioned(scene) == said
    playouts = events(scene, "playout")
    ends_s = {word: WORD_S * place + 0.45 for place, word in enumerate(said)}
    lags = [p["start_s"] - ends_s[words_of([p["text"]])[0]] for p in playouts]
    assert max(lags) < 7.0
    assert sum(lags[-20:]) / 20 < sum(lags[40:60]) / 20 + 0.5
    assert max(len(text.split()) for text in scene.translator.asked) <= caps.max_words
    assert alive[0] < 12


def test_after_half_an_hour_of_silence_speech_is_interpreted_as_soon_as_at_the_beginning(
    scene: Scene,
) -> None:
    began_s: list[float] = []

    async def story(scene: Scene) -> None:
        floor = Floor(scene.room)
        await asyncio.sleep(5.0)
        for _ in range(2):
            began_s.append(loop_time_s())
            await floor.speak(SENTENCE)
            await floor.pause()
            await asyncio.sleep(1800.0)

    play(scene, story)
    first, second = began_s
    starts_s = [event["start_s"] for event in events(scene, "playout")]
    first_lag_s = min(starts_s) - first
    second_lag_s = min(s for s in starts_s if s > second) - second
    assert second_lag_s == pytest.approx(first_lag_s, abs=0.1)
    assert spoken(scene) == SENTENCE.split() * 2
    assert captioned(scene) == SENTENCE.split() * 2


def test_two_who_speak_at_once_are_both_interpreted_one_after_another(scene: Scene) -> None:
    anas = [f"a{number}" for number in range(30)]
    bobs = [f"b{number}" for number in range(30)]

    async def story(scene: Scene) -> None:
        floor = Floor(scene.room)

        async def talk(words: list[str], speaker: str) -> None:
            await floor.speak(" ".join(words), speaker=speaker)
            await floor.pause(speaker=speaker)

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(talk(anas, "ana"))
            await asyncio.sleep(WORD_S / 2)
            tasks.create_task(talk(bobs, "bob"))
        await asyncio.sleep(20.0)

    play(scene, story)
    said = spoken(scene)
    assert Counter(said) == Counter([*anas, *bobs])
    assert [word for word in said if word in anas] == anas
    assert [word for word in said if word in bobs] == bobs
    letters = [{word[0] for word in unit["text"].split()} for unit in events(scene, "unit")]
    assert all(len(one) == 1 for one in letters)
    assert Counter(captioned(scene)) == Counter([*anas, *bobs])


def test_who_stops_without_a_pause_does_not_keep_the_other_waiting(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        floor = Floor(scene.room)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(floor.speak("the mayor says that", speaker="ana"))
            await asyncio.sleep(WORD_S / 2)
            tasks.create_task(floor.speak("we do not agree", speaker="bob"))
        await floor.pause(1.1, speaker="bob")
        await asyncio.sleep(6.0)

    play(scene, story)
    assert Counter(spoken(scene)) == Counter("the mayor says that we do not agree".split())


def test_fillers_alone_are_nothing_to_translate(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        floor = Floor(scene.room)
        await floor.speak("um uh")
        await floor.pause()
        await floor.speak(SENTENCE)
        await floor.pause()
        await asyncio.sleep(6.0)

    play(scene, story)
    assert "" not in scene.translator.asked
    assert spoken(scene) == SENTENCE.split()
    assert scene.room.local_participant.sent[-1]["spoken"] == 10


def test_a_correction_that_comes_in_time_is_never_heard(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        floor = Floor(scene.room)
        await floor.speak("we will all meet again on monday i mean tuesday at the station")
        await floor.pause()
        await asyncio.sleep(6.0)

    play(scene, story)
    assert spoken(scene) == "we will all meet again on tuesday at the station".split()
    assert events(scene, "unit")[0]["last_seq"] == 12
    assert scene.room.local_participant.sent[-1]["spoken"] == 12


# --- the translator


def test_a_translator_that_hangs_costs_one_unit_and_captions_say_so(
    scene: Scene, translator: HardTranslator
) -> None:
    translator.hangs_for = "The city"

    async def story(scene: Scene) -> None:
        floor = Floor(scene.room)
        await floor.speak("the city needs water")
        await floor.pause()
        await floor.speak("and more doctors now")
        await floor.pause()
        await asyncio.sleep(2 * LIMIT_S)

    play(scene, story)
    kept = scene.kept()
    assert [(one.text, one.origin) for one in kept] == [
        ("[English] The city needs water.", Origin.SPEECH),
        ("And more doctors now.", Origin.MACHINE),
    ]
    assert spoken(scene) == "and more doctors now".split()
    assert min(event["start_s"] for event in events(scene, "playout")) < 2 * LIMIT_S + 5.0


def test_what_hangs_while_a_unit_is_open_does_not_delay_the_closed_one(
    scene: Scene, translator: HardTranslator
) -> None:
    translator.open_delay_s = 3600.0

    async def story(scene: Scene) -> None:
        floor = Floor(scene.room)
        await floor.speak(SENTENCE)
        await floor.pause()
        await asyncio.sleep(2.0)
        assert scene.track.heard
        await asyncio.sleep(10.0)

    play(scene, story)
    assert spoken(scene) == SENTENCE.split()
    assert captioned(scene) == SENTENCE.split()


def test_a_translator_that_repeats_the_source_is_heard_once(scene: Scene) -> None:
    async def story(scene: Scene) -> None:
        floor = Floor(scene.room)
        for _ in range(2):
            await floor.speak(SENTENCE)
            await floor.pause()
        await asyncio.sleep(6.0)

    play(scene, story)
    assert spoken(scene) == SENTENCE.split() * 2
    assert captioned(scene) == SENTENCE.split() * 2


@pytest.mark.parametrize("open_delay_s", [0.1, 1.0, 3.0, 6.0])
def test_an_answer_that_comes_when_its_unit_is_over_doubles_nothing(
    scene: Scene, translator: HardTranslator, open_delay_s: float
) -> None:
    translator.open_delay_s = open_delay_s

    async def story(scene: Scene) -> None:
        floor = Floor(scene.room)
        for _ in range(3):
            await floor.speak(SENTENCE)
            await floor.pause()
        await asyncio.sleep(20.0)

    play(scene, story)
    assert spoken(scene) == SENTENCE.split() * 3
    assert captioned(scene) == SENTENCE.split() * 3


def test_a_translator_that_fails_for_open_units_only_still_interprets_all(
    scene: Scene, translator: HardTranslator
) -> None:
    translator.fails_while_open = True

    async def story(scene: Scene) -> None:
        floor = Floor(scene.room)
        await floor.speak(SENTENCE)
        await floor.pause()
        await asyncio.sleep(6.0)
        assert scene.room.local_participant.sent[-1]["state"] == "live"

    play(scene, story)
    assert spoken(scene) == SENTENCE.split()
    assert [one.text for one in scene.kept()] == [f"T{SENTENCE[1:]}."]


def test_what_was_begun_and_then_cannot_be_translated_keeps_nobody_waiting(
    scene: Scene, translator: HardTranslator
) -> None:
    async def story(scene: Scene) -> None:
        floor = Floor(scene.room)
        await floor.speak("the city needs water and more", speaker="ana")
        translator.hangs_for = "The city"
        await floor.speak("doctors", speaker="ana")
        await floor.pause(speaker="ana")
        await floor.speak("we do not agree", speaker="bob")
        await floor.pause(speaker="bob")
        await asyncio.sleep(3 * LIMIT_S)

    play(scene, story)
    assert spoken(scene)[-4:] == "we do not agree".split()
    assert len(spoken(scene)) == len(set(spoken(scene)))


# --- the voice


@pytest.mark.parametrize("how", ["silent_for", "fails_for", "breaks_for"])
def test_a_voice_that_fails_costs_one_unit_and_no_caption(scene: Scene, how: str) -> None:
    scene.room.metadata = replace(ROOM, policies={"es": "consecutive"}).encode()
    setattr(scene.voice, how, ("The city needs water",))

    async def story(scene: Scene) -> None:
        floor = Floor(scene.room)
        await floor.speak("the city needs water")
        await floor.pause()
        await asyncio.sleep(4.0)
        told = scene.room.local_participant.sent[-1]
        assert (told["state"], told["lacks"]) == ("failed", "voice")
        await floor.speak("and more doctors now")
        await floor.pause()
        await asyncio.sleep(4.0)
        assert scene.room.local_participant.sent[-1]["state"] == "live"

    play(scene, story)
    assert captioned(scene) == SENTENCE.split()
    assert [e["text"] for e in events(scene, "playout")][-1] == "And more doctors now"
    assert len(events(scene, "engine_failed")) == 1


def test_a_voice_that_never_answers_costs_one_unit(scene: Scene) -> None:
    scene.room.metadata = replace(ROOM, policies={"es": "consecutive"}).encode()

    async def story(scene: Scene) -> None:
        floor = Floor(scene.room)
        scene.voice.delay_s = 3600.0
        await floor.speak("the city needs water")
        await floor.pause()
        await asyncio.sleep(1.0)
        scene.voice.delay_s = 0.15
        await floor.speak("and more doctors now")
        await floor.pause()
        await asyncio.sleep(2 * LIMIT_S)

    play(scene, story)
    assert captioned(scene) == SENTENCE.split()
    assert [e["text"] for e in events(scene, "playout")] == ["And more doctors now"]


# --- the mode


@pytest.mark.parametrize(("before", "after"), list(permutations(MODES, 2)))
def test_a_mode_that_changes_in_mid_sentence_doubles_and_loses_nothing(
    scene: Scene, before: str, after: str
) -> None:
    corrected = SENTENCE.replace("doctors", "daughters")

    async def story(scene: Scene) -> None:
        floor = Floor(scene.room)
        scene.room.metadata = replace(ROOM, version=1, policies={"es": before}).encode()
        began_s = loop_time_s()
        await floor.speak("the city needs water")
        scene.room.metadata = replace(ROOM, version=2, policies={"es": after}).encode()
        await floor.speak("and more doctors now")
        floor.final(corrected, 0, began_s)
        await floor.pause()
        await asyncio.sleep(8.0)

    play(scene, story)
    assert captioned(scene) == corrected.split()
    heard = [word for word in spoken(scene) if word != "doctors"]
    assert list(dict.fromkeys(heard)) == corrected.split()
    assert all(one != other for one, other in pairwise(heard))
