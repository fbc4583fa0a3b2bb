"""Test talks: written texts spoken by flite, with the time of every sentence known.

Pauses are drawn from a seed, because people do not pause where sentences end: a third of the
sentence ends run on, and now and then a phrase is broken. Knows nothing of interpretation.
"""

import json
import random
import shutil
import subprocess
import tempfile
import tomllib
import wave
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from itertools import accumulate, cycle
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interpreter.errors import BadSoundFile, InputError, RequirementMissing

RATE_HZ = 16_000
TEXTS = Path(__file__).parents[1] / "tests" / "talks"
Sound = NDArray[np.float64]
"""Mono samples, full scale ±1."""

_LEAD_IN_S, _LEAD_OUT_S = 0.5, 1.5
_MARGIN_S = 0.02
_BREAKABLE_WORDS = 9
"""A phrase is broken only in sentences of at least so many words."""
_INTERPRETER_BEGINS_S, _INTERPRETER_NEEDS = 2.0, 1.2
"""Silence after a turn: a moment, and the turn's own length again and a bit."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How one text is spoken."""

    voice: str
    words_per_minute: int
    """Of the whole talk, pauses included."""
    seed: int
    noise_snr_db: float | None = None
    telephone: bool = False
    answering_voice: str = ""
    """Says every second turn; turns end at empty lines, and an interpreter speaks after each."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words said in one breath, and the silence after them."""

    text: str
    pause_s: float
    ends_sentence: bool
    ends_turn: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """What was said from `start_s` to `end_s` of the talk."""

    text: str
    start_s: float
    end_s: float


