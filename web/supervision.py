"""One background task looks after every open room: the only writer of what a room's metadata says,
and the keeper of its floor agent.

Of several web processes one does so, by a lease. It wakes at once when a listener or the organiser
chooses, pings every floor agent each second, and looks at all rooms every few seconds: rooms that
LiveKit has lost, choices that lapsed, a floor agent that is missing, speakers who are gone. The
other processes only tell a room what somebody has just chosen through them.
"""

import asyncio
import logging
from dataclasses import dataclass

from sqlmodel import Session

from interpreter.glossary_rows import versions_of
from interpreter.room import Role, RoomMetadata, Staff, Wanted, decode_metadata
from interpreter.store import Meeting, Room
from web import booths, queries
from web.db import Database
from web.errors import DatabaseAway, MediaServerAway
from web.floor_watch import Floor
from web.floors import FloorKeeper, Floors
from web.lease import Lease
from web.media_server import RoomGone
from web.rooms import Present, Rooms
from web.settings import WebSettings
from web.wanted import WantedMemory, either

logger = logging.getLogger(__name__)

_BEGINNING_S = 10.0
"""A room that is in the database may come to the media server so much later."""


_KEEPING = (Role.SPEAKER, Role.INTERPRETER, Role.CAPTIONER)
"""While one of these is there, the session goes on."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What a room's metadata says that supervision decides."""

    wanted: Wanted
    is_served: bool
    policy: str
    policies: dict[str, str]
    sources: dict[str, str]
    relay_depth: int
    staff: dict[str, Staff]
    glossaries: dict[str, int]


_Chosen = tuple[Meeting, Wanted, dict[str, Staff], dict[str, int]]


@dataclass(slots=True)
class _Watched:
    """What is remembered of an open room between two looks; times are the event loop's."""

    room: Room
    memory: WantedMemory
    said: _Said | None
    """None when it must be written again."""
    speaker_seen_s: float
    floor: FloorKeeper


