"""The machine's real engines, for a loop whose time is virtual.

A thread with a loop of its own runs them as the product opens them. Asking blocks the asker for a
few real milliseconds, which are no virtual time; then the engine's delay passes in virtual time.
What was asked before is remembered.
"""

import asyncio
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from livekit.agents import APIConnectOptions, tts
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    USERDATA_TIMED_TRANSCRIPT,
    TimedString,
)

from interpreter.engines import open_translator, open_voice
from interpreter.engines.host import Engines, running
from interpreter.engines.translator import TranslationRequest, Translator
from interpreter.engines.voice import Voice, WrappedVoice
from interpreter.errors import EngineUnavailable
from interpreter.settings import EngineChoice, Settings

Result = TypeVar("Result")

ANSWER_LIMIT_S = 60.0
IDLE_S = 600.0
FRAME_MS = 100
LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class Utterance:
    """How a voice said something; its sound is of no interest."""

    duration_s: float
    words: tuple[tuple[str, float, float], ...]
    """Text, start and end in seconds from the first sound."""


class EngineThread:
    """The loop in which real engines answer."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._loop = asyncio.new_event_loop()
        self._is_open = threading.Event()
        self._close: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="engines", daemon=True)

    def open(self) -> None:
        """Return when the engines answer; raises EngineUnavailable when they cannot start."""
        self._thread.start()
        while not self._is_open.wait(LOOK_S):
            if not self._thread.is_alive():
                raise EngineUnavailable("The engines cannot start; their own message stands above.")

    def ask(self, question: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine over there, and wait for its result."""
        return asyncio.run_coroutine_threadsafe(question, self._loop).result(ANSWER_LIMIT_S)

    def close(self) -> None:
        """End the engines."""
        if self._close is not None:
            self._loop.call_soon_threadsafe(self._close.set)
        self._thread.join()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        self._close = asyncio.Event()
        async with running(self.settings.engine_socket_path, IDLE_S, Engines()):
            self._is_open.set()
            await self._close.wait()


Answer = tuple[tuple[float, str], ...]
"""Pieces, each with the real seconds from the question to it."""


@dataclass(slots=True)
class BlockingTranslator:
    """A real translator: its answers come `delay_s` of virtual time after the question, or as late
    as they really came."""

    thread: EngineThread
    translator: Translator
    delay_s: float | None
    _known: dict[TranslationRequest, Answer] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return self.translator.label

    @property
    def can_condense(self) -> bool:
        return self.translator.can_condense

    @property
    def can_repair(self) -> bool:
        return self.translator.can_repair

    @property
    def step_words(self) -> int:
        return self.translator.step_words

    def translate_now(self, request: TranslationRequest) -> str:
        """An answer, at once."""
        return "".join(piece for _, piece in self._answer(request))

    async def translate(self, request: TranslationRequest) -> AsyncIterator[str]:
        waited_s = 0.0
        for took_s, piece in self._answer(request):
            late_s = took_s if self.delay_s is None else self.delay_s
            await asyncio.sleep(max(late_s - waited_s, 0.0))
            waited_s = max(late_s, waited_s)
            yield piece

    async def aclose(self) -> None:
        """The engine serves other talks."""

    def _answer(self, request: TranslationRequest) -> Answer:
        if request not in self._known:
            self._known[request] = self.thread.ask(self._ask(request))
        return self._known[request]

    async def _ask(self, request: TranslationRequest) -> Answer:
        asked_s = time.monotonic()
        return tuple(
            [
                (time.monotonic() - asked_s, piece)
                async for piece in self.translator.translate(request)
            ]
        )


