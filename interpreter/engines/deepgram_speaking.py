"""Open connections to Deepgram's voices, kept for the next utterance; and texts in parts that fit.

A text goes out as one Speak and one Flush, and its sound is all there when it is Flushed
(developers.deepgram.com/docs/tts-ws-flush).
"""

import asyncio
import re
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

from interpreter.engines.deepgram_client import LOST, connected, spoken_text
from interpreter.engines.deepgram_messages import kind_of

LONGEST_PART = 1800
"""Deepgram takes at most 2,000 characters in one go (developers.deepgram.com/docs/tts-models)."""
FLUSHES, FLUSHES_S = 18, 60.0
"""It takes at most twenty flushes a minute on one connection (developers.deepgram.com/docs/
tts-ws-flush)."""
KEPT = 2
"""So many connections wait for the next utterance; a pair prepares two units at once."""
_CLEARS_S = 1.0
_WARNED_S = 1.0
"""So soon sound comes after a warning that stops none; of most it says nothing whether they do."""
_SENTENCE_ENDS = re.compile(r"(?<=[.!?…]\s)|(?<=[。！？])")
"""A point within 12.5 or example.com ends nothing."""
_SPACES = re.compile(r"(?<=\s)")


class Unspoken(Exception):
    """A connection on which a text will not be spoken any more: the server has said so."""


@dataclass(slots=True, eq=False)
class Line:
    """One connection."""

    socket: Any
    closing: AsyncExitStack
    flushed_s: deque[float] = field(default_factory=lambda: deque(maxlen=FLUSHES))
    is_used: bool = False
    """Whether it has spoken before: it may be dead without anybody having noticed."""
    is_dirty: bool = False
    """Whether the sound of an utterance that was given up may still come."""

    def may_flush(self, now_s: float) -> bool:
        return len(self.flushed_s) < FLUSHES or now_s - self.flushed_s[0] > FLUSHES_S

    async def spoken(self, text: str, limit_s: float) -> AsyncGenerator[bytes, None]:
        """The text's sound; raises Unspoken, or one of LOST."""
        async with asyncio.timeout(limit_s):
            await self._clear()
            self.is_dirty = self.is_used = True
            await self.socket.send_text(spoken_text(text))
            await self.socket.send_flush()
        self.flushed_s.append(asyncio.get_running_loop().time())
        has_sound = is_warned = False
        while True:
            message = await self._message(limit_s, is_warned=is_warned)
            kind = kind_of(message)
            if isinstance(message, bytes):
                has_sound, is_warned = True, False
                yield message
            elif kind == "Error" or (kind == "Flushed" and is_warned and not has_sound):
                raise Unspoken
            elif kind == "Flushed":
                break
            elif kind == "Warning":
                is_warned = True
        self.is_dirty = False

    async def _message(self, limit_s: float, *, is_warned: bool) -> Any:
        """What the server says next; raises Unspoken where its warning was its last word."""
        try:
            async with asyncio.timeout(min(limit_s, _WARNED_S) if is_warned else limit_s):
                return await self.socket.recv()
        except TimeoutError:
            if is_warned:
                raise Unspoken from None
            raise

    async def _clear(self) -> None:
        """Let what an utterance that was given up left behind be forgotten."""
        if not self.is_dirty:
            return
        async with asyncio.timeout(_CLEARS_S):
            await self.socket.send_clear()
            while kind_of(await self.socket.recv()) != "Cleared":
                pass

    async def aclose(self) -> None:
        with suppress(*LOST):
            async with asyncio.timeout(_CLEARS_S):
                await self.socket.send_close()
        await self.closing.aclose()


class Lines:
    """The connections of one voice."""

    def __init__(self, opening: Callable[[], AbstractAsyncContextManager[Any]]) -> None:
        self._opening = opening
        self._free: list[Line] = []

    async def take(self, limit_s: float) -> Line:
        """A connection for one part; raises one of LOST."""
        now_s = asyncio.get_running_loop().time()
        for line in reversed(self._free):
            if line.may_flush(now_s):
                self._free.remove(line)
                return line
        while len(self._free) >= KEPT:
            await self._free.pop(0).aclose()
        closing = AsyncExitStack()
        socket = await closing.enter_async_context(connected(self._opening(), limit_s))
        return Line(socket, closing)

    def give_back(self, line: Line) -> None:
        self._free.append(line)

    async def aclose(self) -> None:
        while self._free:
            await self._free.pop().aclose()


def parts(text: str, longest: int = LONGEST_PART) -> list[str]:
    """The text in parts that are short enough: whole sentences, else words, else what fits."""
    found = [""]
    for sentence in _SENTENCE_ENDS.split(text):
        for piece in [sentence] if len(sentence) <= longest else _SPACES.split(sentence):
            if len(found[-1]) + len(piece.rstrip()) > longest:
                found.append("")
            found[-1] += piece[:longest]
            rest = piece[longest:]
            found.extend(rest[at : at + longest] for at in range(0, len(rest), longest))
    return [part.strip() for part in found if part.strip()]
