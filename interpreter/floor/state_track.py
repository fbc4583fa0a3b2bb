"""Tells every page how the floor and every channel are: at each change, and every 500 ms."""

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Protocol

from livekit import rtc

from interpreter.caption_publisher import CaptionPacer

logger = logging.getLogger(__name__)

STATE_VERSION = 1
LOOK_S = 0.1
REPEAT_S = 0.5


class Track(Protocol):
    """A published data track."""

    def try_push(self, frame: rtc.DataTrackFrame) -> None: ...


@dataclass(frozen=True, slots=True)
class FloorSpeaker:
    """Somebody whose microphone is heard."""

    identity: str
    name: str
    language: str
    speaking: bool


@dataclass(frozen=True, slots=True)
class RoomState:
    """What pages are told; `channels` by language, as floor/channels.py says them."""

    speakers: tuple[FloorSpeaker, ...]
    channels: dict[str, dict[str, object]]


async def tell_state(
    track: Track,
    pacer: CaptionPacer,
    state: Callable[[], RoomState],
    now_s: Callable[[], float],
) -> None:
    """Push the state until cancelled; a lost frame is followed by the next one."""
    seq, told, told_s = 0, None, now_s()
    while True:
        present = state()
        if present != told or now_s() - told_s >= REPEAT_S - LOOK_S / 2:
            seq, told, told_s = seq + 1, present, now_s()
            frame = {"v": STATE_VERSION, "seq": seq, "at_s": round(told_s, 3), **asdict(present)}
            await pacer.wait_turn()
            try:
                track.try_push(rtc.DataTrackFrame(payload=json.dumps(frame).encode()))
            except rtc.PushFrameError:
                logger.debug("state frame lost")
        await asyncio.sleep(LOOK_S)
