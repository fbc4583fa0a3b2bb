"""Translated units → audio frames: synthesised at most two ahead, spoken one after another at a
pace that catches up."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from livekit import rtc
from livekit.agents import APIError
from livekit.agents.types import USERDATA_TIMED_TRANSCRIPT

from interpreter.engines.voice import Voice
from interpreter.errors import EngineError
from interpreter.event_log import EventLog
from interpreter.pair.chunking import CloseReason, Unit
from interpreter.pair.pace import next_rate, pause_s

logger = logging.getLogger(__name__)

AHEAD_UNITS = 2
UNDERRUN_S = 0.04
"""A longer silence that nobody meant, inside a unit, is an underrun: people hear it."""
UNIT_FRAMES = 1200
"""A unit's frames fit (two minutes of 100 ms), so that synthesis of the next one never waits for
playout."""


class Track(Protocol):
    """Where the voice goes: tracks.VoiceTrack."""

    @property
    def remaining_s(self) -> float: ...

    async def play(self, frame: rtc.AudioFrame) -> float: ...

    async def pause(self, seconds: float) -> None: ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Translated:
    """A unit and what it says in the target language."""

    unit: Unit
    text: str


@dataclass(slots=True)
class _Synthesis:
    translated: Translated
    rate: float
    send: MemoryObjectSendStream[rtc.AudioFrame]
    frames: MemoryObjectReceiveStream[rtc.AudioFrame]
    duration_s: float = 0.0
    words: list[tuple[str, float]] = field(default_factory=list)


@dataclass(slots=True)
class SpeechState:
    """What the pair tells of its voice."""

    spoken: tuple[int, int] = (0, -1)
    """Epoch of the line and number of its last word that has been spoken."""
    lag_s: float = 0.0
    has_failed: bool = False


class Speech:
    """Speaks units in order; append-only."""

    def __init__(
        self,
        voice: Voice,
        track: Track,
        events: EventLog,
        target: str,
        now_s: Callable[[], float],
        *,
        is_paced: bool,
        spoken: tuple[int, int] = (0, -1),
    ) -> None:
        self._voice = voice
        self._track = track
        self._events = events
        self._target = target
        self._now_s = now_s
        self._is_paced = is_paced
        self._rate = 1.0
        self._waiting_s = 0.0
        self.state = SpeechState(spoken)

    async def run(self, units: MemoryObjectReceiveStream[Translated]) -> None:
        """Speak until the stream of units ends."""
        send, ahead = anyio.create_memory_object_stream[_Synthesis](AHEAD_UNITS - 1)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._play_all(ahead), name=f"playout:{self._target}")
            async with send, units:
                async for translated in units:
                    await self._synthesise(translated, send)

    def passed_over(self, unit: Unit) -> None:
        """The unit is spoken, or nobody wants its voice, or it has none: do not come back to it."""
        self.state.spoken = max(self.state.spoken, unit.last_place)

    async def _synthesise(
        self, translated: Translated, ahead: MemoryObjectSendStream[_Synthesis]
    ) -> None:
        """Start a unit's sound; playout may begin with its first frame."""
        rate = self._next_rate(translated.unit)
        frames_in, frames_out = anyio.create_memory_object_stream[rtc.AudioFrame](UNIT_FRAMES)
        synthesis = _Synthesis(translated, rate, frames_in, frames_out)
        await ahead.send(synthesis)
        unit = translated.unit.number
        self._log("speech_request", unit, text=translated.text, rate=rate)
        with frames_in:
            try:
                await self._pump(synthesis, unit)
                self.state.has_failed = False
            except (EngineError, APIError) as error:
                self.state.has_failed = True
                self._log("engine_failed", unit, engine="voice", error=type(error).__name__)
                logger.warning("voice failed", extra={"target": self._target}, exc_info=error)

    async def _pump(self, synthesis: _Synthesis, unit: int) -> None:
        translated = synthesis.translated
        stream = self._voice.synthesize(
            translated.text, rate=synthesis.rate, speaker=translated.unit.speaker
        )
        async with stream:
            async for audio in stream:
                if synthesis.duration_s == 0.0:
                    self._log("speech_first_byte", unit)
                for word in audio.frame.userdata.get(USERDATA_TIMED_TRANSCRIPT, ()):
                    synthesis.words.append((str(word).strip(), float(word.start_time or 0.0)))
                synthesis.duration_s += audio.frame.duration
                self._waiting_s += audio.frame.duration
                await synthesis.send.send(audio.frame)

    def _next_rate(self, unit: Unit) -> float:
        if not self._is_paced:
            return 1.0
        self._rate = next_rate(self._expected_lag_s(unit), self._rate)
        return self._rate

    def _expected_lag_s(self, unit: Unit) -> float:
        """How long after its first word a unit would be heard if everything queued is spoken
        first."""
        starts_s = self._now_s() + self._track.remaining_s + self._waiting_s
        return starts_s - unit.words[0].end_s

    async def _play_all(self, ahead: MemoryObjectReceiveStream[_Synthesis]) -> None:
        async with ahead:
            async for synthesis in ahead:
                await self._play(synthesis)

    async def _play(self, synthesis: _Synthesis) -> None:
        unit = synthesis.translated.unit
        starts_s: float | None = None
        ends_s = 0.0
        async with synthesis.frames:
            async for frame in synthesis.frames:
                self._waiting_s = max(self._waiting_s - frame.duration, 0.0)
                frame_starts_s = await self._track.play(frame)
                if starts_s is not None and frame_starts_s - ends_s > UNDERRUN_S:
                    seconds = round(frame_starts_s - ends_s, 3)
                    self._log("underrun", unit.number, at_s=ends_s, seconds=seconds)
                ends_s = frame_starts_s + frame.duration
                if starts_s is None:
                    starts_s = frame_starts_s
                    self.state.lag_s = max(starts_s - unit.words[0].end_s, 0.0)
        self.passed_over(unit)
        if starts_s is None:
            return
        self._log(
            "playout",
            unit.number,
            at_s=starts_s,
            text=synthesis.translated.text,
            start_s=round(starts_s, 3),
            duration_s=round(synthesis.duration_s, 3),
            rate=synthesis.rate,
            words=[[text, round(offset_s, 3)] for text, offset_s in synthesis.words],
        )
        await self._track.pause(
            pause_s(self.state.lag_s if self._is_paced else 0.0, unit.reason is CloseReason.PAUSE)
        )

    def _log(self, event: str, unit: int, at_s: float | None = None, **fields: object) -> None:
        self._events.write(event, at_s, target=self._target, unit=unit, **fields)
