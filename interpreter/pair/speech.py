"""What the script says → audio frames, spoken one after another at a pace that catches up.

The voice takes its next words when it is about to fall silent: what it has not taken may still
change.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from livekit import rtc
from livekit.agents import tts
from livekit.agents.types import USERDATA_TIMED_TRANSCRIPT

from interpreter.engines.failures import loggable
from interpreter.engines.metrics import FAILURES
from interpreter.engines.voice import Voice
from interpreter.event_log import EventLog
from interpreter.events import EngineKind
from interpreter.lasting_trouble import LastingTrouble
from interpreter.pair.chunking import CloseReason, Unit
from interpreter.pair.cushion import Cushion
from interpreter.pair.pace import next_rate, pause_s
from interpreter.pair.policy import Policy
from interpreter.pair.script import Script, Utterance
from interpreter.stretch import TimeStretch

logger = logging.getLogger(__name__)

LEAD_S = 0.35
"""The next words are taken so long before the last ones end, and earlier by the time that the
voice takes to begin."""
LONGEST_LEAD_S = 2.0
LONGEST_SILENCE_S = 10.0
"""A voice that makes no sound for so long, asked for some, will make none."""
SOON_S = 0.005
UNDERRUN_S = 0.04
"""A longer silence that nobody meant, inside a unit, is an underrun: people hear it."""
YIELD_S = 0.9
"""So soon it falls silent when somebody else is to be heard: at the end of what it says, or else
after a word."""
UNIT_FRAMES = 1200
"""A unit's frames fit (two minutes of 100 ms), so that synthesis of the next one never waits for
playout."""


class Turn(Protocol):
    """Whose turn it is in a channel that several pairs feed: turn.VoiceTurn."""

    @property
    def is_held(self) -> bool: ...

    async def take(self) -> None: ...

    async def release(self) -> None: ...


class Track(Protocol):
    """Where the voice goes: tracks.VoiceTrack."""

    @property
    def remaining_s(self) -> float: ...

    async def play(self, frame: rtc.AudioFrame) -> float: ...

    async def pause(self, seconds: float) -> None: ...

    async def aclose(self) -> None: ...


@dataclass(slots=True)
class _Synthesis:
    said: Utterance
    rate: float
    send: MemoryObjectSendStream[rtc.AudioFrame]
    frames: MemoryObjectReceiveStream[rtc.AudioFrame]
    duration_s: float = 0.0
    """Of what was made so far."""
    played_s: float = 0.0
    cut_s: float | None = None
    """Here it breaks off, for somebody else to be heard."""
    words: list[tuple[str, float]] = field(default_factory=list)
    made: asyncio.Event = field(default_factory=asyncio.Event)
    """Nothing more of it comes."""
    waited_s: float = 0.0
    """So much later than it could it began."""
    holes_s: list[float] = field(default_factory=list)
    """The silences in it that nobody meant."""


@dataclass(slots=True)
class SpeechState:
    """What the pair tells of its voice."""

    spoken: tuple[int, int] = (0, -1)
    """Epoch of the line and number of its last word that has been spoken."""
    begun: tuple[int, str] = (-1, "")
    """The first word of the unit that the voice is in, and what has been heard of it."""
    lag_s: float = 0.0
    has_failed: bool = False


class Speech:
    """Speaks units in order; append-only."""

    def __init__(
        self,
        voice: Voice,
        track: Track,
        script: Script,
        turn: Turn,
        events: EventLog,
        target: str,
        now_s: Callable[[], float],
        *,
        policy: Policy,
        before_take: Callable[[], None] = lambda: None,
        on_silent: Callable[[], None] = lambda: None,
        spoken: tuple[int, int] = (0, -1),
        read_as: Callable[[str], str] = lambda text: text,
    ) -> None:
        """`before_take` is called before the next words are taken: some may be dropped;
        `on_silent` when it has fallen silent for somebody else; `read_as` gives a text as the voice
        should read it."""
        self._voice = voice
        self._read_as = read_as
        self._on_silent = on_silent
        self._before_take = before_take
        self._track = track
        self._script = script
        self._turn = turn
        self._events = events
        self._target = target
        self._now_s = now_s
        self._policy = policy
        self._rate = 1.0
        self._waiting_s = 0.0
        self._cushion = Cushion()
        self._begin_s = 0.0
        """How long the voice takes to begin, lately."""
        self._news = asyncio.Event()
        self._is_ending = False
        self._silent_by_s: float | None = None
        """When it must be silent; None: it may speak."""
        self.state = SpeechState(spoken)
        self._trouble = LastingTrouble(
            logger, "voice failed", "voice speaks again", {"target": target}
        )

    @property
    def is_heard(self) -> bool:
        """Whether something of it sounds, or is about to."""
        return self._track.remaining_s > SOON_S or self._waiting_s > SOON_S

    @property
    def queued_s(self) -> float:
        """For so long it has something to say already."""
        return self._track.remaining_s + self._waiting_s

    def fall_silent(self) -> None:
        """Somebody else is to be heard: end what is said, within a second, and say no more."""
        if self._silent_by_s is None:
            self._silent_by_s = self._now_s() + YIELD_S
            self._news.set()

    def may_speak(self) -> None:
        """Go on with what the script has next."""
        self._silent_by_s = None
        self._news.set()

    def use(self, policy: Policy) -> None:
        """Speak by another mode from the next utterance on."""
        self._policy = policy

    def late_s(self, source_end_s: float) -> float:
        """How long after its source word a word would be heard that is queued now."""
        return self._now_s() + max(self.queued_s, self._begin_s) - source_end_s

    def script_changed(self) -> None:
        """There may be something new to say."""
        self._news.set()

    def end_input(self) -> None:
        """Nothing more comes: `run` returns when all that may be said is said."""
        self._is_ending = True
        self._news.set()

    async def run(self) -> None:
        """Speak until `end_input`."""
        send, ahead = anyio.create_memory_object_stream[_Synthesis](1)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._play_all(ahead), name=f"playout:{self._target}")
            async with send:
                while (said := await self._next()) is not None:
                    await self._synthesise(said, send)

    def passed_over(self, unit: Unit) -> None:
        """The unit is spoken, or nobody wants its voice, or it has none: do not come back to it."""
        self.state.spoken = max(self.state.spoken, unit.last_place)
        if self.state.begun[0] == unit.first_seq:
            self.state.begun = (-1, "")

    async def _next(self) -> Utterance | None:
        """The next words, taken as late as the voice can bear; None at the end."""
        while True:
            self._news.clear()
            lead_s = min(LEAD_S + self._begin_s, LONGEST_LEAD_S)
            early_s = self._track.remaining_s + self._waiting_s - lead_s
            if early_s > SOON_S:
                await asyncio.sleep(early_s)
                continue
            if self._silent_by_s is not None:
                if self._is_ending:
                    return None
                await self._news.wait()
                continue
            self._before_take()
            if self._script.has_next():
                await self._turn.take()
            said = self._script.take()
            if said is not None and said.text:
                return said
            if said is not None:
                self.passed_over(said.unit)
                continue
            if self._is_ending:
                return None
            await self._news.wait()

    async def _synthesise(self, said: Utterance, ahead: MemoryObjectSendStream[_Synthesis]) -> None:
        """Start the sound of an utterance; playout may begin with its first frame."""
        rate = self._next_rate(said)
        frames_in, frames_out = anyio.create_memory_object_stream[rtc.AudioFrame](UNIT_FRAMES)
        synthesis = _Synthesis(said, rate, frames_in, frames_out)
        await ahead.send(synthesis)
        unit = said.unit.number
        self._log("target_commit", unit, text=said.text)
        self._log("speech_request", unit, text=said.text, rate=rate)
        with frames_in:
            try:
                await self._pump(synthesis, unit)
                self.state.has_failed = False
                self._trouble.answered()
            except Exception as error:  # noqa: BLE001  (whatever it is, captions go on)
                self._failed(unit, error)
            synthesis.made.set()

    def _failed(self, unit: int, error: Exception) -> None:
        """The utterance is not spoken."""
        self.state.has_failed = True
        self._log("engine_failed", unit, engine="voice", error=type(error).__name__)
        FAILURES.labels(EngineKind.VOICE.value).inc()
        told = loggable(error, "The voice")
        self._trouble.failed(error, told)

    async def _pump(self, synthesis: _Synthesis, unit: int) -> None:
        said, asked_s = synthesis.said, self._now_s()
        text = self._read_as(said.text)
        stream = self._voice.synthesize(text, rate=synthesis.rate, speaker=said.unit.speaker)
        stretch = self._stretch(synthesis.rate)
        scale = synthesis.rate if stretch else 1.0
        async with stream:
            async for audio in _in_time(stream):
                if synthesis.duration_s == 0.0:
                    self._log("speech_first_byte", unit)
                    self._begin_s += (self._now_s() - asked_s - self._begin_s) / 2
                for word in audio.frame.userdata.get(USERDATA_TIMED_TRANSCRIPT, ()):
                    at_s = float(word.start_time or 0.0) / scale
                    synthesis.words.append((str(word).strip(), at_s))
                for frame in stretch.push(audio.frame) if stretch else [audio.frame]:
                    await self._send(synthesis, frame)
        for frame in stretch.flush() if stretch else ():
            await self._send(synthesis, frame)

    def _stretch(self, rate: float) -> TimeStretch | None:
        """For a voice that has no rate of its own."""
        if self._voice.has_rate or rate == 1.0:
            return None
        return TimeStretch(rate, self._voice.sample_rate)

    async def _send(self, synthesis: _Synthesis, frame: rtc.AudioFrame) -> None:
        synthesis.duration_s += frame.duration
        self._waiting_s += frame.duration
        await synthesis.send.send(frame)

    def _next_rate(self, said: Utterance) -> float:
        if not self._policy.is_paced:
            return 1.0
        lag_s = self.late_s(said.source_end_s)
        self._rate = next_rate(lag_s, self._rate, self._policy.target_lag_s)
        return self._rate

    async def _play_all(self, ahead: MemoryObjectReceiveStream[_Synthesis]) -> None:
        async with ahead:
            async for synthesis in ahead:
                await self._play(synthesis)

    async def _play(self, synthesis: _Synthesis) -> None:
        said, unit = synthesis.said, synthesis.said.unit
        starts_s: float | None = None
        ends_s = 0.0
        async with synthesis.frames:
            async for frame in synthesis.frames:
                self._waiting_s = max(self._waiting_s - frame.duration, 0.0)
                if starts_s is None and self._silent_by_s is None:
                    await self._wait_for_more(synthesis)
                if self._is_cut(synthesis):
                    continue
                frame_starts_s = await self._track.play(frame)
                synthesis.played_s += frame.duration
                if starts_s is not None and frame_starts_s - ends_s > UNDERRUN_S:
                    synthesis.holes_s.append(round(frame_starts_s - ends_s, 3))
                    self._log("underrun", unit.number, at_s=ends_s, seconds=synthesis.holes_s[-1])
                ends_s = frame_starts_s + frame.duration
                if starts_s is None:
                    starts_s = frame_starts_s
                    self.state.lag_s = max(starts_s - said.source_end_s, 0.0)
        self._note_heard(said)
        self._cushion.played(synthesis.waited_s, synthesis.holes_s)
        if starts_s is None:
            await self._let_others_speak()
            return
        self._log(
            "playout",
            unit.number,
            at_s=starts_s,
            text=said.text if synthesis.cut_s is None else _before_cut(synthesis),
            start_s=round(starts_s, 3),
            duration_s=round(synthesis.played_s, 3),
            rate=synthesis.rate,
            words=[[text, round(offset_s, 3)] for text, offset_s in synthesis.words],
        )
        if said.is_last and self._silent_by_s is None:
            lag_s = self.state.lag_s if self._policy.is_paced else 0.0
            ends_sentence = unit.reason is CloseReason.PAUSE
            await self._track.pause(pause_s(lag_s, ends_sentence, self._policy.target_lag_s))
        await self._let_others_speak()

    async def _wait_for_more(self, synthesis: _Synthesis) -> None:
        """What ran dry before begins later now; what still sounds is time, too."""
        synthesis.waited_s = max(self._cushion.seconds - self._track.remaining_s, 0.0)
        if synthesis.waited_s:
            with suppress(TimeoutError):
                async with asyncio.timeout(synthesis.waited_s):
                    await synthesis.made.wait()

    def _is_cut(self, synthesis: _Synthesis) -> bool:
        """Whether its next frame is not to be heard: what has not begun is not begun any more, and
        what has breaks off after a word, as late as may be."""
        if synthesis.cut_s is None and self._silent_by_s is not None:
            left_s = self._silent_by_s - self._now_s() - self._track.remaining_s
            until_s = synthesis.played_s + max(left_s, 0.0) if synthesis.played_s else 0.0
            ends = [at_s for _, at_s in synthesis.words if synthesis.played_s <= at_s <= until_s]
            is_whole = synthesis.duration_s <= until_s
            synthesis.cut_s = until_s if is_whole or not ends else ends[-1]
        return synthesis.cut_s is not None and synthesis.played_s >= synthesis.cut_s

    async def _let_others_speak(self) -> None:
        """When all is heard, and nothing more is to be said now."""
        if self._silent_by_s is not None:
            await asyncio.sleep(self._track.remaining_s)
            self._on_silent()
        if not self._turn.is_held or self._waiting_s > SOON_S:
            return
        await asyncio.sleep(self._track.remaining_s)
        has_more = self._silent_by_s is None and self._script.has_next()
        if self._waiting_s <= SOON_S and not has_more:
            await self._turn.release()

    def _note_heard(self, said: Utterance) -> None:
        """For a voice that may have to go on where this one was."""
        if said.unit.last_place <= self.state.spoken:
            return  # it was put right: the voice has come further
        first_seq = said.unit.first_seq
        before = self.state.begun[1] if self.state.begun[0] == first_seq else ""
        self.state.begun = (first_seq, f"{before} {said.text}".strip())
        if said.is_last:
            self.passed_over(said.unit)

    def _log(self, event: str, unit: int, at_s: float | None = None, **fields: object) -> None:
        self._events.write(event, at_s, target=self._target, unit=unit, **fields)


def _before_cut(synthesis: _Synthesis) -> str:
    """The words that were heard of what broke off."""
    heard = [text for text, at_s in synthesis.words if at_s < synthesis.played_s]
    return " ".join(heard) if synthesis.words else synthesis.said.text


async def _in_time(stream: tts.ChunkedStream) -> AsyncIterator[tts.SynthesizedAudio]:
    """What a voice makes; raises TimeoutError where it makes nothing for long."""
    while True:
        try:
            async with asyncio.timeout(LONGEST_SILENCE_S):
                audio = await anext(stream)
        except StopAsyncIteration:
            return
        yield audio
