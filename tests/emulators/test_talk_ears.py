"""Ears that know the talk hear what arrives of it: all of it once, whatever was left out before."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from interpreter.talks import RATE_HZ, Sound, read_talk
from tests.emulators.talk_ears import Talk, TalkEars, read_prepared
from tests.emulators.tones import Said
from tests.speech import speak_talk

SENTENCES = (
    "The city council wants to build a new school near the river.",
    "The teachers asked for more time, and the parents asked for more money.",
    "The village has more than three hundred houses.",
    "Many people live in the old town, and they do not want to leave it.",
)
NOISE = 0.002
"""A codec changes a sound, a little."""


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Talk, Sound]:
    wav = tmp_path_factory.mktemp("prepared") / "talk.wav"
    speak_talk(wav, "rms", *SENTENCES)
    return read_prepared(wav), read_talk(wav)[0]


def heard(talk: Talk, *stretches: Sound) -> list[Said]:
    """What one connection hears of stretches of sound, each an utterance."""

    async def hear() -> list[Said]:
        listening, chance = TalkEars(talk).listen(), np.random.default_rng(1)
        words: list[Said] = []
        for sound in stretches:
            noisy = 0.8 * sound + chance.normal(0, NOISE, len(sound))
            pcm = (np.clip(noisy, -1, 1) * 32767).astype(np.int16).tobytes()
            for start in range(0, len(pcm), RATE_HZ // 25):
                await listening.push(pcm[start : start + RATE_HZ // 25])
            words += await listening.finish()
        await listening.aclose()
        return words

    return asyncio.run(hear())


def cut(sound: Sound, *times: tuple[float, float]) -> list[Sound]:
    return [sound[round(a * RATE_HZ) : round(b * RATE_HZ)] for a, b in times]


def texts(words: Sequence[Said]) -> list[str]:
    return [word.text for word in words]


def test_every_word_is_heard_once(spoken: tuple[Talk, Sound]) -> None:
    talk, sound = spoken
    assert texts(heard(talk, sound)) == " ".join(SENTENCES).split()


def test_words_come_while_they_are_spoken(spoken: tuple[Talk, Sound]) -> None:
    talk, sound = spoken
    fifth = talk.words[4]

    async def hear() -> Sequence[Said]:
        listening = TalkEars(talk).listen()
        pcm = (sound[: round((fifth.end_s + 0.15) * RATE_HZ)] * 32767).astype(np.int16).tobytes()
        return await listening.push(pcm)

    assert texts(asyncio.run(hear())) == texts(talk.words[:5])


@pytest.mark.parametrize("kept_s", [0.05, 0.1, 0.2])
def test_pauses_may_be_left_out(spoken: tuple[Talk, Sound], kept_s: float) -> None:
    talk, sound = spoken
    ends, begins = [talk.words[11].end_s, talk.words[24].end_s], talk.words[12].start_s
    parts = cut(sound, (0.3, ends[0] + kept_s), (begins - kept_s, ends[1] + 0.2))
    assert texts(heard(talk, *parts)) == texts(talk.words[:25])


def test_a_connection_may_begin_anywhere(spoken: tuple[Talk, Sound]) -> None:
    talk, sound = spoken
    begins, ends = talk.words[15], talk.words[30]
    found = heard(talk, *cut(sound, (begins.start_s - 0.02, ends.end_s + 0.1)))
    assert texts(found) == texts(talk.words[15:31])
    assert found[0].start_s == pytest.approx(0.02, abs=0.05)


def test_sound_that_never_came_is_not_heard(spoken: tuple[Talk, Sound]) -> None:
    talk, sound = spoken
    lost = cut(sound, (0.0, talk.words[11].end_s + 0.2), (talk.words[25].start_s - 0.4, 60.0))
    assert texts(heard(talk, *lost)) == texts([*talk.words[:12], *talk.words[25:]])


def test_silence_has_no_words(spoken: tuple[Talk, Sound]) -> None:
    assert heard(spoken[0], np.zeros(3 * RATE_HZ)) == []


def test_a_talk_is_read_from_its_files(tmp_path: Path) -> None:
    speak_talk(tmp_path / "talk.wav", "rms", SENTENCES[0])
    words = read_prepared(tmp_path / "talk.wav").words
    assert texts(words) == SENTENCES[0].split()
    assert [word.start_s for word in words] == sorted(word.start_s for word in words)
