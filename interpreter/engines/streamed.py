"""An engine that streams as a speaker's hearing needs it: told of the end of speech by silence, and
given a moment for its last words.

A connection that fails, or that gets too old, is opened again, and the sound that no last word
covers yet is told to the new one: no word is lost, and none of a closed utterance said twice. An
engine that gives no word times tells by its turns (START_OF_SPEECH, END_OF_SPEECH) which sound a
last word is about.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from livekit import rtc
from livekit.agents import APIConnectOptions, stt
from livekit.agents.types import TimedString

from interpreter.engines.failures import failure, told_wait_s
from interpreter.engines.patience import Patience
from interpreter.engines.rhythm import Rhythm
from interpreter.engines.seam import AGAIN_WORDS, EXACT_S, ROUGH_SAME_S, Seam
from interpreter.engines.streamed_connection import (
    AFTER_TURN_S,
    UP_TO_DATE_S,
    Connection,
)
from interpreter.engines.timed_words import ends_s
from interpreter.engines.unheard import ConnectionTime, Unheard
from interpreter.engines.utterances import (
    OWN,
    Believed,
    Utterances,
    connected_again,
    has_times,
    is_rough,
    spread,
)
from languages.spacing import tokens

logger = logging.getLogger(__name__)

STEP_S = 0.25
"""Silence is given in such pieces, for a server that looks for pauses itself."""
LAST_WORDS_S = 2.5
"""So long it is given for its last words after the end of speech …"""
NO_WORDS_S = 0.6
"""… where it has said some; and so long where it has said none."""
SHORTEST_WORD_S = 0.05
"""No two words are at the same time: what was committed is told apart by it."""
CATCHES_UP = 8.0
"""What was missed is told so much faster than it was spoken, for turns that come in time."""
SURELY_SPEECH_S, LIKELY_SPEECH_S = 1.2, 0.8
"""An utterance of this length that an engine says nothing of is told to another connection; one of
the second length where it has said something of each of late."""
MOST_TOLD = 3
"""So often one is told at most that an engine has noticed, and owes an answer about."""
MOST_IN_VAIN = 3
"""So many utterances in a row that nothing is said of are no speech."""
KNOWN_UTTERANCES = 2
FELL_SILENT_S = 0.6
"""An engine that has not ended an utterance, and said nothing for so long before its end, has not
heard all of it: it is told to another connection too."""
WATCH_S = 0.1
CLOSE_S = 2.0
LONG_S = 6.0
"""An utterance that is longer when its connection fails is not told again from its beginning."""
OLD_S, TOO_OLD_S = 480.0, 560.0
"""A connection of this age is left for a new one at the next pause, or else at the next last word:
providers close theirs after ten minutes and less, in mid-word."""

_INTERIM = (stt.SpeechEventType.INTERIM_TRANSCRIPT, stt.SpeechEventType.PREFLIGHT_TRANSCRIPT)


class _Old(Exception):
    """The connection has been open for so long that it is left for another, or has ended with an
    utterance."""


class _Failed(Exception):
    """The engine's stream failed, or ended by itself, or has forgotten what it was told."""


class _Deaf(_Failed):
    """The engine keeps its stream open, and says nothing of what somebody has said."""


