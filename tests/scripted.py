"""Engines and tracks that follow a script, in the loop's time: for agents under virtual time."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from livekit.agents import APIConnectionError, APIConnectOptions, tts
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, TimedString

from interpreter.engines.translator import TranslationRequest
from interpreter.engines.voice import Voice
from interpreter.errors import EngineUnavailable
from interpreter.pair.engines import WARM_UP
from interpreter.rehearsal.loop_track import LoopTrack
from interpreter.rehearsal.virtual_time import loop_time_s

RATE_HZ = 16_000
LETTERS_A_SECOND = 16.0

__all__ = [
    "ScriptedTrack",
    "ScriptedTranslator",
    "ScriptedVoice",
    "loop_time_s",
]


ScriptedTrack = LoopTrack


class ScriptedVoice(Voice):
    """Speaks 16 letters a second at rate 1, after a delay; fails for texts that it is told to fail
    for, at once or after half of them, makes no sound of others, and stops for a while in the
    middle of every text."""

    def __init__(
        self,
        delay_s: float = 0.15,
        fails_for: tuple[str, ...] = (),
        stalls_s: float = 0.0,
        silent_for: tuple[str, ...] = (),
        breaks_for: tuple[str, ...] = (),
        fails_with: Exception | None = None,
    ) -> None:
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False, aligned_transcript=True),
            sample_rate=RATE_HZ,
            num_channels=1,
        )
        self.delay_s = delay_s
        self.fails_for = fails_for
        self.stalls_s = stalls_s
        self.silent_for = silent_for
        self.breaks_for = breaks_for
        self.fails_with = fails_with or APIConnectionError("told to fail", retryable=False)
        self.rates: list[float] = []

    def synthesize(
        self,
        text: str,
        *,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        rate: float = 1.0,
        speaker: str = "",
    ) -> tts.ChunkedStream:
        if text != WARM_UP:
            self.rates.append(rate)
        return _ScriptedSynthesis(
            self, text, rate, APIConnectOptions(max_retry=0, timeout=conn_options.timeout)
        )


class _ScriptedSynthesis(tts.ChunkedStream):
    def __init__(
        self, voice: ScriptedVoice, text: str, rate: float, options: APIConnectOptions
    ) -> None:
        super().__init__(tts=voice, input_text=text, conn_options=options)
        self._voice = voice
        self._rate = rate

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        await asyncio.sleep(self._voice.delay_s)
        if self._input_text in self._voice.fails_for:
            raise self._voice.fails_with
        output_emitter.initialize(
            request_id="scripted", sample_rate=RATE_HZ, num_channels=1, mime_type="audio/pcm"
        )
        if self._input_text in self._voice.silent_for:
            return
        output_emitter.push_timed_transcript(
            TimedString(self._input_text, start_time=0.0, end_time=0.1)
        )
        seconds = len(self._input_text) / LETTERS_A_SECOND / self._rate
        half = bytes(2 * int(seconds / 2 * RATE_HZ))
        output_emitter.push(half)
        if self._voice.stalls_s:
            output_emitter.flush()
            await asyncio.sleep(self._voice.stalls_s)
        if self._input_text in self._voice.breaks_for:
            raise APIConnectionError("told to break off", retryable=False)
        output_emitter.push(half)
        output_emitter.flush()


@dataclass(slots=True)
class ScriptedTranslator:
    """Answers `[text]` after a delay, or the plain text; refuses what it is told to refuse."""

    delay_s: float = 0.35
    refuses: tuple[str, ...] = ()
    asked: list[str] = field(default_factory=list)
    is_plain: bool = False
    concise: dict[str, str] = field(default_factory=dict)
    """Text → what it is in fewer words; empty: an engine that cannot condense."""
    repaired: dict[str, str] = field(default_factory=dict)
    """Text → its translation when it is asked again; empty: an engine that cannot repair."""
    translations: dict[str, str] = field(default_factory=dict)
    """Text → its translation, where that is another one."""
    requests: list[TranslationRequest] = field(default_factory=list)
    repair_s: float | None = None
    """How long a repair takes, if not as long as a translation."""
    step: int = 1
    """Its `step_words`."""

    @property
    def label(self) -> str:
        return "scripted"

    @property
    def can_condense(self) -> bool:
        return bool(self.concise)

    @property
    def can_repair(self) -> bool:
        return bool(self.repaired)

    @property
    def step_words(self) -> int:
        return self.step

    async def translate(self, request: TranslationRequest) -> AsyncIterator[str]:
        if request.text != WARM_UP and not request.is_concise:
            self.asked.append(request.text)
            self.requests.append(request)
        is_repair = bool(request.repair) and self.repair_s is not None
        await asyncio.sleep(self.repair_s or 0.0 if is_repair else self.delay_s)
        if request.text in self.refuses:
            raise EngineUnavailable("told to refuse")
        if request.text.strip():
            yield self._answer(request)

    def _answer(self, request: TranslationRequest) -> str:
        if request.is_concise:
            return self.concise[request.text]
        if request.repair and request.text in self.repaired:
            return self.repaired[request.text]
        if request.text in self.translations:
            return self.translations[request.text]
        return request.text if self.is_plain else f"[{request.text}]"

    async def aclose(self) -> None:
        return None
