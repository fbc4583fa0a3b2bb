"""Speech for tests: talks by flite, and what a voice should sound like by eSpeak NG."""

import re
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from interpreter.engines.espeak import timbre
from interpreter.talks import Sentence, write_talk
from tests.sound import RATE_HZ, Sound, read_wav

LEAD_OUT_S = 1.5
WORDS_A_MINUTE = 175
"""eSpeak NG's natural pace."""


def speak_talk(
    wav: Path,
    voice: str,
    *sentences: str,
    lead_in_s: float = 0.5,
    pause_s: float = 0.8,
    peak: float = 0.6,
) -> list[Sentence]:
    """flite says the sentences, with a pause between them; returns where they are in `wav`."""
    parts, times, at_s = [np.zeros(int(lead_in_s * RATE_HZ))], list[Sentence](), lead_in_s
    for sentence in sentences:
        sound = _flite(sentence, voice)
        times.append(Sentence(sentence, at_s, at_s + len(sound) / RATE_HZ))
        parts += [sound, np.zeros(int(pause_s * RATE_HZ))]
        at_s = times[-1].end_s + pause_s
    talk = np.concatenate([*parts, np.zeros(int(LEAD_OUT_S * RATE_HZ))])
    write_talk(wav, talk * peak / np.abs(talk).max(), times)
    return times


def espeak(text: str, speaker: str, rate: float = 1.0, language: str = "es") -> Sound:
    """The text as eSpeak NG says it for this speaker (an identity) at this rate."""
    variant = timbre(speaker)
    voice = f"{language}+{variant}" if variant else language
    speed = str(round(WORDS_A_MINUTE * rate))
    return _said("espeak-ng", "-v", voice, "-s", speed, text, output="-w")


def _flite(sentence: str, voice: str) -> Sound:
    return _said("flite", "-voice", voice, "-t", sentence, output="-o")


def _said(*command: str, output: str) -> Sound:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        subprocess.run([*command, output, str(path)], check=True)
        return read_wav(path)


def unsaid(text: str, spoken: str) -> list[str]:
    """Words of weight in a text that were not spoken in its order; a voice may say some twice,
    where a translation changed."""
    said = iter(_words_of_weight(spoken))
    return [word for word in _words_of_weight(text) if word not in said]


def _words_of_weight(text: str) -> list[str]:
    words = re.findall(r"\w+", text.casefold())
    return [
        word for word in words if len(word) > 3 or word in ("no", "não", "non") or word.isdigit()
    ]