class Streamed(Utterances):
    """Hears by an engine that streams."""

    def __init__(
        self,
        *,
        stt: stt.STT[Any],
        engine: Callable[[], stt.STT[Any]],
        renew: Callable[[], Awaitable[None]],
        rhythm: Rhythm,
        conn_options: APIConnectOptions,
        sample_rate: int,
        patience_s: float,
    ) -> None:
        """`engine`: the one that is there now; `renew`: puts another in its place, and gives what
        closes the old one."""
        super().__init__(stt=stt, conn_options=conn_options, sample_rate=sample_rate)
        self._engine = engine
        self._renew = renew
        self._begun_s = 0.0
        """Where the utterance begins that is not over."""
        self._unheard = Unheard()
        self._patience = Patience(patience_s)
        self._opening_s: float | None = None
        """Since when a connection is being opened."""
        self._furthest_s = 0.0
        """Where the last word ends that any connection has told of."""
        self._rhythm = rhythm
        self._stalls = 0
        """In a row: each is waited for twice as long as the one before."""
        self._stirred: deque[bool] = deque(maxlen=4)
        """Whether the engine has said anything of the utterances of late."""
        self._is_finishing = False
        """An utterance is over, and its last words are awaited."""
        self._told_again = 0
        """So often this utterance was, as its last word never came."""
        self._in_vain = 0
        """So many utterances in a row were told again and not heard: they are told once more
        together with the next one."""
        self._believed: Believed | None = None
        """What was heard of it before: it stands where it is told again and nothing is heard."""
        self._seam = Seam()
        """What of it was made final so that another connection need not hear all again."""

    async def _run(self) -> None:
        try:
            async with asyncio.TaskGroup() as closing:
                while not await self._connect(closing):
                    pass
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from failures.exceptions[0].__cause__

    async def _connect(self, closing: asyncio.TaskGroup) -> bool:
        """One connection; whether all is heard. Nobody waits until one that says nothing closes."""
        inner, is_left = self._engine().stream(conn_options=self._conn_options), False
        try:
            await self._hear_by(inner)
            return True
        except* _Old:
            pass
        except* _Deaf:
            logger.warning("recogniser says nothing: it is told again on another connection")
            closing.create_task(_close(inner, self._renew()), name="recogniser:close")
            is_left = True
            self._event_ch.send_nowait(connected_again())
        except* _Failed as failures:
            await self._wait_again(failures)
        finally:
            if not is_left:
                await inner.aclose()
        return False

    async def _wait_again(self, failed: BaseExceptionGroup[_Failed]) -> None:
        """Wait before another connection; raises EngineError when there will be none."""
        ours = failure(failed, "The recogniser")
        now_s = _now_s()
        wait_s = self._patience.failed(now_s, told_wait_s(failed), self._opening_s)
        if wait_s is None or not ours.retryable:
            raise ours from None
        logger.warning("recogniser is connected again", extra={"cause": str(ours)})
        await asyncio.sleep(wait_s)

    async def _hear_by(self, inner: stt.RecognizeStream) -> None:
        """Until the input ends; raises what the connection ends by."""
        now_s = _now_s()
        begins_s = self._unheard.starts_s
        self._seam = replace(self._seam, given_s=begins_s)
        connection = Connection(inner, ConnectionTime(begins_s), now_s)
        connection.sign(now_s)
        connection.is_catching_up = self._pushed_s - begins_s > UP_TO_DATE_S
        async with asyncio.TaskGroup() as tasks:
            receiving = tasks.create_task(self._receive(connection), name="recogniser:receive")
            watching = tasks.create_task(self._watch(connection), name="recogniser:watch")
            await self._feed(connection)
            connection.end()
            wait_s = LAST_WORDS_S if connection.owes_words else NO_WORDS_S
            await asyncio.wait([receiving], timeout=wait_s)
            receiving.cancel()
            watching.cancel()

    async def _feed(self, connection: Connection) -> None:
        """What no last word covers yet, and then what comes; nobody is waited for who is still
        being connected, as that has a time limit of its own."""
        self._opening_s = connection.opened_s
        await connection.wait_open()
        self._opening_s = None
        connection.sign(_now_s())
        for frame in self._unheard:
            connection.push(frame)
            await asyncio.sleep(frame.duration / CATCHES_UP)
        connection.given_all_at_s = _now_s()
        if self._is_finishing:
            await self._finish(connection)
        async for item in self._input_ch:
            if isinstance(item, rtc.AudioFrame):
                self._pushed_s += item.duration
                self._unheard.push(item)
                connection.push(item)
                if not self._input_ch.empty():  # what came while it was behind
                    connection.given_all_at_s = _now_s()
                    await asyncio.sleep(item.duration / CATCHES_UP)
            else:
                self._is_finishing = True
                await self._finish(connection)

    async def _watch(self, connection: Connection) -> None:
        """Leave a connection that says nothing of what somebody says; one that has no interim
        results says nothing before the end, and is looked at then."""
        while True:
            await asyncio.sleep(WATCH_S)
            waited_s, rhythm = connection.waited_s(_now_s()), self._rhythm
            patience_s = rhythm.patience_s if connection.has_stirred else rhythm.beginning_s
            is_talker = self._engine().capabilities.interim_results
            if is_talker and not self._is_finishing and waited_s > patience_s * 2**self._stalls:
                if not (self._stalls or connection.has_stirred):
                    self._rhythm.learn_beginning(waited_s)  # it may be its way
                self._stalls += 1
                self._rhythm.doubted()
                self._settle(connection)
                raise _Deaf

    def _note_sign(self, connection: Connection) -> None:
        now_s = _now_s()
        waited_s, is_learnt = connection.waited_s(now_s), connection.has_waited_live(now_s)
        if not self._is_finishing and waited_s > WATCH_S and is_learnt:
            learn = self._rhythm.learn if connection.has_stirred else self._rhythm.learn_beginning
            learn(waited_s)
        self._stalls = 0
        connection.sign(now_s)

    async def _finish(self, connection: Connection) -> None:
        """Give the engine silence until it has said its last words; what it does not end stays as
        it was said."""
        connection.flush()
        connection.news.clear()
        began_s = now_s = _now_s()
        while (left_s := self._until_s(connection, began_s) - now_s) > 0.01:
            connection.push_silence(STEP_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(min(STEP_S, left_s)):
                    await connection.news.wait()
            now_s = _now_s()
            if connection.news.is_set() and not connection.owes_words:
                if not connection.has_ended:
                    self._rhythm.learn_end(now_s - began_s)
                break
            connection.news.clear()
        is_unended = connection.owes_words and self._rhythm.is_ending
        most = MOST_TOLD if connection.is_unanswered else 1
        if self._told_again < most and (is_unended or self._is_deaf(connection)):
            self._told_again += 1
            self._settle(connection)
            raise _Deaf
        if connection.open is not None:
            self._rhythm.is_ending = False
        self._close_utterance(connection)
        if connection.has_ended or self._age_s(connection) > OLD_S:
            raise _Old

    def _settle(self, connection: Connection) -> None:
        """What a connection has gone on believing is final: another one need not hear all of it
        again, which takes time."""
        if connection.open is None:
            return
        data, words = connection.open
        if settled := connection.agreed.words:
            self._say(
                data,
                list(settled),
                is_final=True,
                heard_s=ends_s(settled[-1]),
                is_settled=True,
                is_rough=is_rough(data),
            )
            told_s = connection.agreed.latest_s(len(settled))
            self._pass(settled, told_s, _again_s(data))
        rest = [self._seam.later(word) for word in words[len(settled) :]]
        self._believed = (data, rest) if rest else None

    def _pass(self, words: Sequence[TimedString], told_s: float, again_s: float) -> None:
        """Another connection hears again only the last sound of these words, which are final."""
        again, until_s = (*self._seam.words, *words)[-AGAIN_WORDS:], ends_s(words[-1])
        self._seam = Seam(until_s, again, max(told_s, self._seam.told_s))
        self._unheard.cover(until_s - again_s)
        self._since_s = min(self._since_s, self._unheard.starts_s)

    def _until_s(self, connection: Connection, began_s: float) -> float:
        """So long it is waited for; less where it is told again if it says nothing."""
        if not connection.owes_words:
            return began_s + NO_WORDS_S
        latest_s = began_s + LAST_WORDS_S
        if self._told_again or not (self._rhythm.is_ending or self._is_deaf(connection)):
            return latest_s
        return min(max(began_s, connection.sign_at_s) + self._rhythm.finish_s, latest_s)

    def _is_deaf(self, connection: Connection) -> bool:
        """Whether it owes a last word of which it has not said any, or fell silent in the middle;
        or has not stirred at all."""
        if connection.open is not None and connection.open_at_s:
            return self._pushed_s - connection.open_at_s > FELL_SILENT_S
        if connection.turns:
            return connection.is_unanswered
        is_usual = len(self._stirred) >= KNOWN_UTTERANCES and all(self._stirred)
        speech_s = LIKELY_SPEECH_S if is_usual else SURELY_SPEECH_S
        return not connection.has_stirred and self._pushed_s - self._begun_s > speech_s

    def _close_utterance(self, connection: Connection) -> None:
        is_heard = connection.open is not None
        is_heard |= connection.has_stirred and not connection.is_unanswered
        believed = connection.open or self._believed
        if believed is not None:
            data, words = believed
            self._say(data, words, is_final=True, is_settled=True, is_rough=is_rough(data))
            connection.promoted, connection.open = words, None
            self._pass(words, ends_s(words[-1]), _again_s(data))
        self._in_vain = 0 if is_heard else self._in_vain + bool(self._told_again)
        is_done = is_heard or self._in_vain == MOST_IN_VAIN
        if is_heard:
            self._patience.succeeded()
        if is_done:  # else a word, should it have stalled
            self._unheard.cover(self._pushed_s)
            self._in_vain = 0
        if is_done and believed is None:  # else their last word may still come
            self._seam = Seam()
        self._believed = None
        connection.agreed.clear()
        self._stirred.append(connection.has_stirred)
        self._begun_s, connection.has_stirred = self._pushed_s, False
        connection.sign(_now_s())
        self._is_finishing, self._told_again = False, 0
        self._end(is_done=is_done)

    async def _receive(self, connection: Connection) -> None:
        try:
            await self._hear_all(connection)
            self._note_end(connection)
        except _Failed:
            if self._pushed_s - self._unheard.starts_s > LONG_S:
                self._settle(connection)
            raise

    async def _hear_all(self, connection: Connection) -> None:
        kinds = stt.SpeechEventType
        async for event in _events(connection.inner):
            if event.type is kinds.RECOGNITION_USAGE:  # plugins make it up by themselves
                self._event_ch.send_nowait(event)
                connection.used(event.recognition_usage)
                continue
            if event.request_id == OWN:
                connection.turned(event.type, _now_s())
                continue
            self._note_sign(connection)
            if event.type is kinds.START_OF_SPEECH:
                connection.speech_started()
            elif event.type is kinds.END_OF_SPEECH:
                connection.speech_stopped()
            elif event.type in _INTERIM and event.alternatives:
                if not connection.is_end_of_open(event):
                    self._hear(connection, connection.believable(event.alternatives[0]))
            elif event.type is kinds.FINAL_TRANSCRIPT and event.alternatives:
                data = connection.believable(event.alternatives[0], is_final=True)
                self._hear_last(connection, data)
                if self._age_s(connection) > TOO_OLD_S:
                    raise _Old

    def _note_end(self, connection: Connection) -> None:
        """It has ended by itself: with an utterance, or in the middle of one."""
        if self._is_finishing and connection.is_flushed and not connection.owes_words:
            connection.has_ended = True
            connection.news.set()
        elif not connection.is_over:
            raise _Failed

    def _hear(self, connection: Connection, data: stt.SpeechData) -> None:
        words = self._new(data, self._timed(connection, data))
        if connection.has_lost(words):
            raise _Failed
        connection.has_stirred |= self._is_of_now(data, words)
        if words:
            self._note_progress(ends_s(words[-1]))
            connection.open, connection.open_at_s = (data, words), self._pushed_s
            heard_s = connection.heard_s(data, words)
            is_believed = connection.is_up_to_date(_now_s())
            connection.agreed.push(words, heard_s, is_believed=is_believed)
            self._say(data, words, is_final=False, heard_s=heard_s, is_rough=is_rough(data))

    def _hear_last(self, connection: Connection, data: stt.SpeechData) -> None:
        heard = self._timed(connection, data)
        words = self._new(data, heard)
        if connection.has_lost(words):
            raise _Failed
        self._patience.succeeded()
        connection.open = None
        connection.agreed.clear()
        self._seam = self._seam.after(heard, is_rough=not has_times(data))
        connection.has_stirred |= self._is_of_now(data, words)
        if words:
            self._believed = None
            heard_s = connection.heard_s(data, words)
            self._say(data, words, is_final=True, heard_s=heard_s, is_rough=is_rough(data))
        self._unheard.cover(self._covered_s(connection, data, words))
        self._since_s = max(self._since_s, self._unheard.starts_s)
        connection.promoted = []
        connection.answered()

    def _note_progress(self, at_s: float) -> None:
        """What was heard before a failure is heard again after it: only more of it is a success."""
        if at_s > self._furthest_s + SHORTEST_WORD_S:
            self._furthest_s = at_s
            self._patience.succeeded()

    def _is_of_now(self, data: stt.SpeechData, words: Sequence[TimedString]) -> bool:
        """Whether they are not late ones, of an utterance that is closed, or final ones again."""
        is_new = bool(words) and ends_s(words[-1]) > self._begun_s
        return is_new or not data.text.strip()

    def _covered_s(
        self, connection: Connection, data: stt.SpeechData, words: list[TimedString]
    ) -> float:
        """Up to where a last word says what was heard."""
        if has_times(data) and words:
            return ends_s(words[-1])
        end_s = connection.end_s(data)
        turn = connection.turns[0] if connection.turns else None
        if turn is not None and turn.end_s is not None:
            return turn.end_s
        return connection.time.ours_before_now(AFTER_TURN_S) if end_s is None else end_s

    def _timed(self, connection: Connection, data: stt.SpeechData) -> list[TimedString]:
        """The words by our time; spread over the turn where the engine has no times."""
        if not has_times(data):
            said = [word.strip() for word in tokens(data.text)]
            said = said[connection.said_before(said) :]
            start_s, end_s = self._open_turn_s(connection)
            words = spread(said, start_s, max(end_s, start_s + SHORTEST_WORD_S * len(said)))
        else:
            words = list(connection.words(data))
            words = words[connection.said_before(words) :]
        return words

    def _new(self, data: stt.SpeechData, words: list[TimedString]) -> list[TimedString]:
        """Those that are not final yet."""
        if not self._seam.words:
            return words
        return list(self._seam.beyond(words, is_rough=not has_times(data)))

    def _open_turn_s(self, connection: Connection) -> tuple[float, float]:
        """Where the words are that an engine speaks of now."""
        if not connection.turns:
            return self._since_s, connection.time.now_s
        turn = connection.turns[0]
        start_s = max(turn.start_s, self._since_s)
        return start_s, connection.time.now_s if turn.end_s is None else turn.end_s

    def _age_s(self, connection: Connection) -> float:
        return _now_s() - connection.opened_s


async def _close(inner: stt.RecognizeStream, engine: Awaitable[None]) -> None:
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await inner.aclose()
    finally:
        await engine  # also where it is left for another one meanwhile


async def _events(inner: stt.RecognizeStream) -> AsyncIterator[stt.SpeechEvent]:
    while True:
        try:
            event = await anext(inner)
        except StopAsyncIteration:
            return
        except Exception as error:
            # plugins let errors of their provider's library through
            raise _Failed from error
        yield event


def _again_s(data: stt.SpeechData) -> float:
    """So much of what is final is told again, where the place of what follows is found."""
    return ROUGH_SAME_S if is_rough(data) else EXACT_S


def _now_s() -> float:
    return asyncio.get_running_loop().time()
