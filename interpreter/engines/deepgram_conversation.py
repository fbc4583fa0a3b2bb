"""One connection to Deepgram's live recogniser: sound and flushes out, results in, and a watch over
what does not come."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from livekit.agents import APIConnectionError

from interpreter.engines.deepgram_client import (
    NOT_USABLE,
    ConnectionClosed,
    closed_with,
    round_trip_s,
)
from interpreter.engines.deepgram_messages import kind_of, result_of
from interpreter.engines.deepgram_settling import Result, Settling
from interpreter.engines.deepgram_waiting import Waiting
from interpreter.engines.rhythm import TAIL_S
from interpreter.engines.unanswered import FLUSH, Unanswered

KEEP_ALIVE_S = 4.0
"""Without sound or a word for ten seconds a connection is closed; three to five are advised
(developers.deepgram.com/docs/audio-keep-alive)."""
SEND_S = 5.0
_BYTES_PER_S = 2 * 16_000
_RATE_HZ = 16_000
_WATCH_S = 0.1
_ROUNDED_S = 0.5
"""The answer to a flush ends about where the flush was."""
_EXACT_S = 0.05
_WORDLESS_S = 0.4
"""Less sound than this before a flush holds no word: the pause that ends an utterance is in it."""


class Broken(Exception):
    """Nothing is to be hoped of this connection any more, which was had: its text says why."""


class Conversation:
    """What one connection is told, from the oldest sound that is not settled on."""

    def __init__(
        self,
        socket: Any,
        sound: Unanswered,
        settling: Settling,
        waiting: Waiting,
        language: str,
    ) -> None:
        self.sent_s = 0.0
        """Sound that was sent, and is not counted yet."""
        self._socket = socket
        self._sound = sound
        self._settling = settling
        self._waiting = waiting
        self._language = language
        self._to_send = deque(sound)
        self._news = asyncio.Event()
        self._heard_s = sound.start / _RATE_HZ
        self._is_ending = False
        self._is_closing = False
        if self._to_send:
            self._news.set()

    @property
    def has_sent_all(self) -> bool:
        return not self._to_send

    def give(self, piece: bytes) -> None:
        """Another piece of sound, or a flush."""
        self._to_send.append(piece)
        self._news.set()

    def end(self) -> None:
        """Nothing more will be given."""
        self._is_ending = True
        self._news.set()

    async def run(self, tell: Callable[[Result], None], answer: Callable[[], None]) -> None:
        """Talk until all is said; raises Broken, or one of LOST."""
        try:
            async with asyncio.TaskGroup() as tasks:
                others = (
                    tasks.create_task(self._measure(), name="deepgram:measure"),
                    tasks.create_task(self._send(), name="deepgram:send"),
                    tasks.create_task(self._watch(tell, answer), name="deepgram:watch"),
                )
                await self._receive(tell, answer)
                for task in others:
                    task.cancel()
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from failures.exceptions[0].__cause__

    async def _measure(self) -> None:
        """How far away it is."""
        with suppress(ConnectionClosed):
            self._waiting.measured(await round_trip_s(self._socket))

    async def _send(self) -> None:
        while not self._is_closing:
            try:
                async with asyncio.timeout(KEEP_ALIVE_S):
                    await self._news.wait()
            except TimeoutError:
                await self._said(self._socket.send_keep_alive())
            self._news.clear()
            while self._to_send:
                await self._send_piece(self._to_send.popleft())
            if self._is_ending:
                self._is_closing = True
                self._waiting.asked(_now_s())
                await self._said(self._socket.send_close_stream())

    async def _send_piece(self, piece: bytes) -> None:
        if piece == FLUSH:
            self._waiting.asked(_now_s())
            await self._said(self._socket.send_finalize())
        else:
            self._waiting.sent(_now_s())
            await self._said(self._socket.send_media(piece))
            self.sent_s += len(piece) / _BYTES_PER_S

    async def _said(self, sending: Any) -> None:
        async with asyncio.timeout(SEND_S):
            await sending

    async def _receive(self, tell: Callable[[Result], None], answer: Callable[[], None]) -> None:
        """Until the end; a connection that ends before it was asked to is lost."""
        try:
            async for message in self._socket:
                kind = kind_of(message)
                if kind == "Results":
                    self._hear(message, tell, answer)
                elif kind == "Error":
                    raise Broken("Deepgram reports an error.")
                elif kind == "Metadata" and self._is_closing:
                    break
        except ConnectionClosed as error:
            close = error.rcvd
            if close is None or close.code != NOT_USABLE or self._waiting.was_ever_heard:
                raise
            raise APIConnectionError(
                f"Deepgram cannot use what it is sent{closed_with(error)}.",
                retryable=False,
            ) from error
        if not self._is_closing:
            raise Broken("Deepgram ended the stream.")
        while self._sound.has_flush:
            self._answer(answer)

    def _hear(
        self, message: Any, tell: Callable[[Result], None], answer: Callable[[], None]
    ) -> None:
        result = result_of(message, self._language)
        if result is None:
            return  # as if it had been lost: what it said is asked for again
        told = self._settling.push(result)
        self._waiting.heard(_now_s(), is_holding=self._settling.is_holding)
        for one in told:
            self._heard_s = max(self._heard_s, one.end_s)
            while self._sound.has_flush and one.start_s >= self._flush_s:
                self._answer(answer)  # what came after it is heard already
            tell(one)
            if self._sound.has_flush and self._is_answer(one):
                self._answer(answer)

    def _is_answer(self, heard: Result) -> bool:
        """A flush may be answered by a final that does not say so: then by where it ends."""
        rounded_s = _ROUNDED_S if heard.is_flush else _EXACT_S
        return heard.is_final and heard.end_s > self._flush_s - rounded_s

    async def _watch(self, tell: Callable[[Result], None], answer: Callable[[], None]) -> None:
        while True:
            await asyncio.sleep(_WATCH_S)
            now_s, unheard_s = _now_s(), max(0.0, self._flush_s - self._heard_s)
            has_open = bool(self._settling.open)
            is_wordless = self._sound.has_flush and not has_open and self._is_little_left
            if not is_wordless and self._waiting.is_stalled(now_s):
                raise Broken("Deepgram says nothing of the sound that it gets.")
            if self._waiting.is_something_lost(now_s, unheard_s, has_open=has_open):
                if not self._waiting.is_hopeless(self._flush_s):
                    raise Broken("Deepgram has lost a result.")
                tell(self._settling.closed(self._flush_s))
                self._answer(answer)
            elif not has_open and self._waiting.is_nothing_said(
                now_s, unheard_s, is_wordless=is_wordless
            ):
                if not self._sound.has_flush:
                    raise Broken("Deepgram does not close the stream.")
                is_unheard = self._waiting.is_unheard or unheard_s > TAIL_S
                if is_unheard and not is_wordless and not self._waiting.is_hopeless(self._flush_s):
                    raise Broken("Deepgram says nothing of a short utterance.")
                self._answer(answer)

    def _answer(self, answer: Callable[[], None]) -> None:
        answer()
        self._waiting.answered(_now_s(), is_last=not self._sound.has_flush)

    @property
    def _is_little_left(self) -> bool:
        """Whether nobody can have spoken after all that is heard. Deepgram's final of a pause often
        comes just before the flush, which then stays without an answer."""
        return self._flush_s - max(self._heard_s, self._settling.settled_s) <= _WORDLESS_S

    @property
    def _flush_s(self) -> float:
        return self._sound.flushed / _RATE_HZ


def _now_s() -> float:
    return asyncio.get_running_loop().time()
