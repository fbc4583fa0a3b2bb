"""Whose turn it is to speak in a channel that two pairs feed: one unit after another.

A pair asks before it speaks and says when it has spoken; nobody waits longer than a listener would.
Pure but for the waiting.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

WAIT_S = 4.0
"""Nobody waits longer for another's unit to end."""
HELD_S = 12.0
"""Who holds a channel for so long has forgotten it."""


@dataclass(slots=True)
class _Channel:
    holder: str = ""
    since_s: float = 0.0
    is_free: asyncio.Event = field(default_factory=asyncio.Event)


class ChannelVoices:
    """The channels of one room; pairs are known by their identity."""

    def __init__(self, is_here: Callable[[str], bool], now_s: Callable[[], float]) -> None:
        """`is_here`: whether a participant of this identity is in the room."""
        self._is_here = is_here
        self._now_s = now_s
        self._channels: dict[str, _Channel] = {}

    async def take(self, target: str, identity: str) -> bool:
        """Wait for the channel; False when it was not free in time: speak all the same."""
        channel = self._channels.setdefault(target, _Channel())
        is_free = True
        try:
            async with asyncio.timeout(WAIT_S):
                while self._is_held(channel, identity):
                    channel.is_free.clear()
                    await channel.is_free.wait()
        except TimeoutError:
            is_free = False
        channel.holder, channel.since_s = identity, self._now_s()
        return is_free

    def release(self, target: str, identity: str) -> None:
        """This pair has spoken."""
        channel = self._channels.get(target)
        if channel is not None and channel.holder == identity:
            channel.holder = ""
            channel.is_free.set()

    def _is_held(self, channel: _Channel, identity: str) -> bool:
        by_another = channel.holder not in ("", identity)
        is_fresh = self._now_s() - channel.since_s < HELD_S
        return by_another and is_fresh and self._is_here(channel.holder)
