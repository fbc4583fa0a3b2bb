"""Floor agents as web handles them on the LiveKit server: sent, pinged, removed; one room's kept
alive."""

import asyncio
import json
import logging
from collections.abc import Callable, Collection, Iterable

from livekit import api

from interpreter.room import EPOCH, FLOOR_AGENT
from interpreter.room_clock import RoomClock
from interpreter.store import Room
from web import queries
from web.db import Database
from web.errors import MediaServerAway
from web.floor_watch import Floor, FloorWatch, Pulse, read_pulse
from web.media_server import MediaServer, NoAnswer, RoomGone

logger = logging.getLogger(__name__)

PING = "ping"
PING_MS = 500
STARVED_S = 0.2
"""A miss that is told so late comes from a machine so busy that it proves nothing."""
ADOPTS = "adopts"
"""In a dispatch: there were floor agents before this one, whose pairs may run."""
LOST_S = "lost_s"
"""In a dispatch: since this moment of the room's clock nobody has heard the floor."""


class Floors:
    """Raises MediaServerAway and DatabaseAway."""

    def __init__(self, db: Database, media: MediaServer) -> None:
        self._db = db
        self._media = media

    async def send(
        self, room_id: str, keep: Collection[str] = (), lost_s: float | None = None
    ) -> None:
        """Send another floor agent into the room, if its session still goes on.

        Jobs of agents that are not in `keep` are taken back: nobody must take them late.
        `lost_s`: since when nobody has heard the floor, by the room's clock.
        """
        async with self._media.asking():
            sent = await self._media.agent_dispatch.list_dispatch(room_id)
        before = [dispatch for dispatch in sent if dispatch.agent_name == FLOOR_AGENT]
        seen = max((_epoch(dispatch) for dispatch in before), default=0)
        epoch = await self._db.run(
            lambda session: queries.next_floor_epoch(session, room_id, above=seen)
        )
        if epoch is None:
            return
        metadata: dict[str, object] = {EPOCH: epoch}
        if epoch > 1:
            metadata |= {ADOPTS: True}
        if lost_s is not None:
            metadata |= {LOST_S: round(lost_s, 3)}
        async with self._media.asking():
            await self._media.agent_dispatch.create_dispatch(
                api.CreateAgentDispatchRequest(
                    agent_name=FLOOR_AGENT, room=room_id, metadata=json.dumps(metadata)
                )
            )
        for dispatch in before:
            if not set(keep) & {job.state.participant_identity for job in dispatch.state.jobs}:
                await self._take_back(room_id, dispatch.id)

    async def is_taken(self, room_id: str) -> bool:
        """Whether a worker has taken the newest job; LiveKit knows 5 s after it was sent."""
        async with self._media.asking():
            sent = await self._media.agent_dispatch.list_dispatch(room_id)
        floors = [dispatch for dispatch in sent if dispatch.agent_name == FLOOR_AGENT]
        newest = max(floors, key=_epoch, default=None)
        running = (api.JobStatus.JS_PENDING, api.JobStatus.JS_RUNNING)
        return newest is not None and any(job.state.status in running for job in newest.state.jobs)

    async def last_spoken_s(self, room_id: str) -> float | None:
        """When the last words that anybody heard ended, by the room's clock."""
        return await self._db.run(lambda session: queries.last_spoken_s(session, room_id))

    async def ping(self, room_id: str, identity: str) -> Pulse | None:
        """How a floor agent says that it is; None when it does not answer.

        Raises MediaServerAway when LiveKit itself cannot tell.
        """
        try:
            answer = await self._media.perform_rpc(room_id, identity, PING, PING_MS)
        except NoAnswer:
            return None
        return read_pulse(answer or "")

    async def remove(self, room_id: str, identity: str) -> None:
        """Everybody in the room knows within milliseconds."""
        try:
            async with self._media.asking():
                await self._media.room.remove_participant(
                    api.RoomParticipantIdentity(room=room_id, identity=identity)
                )
        except RoomGone:
            return

    async def _take_back(self, room_id: str, dispatch_id: str) -> None:
        try:
            async with self._media.asking():
                await self._media.agent_dispatch.delete_dispatch(dispatch_id, room_id)
        except MediaServerAway:
            # The next sending takes it back; one that comes late has the lower epoch and goes.
            return


class FloorKeeper:
    """Keeps one room's floor agent alive: does what its watch plans, one thing at a time."""

    def __init__(
        self,
        room: Room,
        floors: Floors,
        may_act: Callable[[], bool],
        clock: Callable[[], float],
    ) -> None:
        self._room = room
        self._floors = floors
        self._may_act = may_act
        self._clock = clock
        self._watch = FloorWatch(clock())
        self._turn = asyncio.Lock()

    @property
    def is_served(self) -> bool:
        return self._watch.is_served(self._clock())

    async def look(self, floors: Iterable[Floor]) -> None:
        """These are in the room, as LiveKit says."""
        async with self._turn:
            self._watch.present(floors, self._clock())
            await self._act()

    async def ping(self) -> None:
        """Ask each how it is."""
        async with self._turn:
            for identity in self._watch.identities:
                asked_s = self._clock()
                pulse = await self._floors.ping(self._room.id, identity)
                if pulse is not None:
                    self._watch.answered(identity, pulse, self._clock())
                elif self._clock() - asked_s < PING_MS / 1000 + STARVED_S:
                    self._watch.missed(identity, self._clock())
            await self._act()

    async def _act(self) -> None:
        if not self._may_act():
            return
        plan = self._watch.plan(self._clock())
        for identity in plan.remove:
            logger.warning("floor agent removed: dead, deaf or replaced")
            await self._floors.remove(self._room.id, identity)
        if not plan.send:
            return
        if self._watch.lacks_taker and await self._floors.is_taken(self._room.id):
            self._watch.taken()
            return
        logger.warning("room needs a floor agent; sending one")
        lost_s = None if self._watch.is_heard else await self._lost_s()
        await self._floors.send(self._room.id, self._watch.identities, lost_s)
        self._watch.sent(self._clock())

    async def _lost_s(self) -> float | None:
        """Since when nobody hears the floor, by the room's clock; None if nobody ever did."""
        untold_s = self._watch.untold_s(self._clock())
        if untold_s is None:
            return await self._floors.last_spoken_s(self._room.id)
        return RoomClock(self._room.clock_zero).now_s() - untold_s


def _epoch(dispatch: api.AgentDispatch) -> int:
    try:
        return int(json.loads(dispatch.metadata)[EPOCH])
    except (ValueError, KeyError, TypeError):
        return 0
