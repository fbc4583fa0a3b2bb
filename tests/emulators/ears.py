"""What hears under an emulated recogniser: words with times, of 16 kHz mono PCM."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

import numpy
from livekit import rtc
from livekit.agents import stt
from livekit.agents.types import TimedString

from interpreter.engines import open_recogniser
from interpreter.settings import Settings
from tests.emulators.tones import RATE_HZ, Said, Tones

FINISHES_S = 20.0
_PAUSE = RATE_HZ // 50
"""Samples."""
_LOUD = 100
"""A resampler leaves a little of a word's sound after its end."""


class Listening(Protocol):
    """One connection's hearing; times are seconds since it opened."""

    async def push(self, pcm: bytes) -> Sequence[Said]:
        """Hear more, and tell the words of the open utterance so far."""
        ...

    async def finish(self) -> Sequence[Said]:
        """Close the utterance: its words in the end."""
        ...

    async def aclose(self) -> None: ...


class Ears(Protocol):
    def listen(self) -> Listening: ...


async def words_of(ears: Ears, pcm: bytes) -> list[Said]:
    """The words of one recording."""
    listening = ears.listen()
    try:
        for start in range(0, len(pcm), RATE_HZ // 5):
            await listening.push(pcm[start : start + RATE_HZ // 5])
        return list(await listening.finish())
    finally:
        await listening.aclose()


class TonesHeard:
    """Hears the words of a lexicon that are spoken in tones."""

    def __init__(self, tones: Tones) -> None:
        self._tones = tones

    def listen(self) -> Listening:
        return _TonesHeard(self._tones)


class _TonesHeard:
    def __init__(self, tones: Tones) -> None:
        self._tones = tones
        self._known: list[Said] = []
        self._since = 0
        """Bytes of the connection before what is not decoded yet."""
        self._rest = b""

    async def push(self, pcm: bytes) -> Sequence[Said]:
        self._rest += pcm
        return self._decode(_last_pause(self._rest))

    async def finish(self) -> Sequence[Said]:
        heard, self._known = self._decode(len(self._rest)), []
        return heard

    async def aclose(self) -> None:
        pass

    def _decode(self, end: int) -> list[Said]:
        """All words; those up to a byte where none is cut in two are new."""
        since_s = self._since / 2 / RATE_HZ
        self._known += [
            Said(word.text, since_s + word.start_s, since_s + word.end_s)
            for word in self._tones.heard(self._rest[:end])
        ]
        self._since, self._rest = self._since + end, self._rest[end:]
        return list(self._known)


class Pocketsphinx:
    """Hears a language by the product's offline recogniser."""

    def __init__(self, language: str, settings: Settings) -> None:
        self._language = language
        self._settings = settings

    def listen(self) -> Listening:
        return _Pocketsphinx(open_recogniser(self._language, self._settings).stream())


class _Pocketsphinx:
    def __init__(self, stream: stt.RecognizeStream) -> None:
        self._stream = stream
        self._closed: list[Said] = []
        """What was closed of the utterance already: a long one is in pieces."""
        self._open: list[Said] = []
        self._news: asyncio.Queue[stt.SpeechEvent] = asyncio.Queue()
        self._reading = asyncio.get_running_loop().create_task(self._read(), name="emulator:ears")

    async def push(self, pcm: bytes) -> Sequence[Said]:
        if pcm:
            self._stream.push_frame(rtc.AudioFrame(pcm, RATE_HZ, 1, len(pcm) // 2))
        while not self._news.empty():
            self._take(self._news.get_nowait())
        return [*self._closed, *self._open]

    async def finish(self) -> Sequence[Said]:
        self._stream.flush()
        async with asyncio.timeout(FINISHES_S):
            while not self._take(await self._news.get()):
                pass
        words, self._closed, self._open = self._closed, [], []
        return words

    async def aclose(self) -> None:
        self._reading.cancel()
        await asyncio.wait([self._reading])
        await self._stream.aclose()

    async def _read(self) -> None:
        async for event in self._stream:
            self._news.put_nowait(event)

    def _take(self, event: stt.SpeechEvent) -> bool:
        """Whether the utterance is over."""
        said = [_said(word) for data in event.alternatives[:1] for word in data.words or ()]
        if event.type is stt.SpeechEventType.INTERIM_TRANSCRIPT:
            self._open = said
        elif event.type is stt.SpeechEventType.FINAL_TRANSCRIPT:
            self._closed, self._open = [*self._closed, *said], []
        return event.type is stt.SpeechEventType.END_OF_SPEECH


def _last_pause(pcm: bytes) -> int:
    """The byte in the middle of the last pause after a word; all where it ends in one; 0: none."""
    loud = numpy.flatnonzero(abs(numpy.frombuffer(pcm, numpy.int16).astype(int)) >= _LOUD)
    after = numpy.append(loud[1:], len(pcm) // 2)
    pauses = numpy.flatnonzero(after - loud > _PAUSE)
    if len(pauses) == 0:
        return 0
    last = pauses[-1]
    return len(pcm) if last == len(loud) - 1 else 2 * int((loud[last] + after[last]) // 2)


def _said(word: TimedString) -> Said:
    sure = word.confidence if isinstance(word.confidence, float) else 1.0
    return Said(str(word), float(word.start_time or 0.0), float(word.end_time or 0.0), sure)
