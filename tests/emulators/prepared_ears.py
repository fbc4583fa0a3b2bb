"""A recogniser's ears that know the talk: they count its sound, and tell each word when so much of
it has come."""

from collections.abc import Sequence

import numpy
from numpy.typing import NDArray

from tests.bench.prepared import LOUD, STEP, SpokenWord
from tests.emulators.tones import RATE_HZ, Said

PARTED_S = 0.35
"""So much silence parts two sentences of the talk; the sound between them is shorter where it is
not sent, but never as short as a pause for breath."""
SETTLES_S = 0.3
"""A word that ends so soon after a final is in it: levels do not tell a sentence's end exactly."""


class PreparedEars:
    """Each connection hears the talk from its beginning, sentence by sentence."""

    def __init__(self, talk: Sequence[tuple[SpokenWord, ...]]) -> None:
        self._talk = talk

    def listen(self) -> "PreparedHearing":
        return PreparedHearing(self._talk)


class PreparedHearing:
    """Counts the sound: a word was said when so much of its sentence has come."""

    def __init__(self, talk: Sequence[tuple[SpokenWord, ...]]) -> None:
        self._talk = talk
        self._sentence = -1
        self._begins_s = 0.0
        self._told = 0
        """Words of the sentence that a final has covered."""
        self._heard_s = 0.0
        self._quiet_s = PARTED_S

    async def push(self, pcm: bytes) -> Sequence[Said]:
        for start in range(0, len(pcm), 2 * STEP):
            self._hear(numpy.frombuffer(pcm[start : start + 2 * STEP], numpy.int16))
        return self._said(0.0)

    def _hear(self, samples: NDArray[numpy.int16]) -> None:
        is_loud = float(numpy.abs(samples.astype(float)).mean()) >= LOUD * 32_768
        if is_loud and self._quiet_s >= PARTED_S:
            self._sentence, self._told, self._begins_s = self._sentence + 1, 0, self._heard_s
        seconds = len(samples) / RATE_HZ
        self._quiet_s = 0.0 if is_loud else self._quiet_s + seconds
        self._heard_s += seconds

    async def finish(self) -> Sequence[Said]:
        return self.settle(SETTLES_S)

    def settle(self, early_s: float = 0.0) -> list[Said]:
        """What is said by now, and is told for good with this."""
        said = self._said(early_s)
        self._told += len(said)
        return said

    async def aclose(self) -> None:
        pass

    def _said(self, early_s: float) -> list[Said]:
        if self._sentence < 0:
            return []
        words = self._talk[self._sentence % len(self._talk)][self._told :]
        until_s = self._heard_s - self._begins_s + early_s
        return [
            Said(word.text, self._begins_s + word.start_s, self._begins_s + word.end_s)
            for word in words
            if word.end_s <= until_s
        ]
