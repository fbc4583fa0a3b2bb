"""IPA → eSpeak NG's own names of sounds, where its voice is known to have each of them. Pure.

eSpeak NG 1.51 reads no IPA, and leaves out without a word what the voice's table has not.
"""

import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from itertools import pairwise

from interpreter.word_sounds import split_sounds

_LONGEST = 3
"""Signs of a sound: `ɑ̃ː`."""
_BREAKS = {"ˈ": "'", "ˌ": ",", " ": "||"}
"""Stress, and what parts words."""
_SILENT = frozenset(".‿\u0361\u035c")
"""What parts syllables, and what ties two signs together."""
_BETWEEN = "|"
"""Keeps the names of two sounds apart."""


def phonemes(ipa: str, voice: str) -> str:
    """What eSpeak NG reads between `[[` and `]]`; empty where the voice lacks a sound."""
    known = _sounds(voice) | _BREAKS
    text = "".join(sign for sign in unicodedata.normalize("NFD", ipa) if sign not in _SILENT)
    text = " ".join(text.replace("g", "ɡ").split())
    sounds = split_sounds(text, known, _LONGEST) or []
    names = [known[sound] for sound in sounds]
    for place, pair in enumerate(pairwise(sounds), start=1):
        if _BREAKS.keys().isdisjoint(pair):
            names[place] = _BETWEEN + names[place]
    return "".join(names)


@cache
def _sounds(voice: str) -> dict[str, str]:
    """By IPA; none for a voice whose sounds nobody has looked at."""
    table = tomllib.loads(files(__package__).joinpath("espeak_sounds.toml").read_text("utf-8"))
    if voice not in table or voice == "shared":
        return {}
    both = {**table["shared"], **table[voice]}
    return {unicodedata.normalize("NFD", ipa): name for ipa, name in both.items()}
