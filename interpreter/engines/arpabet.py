"""IPA of American English → the phones of pocketsphinx's model (those of the CMU Pronouncing
Dictionary, without stress). Pure.

Other languages' sounds become the nearest one that English has: that is how its speakers say them.
"""

import unicodedata

from interpreter.word_sounds import split_sounds

_LONGEST = 3
_UNHEARD = frozenset("ˈˌ.‿ː|\u0361\u035c\u0303\u032a\u0306")
"""Stress, breaks, ties, length, and what is written above or below a sign."""
_SOUNDS = {
    "AA R": "ɑɹ",
    "AW": "aʊ",
    "AY ER": "aɪɚ",
    "AY": "aɪ",
    "EY": "eɪ e",
    "OW": "oʊ əʊ o",
    "OY": "ɔɪ",
    "AH L": "əl l̩",
    "AH M": "m̩",
    "AH N": "n̩",
    "CH": "tʃ",
    "JH": "dʒ",
    "T S": "ts",
    "D Z": "dz",
    "AA": "ɑ a ɒ",
    "AE": "æ",
    "AH": "ʌ ə ɐ ɵ",
    "AO": "ɔ",
    "EH": "ɛ œ",
    "ER": "ɚ ɜ ɝ ø",
    "IH": "ɪ ᵻ ɨ",
    "IY": "i y",
    "UH": "ʊ",
    "UW": "u",
    "B": "b β",
    "D": "d",
    "DH": "ð",
    "F": "f ɸ",
    "G": "ɡ g ɣ",
    "HH": "h x χ ç ħ",
    "Y": "j ʝ",
    "K": "k q c",
    "L": "l ɫ ɬ",
    "L Y": "ʎ",
    "M": "m",
    "N": "n",
    "N Y": "ɲ",
    "NG": "ŋ",
    "P": "p",
    "R": "ɹ r ʁ",
    "S": "s",
    "SH": "ʃ ɕ ʂ",
    "T": "t ɾ ʔ",
    "TH": "θ",
    "V": "v",
    "W": "w ʍ",
    "Z": "z",
    "ZH": "ʒ ʑ ʐ",
}
"""IPA, with spaces between, by the phones that stand for it."""
_PHONES = {
    ipa: phones
    for phones, row in _SOUNDS.items()
    for ipa in unicodedata.normalize("NFD", row).split()
}


def phones(ipa: str) -> str:
    """The phones, with spaces between; empty where a sound is not known, or there is none."""
    plain = unicodedata.normalize("NFD", ipa)
    signs = "".join(sign for sign in plain if sign not in _UNHEARD and not sign.isspace())
    return " ".join(_PHONES[sound] for sound in split_sounds(signs, _PHONES, _LONGEST) or ())
