"""Whose words are the captions while a human is on air: no switch leaves a channel without."""

import pytest

from interpreter.events import Hypothesis, Origin, Word
from interpreter.floor.human_captions import STALLED_S, are_captions, to_transcribe
from interpreter.floor.on_air import OnAir, Source
from interpreter.floor.speaker import Speaker
from tests.interpreter.floor.test_hard_recognisers import Ears

MARIA, JOAN = OnAir(Source.HUMAN, "maria", 3), OnAir(Source.HUMAN, "joan", 4)
OPEN = {"maria": "her microphone", "joan": "his", "eve": "another's"}


@pytest.mark.parametrize(
    ("on_air", "transcribed"),
    [
        pytest.param({"en": MARIA}, {"maria": ("her microphone", "en")}, id="the-named-one-alone"),
        pytest.param({"en": OnAir(Source.MACHINE)}, {}, id="nobody-while-the-machine-is-on-air"),
        pytest.param({"en": OnAir(Source.FLOOR)}, {}, id="nobody-under-the-floor"),
        pytest.param({"es": MARIA}, {}, id="nobody-whose-language-is-not-recognised"),
        pytest.param({"en": OnAir(Source.HUMAN, "away")}, {}, id="nobody-without-a-microphone"),
        pytest.param({"en": MARIA, "es": JOAN}, {"maria": ("her microphone", "en")}, id="two"),
    ],
)
def test_of_all_open_microphones_that_of_the_human_on_air_is_transcribed(
    on_air: dict[str, OnAir], transcribed: dict[str, tuple[str, str]]
) -> None:
    assert to_transcribe(on_air, OPEN.get, lambda tag: tag == "en") == transcribed


def hear(human: Speaker, at_s: float, *texts: str) -> None:
    words = tuple(Word(text, at_s + i / 2, at_s + i / 2 + 0.4) for i, text in enumerate(texts))
    human.hypothesis(Hypothesis(words, at_s + len(texts) / 2, is_final=True))


async def test_the_machines_go_on_until_the_humans_first_word() -> None:
    ears = Ears()
    human = ears.speaker
    human.speech_started(0.0)
    assert not are_captions(human, 0.5)
    hear(human, 0.0, "good", "morning")
    assert are_captions(human, 1.0)


def test_the_machines_go_on_where_nobody_hears_the_human() -> None:
    assert not are_captions(None, 1.0)


async def test_the_machines_go_on_when_recognition_stalls_and_the_humans_when_it_is_back() -> None:
    ears = Ears()
    human = ears.speaker
    human.speech_started(0.0)
    hear(human, 0.0, "good", "morning")
    assert are_captions(human, STALLED_S - 0.1)
    assert not are_captions(human, STALLED_S)
    ears.now_s = STALLED_S + 1.0
    hear(human, STALLED_S, "back")
    assert are_captions(human, STALLED_S + 1.0)


async def test_a_human_who_pauses_keeps_the_captions() -> None:
    ears = Ears()
    ears.speaker.speech_started(0.0)
    hear(ears.speaker, 0.0, "good", "morning")
    ears.stop(1.5)
    assert are_captions(ears.speaker, 60.0)


async def test_after_a_failure_the_machines_go_on_until_the_human_is_recognised_again() -> None:
    ears = Ears()
    human = ears.speaker
    human.speech_started(0.0)
    hear(human, 0.0, "good", "morning")
    human.recogniser_failed()
    assert not are_captions(human, 1.0)
    hear(human, 2.0, "again")
    assert are_captions(human, 2.5)


async def test_a_humans_segments_name_them() -> None:
    ears = Ears()
    human = Speaker("maria", "Maria G.", ears.speaker.spoken, Origin.HUMAN)
    human.lost(1.0, 5.0)
    (kept,) = ears.journal.segments
    assert (kept.origin, kept.interpreter, kept.speaker) == (Origin.HUMAN, "maria", "Maria G.")
    assert ears.items[-1].speaker == "maria"
    assert human.spoken.line.message(ears.items[-1:]).relays == {"maria": 1}
