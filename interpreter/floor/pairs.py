"""Starts, stops and replaces the pair agents of one room, as LiveKit dispatches.

What to do is `supervision.PairBook`'s to decide; this file only asks LiveKit for it.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping

from livekit import api, rtc

from interpreter.engines import is_recognised, supported_targets
from interpreter.event_log import EventLog
from interpreter.floor.supervision import (
    NO_CAPACITY_S,
    SILENT_S,
    Pair,
    PairBook,
    PresentPair,
    Remove,
    Start,
    Stop,
    relay_pairs,
    wanted_pairs,
)
from interpreter.line import LineWriter, ReaderMessage
from interpreter.pair.job import decode_job, encode_job
from interpreter.participants import LIVEKIT_AWAY, epoch_of, is_pair, remove_participant
from interpreter.room import LEAVING, PAIR_AGENT, SOURCE, TARGET, RoomMetadata
from interpreter.settings import Settings

logger = logging.getLogger(__name__)

NEW_READER_HEARS_S = 4.0
"""A pair that starts in mid-speech begins with what was said so many seconds before it was sent;
so does one that replaces a pair which died without a word: before that one was sent …"""
REPLACEMENT_HEARS_S = 15.0
"""… and a replacement where the one before it was; its voice at most so many seconds back."""


class RoomPairs:
    """The pairs of one room: `reconcile` at each change and every second, `report` at each word of
    theirs."""

    def __init__(
        self,
        room: rtc.Room,
        livekit: api.LiveKitAPI,
        settings: Settings,
        events: EventLog,
        now_s: Callable[[], float],
    ) -> None:
        self._room = room
        self._livekit = livekit
        self._settings = settings
        self._events = events
        self._now_s = now_s
        self.book = PairBook(settings.pair_idle_s)
        self.reached: frozenset[str] = frozenset()
        """The languages into which some pair interprets what is spoken now."""

    def voices(self, now_s: float) -> dict[str, bool]:
        """The channels that a living pair feeds, and whether its voice sounds."""
        found: dict[str, bool] = {}
        for pair, running in self.book.running.items():
            if running.last is None or now_s - (running.reported_s or 0.0) > SILENT_S:
                continue
            found[pair.target] = found.get(pair.target, False) or running.last.is_heard
        return found

    def report(self, sender: str, message: ReaderMessage) -> None:
        """A pair has said how it is."""
        pair = Pair(message.line, message.target)
        self.book.report(pair, sender, message, self._now_s())

    async def reconcile(
        self,
        metadata: RoomMetadata,
        spoken_now: Collection[str],
        lines: Mapping[str, LineWriter],
        relayed: Collection[str] = (),
        typed: Collection[str] = (),
    ) -> None:
        """Dispatch what somebody wants, stop what nobody has wanted for a while, replace the
        dead. What is `typed` needs no recogniser."""
        supported = {
            Pair(source, target)
            for source in {*metadata.spoken, *relayed}
            if source in typed or is_recognised(source, self._settings)
            for target in supported_targets(source, self._settings)
        }
        heard = {*spoken_now, *relayed}
        self.reached = frozenset(pair.target for pair in supported if pair.source in heard)
        wanted = wanted_pairs(metadata, spoken_now, supported)
        wanted |= relay_pairs(metadata, spoken_now, relayed, supported)
        for action in self.book.decide(wanted, self._present(), self._now_s()):
            match action:
                case Start():
                    await self._start(action, lines[action.pair.source])
                case Stop():
                    await self._stop(action)
                case Remove():
                    await self._remove(action)
        await self._look_for_capacity()

    def _present(self) -> list[PresentPair]:
        return [
            PresentPair(
                Pair(p.attributes.get(SOURCE, ""), p.attributes.get(TARGET, "")),
                p.identity,
                epoch_of(p),
                LEAVING in p.attributes,
            )
            for p in self._room.remote_participants.values()
            if is_pair(p)
        ]

    async def _start(self, start: Start, line: LineWriter) -> None:
        pair, now_s = start.pair, self._now_s()
        after = start.after if start.after and start.after.epoch == line.epoch else None
        if after is None:
            next_seq = line.start_from(NEW_READER_HEARS_S, start.since_s)
        else:
            next_seq = line.resume_from(after, REPLACEMENT_HEARS_S, now_s)
        job = encode_job(
            pair.source,
            pair.target,
            start.epoch,
            line.epoch,
            next_seq,
            after.captioned_seq if after else -1,
            start.after.context if start.after else (),
            after.begun if after else (-1, ""),
        )
        self._events.write(
            "pair_started", source=pair.source, target=pair.target, epoch=start.epoch
        )
        try:
            async with asyncio.timeout(self._settings.api_timeout_s):
                await self._livekit.agent_dispatch.create_dispatch(
                    api.CreateAgentDispatchRequest(
                        agent_name=PAIR_AGENT, room=self._room.name, metadata=job
                    )
                )
        except LIVEKIT_AWAY:
            logger.warning("pair not dispatched", extra={"target": pair.target}, exc_info=True)
            self.book.failed(pair)

    async def _stop(self, stop: Stop) -> None:
        pair = stop.pair
        self._events.write("pair_stopped", source=pair.source, target=pair.target)
        for dispatch in await self._dispatches():
            if _is_of(dispatch, pair, stop.epoch):
                await self._delete(dispatch)

    async def _remove(self, remove: Remove) -> None:
        self._events.write("pair_lost", identity=remove.identity)
        room, limit_s = self._room.name, self._settings.api_timeout_s
        if not await remove_participant(self._livekit, room, remove.identity, limit_s):
            logger.info("the pair has left the room by itself")

    async def _look_for_capacity(self) -> None:
        """Ask whether a worker has taken what was dispatched a while ago."""
        now_s = self._now_s()
        waiting = [
            (pair, running)
            for pair, running in self.book.running.items()
            if not running.is_taken and now_s - running.dispatched_s >= NO_CAPACITY_S / 2
        ]
        if not waiting:
            return
        for dispatch in await self._dispatches():
            for pair, running in waiting:
                if dispatch.state.jobs and _is_of(dispatch, pair, running.epoch):
                    self.book.taken(pair, running.epoch)

    async def _dispatches(self) -> list[api.AgentDispatch]:
        try:
            async with asyncio.timeout(self._settings.api_timeout_s):
                return list(await self._livekit.agent_dispatch.list_dispatch(self._room.name))
        except LIVEKIT_AWAY:
            logger.warning("dispatches not known", exc_info=True)
            return []

    async def _delete(self, dispatch: api.AgentDispatch) -> None:
        try:
            async with asyncio.timeout(self._settings.api_timeout_s):
                await self._livekit.agent_dispatch.delete_dispatch(dispatch.id, self._room.name)
        except LIVEKIT_AWAY:
            logger.info("the pair has no dispatch any more", exc_info=True)


def _is_of(dispatch: api.AgentDispatch, pair: Pair, epoch: int) -> bool:
    if dispatch.agent_name != PAIR_AGENT:
        return False
    job = decode_job(dispatch.metadata)
    return (job.source.tag, job.target.tag, job.epoch) == (pair.source, pair.target, epoch)
