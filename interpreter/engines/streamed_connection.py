"""One stream of an engine: what it was given, and what it owes."""

import asyncio
import math
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from livekit import rtc
from livekit.agents import stt
from livekit.agents.types import TimedString

from interpreter.engines.agreed import Agreed
from interpreter.engines.rhythm import is_live
from interpreter.engines.timed_words import ends_s, middle_s, plain, starts_s
from interpreter.engines.unheard import ConnectionTime
from interpreter.engines.utterances import HEARD_S, RATE_HZ, Believed
from languages.spacing import tokens

BEFORE_TURN_S, AFTER_TURN_S = 0.5, 0.4
"""A turn has begun so long before an engine says so, and ended so long before; the pause that ends
one is longer."""
SAME_S = 0.1
"""So much two finals that follow one another may overlap."""
AHEAD_S = 2.0
"""So much later than all sound no engine's rounding sets a word."""
LATEST_S = 3.0
"""A final comes at most so long after the sound that it is about: one that says otherwise counts
from another beginning."""
UP_TO_DATE_S = 1.0
"""Between the last word of who has heard all and the end of the sound, at most."""


@dataclass(slots=True)
class Turn:
    """When an engine has heard somebody speak, as the stream counts."""

    start_s: float
    end_s: float | None = None


@dataclass(slots=True)
class Connection:
    """One stream of the engine."""

    inner: stt.RecognizeStream
    time: ConnectionTime
    opened_s: float
    turns: deque[Turn] = field(default_factory=deque)
    """Those that its last word is still missing for."""
    open: Believed | None = None
    """What it believes of the open utterance."""
    open_at_s: float = 0.0
    """How much had been pushed when it said so."""
    agreed: Agreed = field(default_factory=Agreed)
    promoted: list[TimedString] = field(default_factory=list)
    """Words that were made final here, and that it may still say as its last ones."""
    news: asyncio.Event = field(default_factory=asyncio.Event)

    ended_s: float = 0.0
    """Where the engine says that the sound ended which its last final was about, as it counts."""
    is_answered: bool = False
    """The last event but what it has cost was a last word."""
    has_stirred: bool = False
    """It has said anything of the utterance."""
    is_over: bool = False
    """All was pushed."""
    is_flushed: bool = False
    """It was told that an utterance is over, …"""
    has_ended: bool = False
    """… and has ended by that, when it had said its last words (Gladia's class,
    livekit-plugins-gladia 1.8.9)."""
    is_catching_up: bool = False
    """It is told what another one has missed, and is not up to date."""
    given_all_at_s: float = math.inf
    """When it had been told all that there was."""
    last_words: Sequence[TimedString] = ()
    """Those of its last final, as the engine counts."""
    has_begun_again: bool = False
    """It has told twice of one utterance that somebody begins to speak."""
    counts_anew: bool = False
    """It counts the times of words from somewhere in between, and not from its beginning."""
    sign_at_s: float = 0.0
    """When it has said anything last, or sound came after a pause, …"""
    sign_pushed_s: float = 0.0
    """… and how much of a connection's sound there had been."""

    @property
    def owes_words(self) -> bool:
        return self.open is not None or bool(self.turns)

    @property
    def is_unanswered(self) -> bool:
        """Somebody has spoken, and it has said nothing of it."""
        return bool(self.turns) and self.open is None

    def is_up_to_date(self, now_s: float) -> bool:
        """Whether words are told about when they are said."""
        return now_s - self.given_all_at_s > UP_TO_DATE_S

    async def wait_open(self) -> None:
        """Until an engine of ours that says when its server listens has said so."""
        opened = getattr(self.inner, "opened", None)
        if isinstance(opened, asyncio.Event):
            await opened.wait()

    def push(self, frame: rtc.AudioFrame) -> None:
        self.time.sound(frame.duration)
        with suppress(RuntimeError):  # it has ended: whoever reads it says so
            self.inner.push_frame(frame)

    def push_silence(self, seconds: float) -> None:
        samples = int(RATE_HZ * seconds)
        self.time.silence(seconds)
        with suppress(RuntimeError):
            self.inner.push_frame(rtc.AudioFrame(bytes(2 * samples), RATE_HZ, 1, samples))

    def flush(self) -> None:
        self.is_flushed = True
        with suppress(RuntimeError):
            self.inner.flush()

    def end(self) -> None:
        self.is_over = True
        with suppress(RuntimeError):
            self.inner.end_input()

    def turned(self, kind: stt.SpeechEventType, now_s: float) -> None:
        """An engine of ours finds a turn by itself: that is no sign of its server, which is waited
        for from there on if it owes nothing."""
        if kind is stt.SpeechEventType.START_OF_SPEECH:
            if not self.owes_words:
                self.sign(now_s)
            self._begin_turn()
        elif self.turns and self.turns[-1].end_s is None:
            self._end_turn()

    def speech_started(self) -> None:
        self.has_stirred = True
        is_in_a_turn = bool(self.turns) and self.turns[-1].end_s is None
        self.has_begun_again |= is_in_a_turn and self.open is not None
        self._begin_turn()

    def has_lost(self, words: Sequence[TimedString]) -> bool:
        """Whether it has forgotten what it believed, and goes on with other words: its class has
        connected again by itself (Soniox', livekit-plugins-soniox 1.8.9)."""
        if not self.has_begun_again or self.open is None or not words:
            return False
        pairs = list(zip(self.open[1], words, strict=False))[:2]
        return not any(plain(old) == plain(new) for old, new in pairs)

    def is_end_of_open(self, event: stt.SpeechEvent) -> bool:
        """Whether it repeats the end of what it believes, as a part that it is sure of
        (AssemblyAI's class, livekit-plugins-assemblyai 1.8.9): the words before it stand too."""
        if event.type is not stt.SpeechEventType.PREFLIGHT_TRANSCRIPT or self.open is None:
            return False
        texts = [plain(word) for word in tokens(event.alternatives[0].text)]
        believed = [plain(word) for word in self.open[1]]
        return len(texts) < len(believed) and believed[-len(texts) :] == texts

    def speech_stopped(self) -> None:
        """Many say so after the last word too, when the utterance is over already: that is nothing
        of the next one."""
        if self.turns and self.turns[-1].end_s is None:
            self.has_stirred = True
            self._end_turn()

    def answered(self) -> None:
        """The oldest turn has had its last word."""
        self.has_begun_again = False
        self.is_answered = True
        if self.turns:
            self.turns.popleft()
        self.news.set()

    def used(self, usage: stt.RecognitionUsage | None) -> None:
        """What a turn has cost that had no words answers it too."""
        is_told, self.is_answered = self.is_answered, False
        if not is_told and usage is not None and self.turns and _is_of(usage, self.turns[0]):
            self.turns.popleft()
            self.has_stirred = True
            self.news.set()

    def waited_s(self, now_s: float) -> float:
        """For a sign; only while there is sound."""
        return min(now_s - self.sign_at_s, self.time.now_s - self.sign_pushed_s)

    def has_waited_live(self, now_s: float) -> bool:
        """Whether it was told meanwhile as it was said: a recording comes faster, and so do the
        signs."""
        return is_live(now_s - self.sign_at_s, self.time.now_s - self.sign_pushed_s)

    def sign(self, now_s: float) -> None:
        """It has said anything, or sound comes after a pause."""
        self.sign_at_s, self.sign_pushed_s = now_s, self.time.now_s

    def believable(self, data: stt.SpeechData, *, is_final: bool = False) -> stt.SpeechData:
        """What it says; without the times of words that would be said long after all that it was
        told (NVIDIA's class counts milliseconds, livekit-plugins-nvidia 1.8.9), or before those of
        its last final (Cartesia's ink-whisper may count from there, livekit-plugins-cartesia
        1.8.9)."""
        words = [word for word in data.words or () if plain(word)]
        latest_s = self.time.passed_s + AHEAD_S
        is_late = any(ends_s(word) > latest_s for word in words)
        if is_final and words:  # a hypothesis may be late, and is no sign
            self.counts_anew |= self._is_before_the_last(words)
            self.last_words = words
        return replace(data, words=None) if is_late or self.counts_anew else data

    def _is_before_the_last(self, words: Sequence[TimedString]) -> bool:
        """Whether other words than those of the last final would begin before its end."""
        if not words or not self.last_words or ends_s(words[-1]) <= 0.0:
            return False
        is_told_again = any(
            plain(words[0]) == plain(old) and abs(starts_s(words[0]) - starts_s(old)) < SAME_S
            for old in self.last_words
        )
        return not is_told_again and starts_s(words[0]) < middle_s(self.last_words[-1])

    def words(self, data: stt.SpeechData) -> Iterator[TimedString]:
        """The engine's, by our time."""
        for word in data.words or ():
            if text := str(word).strip():
                yield TimedString(
                    text,
                    start_time=self.time.ours(starts_s(word)),
                    end_time=self.time.ours(ends_s(word)),
                    confidence=word.confidence,
                )

    def heard_s(self, data: stt.SpeechData, words: Sequence[TimedString]) -> float:
        """Up to where the engine has heard, where it says so. Sound that it was told of all at
        once, it has not heard yet: what follows its last word there is no silence."""
        told = (data.metadata or {}).get(HEARD_S)
        if told is not None:
            return self.time.ours(float(told))
        last_s = ends_s(words[-1])
        self.is_catching_up &= self.time.now_s - last_s > UP_TO_DATE_S
        return last_s if self.is_catching_up else self.time.now_s

    def end_s(self, data: stt.SpeechData) -> float | None:
        """Where the sound of a final ends, by our time, where its engine knows that of a final as a
        whole (Azure's class, livekit-plugins-azure 1.8.9) and counts on from the one before."""
        start_s, end_s, before_s = data.start_time, data.end_time, self.ended_s
        self.ended_s = max(before_s, end_s)
        is_after = before_s - SAME_S <= start_s < end_s
        if not is_after or not 0.0 <= self.time.passed_s - end_s <= LATEST_S:
            return None
        return self.time.ours(end_s)

    def said_before(self, words: Sequence[str]) -> int:
        """How many of the engine's words were made final here before it had ended them."""
        said = [plain(word) for word in self.promoted]
        return len(said) if said and [plain(word) for word in words[: len(said)]] == said else 0

    def _begin_turn(self) -> None:
        if not self.turns or self.turns[-1].end_s is not None:
            self.turns.append(Turn(self.time.ours_before_now(BEFORE_TURN_S)))

    def _end_turn(self) -> None:
        self.turns[-1].end_s = self.time.ours_before_now(AFTER_TURN_S)


def _is_of(usage: stt.RecognitionUsage, turn: Turn) -> bool:
    """Whether it tells what one turn has cost, not what some seconds have."""
    if turn.end_s is None:
        return False
    return (
        usage.audio_duration == 0.0 or abs(usage.audio_duration - turn.end_s + turn.start_s) < 1.0
    )
