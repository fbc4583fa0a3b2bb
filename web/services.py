"""What every request may use: made once by the application, found by dependencies."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from interpreter.store import Meeting
from web import booths, queries, technician
from web.db import Database
from web.errors import MediaServerAway
from web.glossaries import open_rooms_with
from web.limits import Limits
from web.rendering import Pages
from web.rooms import Rooms
from web.settings import WebSettings
from web.supervision import Supervisor


@dataclass(frozen=True, slots=True)
class Services:
    settings: WebSettings
    db: Database
    rooms: Rooms
    supervisor: Supervisor
    pages: Pages
    limits: Limits

    async def change_meeting(self, meeting_id: str, change: Callable[[Meeting], bool]) -> Meeting:
        """Keep a change of how it is interpreted, and let a session that goes on follow at once;
        `change` makes it, and says whether it is one."""
        meeting, room_id = await self.db.run(
            lambda session: queries.change_meeting(session, meeting_id, change)
        )
        if room_id is not None:
            self.supervisor.settings_changed(room_id)
        return meeting

    async def interpreter_removed(self, meeting_id: str, identity: str) -> None:
        """Let a session that goes on know, and put them out of it; where the media server is away,
        supervision does so later."""
        await self.staff_changed(meeting_id)
        room, _ = await self.db.run(lambda session: queries.open_room(session, meeting_id))
        if room is not None:
            with suppress(MediaServerAway):
                await self.rooms.put_out(room.id, identity)

    async def staff_changed(self, meeting_id: str) -> None:
        """Let a session that goes on know who may be on air, and be in its booths."""
        room, _ = await self.db.run(lambda session: queries.open_room(session, meeting_id))
        if room is not None:
            self.supervisor.settings_changed(room.id)
            self.supervisor.look_soon(room.id)

    async def glossary_changed(self, glossary_id: str) -> None:
        """Let every session that goes on by this glossary read it anew."""
        rooms = await self.db.run(lambda session: open_rooms_with(session, glossary_id))
        for room_id in rooms:
            self.supervisor.settings_changed(room_id)

    async def glossaries_chosen(self, meeting_id: str) -> None:
        """Let a session that goes on know which glossaries it is interpreted by."""
        room, _ = await self.db.run(lambda session: queries.open_room(session, meeting_id))
        if room is not None:
            self.supervisor.settings_changed(room.id)

    async def tell_console(self, meeting_id: str, interpreter_id: str) -> None:
        """Let an interpreter's console ask anew what the technician says."""
        room, _ = await self.db.run(lambda session: queries.open_room(session, meeting_id))
        if room is None:
            return
        identity = booths.IDENTITY.format(id=interpreter_id)
        try:
            await self.rooms.send(room.id, identity, technician.TOPIC)
        except MediaServerAway:
            # What was said is kept: the console asks whenever it comes back into the room.
            return


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


UsesServices = Annotated[Services, Depends(_services)]


def page_url(request: Request, services: Services, path: str) -> str:
    """The address that people use for a path of ours."""
    base = services.settings.base_url or str(request.base_url)
    return base.rstrip("/") + path
