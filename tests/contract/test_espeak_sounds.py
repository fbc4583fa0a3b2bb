"""Each sound that a glossary may ask of eSpeak NG's voices is one that they have: what they say of
it is what was asked for."""

import subprocess
import tomllib
from importlib.resources import files

import pytest

from interpreter.engines.espeak_sounds import phonemes

TABLE = tomllib.loads(files("interpreter.engines").joinpath("espeak_sounds.toml").read_text())
VOICES = sorted(TABLE.keys() - {"shared"})
VOWELS = set("aeiouyøœəɛɔɪʊæɑʌɐɜ")
SAME = str.maketrans({"ˈ": "", "ˌ": "", "ɹ": "r"})


def around(sound: str) -> list[str]:
    """Words with this sound: voices say some only beside others, or only without stress."""
    if sound[0] in VOWELS or len(sound) > 1 and sound[1] == "\u0303":
        return [f"t{sound}t", f"tˈ{sound}t", f"p{sound}si", f"tˈ{sound}s"]
    return [f"{sound}ˈit", f"e{sound}ˈi", f"ˈi{sound}", f"ˈi{sound}i"]


def said(voice: str, words: list[str]) -> list[str]:
    """What eSpeak NG says of each, in IPA."""
    text = "\n\n".join(f"[[{phonemes(word, voice)}]]" for word in words)
    command = ["espeak-ng", "-v", voice, "-q", "--ipa"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    return [line.strip() for line in done.stdout.splitlines() if line.strip()]


@pytest.mark.parametrize("voice", VOICES)
def test_a_voice_says_the_sounds_that_it_is_believed_to_have(voice: str) -> None:
    sounds = [*(TABLE["shared"] | TABLE[voice])]
    words = [word for sound in sounds for word in around(sound)]
    heard = dict(zip(words, said(voice, words), strict=True))
    lacking = [
        sound
        for sound in sounds
        if not any(heard[w].translate(SAME) == w.translate(SAME) for w in around(sound))
    ]
    assert lacking == []