def make_talks(texts: Path, out: Path) -> Iterator[Path]:
    """Speak every text of `talks.toml` that changed since the last time; yields each WAV file."""
    out.mkdir(parents=True, exist_ok=True)
    for name, manner in read_manners(texts).items():
        sentences = (texts / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        made = sha256(f"{sentences}{manner}".encode() + Path(__file__).read_bytes()).hexdigest()
        stamp = out / f".{name}"
        if not (stamp.is_file() and stamp.read_text() == made):
            sound, times = speak(sentences, manner)
            write_talk(out / f"{name}.wav", sound, times)
            stamp.write_text(made)
        yield out / f"{name}.wav"


def read_manners(texts: Path) -> dict[str, Manner]:
    """`talks.toml` as a table of talk → how it is spoken."""
    path = texts / "talks.toml"
    if not path.is_file():
        raise InputError(f"There is no {path}. Run this in a checkout of the project.")
    return {name: Manner(**row) for name, row in tomllib.loads(path.read_text()).items()}


def speak(sentences: list[str], manner: Manner) -> tuple[Sound, list[Sentence]]:
    """The talk's sound and the times of its sentences; the same for the same arguments."""
    pieces = draw_pauses(sentences, random.Random(manner.seed))
    voices = _voices(pieces, manner)
    at_natural_pace = _flite(pieces, voices, 1.0)
    stretch = _stretch(pieces, at_natural_pace, manner.words_per_minute)
    sound, times = _join(pieces, _flite(pieces, voices, stretch))
    sound *= 0.7 / np.abs(sound).max()
    if manner.noise_snr_db is not None:
        sound = add_noise(sound, manner.noise_snr_db, manner.seed)
    if manner.telephone:
        sound = through_telephone(sound)
    return sound, times


def draw_pauses(sentences: list[str], chance: random.Random) -> list[Piece]:
    """Cut sentences into pieces with a drawn silence after each; an empty one ends a turn."""
    pieces: list[Piece] = []
    for sentence in sentences:
        words = sentence.split()
        if not words:
            pieces[-1] = replace(pieces[-1], pause_s=0.0, ends_turn=True)
            continue
        if len(words) >= _BREAKABLE_WORDS and chance.random() < 0.4:
            cut = chance.randrange(3, len(words) - 3)
            pieces.append(Piece(" ".join(words[:cut]), chance.uniform(0.2, 1.0), False))
            words = words[cut:]
        runs_on = chance.random() < 1 / 3
        pause_s = chance.uniform(0.0, 0.15) if runs_on else chance.uniform(0.2, 2.0)
        pieces.append(Piece(" ".join(words), pause_s, True))
    return pieces


def add_noise(sound: Sound, snr_db: float, seed: int) -> Sound:
    """Add steady noise with the spectrum of a room (falling 3 dB an octave)."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(len(sound)))
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(hertz, 50.0)), len(sound))
    speech_power = np.mean(np.square(sound[np.abs(sound) > 0.01]))
    noise *= np.sqrt(speech_power / 10 ** (snr_db / 10) / np.mean(np.square(noise)))
    return np.clip(sound + noise, -1.0, 1.0)


def through_telephone(sound: Sound) -> Sound:
    """Pass 300–3,400 Hz at 8 kHz in 8-bit mu-law, as a telephone line does."""
    line = sound[: len(sound) // 2 * 2]
    spectrum = np.fft.rfft(line)
    hertz = np.fft.rfftfreq(len(line), 1 / RATE_HZ)
    spectrum[(hertz < 300) | (hertz > 3400)] = 0
    narrow = np.fft.irfft(spectrum, len(line))[::2]
    curved = np.sign(narrow) * np.log1p(255 * np.abs(np.clip(narrow, -1, 1))) / np.log(256)
    steps = np.round(curved * 127) / 127
    decoded = np.sign(steps) * np.expm1(np.abs(steps) * np.log(256)) / 255
    wide = np.zeros(len(line) // 2 + 1, dtype=np.complex128)
    half = np.fft.rfft(decoded)
    wide[: len(half)] = 2 * half
    return np.asarray(np.clip(np.fft.irfft(wide, len(line)), -1.0, 1.0), dtype=np.float64)


def join_talks(talks: list[Path], minutes: float, wav: Path) -> None:
    """Play the talks one after another, again and again, into one file of at least `minutes`."""
    sounds: list[Sound] = []
    sentences: list[Sentence] = []
    length_s = 0.0
    for talk in cycle(talks):
        sound, times = read_talk(talk)
        sentences += [
            replace(one, start_s=one.start_s + length_s, end_s=one.end_s + length_s)
            for one in times
        ]
        sounds.append(sound)
        length_s += len(sound) / RATE_HZ
        if length_s >= minutes * 60:
            break
    wav.parent.mkdir(parents=True, exist_ok=True)
    write_talk(wav, np.concatenate(sounds), sentences)


def write_talk(wav: Path, sound: Sound, sentences: list[Sentence]) -> None:
    """Write `wav` (16 kHz, mono, 16 bit) and, beside it, the sentence times as JSON."""
    with wave.open(str(wav), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(np.round(sound * 32767).astype("<i2").tobytes())
    rows = [
        {**asdict(one), "start_s": round(one.start_s, 3), "end_s": round(one.end_s, 3)}
        for one in sentences
    ]
    text = json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
    wav.with_suffix(".json").write_text(text, encoding="utf-8")


def read_talk(wav: Path) -> tuple[Sound, list[Sentence]]:
    """What `write_talk` wrote."""
    rows = json.loads(wav.with_suffix(".json").read_text(encoding="utf-8"))
    return _samples(wav), [Sentence(**row) for row in rows]


def _voices(pieces: list[Piece], manner: Manner) -> list[str]:
    """Who says each piece."""
    turns = accumulate((piece.ends_turn for piece in pieces[:-1]), initial=0)
    both = (manner.voice, manner.answering_voice or manner.voice)
    return [both[turn % 2] for turn in turns]


def _flite(pieces: list[Piece], voices: list[str], stretch: float) -> list[Sound]:
    """Each piece as flite says it, without the silence that flite puts around it."""
    flite = shutil.which("flite")
    if flite is None:
        raise RequirementMissing(
            "flite, which speaks the test talks, is missing. Run `make setup`."
        )
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        paths = [Path(folder) / f"{number}.wav" for number in range(len(pieces))]
        options = ["--setf", f"duration_stretch={stretch:.3f}"]
        commands = [
            [flite, "-voice", voice, *options, "-t", piece.text, "-o", str(path)]
            for piece, voice, path in zip(pieces, voices, paths, strict=True)
        ]
        for result in pool.map(lambda command: subprocess.run(command, check=False), commands):
            if result.returncode != 0:
                raise RequirementMissing(
                    f"flite could not speak with the voice {result.args[2]}. Reinstall the package "
                    "flite."
                )
        return [_trim(_samples(path)) for path in paths]


def _stretch(pieces: list[Piece], spoken: list[Sound], words_per_minute: int) -> float:
    """How much slower than flite's own pace the talk must be for this many words a minute."""
    words = sum(len(piece.text.split()) for piece in pieces)
    pauses_s = sum(piece.pause_s for piece in pieces)
    speech_s = sum(len(sound) for sound in spoken) / RATE_HZ
    return (words / words_per_minute * 60 - pauses_s) / speech_s


def _join(pieces: list[Piece], spoken: list[Sound]) -> tuple[Sound, list[Sentence]]:
    parts: list[Sound] = [_silence(_LEAD_IN_S)]
    sentences: list[Sentence] = []
    at_s, start_s, text, turn_s = _LEAD_IN_S, _LEAD_IN_S, "", _LEAD_IN_S
    for piece, sound in zip(pieces, spoken, strict=True):
        if not text:
            start_s = at_s
        text = f"{text} {piece.text}".strip()
        at_s += len(sound) / RATE_HZ
        if piece.ends_sentence:
            sentences.append(Sentence(text, start_s, at_s))
            text = ""
        for_interpreter_s = _INTERPRETER_BEGINS_S + _INTERPRETER_NEEDS * (at_s - turn_s)
        pause = _silence(for_interpreter_s if piece.ends_turn else piece.pause_s)
        at_s += len(pause) / RATE_HZ
        turn_s = at_s if piece.ends_turn else turn_s
        parts += [sound, pause]
    return np.concatenate([*parts, _silence(_LEAD_OUT_S)]), sentences


def _silence(seconds: float) -> Sound:
    return np.zeros(round(seconds * RATE_HZ))


def _samples(wav: Path) -> Sound:
    with wave.open(str(wav), "rb") as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE_HZ, 1, 2):
            raise BadSoundFile(f"{wav} is not a 16 kHz mono WAV file with 16 bits.")
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768.0


def _trim(sound: Sound) -> Sound:
    """Leave out silence at both ends, but for a margin that keeps soft consonants."""
    loud = np.flatnonzero(np.abs(sound) > 0.01 * np.abs(sound).max())
    margin = round(_MARGIN_S * RATE_HZ)
    return sound[max(int(loud[0]) - margin, 0) : int(loud[-1]) + margin]
