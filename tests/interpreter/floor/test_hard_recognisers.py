"""Recognisers that make it hard: what reaches the line, and readers of the spoken language."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from interpreter.caption_publisher import CaptionPacer, CaptionPublisher
from interpreter.evaluation.replay import EventMemory, JournalMemory
from interpreter.events import Hypothesis, ItemKind, LineItem, Origin, Word
from interpreter.floor.speaker import Speaker, SpokenLanguage
from interpreter.line import LineWriter
from languages import load

WORD_S = 0.4
TICK_S = 0.1


@dataclass(slots=True)
class Ears:
    """One speaker, told what a recogniser believes; time is what the test says."""

    now_s: float = 0.0
    items: list[LineItem] = field(default_factory=list)
    journal: JournalMemory = field(default_factory=JournalMemory)
    speaker: Speaker = field(init=False)

    def __post_init__(self) -> None:
        def send(_spoken: SpokenLanguage, items: Sequence[LineItem]) -> None:
            self.items.extend(items)

        def now_s() -> float:
            return self.now_s

        captions = CaptionPublisher(
            CaptionPacer(), "en", Origin.SPEECH, 1, lambda _payload: None, now_s
        )
        line = LineWriter("en", 1)
        events = EventMemoryAt(now_s)
        spoken = SpokenLanguage(
            load("en"), line, captions, self.journal, events, "scripted", send, now_s
        )
        self.speaker = Speaker("sp1", "Ana", spoken)

    def believe(
        self, text: str, heard_s: float, *, since_s: float = 0.0, is_final: bool = False
    ) -> None:
        """The recogniser believes these words of 0.4 s each."""
        self.until(heard_s)
        words = tuple(
            Word(word, since_s + WORD_S * place, since_s + WORD_S * place + WORD_S)
            for place, word in enumerate(text.split())
        )
        self.speaker.hypothesis(Hypothesis(words, heard_s, is_final))

    def until(self, now_s: float) -> None:
        while self.now_s < now_s:
            self.now_s = round(self.now_s + TICK_S, 3)
            self.speaker.tick(self.now_s)

    def stop(self, at_s: float) -> None:
        self.until(at_s)
        self.speaker.speech_ended(at_s)
        self.until(at_s + 1.0)

    @property
    def line(self) -> list[str]:
        return [item.text for item in self.items if item.kind is ItemKind.WORD]

    @property
    def pauses(self) -> int:
        return sum(item.kind is ItemKind.PAUSE for item in self.items)

    @property
    def finals(self) -> list[str]:
        return [segment.text for segment in self.journal.segments]


class EventMemoryAt(EventMemory):
    """Events of a test that runs in no loop."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        super().__init__()
        self._now_s = now_s

    def write(self, event: str, at_s: float | None = None, /, **fields: object) -> None:
        super().write(event, self._now_s() if at_s is None else at_s, **fields)


@pytest.fixture
def ears() -> Ears:
    return Ears()


async def test_who_revises_everything_is_believed_in_the_end(ears: Ears) -> None:
    ears.speaker.speech_started(0.0)
    ears.believe("the", 0.4)
    ears.believe("this kitty", 0.8)
    ears.believe("his pity feeds", 1.2)
    ears.believe("hiss pretty seeds quarter", 1.6)
    ears.believe("the city needs water", 1.8, is_final=True)
    ears.stop(2.0)
    assert ears.line == "the city needs water".split()
    assert ears.finals == ["The city needs water."]


async def test_what_was_committed_too_early_is_corrected_by_the_final_for_readers(
    ears: Ears,
) -> None:
    ears.speaker.speech_started(0.0)
    for heard_s in (0.9, 1.3, 1.7):
        ears.believe("his kitty feeds quarter", heard_s)
    ears.believe("the city needs water", 1.8, is_final=True)
    ears.stop(2.0)
    assert len(ears.line) == 4
    (final,) = [item for item in ears.items if item.kind is ItemKind.FINAL]
    assert [word.text for word in final.words] == "the city needs water".split()
    assert final.covers == (0, 3)
    assert ears.finals == ["The city needs water."]


