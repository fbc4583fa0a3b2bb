"""What speaks under an emulated voice: mono PCM at a rate that the server chooses."""

from collections.abc import AsyncIterator
from typing import Protocol

import numpy
from livekit import rtc

from interpreter.engines import open_voice
from interpreter.settings import Settings

LETTER_S = 0.06
PIECE_S = 0.2


class Mouth(Protocol):
    def sound(self, text: str, rate_hz: int) -> AsyncIterator[bytes]:
        """The text as PCM, piece by piece."""
        ...


class Hum:
    """A tone as long as the text has letters; nothing for a text without any."""

    def __init__(self, letter_s: float = LETTER_S) -> None:
        self._letter_s = letter_s

    async def sound(self, text: str, rate_hz: int) -> AsyncIterator[bytes]:
        seconds = self._letter_s * sum(sign.isalnum() for sign in text)
        at_s = numpy.arange(int(seconds * rate_hz)) / rate_hz
        tone = (8000 * numpy.sin(2 * numpy.pi * 220 * at_s)).astype(numpy.int16).tobytes()
        size = 2 * int(PIECE_S * rate_hz)
        for start in range(0, len(tone), size):
            yield tone[start : start + size]


class Espeak:
    """The product's offline voice of a language."""

    def __init__(self, language: str, settings: Settings) -> None:
        self._voice = open_voice(language, settings)

    async def sound(self, text: str, rate_hz: int) -> AsyncIterator[bytes]:
        resampler = rtc.AudioResampler(self._voice.sample_rate, rate_hz)
        async with self._voice.synthesize(text) as stream:
            async for audio in stream:
                for frame in resampler.push(audio.frame):
                    yield bytes(frame.data)
        for frame in resampler.flush():
            yield bytes(frame.data)
