"""What reaches the voice, and how its sound leaves: speakable text, no silence, one loudness."""

import numpy
import pytest

from interpreter.engines.espeak import speakable, timbre, undrawn
from interpreter.engines.espeak_voice import RATE_HZ, Samples, SilenceTrimmer, levelled


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a < b & c > d", "a < b & c > d"),
        ('<voice name="en">x</voice>', '<voice name="en">x</voice>'),
        ("uno\u202edos\u200f\ufeff tres", "uno dos tres"),
        ("hola 😀👍🏽 mundo ❤️", "hola mundo"),
        ("\x015S rápido\x00\x1b", "5S rápido"),
        ("  50 € \n\t y   $3 ", "50 € y $3"),
        ("\ud800roto", "roto"),
        ("日本 عربي ñ", "日本 عربي ñ"),
        ("😀…", "…"),
    ],
)
def test_only_what_can_be_spoken_is_spoken(text: str, expected: str) -> None:
    assert speakable(text) == expected


def test_a_speaker_keeps_their_timbre_and_two_can_be_told_apart() -> None:
    speakers = [f"speaker-{n}" for n in range(40)]

    assert [timbre(one) for one in speakers] == [timbre(one) for one in speakers]
    assert len({timbre(one) for one in speakers}) >= 5
    assert timbre("") == ""


def tone(seconds: float, level: int = 8000) -> Samples:
    return numpy.full(int(seconds * RATE_HZ), level, numpy.int16)


def silence(seconds: float) -> Samples:
    return tone(seconds, 0)


def test_silence_around_an_utterance_goes_and_silence_inside_stays() -> None:
    trimmer = SilenceTrimmer()
    pieces = [silence(0.1), tone(0.2), silence(0.3), tone(0.2), silence(0.1), silence(0.1)]

    heard = [trimmer.push(piece) for piece in pieces]

    total_s = sum(map(len, heard)) / RATE_HZ
    assert total_s == pytest.approx(0.2 + 0.3 + 0.2, abs=0.011)
    assert trimmer.skipped / RATE_HZ == pytest.approx(0.1, abs=0.006)


def test_sound_leaves_as_soon_as_it_is_made() -> None:
    trimmer = SilenceTrimmer()

    assert len(trimmer.push(tone(0.05))) == len(tone(0.05))


def test_silence_alone_gives_no_sound() -> None:
    trimmer = SilenceTrimmer()

    assert len(trimmer.push(silence(0.5))) == 0


@pytest.mark.parametrize("level", [-32768, -20000, -100, 0, 100, 20000, 32767])
def test_no_sound_reaches_full_scale_and_soft_sound_is_only_amplified(level: int) -> None:
    out = levelled(tone(0.01, level), 1.5)

    assert abs(int(out[0])) <= 0.81 * 32768
    assert abs(level) > 10_000 or int(out[0]) == pytest.approx(level * 1.5, abs=2)


def test_part_of_a_sentence_is_not_drawn_as_its_end_would_be() -> None:
    assert undrawn("Buenos días, señoras y") > 1.0
    assert undrawn("a") == pytest.approx(1.15)
    assert undrawn("una frase tan larga que una sola palabra alargada apenas cuenta") < 1.03
    assert undrawn("La sesión ha terminado.") == 1.0
    assert undrawn("«¿De verdad?»") == 1.0
    assert undrawn("") > 1.0
