"""What a voice said of a text: by how long it took, beside eSpeak NG alone, which speaks under
every emulated voice."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

import languages
from tests.sound import RATE_HZ
from tests.speech import espeak

ODD_S = 0.2
"""Without faults, utterances of some words differ by 0.07 s at most; a word takes longer than
this."""
_LOUD = 0.01


@dataclass(frozen=True, slots=True)
class Odd:
    """An utterance that is longer, or shorter, than its text."""

    at_s: float
    language: str
    text: str
    over_s: float


def odd_utterances(playouts: Iterable[dict[str, Any]]) -> list[Odd]:
    """Of these events."""
    found = list[Odd]()
    for event in playouts:
        target, text, lasted_s = event["target"], event["text"], event["duration_s"]
        over_s = lasted_s - _awaited_s(target, text, event["rate"], is_own=bool(event["words"]))
        if abs(over_s) > ODD_S:
            found.append(Odd(round(event["start_s"], 1), target, text, round(over_s, 2)))
    return found


def _awaited_s(language: str, text: str, rate: float, *, is_own: bool) -> float:
    """`is_own`: eSpeak NG speaks faster itself, with shorter pauses; other voices are stretched."""
    return said_s(language, text, rate) if is_own else said_s(language, text) / rate


@cache
def said_s(language: str, text: str, rate: float = 1.0) -> float:
    """How long eSpeak NG says a text at this rate, without the silence around it."""
    voice = languages.load(language).engines["espeak"]
    loud = np.flatnonzero(np.abs(espeak(text, "", rate, voice)) > _LOUD)
    return float(loud[-1] - loud[0]) / RATE_HZ if len(loud) else 0.0
