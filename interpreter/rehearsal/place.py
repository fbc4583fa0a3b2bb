"""A place in a meeting, taken and kept as a page does: joined through web's API, and joined afresh
when its room is gone."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
from livekit import rtc
from livekit.rtc.participant import PublishTrackError

AGAIN_S = 0.3
LOOK_FOR_ROOM_S = 2.5
"""As pages do (web/client/src/connection.ts): a room that does not answer may have moved."""
CONNECT_S = 10.0
LEAVE_S = 3.0


@dataclass(frozen=True, slots=True)
class Place:
    """What web answers to a join."""

    url: str
    token: str
    room: str


class Visit(Protocol):
    """What somebody does in one room; made before the room is joined, so that nothing is missed."""

    async def run(self) -> None:
        """Until cancelled: the room is gone."""
        ...


class Door:
    """Lets one person into a meeting."""

    def __init__(self, http: httpx.AsyncClient, meeting_id: str, request: dict[str, str]) -> None:
        self._http = http
        self._path = f"/api/meetings/{meeting_id}/join"
        self._request = request
        self._headers: dict[str, str] = {}

    async def join(self) -> Place:
        """Take a place; whoever was here before stays who they were. Raises httpx.HTTPError."""
        answer = await self._http.post(self._path, json=self._request, headers=self._headers)
        place: dict[str, Any] = answer.raise_for_status().json()
        self._headers = {"Authorization": f"Bearer {place['token']}"}
        return Place(place["url"], place["token"], place["room"])

    async def stay(self, enter: Callable[[Place, rtc.Room], Visit]) -> None:
        """Be in the meeting's room, whichever it is now, until cancelled."""
        while True:
            try:
                place, room = await self.join(), rtc.Room()
                visit = enter(place, room)
                async with asyncio.timeout(CONNECT_S):
                    await room.connect(
                        place.url, place.token, rtc.RoomOptions(auto_subscribe=False)
                    )
            except (httpx.HTTPError, rtc.ConnectError, TimeoutError):
                await asyncio.sleep(AGAIN_S)
                continue
            try:
                await self._visit(visit, place, room)
            except* PublishTrackError:
                await asyncio.sleep(AGAIN_S)
            finally:
                await _leave(room)

    async def _visit(self, visit: Visit, place: Place, room: rtc.Room) -> None:
        async with asyncio.TaskGroup() as tasks:
            visiting = tasks.create_task(visit.run(), name="visit")
            await self._until_gone(place, room)
            visiting.cancel()

    async def _until_gone(self, place: Place, room: rtc.Room) -> None:
        """Until the room is closed; while it does not answer, ask whether the meeting has moved."""
        asked_s = 0.0
        clock = asyncio.get_running_loop()
        while room.connection_state != rtc.ConnectionState.CONN_DISCONNECTED:
            await asyncio.sleep(AGAIN_S)
            if room.connection_state == rtc.ConnectionState.CONN_CONNECTED:
                asked_s = clock.time()
            elif clock.time() - asked_s >= LOOK_FOR_ROOM_S:
                asked_s = clock.time()
                if await self._has_moved(place):
                    return

    async def _has_moved(self, place: Place) -> bool:
        try:
            return (await self.join()).room != place.room
        except httpx.HTTPError:
            return False


async def _leave(room: rtc.Room) -> None:
    try:
        async with asyncio.timeout(LEAVE_S):
            await room.disconnect()
    except TimeoutError:
        return
