"""eSpeak NG as a process of its own, by its library: its calls block, and its state is global.

The only user of libespeak-ng. Speaks framed messages on its standard input and output, and ends
when its input ends. In: `speak` (text, voice, words_per_minute), `stop`, `sounds` (voice, words).
Out: `ready`, `word` (at: index of its first character, start_s), `audio` (22,050 Hz mono PCM),
`sounds` (of each word, in IPA), `done`, `failed`.
Text is plain text: no markup is ever read in it, but for the names of sounds between `[[` and `]]`,
which whoever sends it puts there and lets nobody else put there.
"""

import ctypes
import select
from collections.abc import Iterator
from typing import BinaryIO

import numpy
import numpy.typing

from interpreter.engines.framing import Message, own_pipes, pack, read_message_blocking

RATE_HZ = 22_050

_SYNCHRONOUS = 2
_DO_NOT_EXIT = 0x8000
_PLAIN_UTF8, _SOUNDS_IN_BRACKETS = 1, 0x100
_RATE, _VOLUME = 1, 2
_END, _WORD = 0, 1
_CHUNK_MS = 30
_IPA = 2

_QUIET = 160
"""Samples below this (−46 dBFS) at either end of an utterance are silence."""
_EDGE = RATE_HZ * 5 // 1000
"""Samples kept of that silence, so that no sound is cut."""
_ENGINE_VOLUME = 70
"""At its default of 100 some voices reach full scale: eSpeak clips them itself."""
_KNEE, _CEILING = 0.5, 0.8
"""Above the knee, loudness bends towards the ceiling: −2 dBFS at most."""
_GAINS = {"": 1.6, "f2": 1.35, "f3": 1.5, "f4": 1.35, "m1": 1.9, "m3": 1.65, "m7": 1.4}
"""Measured so that every voice comes out at about −20 dBFS RMS."""

Samples = numpy.typing.NDArray[numpy.int16]


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position_ms", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))


class SilenceTrimmer:
    """Takes silence off both ends of an utterance that arrives in pieces."""

    def __init__(self) -> None:
        self._held: list[Samples] = []
        self._is_sounding = False
        self.skipped = 0
        """Samples that were dropped before the first sound."""

    def push(self, samples: Samples) -> Samples:
        """What can be played of this and earlier pieces; silence waits until sound follows it."""
        loud = numpy.flatnonzero(numpy.abs(samples.astype(numpy.int32)) > _QUIET)
        if not len(loud):
            self._held.append(samples)
            return samples[:0]
        joined = numpy.concatenate([*self._held, samples])
        offset = len(joined) - len(samples)
        start = 0
        if not self._is_sounding:
            start = max(0, offset + int(loud[0]) - _EDGE)
            self.skipped = start
            self._is_sounding = True
        end = min(len(joined), offset + int(loud[-1]) + 1 + _EDGE)
        self._held = [joined[end:]]
        return joined[start:end]


def levelled(samples: Samples, gain: float) -> Samples:
    """The same sound at the common loudness, never above the ceiling."""
    level = samples.astype(numpy.float32) * (gain / 32768)
    size = numpy.abs(level)
    room = _CEILING - _KNEE
    bent = numpy.where(size > _KNEE, _KNEE + room * numpy.tanh((size - _KNEE) / room), size)
    scaled: Samples = (numpy.sign(level) * bent * 32767).astype(numpy.int16)
    return scaled