class Supervisor:
    """Start `run` once; tell it what changed by its other methods."""

    def __init__(self, settings: WebSettings, db: Database, rooms: Rooms, floors: Floors) -> None:
        self._settings = settings
        self._db = db
        self._rooms = rooms
        self._floors = floors
        self._clock = asyncio.get_running_loop().time
        self._lease = Lease(db, "rooms", settings.lease_s, self._take_over, self._clock)
        self._watched: dict[str, _Watched] = {}
        self._missing_since: dict[str, float] = {}
        self._changed: set[str] = set()
        self._hinted: set[str] = set()
        self._wake = asyncio.Event()
        self._hold_until_s = self._clock() + settings.start_hold_s
        self._looked_s = self._look_at_s = self._clock()

    @property
    def is_working(self) -> bool:
        """Whether this process looked at the rooms lately, with success, or another does."""
        if not self._lease.is_held:
            return self._lease.is_kept
        age_s = self._clock() - self._looked_s
        return age_s < self._settings.look_s + 2 * self._settings.api_timeout_s

    def choice_changed(self, room_id: str) -> None:
        """Listeners of this room chose; what it wants is written at once."""
        self._changed.add(room_id)
        self._wake.set()

    def settings_changed(self, room_id: str) -> None:
        """It is chosen how this room is interpreted, or who should be on air; that is written at
        once."""
        if watched := self._watched.get(room_id):
            watched.said = None  # another process may have told it something else since
        self.choice_changed(room_id)

    def look_soon(self, room_id: str) -> None:
        """An agent came to this room, or went."""
        self._hinted.add(room_id)
        self._wake.set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._lease.keep(), name="lease")
            tasks.create_task(self._look_always(), name="looks")
            tasks.create_task(self._ping_always(), name="pings")

    def _take_over(self) -> None:
        """What another process knew of the rooms is unknown here; pages renew what they want."""
        self._watched.clear()
        self._missing_since.clear()
        self._hold_until_s = self._clock() + self._settings.start_hold_s
        self._looked_s = self._look_at_s = self._clock()
        self._wake.set()

    async def _look_always(self) -> None:
        while True:
            await self._wait()
            changed, self._changed = self._changed, set()
            hinted, self._hinted = self._hinted, set()
            try:
                if self._lease.is_held:
                    await self._look_where_needed(changed, hinted)
                else:
                    for room_id in changed:
                        await self._tell_choices(room_id)
            except (MediaServerAway, DatabaseAway) as error:
                # The next look writes what is missing; /readyz tells the operator until then.
                logger.warning("rooms are looked at again soon", extra={"away": error.code})

    async def _wait(self) -> None:
        """Until it is time to look at all rooms, or something is known to have changed."""
        try:
            async with asyncio.timeout_at(self._look_at_s):
                await self._wake.wait()
        except TimeoutError:
            return
        finally:
            self._wake.clear()
            if not self._lease.is_held:
                self._look_at_s = self._clock() + self._settings.look_s

    async def _look_where_needed(self, changed: set[str], hinted: set[str]) -> None:
        now_s = self._clock()
        if now_s >= self._look_at_s or not changed | hinted <= self._watched.keys():
            self._look_at_s = now_s + self._settings.look_s
            await self.look(now_s)
            return
        for room_id in hinted:
            await self._look_if_open(room_id, now_s)
        for room_id in changed - hinted:
            await self._describe(self._watched[room_id], now_s)

    async def _look_if_open(self, room_id: str, now_s: float) -> None:
        """Agents go with their session too, and nobody is to follow them then."""
        if await self._db.run(lambda session: queries.is_open(session, room_id)):
            await self._look_at(self._watched[room_id], now_s)
        else:
            del self._watched[room_id]

    async def _ping_always(self) -> None:
        while True:
            next_s = self._clock() + self._settings.ping_s
            if self._lease.is_held:
                async with asyncio.TaskGroup() as tasks:
                    for room_id, watched in self._watched.items():
                        tasks.create_task(self._ping(watched), name=f"ping:{room_id}")
            await asyncio.sleep(next_s - self._clock())

    async def _ping(self, watched: _Watched) -> None:
        try:
            await watched.floor.ping()
        except (MediaServerAway, DatabaseAway):
            self.look_soon(watched.room.id)

    async def look(self, now_s: float) -> None:
        """Compare all open rooms with what LiveKit has, and mend the difference."""
        rooms = {room.id: room for room in await self._db.run(queries.open_rooms)}
        live = await self._rooms.live(rooms)
        for gone in self._watched.keys() - rooms.keys():
            del self._watched[gone]
        for room_id, room in rooms.items():
            if room_id not in live:
                await self._end_lost(room, now_s)
                continue
            self._missing_since.pop(room_id, None)
            watched = await self._watch(room, decode_metadata(live[room_id]), now_s)
            try:
                await self._look_at(watched, now_s)
            except RoomGone:
                continue
        await self._rooms.end_leftovers()
        self._looked_s = now_s

    async def _watch(self, room: Room, found: RoomMetadata | None, now_s: float) -> _Watched:
        is_ours = found is not None and found.version == room.metadata_version
        said = _said_by(found) if found and is_ours else None
        watched = self._watched.get(room.id)
        if watched is None:
            memory = WantedMemory(
                self._settings.wanted_idle_s,
                found.wanted if found else Wanted(),
                self._hold_until_s,
            )
            floor = FloorKeeper(room, self._floors, lambda: self._lease.is_held, self._clock)
            watched = _Watched(room, memory, said, now_s, floor)
            self._watched[room.id] = watched
        watched.room, watched.said = room, said
        return watched

    async def _end_lost(self, room: Room, now_s: float) -> None:
        """A room that LiveKit closed or lost is over; a page that joins again begins another."""
        missing_s = now_s - self._missing_since.setdefault(room.id, now_s)
        if room.id in self._watched or missing_s >= _BEGINNING_S:
            self._missing_since.pop(room.id)
            await self._rooms.end(room.id)

    async def _look_at(self, watched: _Watched, now_s: float) -> None:
        room_id = watched.room.id
        present = await self._rooms.present(room_id)
        if now_s >= self._hold_until_s:
            there, after_s = [one.identity for one in present], self._settings.choice_lapse_s
            await self._db.run(
                lambda session: queries.lapse_choices(session, room_id, there, after_s)
            )
        if any(one.role in _KEEPING and not one.is_agent for one in present):
            watched.speaker_seen_s = now_s
        if now_s - watched.speaker_seen_s > self._settings.speakerless_grace_s:
            logger.info("room ended: no speaker for the grace time")
            await self._rooms.end(room_id)
            return
        await watched.floor.look(_floors_of(present))
        await self._describe(watched, now_s)
        await self._close_booths(watched, present)
        await self._rooms.booths.close_stale(room_id)
        await self._put_out_removed(room_id, present)

    async def _put_out_removed(self, room_id: str, present: list[Present]) -> None:
        """A token outlives the assignment: one whom the organiser removed may not stay, or come
        back by it."""
        here = [one.identity for one in present if one.role == Role.INTERPRETER]
        if not here or not self._lease.is_held:
            return
        removed = await self._db.run(
            lambda session: [who for who in here if booths.interpreter_as(session, who) is None]
        )
        for identity in removed:
            await self._rooms.put_out(room_id, identity)

    async def _close_booths(self, watched: _Watched, present: list[Present]) -> None:
        """Consoles close their microphones themselves; of one that does not, nobody is to overhear
        the booth."""
        if watched.said is None or not self._lease.is_held:
            return
        humans = {staff.human for staff in watched.said.staff.values()}
        for one in present:
            if one.role == Role.INTERPRETER and one.identity not in humans:
                for sid in one.open_microphones:
                    await self._rooms.close_microphone(watched.room.id, one.identity, sid)

    async def _describe(self, watched: _Watched, now_s: float) -> None:
        """Write what the room wants, how it is interpreted and whether it is served, if the
        metadata says otherwise."""
        meeting, chosen, staff, known = await self._chosen(watched.room.id)
        wanted = watched.memory.update(now_s, chosen)
        now = _said(meeting, wanted, watched.floor.is_served, staff, known)
        if now == watched.said or not self._lease.is_held:
            return
        watched.said = None
        await self._rooms.describe(watched.room, meeting, now.wanted, now.is_served, staff, known)
        watched.said = now

    async def _tell_choices(self, room_id: str) -> None:
        """Without the lease: tell what was chosen here, and leave the rest to the holder."""
        found = decode_metadata((await self._rooms.live([room_id])).get(room_id, ""))
        meeting, chosen, staff, known = await self._chosen(room_id)
        if found is None:
            return
        wanted = either(found.wanted, chosen)
        now = _said(meeting, wanted, found.is_served, staff, known)
        if now == _said_by(found):
            return
        room = await self._db.run(lambda session: session.get_one(Room, room_id))
        await self._rooms.describe(room, meeting, wanted, found.is_served, staff, known)

    async def _chosen(self, room_id: str) -> _Chosen:
        """The room's meeting as the organiser has it now, what its listeners listen to, who should
        be on air, and the versions of its glossaries."""

        def read(session: Session) -> _Chosen:
            meeting = queries.meeting_of(session, room_id)
            chosen = queries.chosen(session, room_id)
            staff = booths.staff_of(session, room_id, meeting)
            return meeting, chosen, staff, versions_of(session, meeting.id)

        return await self._db.run(read)


def _said(
    meeting: Meeting,
    wanted: Wanted,
    is_served: bool,
    staff: dict[str, Staff],
    glossaries: dict[str, int],
) -> _Said:
    return _Said(
        wanted,
        is_served,
        meeting.mode,
        meeting.channel_modes,
        meeting.channel_sources,
        meeting.relay_depth,
        staff,
        glossaries,
    )


def _said_by(metadata: RoomMetadata) -> _Said:
    return _Said(
        metadata.wanted,
        metadata.is_served,
        metadata.policy,
        metadata.policies,
        metadata.sources,
        metadata.relay_depth,
        metadata.staff,
        metadata.glossaries,
    )


def _floors_of(present: list[Present]) -> list[Floor]:
    floors = [one for one in present if one.role == Role.FLOOR and one.is_agent]
    return [Floor(one.identity, one.epoch, one.joined_ms, one.is_leaving) for one in floors]
