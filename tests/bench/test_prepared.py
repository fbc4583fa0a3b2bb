"""What the capacity benches replay: every word of the talk at its place, and nothing unprepared."""

import numpy as np
import pytest

from interpreter.talks import RATE_HZ, Sentence
from tests.bench.prepared import (
    SOURCE,
    TARGETS,
    SpokenWord,
    prepared_translation,
    sentences,
    sounding,
    spoken_words,
)
from tests.emulators.prepared_ears import PreparedEars

TALK = [
    (SpokenWord("the", 0.0, 0.2), SpokenWord("river", 0.2, 0.6)),
    (SpokenWord("children", 0.0, 0.5), SpokenWord("play", 0.5, 0.9)),
]


def sound(seconds: float) -> bytes:
    return np.full(round(seconds * RATE_HZ), 4000, np.int16).tobytes()


def silence(seconds: float) -> bytes:
    return bytes(2 * round(seconds * RATE_HZ))


@pytest.mark.parametrize("target", TARGETS)
def test_a_sentence_and_its_parts_are_translated(target: str) -> None:
    for sentence in sentences():
        assert prepared_translation(sentence[SOURCE] + ".", target) == sentence[target]
        words = sentence[SOURCE].split()
        begun = prepared_translation(" ".join(words[: len(words) // 2]), target)
        assert begun
        assert sentence[target].startswith(begun)


def test_what_nobody_prepared_has_no_translation() -> None:
    assert prepared_translation("Nothing like it was said", "es") is None


def test_no_two_sentences_begin_alike() -> None:
    first = [sentence[SOURCE].split()[0] for sentence in sentences()]
    assert len(set(first)) == len(first)


def test_words_fill_their_sentence() -> None:
    words = spoken_words(Sentence("a new school", 3.0, 4.4))
    assert [word.text for word in words] == ["a", "new", "school"]
    assert words[0].start_s == 0.0
    assert words[-1].end_s == pytest.approx(1.4)


def test_silence_around_a_sentence_is_not_its() -> None:
    said = np.concatenate([np.zeros(1600), np.full(8000, 0.1), np.zeros(3200)])
    assert sounding(Sentence("so", 0.0, 0.8), said) == Sentence("so", 0.1, 0.6)


async def test_a_word_is_heard_when_its_sound_has_come() -> None:
    hearing = PreparedEars(TALK).listen()
    await hearing.push(silence(0.3))
    assert [word.text for word in await hearing.push(sound(0.3))] == ["the"]
    await hearing.push(sound(0.2))
    heard = await hearing.finish()
    assert [(word.text, round(word.end_s, 3)) for word in heard] == [("the", 0.5), ("river", 0.9)]
    assert await hearing.push(sound(0.1)) == []
    await hearing.push(silence(0.5))
    assert [word.text for word in await hearing.push(sound(0.95))] == ["children", "play"]
