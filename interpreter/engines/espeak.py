"""eSpeak NG as a livekit-agents voice; the speaking itself happens in the machine's engine host."""

import asyncio
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from livekit import rtc
from livekit.agents import APIConnectionError, tts, utils
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions, TimedString

from interpreter.engines.espeak_sounds import phonemes
from interpreter.engines.host_client import HostConnection, connected
from interpreter.engines.parts import parts
from interpreter.engines.voice import Voice
from interpreter.errors import (
    EngineUnavailable,
    InterpretationError,
    RequirementMissing,
)
from interpreter.settings import Settings
from interpreter.word_sounds import pieces

RATE_HZ = 24_000
"""eSpeak's own 22,050 Hz has no whole number of samples in WebRTC's 10 ms."""

_ENGINE_RATE_HZ = 22_050
_WORDS_PER_MINUTE = 175
_SLOWEST, _FASTEST = 0.5, 2.0
_DRAWL_S = 0.07
"""It draws the last word of whatever it is given; of a part of a sentence, that much too long
(Spanish, 230 cuts: 0.070 s at 175 words a minute, 0.058 s at 219)."""
_LETTERS_PER_S = 17.0
_MOST_DRAWL = 1.15
_SENTENCE_ENDS = tuple(".!?…:;。！？।؟")
_VARIANTS = ("", "f2", "m3", "f4", "m7", "f3", "m1")
"""The clearest of eSpeak's timbres; `espeak_voice.py` knows the loudness of each."""
_UNSPOKEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "So", "Sk"})
"""Control and format signs (direction marks among them), emoji, and what has no meaning at all."""
_LIBRARY = ("usr/lib/*/libespeak-ng.so.1", "usr/lib*/libespeak-ng.so.1", "usr/local/lib/libespeak*")
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f]")
_BRACKETS = re.compile(r"\[{2,}")
_NAMES = re.compile(r"\[\[.*?\]\]")
_WORD = re.compile(r"\S+")


def check_installed() -> None:
    """Raise RequirementMissing when the library is not here; looks for its file, loads nothing."""
    if not any(Path("/").glob(pattern) for pattern in _LIBRARY):
        raise RequirementMissing(
            "eSpeak NG is missing; install it: `apt-get install libespeak-ng1 espeak-ng-data`."
        )


def speakable(text: str) -> str:
    """The text without what cannot be spoken; signs like < and & stay and are read out. Brackets in
    which eSpeak would look for the names of sounds are single ones."""
    plain = _VARIATION_SELECTORS.sub("", text)
    kept = (" " if unicodedata.category(sign) in _UNSPOKEN else sign for sign in plain)
    return _BRACKETS.sub("[", " ".join("".join(kept).split()))


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text as eSpeak reads it, and its words as people write them, by where they begin."""

    text: str
    words: tuple[tuple[int, str], ...]


def spoken(text: str, voice: str) -> Spoken:
    """A text, with the names of sounds in brackets where the voice has them."""
    read: list[str] = []
    spellings: list[str] = []
    for piece in pieces(text):
        names = phonemes(piece.ipa, voice) if piece.ipa else ""
        said = speakable(piece.text)
        if names and said:
            spellings.append(said)
            said = f"[[{names}]]"
        ends = (sign.isspace() for sign in (piece.text[0], piece.text[-1]))
        before, after = (" " if is_space else "" for is_space in ends)
        read.append(before + said + after)
    whole = " ".join("".join(read).split())
    rest = iter(spellings)
    words = (
        (found.start(), _NAMES.sub(lambda _: next(rest), found.group()))
        for found in _WORD.finditer(whole)
    )
    return Spoken(whole, tuple(words))


def undrawn(text: str) -> float:
    """How much faster a part of a sentence is to be asked for, to take as long as inside it."""
    if text.rstrip("»”\"') ").endswith(_SENTENCE_ENDS):
        return 1.0
    return min(1 + _DRAWL_S * _LETTERS_PER_S / max(len(text), 1), _MOST_DRAWL)


def timbre(speaker: str) -> str:
    """One of eSpeak's variants, always the same for a speaker; none for no speaker."""
    if not speaker:
        return _VARIANTS[0]
    return _VARIANTS[sha256(speaker.encode()).digest()[0] % len(_VARIANTS)]


