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
"""Without faults, utterances differ by 0.07 s at most; a word takes longer than this."""
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
    found = (
        Odd(
            round(event["start_s"], 1),
            event["target"],
            event["text"],
            round(event["duration_s"] - said_s(event["target"], event["text"]) / event["rate"], 2),
        )
        for event in playouts
    )
    return [one for one in found if abs(one.over_s) > ODD_S]


@cache
def said_s(language: str, text: str) -> float:
    """How long eSpeak NG says a text, without the silence around it."""
    voice = languages.load(language).engines["espeak"]
    loud = np.flatnonzero(np.abs(espeak(text, "", language=voice)) > _LOUD)
    return float(loud[-1] - loud[0]) / RATE_HZ if len(loud) else 0.0