async def test_who_repeats_itself_of_the_same_sound_is_heard_once(ears: Ears) -> None:
    ears.speaker.speech_started(0.0)
    ears.believe("the city needs water", 1.6, is_final=True)
    ears.believe("needs water", 2.0, since_s=0.8)
    ears.believe("needs water and money", 2.6, since_s=0.8)
    ears.believe("needs water and money", 3.0, since_s=0.8, is_final=True)
    ears.stop(3.0)
    assert ears.line == "the city needs water and money".split()


async def test_who_hears_speech_and_no_words_says_nothing(ears: Ears) -> None:
    ears.speaker.speech_started(0.0)
    for second in range(1, 30):
        ears.believe("", float(second))
    ears.believe("", 30.0, is_final=True)
    ears.stop(30.0)
    assert ears.items == []
    assert ears.finals == []
    ears.speaker.speech_started(40.0)
    ears.believe("the city", 41.0, since_s=40.0, is_final=True)
    ears.stop(41.0)
    assert ears.line == ["the", "city"]
    assert ears.finals == ["The city."]


async def test_finals_alone_are_enough(ears: Ears) -> None:
    ears.speaker.speech_started(0.0)
    ears.believe("the city needs water", 1.6, is_final=True)
    ears.believe("and money", 2.6, since_s=1.6, is_final=True)
    ears.stop(2.6)
    assert ears.line == "the city needs water and money".split()
    assert ears.finals == ["The city needs water and money."]


async def test_what_was_committed_and_then_taken_back_whole_stays_in_the_transcript(
    ears: Ears,
) -> None:
    ears.speaker.speech_started(0.0)
    for heard_s in (0.9, 1.3, 1.7):
        ears.believe("the city needs", heard_s)
    ears.believe("", 1.8, is_final=True)
    ears.stop(2.0)
    assert ears.line == "the city needs".split()
    assert ears.finals == ["The city needs."]
    ears.speaker.speech_started(5.0)
    ears.believe("and money", 6.0, since_s=5.0, is_final=True)
    ears.stop(6.0)
    assert ears.finals == ["The city needs.", "And money."]
    (final,) = [item for item in ears.items if item.kind is ItemKind.FINAL]
    assert final.covers[0] > 3


async def test_music_after_speech_ends_the_sentence_for_listeners(ears: Ears) -> None:
    ears.speaker.speech_started(0.0)
    ears.believe("the city needs water", 1.6, is_final=True)
    for second in range(2, 20):
        ears.believe("", float(second))
    assert ears.line == "the city needs water".split()
    assert ears.pauses == 1
    ears.stop(20.0)
    assert ears.finals == ["The city needs water."]


async def test_words_that_are_not_settled_yet_are_no_pause(ears: Ears) -> None:
    ears.speaker.speech_started(0.0)
    ears.believe("the city", 0.8, is_final=True)
    for place in range(10):
        ears.believe(f"needs{place} water{place} and{place}", 1.2 + place, since_s=0.4 + place)
    assert ears.pauses == 0


async def test_who_speaks_for_five_minutes_without_a_final_is_on_the_line_word_for_word(
    ears: Ears,
) -> None:
    said = [f"word{number}" for number in range(750)]
    ears.speaker.speech_started(0.0)
    for count in range(1, 751):
        ears.believe(" ".join(said[:count]), WORD_S * count)
    ears.believe(" ".join(said), 300.0, is_final=True)
    ears.stop(300.0)
    assert ears.line == said
    assert ears.finals[-1].endswith("word749")


async def test_after_half_an_hour_of_silence_words_are_on_the_line_as_soon(ears: Ears) -> None:
    began = (0.0, 1800.0)
    first, second = (committed_after_s(ears, since_s) for since_s in began)
    assert second == pytest.approx(first)
    assert ears.line == "the city needs".split() * 2


def committed_after_s(ears: Ears, since_s: float) -> float:
    """How long after its beginning the first word of a sentence is on the line."""
    ears.until(since_s)
    ears.speaker.speech_started(since_s)
    before, committed_s = len(ears.line), 0.0
    for step in range(1, 16):
        ears.believe("the city needs", since_s + TICK_S * step, since_s=since_s)
        if len(ears.line) > before and not committed_s:
            committed_s = TICK_S * step
    ears.believe("the city needs", since_s + 1.6, since_s=since_s, is_final=True)
    ears.stop(since_s + 1.6)
    return committed_s
