"""A pair's turn to speak, where another pair feeds the same channel: the floor agent grants it."""

import logging

from livekit import rtc

from interpreter.participants import floor_identity, is_pair
from interpreter.room import TARGET, VOICE_RELEASE, VOICE_TAKE

logger = logging.getLogger(__name__)

ANSWER_S = 5.0
"""The floor agent answers within four seconds; without an answer the pair speaks."""


class VoiceTurn:
    """`take` before a unit is spoken, `release` after it; both are nothing where nobody else
    speaks."""

    def __init__(self, room: rtc.Room, target: str) -> None:
        self._room = room
        self._target = target
        self._is_held = False

    @property
    def is_held(self) -> bool:
        """Whether others wait until it is released."""
        return self._is_held

    async def take(self) -> None:
        """Wait, bounded, until no other pair speaks in this channel."""
        if self._is_held or not self._is_shared():
            return
        self._is_held = True
        await self._call(VOICE_TAKE)

    async def release(self) -> None:
        """Let another pair speak."""
        if self._is_held:
            self._is_held = False
            await self._call(VOICE_RELEASE)

    def _is_shared(self) -> bool:
        others = self._room.remote_participants.values()
        return any(is_pair(p) and p.attributes.get(TARGET) == self._target for p in others)

    async def _call(self, method: str) -> None:
        floor = floor_identity(self._room)
        if not floor:
            return
        try:
            await self._room.local_participant.perform_rpc(
                destination_identity=floor,
                method=method,
                payload=self._target,
                response_timeout=ANSWER_S,
            )
        except rtc.RpcError:
            logger.info("no answer about the voice's turn", extra={"method": method})
