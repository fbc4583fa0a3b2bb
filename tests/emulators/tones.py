"""Words as tones: each is two tones at once, of which each pair means one word.

A recogniser of them makes no mistakes, so that a word that was lost, doubled or cut in two between
two connections shows in what is heard.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

RATE_HZ = 16_000
WORD_S, GAP_S, PAUSE_S = 0.22, 0.08, 0.9
SHORTEST_S = 0.15
"""Less of a word is not understood: of one that is cut in two, at most one half is."""
LEVEL = 6000
_LOW_HZ, _HIGH_HZ, _STEP_HZ, _STEPS = 400.0, 2200.0, 50.0, 30
_HOP = 160
_LOUD = 600.0
_SYLLABLES = [first + last for first in "bdfgklmnprst" for last in "aeiou"]


@dataclass(frozen=True, slots=True)
class Said:
    """A word with its times in the sound that it was heard in."""

    text: str
    start_s: float
    end_s: float
    confidence: float = 1.0


def invented(count: int) -> list[str]:
    """So many different words that no language has; none is a number."""
    many = len(_SYLLABLES)
    return [f"{_SYLLABLES[n % many]}{_SYLLABLES[n // many % many]}x" for n in range(count)]


class Tones:
    """A lexicon of up to 900 words, and the sound of each."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = list(dict.fromkeys(words))
        self._numbers = {word: number for number, word in enumerate(self.words)}

    def sound(self, text: str, *, pause_s: float = 0.0) -> bytes:
        """16 kHz mono PCM of a text's words, and silence after it."""
        pieces = [piece for word in text.split() for piece in (self._word(word), _silence(GAP_S))]
        return b"".join([*pieces, _silence(pause_s)])

    def heard(self, pcm: bytes, rate_hz: int = RATE_HZ) -> list[Said]:
        """The words in a sound; one that has no end yet is one as soon as it is long enough."""
        samples = numpy.frombuffer(pcm, numpy.int16).astype(numpy.float64)
        hop = _HOP * rate_hz // RATE_HZ
        heard: list[Said] = []
        for start, end in _loud(samples, hop):
            if end - start < SHORTEST_S * rate_hz:
                continue
            text = self._meant(samples[start:end], rate_hz)
            heard.append(Said(text, start / rate_hz, end / rate_hz))
        return heard

    def _word(self, word: str) -> bytes:
        number = self._numbers[word]
        low_hz = _LOW_HZ + _STEP_HZ * (number % _STEPS)
        high_hz = _HIGH_HZ + _STEP_HZ * (number // _STEPS)
        at_s = numpy.arange(int(RATE_HZ * WORD_S)) / RATE_HZ
        both = numpy.sin(2 * numpy.pi * low_hz * at_s) + numpy.sin(2 * numpy.pi * high_hz * at_s)
        return (LEVEL * both).astype(numpy.int16).tobytes()

    def _meant(self, samples: NDArray[numpy.float64], rate_hz: int) -> str:
        spectrum = numpy.fft.rfft(samples * numpy.hanning(len(samples)), rate_hz)
        strength = numpy.abs(spectrum).astype(numpy.float64)
        number = _strongest(strength, _LOW_HZ) + _STEPS * _strongest(strength, _HIGH_HZ)
        return self.words[number] if number < len(self.words) else "?"


def _strongest(strength: NDArray[numpy.float64], from_hz: float) -> int:
    """Which of the tones from a frequency on; one bin a hertz."""
    found = [strength[int(from_hz + _STEP_HZ * step)] for step in range(_STEPS)]
    return int(numpy.argmax(found))


def _loud(samples: NDArray[numpy.float64], hop: int) -> list[tuple[int, int]]:
    """Stretches of sound, first and last sample."""
    count = len(samples) // hop
    levels = numpy.sqrt((samples[: count * hop].reshape(count, hop) ** 2).mean(axis=1))
    is_loud = numpy.concatenate([[False], levels > _LOUD, [False]]).astype(numpy.int8)
    edges = numpy.flatnonzero(numpy.diff(is_loud))
    return [(int(edges[n]) * hop, int(edges[n + 1]) * hop) for n in range(0, len(edges), 2)]


def _silence(seconds: float) -> bytes:
    return bytes(2 * int(RATE_HZ * seconds))