class Voice:
    """The library, speaking one text at a time to `outgoing` until a `stop` comes on `incoming`."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        if self._library.espeak_Initialize(_SYNCHRONOUS, _CHUNK_MS, None, _DO_NOT_EXIT) != RATE_HZ:
            raise OSError("espeak_Initialize failed")
        self._library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._callback = _Callback(self._heard)  # the library keeps only a pointer to it
        self._library.espeak_SetSynthCallback(self._callback)
        self._trimmer = SilenceTrimmer()
        self._words: list[tuple[int, int]] = []
        self._gain = 1.0
        self._is_stopped = False

    def speak(self, message: Message) -> None:
        """Speak one text, and say how that went."""
        if not self._has(message.text("voice")):
            self._outgoing.write(pack("done"))
            return
        self._library.espeak_SetParameter(_RATE, round(message.number("words_per_minute")), 0)
        self._library.espeak_SetParameter(_VOLUME, _ENGINE_VOLUME, 0)
        self._trimmer = SilenceTrimmer()
        self._words = []
        self._gain = _GAINS.get(message.text("voice").partition("+")[2], _GAINS[""])
        self._is_stopped = False
        text = message.text("text").replace("\0", " ").encode(errors="ignore")
        flags = _PLAIN_UTF8 | _SOUNDS_IN_BRACKETS
        self._library.espeak_Synth(text, len(text) + 1, 0, 1, 0, flags, None, None)
        self._outgoing.write(pack("done"))

    def sounds(self, message: Message) -> None:
        """Tell how the voice would say each of these words."""
        if self._has(message.text("voice")):
            sounds = [self._ipa(word) for word in message.texts("words")]
            self._outgoing.write(pack("sounds", sounds=sounds))

    def _ipa(self, word: str) -> str:
        text = ctypes.c_char_p(word.replace("\0", "").encode(errors="ignore"))
        sounds: bytes = self._library.espeak_TextToPhonemes(ctypes.byref(text), _PLAIN_UTF8, _IPA)
        return sounds.decode(errors="ignore")

    def _has(self, voice: str) -> bool:
        """Whether it is there, and is the one that speaks now; else that is told."""
        if self._library.espeak_SetVoiceByName(voice.encode()) == 0:
            return True
        sentence = (
            f"eSpeak NG has no voice {voice}; install it with `apt-get install espeak-ng-data`."
        )
        self._outgoing.write(pack("failed", code="requirement_missing", sentence=sentence))
        return False

    def _heard(self, wave: int | None, count: int, events: "ctypes._Pointer[_Event]") -> int:
        """What the library calls with each piece of sound; 1 breaks off."""
        try:
            if not self._is_stopped and not self._asked_to_stop():
                self._pass_on(wave, count, events)
        except (EOFError, BrokenPipeError):
            self._is_stopped = True  # the host has gone; the next read says so too
        return int(self._is_stopped)

    def _pass_on(self, wave: int | None, count: int, events: "ctypes._Pointer[_Event]") -> None:
        self._words += _word_events(events)
        if wave and count > 0:
            samples = numpy.frombuffer(ctypes.string_at(wave, count * 2), numpy.int16)
            sound = self._trimmer.push(samples)
            if len(sound):
                self._send_words()
                self._outgoing.write(pack("audio", levelled(sound, self._gain).tobytes()))

    def _send_words(self) -> None:
        for at, sample in self._words:
            start_s = max(0, sample - self._trimmer.skipped) / RATE_HZ
            self._outgoing.write(pack("word", at=at, start_s=round(start_s, 3)))
        self._words = []

    def _asked_to_stop(self) -> bool:
        if select.select([self._incoming], [], [], 0)[0]:
            read_message_blocking(self._incoming)
            self._is_stopped = True
        return self._is_stopped


def _word_events(events: "ctypes._Pointer[_Event]") -> Iterator[tuple[int, int]]:
    index = 0
    while (event := events[index]).type != _END:
        if event.type == _WORD:
            yield event.text_position - 1, event.sample
        index += 1


def main() -> None:
    incoming, outgoing = own_pipes()
    try:
        voice = Voice(incoming, outgoing)
    except OSError:
        sentence = (
            "eSpeak NG is not installed; install it with "
            "`apt-get install libespeak-ng1 espeak-ng-data`."
        )
        outgoing.write(pack("failed", code="requirement_missing", sentence=sentence))
        return
    outgoing.write(pack("ready"))
    try:
        while True:
            message = read_message_blocking(incoming)
            if message.kind == "speak":
                voice.speak(message)
            elif message.kind == "sounds":
                voice.sounds(message)
    except (EOFError, BrokenPipeError):
        return


if __name__ == "__main__":
    main()
