"""Starts, stops and replaces the pair agents of one room, as LiveKit dispatches.

What to do is for `routing.plan` and `supervision.PairBook` to decide; this file only asks LiveKit
for it.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from livekit import api, rtc

from interpreter.engines.reach import is_recognised, supported_targets
from interpreter.event_log import EventLog
from interpreter.floor.patience import START_LIMIT_S
from interpreter.floor.readers import pair_of
from interpreter.floor.relay_watch import RelayWatch
from interpreter.floor.routing import Plan, Words, plan
from interpreter.floor.supervision import (
    NO_CAPACITY_S,
    SILENT_S,
    Pair,
    PairBook,
    PresentPair,
    Remove,
    Running,
    Start,
    Stop,
    wanted_targets,
)
from interpreter.line import LACKS_VOICE, LineWriter, ReaderMessage
from interpreter.line_names import language_of, spoken_in
from interpreter.pair.job import decode_job, encode_job
from interpreter.participants import LIVEKIT_AWAY, epoch_of, is_pair, remove_participant
from interpreter.room import LEAVING, PAIR_AGENT, RoomMetadata
from interpreter.settings import Settings

logger = logging.getLogger(__name__)

NEW_READER_HEARS_S = 4.0
"""A pair that starts in mid-speech begins with what was said so many seconds before it was sent;
so does one that replaces a pair which died without a word: before that one was sent …"""
REPLACEMENT_HEARS_S = 15.0
"""… and a replacement where the one before it was; its voice at most so many seconds back."""


class RoomPairs:
    """The pairs of one room: `reconcile` and `act` at each change and every second, `report` at
    each word of theirs."""

    def __init__(
        self,
        room: rtc.Room,
        livekit: api.LiveKitAPI,
        settings: Settings,
        events: EventLog,
        now_s: Callable[[], float],
        epoch: int = 1,
    ) -> None:
        """`epoch`: of this floor agent."""
        self._room = room
        self._livekit = livekit
        self._settings = settings
        self._events = events
        self._now_s = now_s
        self.book = PairBook(settings.pair_idle_s, epoch)
        self.plan = Plan()
        """What must run now, and why not more."""
        self._watch = RelayWatch()
        self._last_plan: tuple[RoomMetadata | None, Words | None, Plan] = (None, None, Plan())
        self._floor: frozenset[str] = frozenset()
        self._people: frozenset[str] = frozenset()
        """The languages that somebody speaks: on the floor, or there and as an interpreter."""
        self._supported: dict[frozenset[str], frozenset[Pair]] = {}
        self._told: dict[str, dict[str, object]] = {}
        """How each wanted channel is made, as the event log has it."""

    @property
    def feeding(self) -> dict[Pair, Running]:
        """The pairs that run; a relay that is lost feeds nobody, though its pair waits for it."""
        troubles, wanted = self.plan.troubles, self.plan.pairs
        running = self.book.running.items()
        return {p: one for p, one in running if p in wanted or p.target not in troubles}

    def voices(self, now_s: float) -> dict[str, bool]:
        """The channels that a living pair feeds, and whether its voice sounds."""
        found: dict[str, bool] = {}
        for pair, running in self.feeding.items():
            if running.last is None or now_s - (running.reported_s or 0.0) > SILENT_S:
                continue
            found[pair.target] = found.get(pair.target, False) or running.last.is_heard
        return found

    def report(self, sender: str, message: ReaderMessage) -> None:
        """A pair has said how it is."""
        pair = Pair(message.line, message.target)
        self.book.report(pair, sender, message, self._now_s())

    def reconcile(
        self,
        metadata: RoomMetadata,
        floor: Collection[str],
        humans: Mapping[str, int],
        typed: Collection[str] = (),
    ) -> None:
        """Plan for what is spoken now; `humans` as in `routing.Words`. What is `typed` needs no
        recogniser."""
        self._floor, self._people = frozenset(floor), frozenset({*floor, *humans})
        known = frozenset({*metadata.spoken, *metadata.offered, *humans})
        words = Words(
            self._floor,
            frozenset(tag for tag in known if tag in typed or is_recognised(tag, self._settings)),
            humans,
            self._supported_among(known),
            self._watch.lost,
        )
        made = self._planned(metadata, words)
        lives = {
            relay: language_of(relay) in humans or self._is_live(pair)
            for relay, pair in made.relays.items()
        }
        self._watch.look(lives, self._now_s())
        self.plan = self._planned(metadata, replace(words, lost=self._watch.lost))
        self._note_relays(metadata)

    def _planned(self, metadata: RoomMetadata, words: Words) -> Plan:
        """With 24 languages a plan takes up to 20 ms: none is made where nothing has changed."""
        if self._last_plan[:2] != (metadata, words):
            self._last_plan = (metadata, words, plan(metadata, words))
        return self._last_plan[2]

    def _supported_among(self, known: frozenset[str]) -> frozenset[Pair]:
        """What some translator and voice serve; asked once for each set of languages."""
        if known not in self._supported:
            self._supported[known] = frozenset(
                Pair(source, target)
                for source in known
                for target in known.intersection(supported_targets(source, self._settings))
            )
        return self._supported[known]

    def _is_live(self, pair: Pair | None) -> bool:
        """Whether a relay's pair interprets, or is about to for the first time."""
        running = self.book.running.get(pair) if pair is not None else None
        if running is None:
            return False
        now_s = self._now_s()
        if running.last is None:
            return now_s - running.since_s < START_LIMIT_S  # those that it replaces included
        is_heard = running.is_late or (
            running.reported_s is not None and now_s - running.reported_s <= SILENT_S
        )
        return is_heard and (running.last.state != "failed" or running.last.lacks == LACKS_VOICE)

    def _note_relays(self, metadata: RoomMetadata) -> None:
        """In the event log, at each change: which channels are relays, and which should be."""
        for tag in wanted_targets(metadata):
            lines = sorted(pair.source for pair in self.plan.pairs if pair.target == tag)
            trouble = self.plan.troubles.get(tag)
            told: dict[str, object] = {
                "lines": lines,
                "trouble": trouble.kind.value if trouble else "",
                "over": trouble.over if trouble else "",
            }
            if told != self._told.get(tag, {"lines": lines, "trouble": "", "over": ""}):
                self._events.write("relay", channel=tag, **told)
            self._told[tag] = told

    async def act(self, lines: Mapping[str, LineWriter]) -> None:
        """Dispatch what the plan wants, stop what nobody has wanted for a while, replace the
        dead."""
        now_s = self._now_s()
        others = self._others_say()
        until_s = {pair: self._captioned_s(pair, lines) for pair in others}
        ended = [pair for pair in others if pair.source in self._people]  # whose lines go on
        for action in self.book.decide(self.plan.pairs, self._present(), now_s, ended):
            match action:
                case Start():
                    begins_s = self._goes_on_from(action.pair, until_s)
                    await self._start(action, lines[action.pair.source], begins_s)
                case Stop():
                    await self._stop(action)
                case Remove():
                    await self._remove(action)
        await self._look_for_capacity()

    def _others_say(self) -> list[Pair]:
        """Those that run, and in whose channel others are to be heard now."""
        fed = {pair.target for pair in self.plan.pairs}
        running = self.book.running
        return [pair for pair in running if pair not in self.plan.pairs and pair.target in fed]

    def _goes_on_from(self, pair: Pair, until_s: Mapping[Pair, float | None]) -> float | None:
        """Up to when others have captioned the same speaker, or an interpreter of theirs."""

        def is_same(other: Pair) -> bool:
            speakers = {spoken_in(other.source), spoken_in(pair.source)}
            return other.target == pair.target and (
                len(speakers) == 1 or not speakers <= self._floor
            )

        ends_s = [end_s for other, end_s in until_s.items() if is_same(other)]
        return max((end_s for end_s in ends_s if end_s is not None), default=None)

    def _captioned_s(self, pair: Pair, lines: Mapping[str, LineWriter]) -> float | None:
        """Up to when a pair has captioned what was said; None where nobody knows."""
        line, last = lines.get(pair.source), self.book.running[pair].last
        if line is None or last is None or last.epoch != line.epoch or last.captioned_seq < 0:
            return None
        return line.end_of(last.captioned_seq)

    def _present(self) -> list[PresentPair]:
        return [
            PresentPair(pair_of(p), p.identity, epoch_of(p), LEAVING in p.attributes)
            for p in self._room.remote_participants.values()
            if is_pair(p)
        ]

    async def _start(self, start: Start, line: LineWriter, until_s: float | None) -> None:
        """`until_s`: up to when another pair, which read another line, has captioned."""
        pair, now_s = start.pair, self._now_s()
        after = start.after if start.after and start.after.epoch == line.epoch else None
        if after is None and until_s is not None:
            next_seq = line.start_after(until_s, REPLACEMENT_HEARS_S, now_s)
        elif after is None:
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
            if running.is_dispatched and not running.is_taken
            if now_s - running.dispatched_s >= NO_CAPACITY_S / 2
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
    return (job.line, job.target.tag, job.epoch) == (pair.source, pair.target, epoch)