class EspeakVoice(Voice):
    """Speaks with one of eSpeak NG's voices (`es`); each speaker has a variant of it (`es+f2`)."""

    def __init__(self, voice: str, settings: Settings) -> None:
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False, aligned_transcript=True),
            sample_rate=RATE_HZ,
            num_channels=1,
        )
        self._voice = voice
        self._settings = settings

    @property
    def model(self) -> str:
        return self._voice

    @property
    def provider(self) -> str:
        return "eSpeak NG"

    def reads(self, ipa: str) -> bool:
        return bool(phonemes(ipa, self._voice))

    def synthesize(
        self,
        text: str,
        *,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        rate: float = 1.0,
        speaker: str = "",
    ) -> tts.ChunkedStream:
        variant = timbre(speaker)
        return _Utterance(
            tts=self,
            text=text,
            conn_options=conn_options,
            settings=self._settings,
            voice=f"{self._voice}+{variant}" if variant else self._voice,
            rate=rate,
        )


class _Utterance(tts.ChunkedStream):
    def __init__(
        self,
        *,
        tts: EspeakVoice,
        text: str,
        conn_options: APIConnectOptions,
        settings: Settings,
        voice: str,
        rate: float,
    ) -> None:
        super().__init__(tts=tts, input_text=text, conn_options=conn_options)
        self._settings = settings
        self._voice = voice
        self._rate = min(_FASTEST, max(_SLOWEST, rate))

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=utils.shortuuid("utterance_"),
            sample_rate=RATE_HZ,
            num_channels=1,
            mime_type="audio/pcm",
            frame_size_ms=50,
        )
        said = spoken(self._input_text, self._voice.partition("+")[0])
        if not any(sign.isalnum() for sign in said.text):
            output_emitter.push(bytes(RATE_HZ // 100 * 2))  # nothing to say is no failure
            return
        made_s = 0.0
        for part in parts(self._input_text):
            said = spoken(part, self._voice.partition("+")[0])
            sound = _Sound(output_emitter, said.words, made_s)
            try:
                await self._speak(said.text, sound)
            except InterpretationError as error:
                # what was heard cannot be taken back: only what has no sound yet is tried again
                retryable = error.retryable and not sound.has_begun and not made_s
                raise APIConnectionError(str(error), retryable=retryable) from error
            made_s = sound.ends_s

    async def _speak(self, text: str, sound: "_Sound") -> None:
        async with connected(
            self._settings.engine_socket_path, self._settings.engine_timeout_s
        ) as connection:
            await connection.send(
                "speak",
                text=text,
                voice=self._voice,
                words_per_minute=_WORDS_PER_MINUTE * self._rate * undrawn(text),
            )
            await self._receive(connection, sound)

    async def _receive(self, connection: HostConnection, sound: "_Sound") -> None:
        is_done = False
        while not is_done:
            try:
                async with asyncio.timeout(self._settings.engine_timeout_s):
                    message = await connection.receive()
            except TimeoutError as error:
                raise EngineUnavailable("The voice did not answer in time; try again.") from error
            is_done = message.kind == "done"
            if message.kind == "word":
                sound.begin_word(int(message.number("at")), message.number("start_s"))
            elif message.kind == "audio":
                sound.play(message.payload)
        sound.finish()


class _Sound:
    """An utterance on its way out: resampled, and its words with their times before their sound."""

    def __init__(
        self, emitter: tts.AudioEmitter, words: Sequence[tuple[int, str]], begins_s: float
    ) -> None:
        """`begins_s`: how much of the utterance was made before."""
        self._emitter = emitter
        self._words = words
        self._begins_s = begins_s
        self._next = 0
        self._open: tuple[str, float] | None = None
        self._played_s = 0.0
        self._resampler = rtc.AudioResampler(_ENGINE_RATE_HZ, RATE_HZ)

    @property
    def ends_s(self) -> float:
        """How much of the utterance there is."""
        return self._begins_s + self._played_s

    @property
    def has_begun(self) -> bool:
        return self._played_s > 0

    def begin_word(self, at: int, start_s: float) -> None:
        """The word around character `at` begins; eSpeak reports long numbers several times."""
        spoken = []
        while self._next < len(self._words) and self._words[self._next][0] <= at:
            spoken.append(self._words[self._next][1])
            self._next += 1
        if spoken:
            self._end_word(self._begins_s + start_s)
            self._open = " ".join(spoken), self._begins_s + start_s

    def play(self, pcm: bytes) -> None:
        self._played_s += len(pcm) / 2 / _ENGINE_RATE_HZ
        for frame in self._resampler.push(bytearray(pcm)):
            self._emitter.push(bytes(frame.data))

    def finish(self) -> None:
        for frame in self._resampler.flush():
            self._emitter.push(bytes(frame.data))
        if not self.has_begun:
            raise EngineUnavailable("The voice made no sound; try again.")
        self._end_word(self.ends_s)

    def _end_word(self, end_s: float) -> None:
        if self._open is not None:
            text, start_s = self._open
            self._emitter.push_timed_transcript(
                TimedString(text, start_time=start_s, end_time=max(start_s, end_s))
            )
            self._open = None
