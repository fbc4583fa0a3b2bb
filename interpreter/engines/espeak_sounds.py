"""IPA → eSpeak NG's own names of sounds, where its voice is known to have each of them. Pure.

eSpeak NG 1.51 reads no IPA, and leaves out without a word what the voice's table has not.
"""

import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

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
    known = _sounds(voice)
    text = "".join(sign for sign in unicodedata.normalize("NFD", ipa) if sign not in _SILENT)
    text = " ".join(text.replace("g", "ɡ").split())
    names: list[str] = []
    place = 0
    while place < len(text):
        sign = text[place]
        if sign in _BREAKS:
            names.append(_BREAKS[sign])
            place += 1
            continue
        sizes = range(_LONGEST, 0, -1)
        size = next((n for n in sizes if text[place : place + n] in known), 0)
        if not size:
            return ""
        is_after_sound = bool(names) and names[-1] not in _BREAKS.values()
        names.append((_BETWEEN if is_after_sound else "") + known[text[place : place + size]])
        place += size
    return "".join(names)


@cache
def _sounds(voice: str) -> dict[str, str]:
    """By IPA; none for a voice whose sounds nobody has looked at."""
    table = tomllib.loads(files(__package__).joinpath("espeak_sounds.toml").read_text("utf-8"))
    if voice not in table or voice == "shared":
        return {}
    both = {**table["shared"], **table[voice]}
    return {unicodedata.normalize("NFD", ipa): name for ipa, name in both.items()}
