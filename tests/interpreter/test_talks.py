"""Test talks: pauses as people make them, sentence times that are true, damage as announced."""

import random
from pathlib import Path

import numpy as np
import pytest

from interpreter.errors import InputError
from interpreter.talks import (
    RATE_HZ,
    TEXTS,
    Sentence,
    add_noise,
    draw_pauses,
    join_talks,
    make_talks,
    read_manners,
    read_talk,
    through_telephone,
    write_talk,
)

WORDS = "this is a sentence of exactly twelve words that may be broken"
SENTENCES = [WORDS] * 600


def _tone(hertz: float, seconds: float = 1.0) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)


def _level(sound: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    return float(np.sqrt(np.mean(np.square(sound))))


def test_a_third_of_the_sentence_ends_run_on() -> None:
    pauses = [one.pause_s for one in draw_pauses(SENTENCES, random.Random(1)) if one.ends_sentence]
    running_on = [pause_s for pause_s in pauses if pause_s <= 0.15]
    assert 0.28 < len(running_on) / len(pauses) < 0.39
    assert all(pause_s <= 0.15 or 0.2 <= pause_s <= 2.0 for pause_s in pauses)


def test_phrases_are_broken_now_and_then_by_up_to_a_second() -> None:
    pieces = draw_pauses(SENTENCES, random.Random(1))
    breaks = [one.pause_s for one in pieces if not one.ends_sentence]
    assert 0.3 < len(breaks) / len(SENTENCES) < 0.5
    assert all(0.2 <= pause_s <= 1.0 for pause_s in breaks)


def test_breaking_phrases_loses_no_word() -> None:
    pieces = draw_pauses(SENTENCES, random.Random(1))
    assert " ".join(piece.text for piece in pieces) == " ".join(SENTENCES)


def test_an_empty_line_ends_a_turn_and_changes_no_other_pause() -> None:
    without = draw_pauses(SENTENCES[:4], random.Random(3))
    pieces = draw_pauses([*SENTENCES[:2], "", *SENTENCES[2:4]], random.Random(3))
    (last,) = [place for place, piece in enumerate(pieces) if piece.ends_turn]
    assert pieces[last].ends_sentence
    assert " ".join(piece.text for piece in pieces[: last + 1]) == " ".join(SENTENCES[:2])
    assert pieces[:last] + pieces[last + 1 :] == without[:last] + without[last + 1 :]


def test_the_same_seed_draws_the_same_pauses() -> None:
    first = draw_pauses(SENTENCES, random.Random(7))
    assert first == draw_pauses(SENTENCES, random.Random(7))
    assert first != draw_pauses(SENTENCES, random.Random(8))


@pytest.mark.parametrize("snr_db", [10.0, 15.0, 20.0])
def test_noise_has_the_announced_distance_from_speech(snr_db: float) -> None:
    speech = np.where(np.arange(RATE_HZ) % 2 == 0, 0.2, -0.2)
    noise = add_noise(speech, snr_db, seed=1) - speech
    assert 20 * np.log10(_level(speech) / _level(noise)) == pytest.approx(snr_db, abs=0.1)


@pytest.mark.parametrize(
    ("hertz", "passes"), [(100, False), (440, True), (3000, True), (3900, False), (6000, False)]
)
def test_a_telephone_line_passes_its_band_only(hertz: float, passes: bool) -> None:
    tone = _tone(hertz)
    assert (_level(through_telephone(tone)) > 0.5 * _level(tone)) is passes


def test_joined_talks_keep_their_sentence_times(tmp_path: Path) -> None:
    write_talk(tmp_path / "a.wav", _tone(440, 2.0), [Sentence("One.", 0.5, 1.5)])
    write_talk(tmp_path / "b.wav", _tone(880, 3.0), [Sentence("Two.", 1.0, 2.0)])
    join_talks([tmp_path / "a.wav", tmp_path / "b.wav"], 0.1, tmp_path / "soak" / "soak.wav")
    sound, sentences = read_talk(tmp_path / "soak" / "soak.wav")
    assert len(sound) == 7 * RATE_HZ
    assert sentences == [
        Sentence("One.", 0.5, 1.5),
        Sentence("Two.", 3.0, 4.0),
        Sentence("One.", 5.5, 6.5),
    ]


def test_the_project_has_talks_in_four_voices_and_every_manner() -> None:
    manners = read_manners(TEXTS)
    assert {manner.voice for manner in manners.values()} == {"slt", "rms", "awb", "kal16"}
    assert any(manner.telephone for manner in manners.values())
    assert any(10 <= (manner.noise_snr_db or 0) <= 20 for manner in manners.values())
    assert sum(130 <= manner.words_per_minute <= 150 for manner in manners.values()) >= 4
    assert any(manner.words_per_minute > 170 for manner in manners.values())


def test_a_folder_without_talks_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There is no .*talks\.toml"):
        read_manners(tmp_path)


@pytest.mark.live
def test_flite_speaks_each_sentence_at_its_announced_time_and_pace(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    sentences = ["This is the first sentence of a talk.", "Here is the second one, after a pause."]
    (texts / "short.txt").write_text("\n".join(sentences) + "\n")
    (texts / "talks.toml").write_text(
        '[short]\nvoice = "slt"\nwords_per_minute = 140\nseed = 3\n', encoding="utf-8"
    )
    (wav,) = make_talks(texts, tmp_path)
    sound, spoken = read_talk(wav)
    frames = np.abs(sound)[: len(sound) // 160 * 160].reshape(-1, 160).max(axis=1) > 0.02
    heard_s = np.flatnonzero(frames) * 0.01
    assert [one.text for one in spoken] == sentences
    assert heard_s[0] == pytest.approx(spoken[0].start_s, abs=0.06)
    assert heard_s[-1] == pytest.approx(spoken[-1].end_s, abs=0.08)
    assert not np.any((heard_s > spoken[0].end_s) & (heard_s < spoken[1].start_s))


@pytest.mark.live
def test_who_answers_waits_for_the_interpreter(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "short.txt").write_text("Where were you when it happened?\n\nI was at home.\n")
    (texts / "talks.toml").write_text(
        '[short]\nvoice = "slt"\nanswering_voice = "rms"\nwords_per_minute = 140\nseed = 3\n'
    )
    (wav,) = make_talks(texts, tmp_path)
    asked, answered = read_talk(wav)[1]
    took_s = asked.end_s - asked.start_s
    assert answered.start_s - asked.end_s == pytest.approx(2.0 + 1.2 * took_s, abs=0.01)


@pytest.mark.live
def test_a_talk_that_is_there_is_not_spoken_again(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "short.txt").write_text("Good morning, everyone.\n")
    (texts / "talks.toml").write_text('[short]\nvoice = "rms"\nwords_per_minute = 140\nseed = 3\n')
    (first,) = make_talks(texts, tmp_path)
    written = first.stat().st_mtime_ns
    (second,) = make_talks(texts, tmp_path)
    assert second.stat().st_mtime_ns == written