class BlockingVoice(WrappedVoice):
    """A real voice's durations and word times; silence for sound, `delay_s` after the request."""

    def __init__(self, thread: EngineThread, voice: Voice, delay_s: float) -> None:
        super().__init__(voice)
        self._thread = thread
        self.delay_s = delay_s
        self._known: dict[tuple[str, float, str], Utterance] = {}

    def say_now(self, text: str, rate: float, speaker: str) -> Utterance:
        """How the voice says a text, at once."""
        key = (text, rate, speaker)
        if key not in self._known:
            self._known[key] = self._thread.ask(self._utterance(text, rate, speaker))
        return self._known[key]

    def synthesize(
        self,
        text: str,
        *,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        rate: float = 1.0,
        speaker: str = "",
    ) -> tts.ChunkedStream:
        return _Recalled(self, text, rate, speaker, conn_options)

    async def aclose(self) -> None:
        """The engine serves other talks."""

    async def _utterance(self, text: str, rate: float, speaker: str) -> Utterance:
        duration_s, words = 0.0, []
        async with self.voice.synthesize(text, rate=rate, speaker=speaker) as stream:
            async for audio in stream:
                duration_s += audio.frame.duration
                for word in audio.frame.userdata.get(USERDATA_TIMED_TRANSCRIPT, ()):
                    start_s = float(word.start_time or 0.0)
                    words.append((str(word), start_s, float(word.end_time or start_s)))
        return Utterance(duration_s, tuple(words))


class _Recalled(tts.ChunkedStream):
    def __init__(
        self,
        voice: BlockingVoice,
        text: str,
        rate: float,
        speaker: str,
        conn_options: APIConnectOptions,
    ) -> None:
        super().__init__(tts=voice, input_text=text, conn_options=conn_options)
        self._of = voice
        self._rate = rate
        self._speaker = speaker

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        utterance = self._of.say_now(self._input_text, self._rate, self._speaker)
        await asyncio.sleep(self._of.delay_s)
        output_emitter.initialize(
            request_id="recalled",
            sample_rate=self._of.sample_rate,
            num_channels=1,
            mime_type="audio/pcm",
            frame_size_ms=FRAME_MS,
        )
        for text, start_s, end_s in utterance.words:
            output_emitter.push_timed_transcript(
                TimedString(text, start_time=start_s, end_time=end_s)
            )
        output_emitter.push(bytes(2 * round(utterance.duration_s * self._of.sample_rate)))
        output_emitter.flush()


class BlockingEngines:
    """Every translator and voice that a suite needs, each opened once."""

    def __init__(self, thread: EngineThread, llm_delay_s: float | None, tts_delay_s: float) -> None:
        self._thread = thread
        self._llm_delay_s = llm_delay_s
        self._tts_delay_s = tts_delay_s
        self._translators: dict[tuple[str, str], BlockingTranslator] = {}
        self._voices: dict[str, BlockingVoice] = {}

    def translator(self, source: str, target: str) -> BlockingTranslator:
        """The product's translator of a pair."""
        if (source, target) not in self._translators:
            opened = self._thread.ask(_opened_translator(source, target, self._thread.settings))
            self._translators[source, target] = BlockingTranslator(
                self._thread, opened, self._llm_delay_s
            )
        return self._translators[source, target]

    def voice(self, language: str) -> BlockingVoice:
        """The product's voice of a language."""
        if language not in self._voices:
            opened = self._thread.ask(_opened_voice(language, self._thread.settings))
            self._voices[language] = BlockingVoice(self._thread, opened, self._tts_delay_s)
        return self._voices[language]


@contextmanager
def blocking_engines(
    llm_delay_s: float | None, tts_delay_s: float, chosen: EngineChoice
) -> Iterator[BlockingEngines]:
    """The chosen engines, the machine's in a host of their own; they end with the block.

    Without a delay a translator is as late as it really is.
    """
    with tempfile.TemporaryDirectory(prefix="evaluation-") as folder:
        settings = private_settings(Path(folder)).model_copy(update=chosen.model_dump())
        if llm_delay_s is not None:  # how long it really takes is nobody's concern
            settings = settings.model_copy(update={"engine_timeout_s": ANSWER_LIMIT_S / 2})
        thread = EngineThread(settings)
        thread.open()
        try:
            yield BlockingEngines(thread, llm_delay_s, tts_delay_s)
        finally:
            thread.close()


def private_settings(folder: Path) -> Settings:
    """Settings for work that no server has a part in."""
    return Settings.model_validate(
        {
            "LIVEKIT_API_KEY": "none",
            "LIVEKIT_API_SECRET": "no server has a part in this",
            "state_dir": folder,
            "engine_socket": folder / "host.sock",
        }
    )


async def _opened_translator(source: str, target: str, settings: Settings) -> Translator:
    return open_translator(source, target, settings)


async def _opened_voice(language: str, settings: Settings) -> Voice:
    return open_voice(language, settings)
