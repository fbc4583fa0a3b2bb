"""Web and the media server that it uses, on free ports of 127.0.0.1, as live tests need them."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import uvicorn
from livekit import api, rtc

from interpreter.local_server import (
    Keys,
    find_server_binary,
    free_port,
    local_livekit,
    new_keys,
    server_url,
)
from interpreter.requirements import ROOT
from interpreter.room import FLOOR_AGENT, RoomMetadata, decode_metadata
from interpreter.settings import child_environment
from interpreter.store import Meeting, open_store
from tests.web.conftest import web_settings
from web.app import create_app
from web.db import Database, migrate
from web.settings import WebSettings

WAIT_S = 10.0
STARTS_S = 45.0
"""A process of its own on a busy machine."""

Serving = AbstractAsyncContextManager[None]


@dataclass
class Stage:
    """Web on a port of its own, and the media server that it uses."""

    settings: WebSettings
    http: httpx.AsyncClient
    livekit: api.LiveKitAPI
    db: Database
    directory: Path
    media_server: AsyncExitStack

    @asynccontextmanager
    async def second(self) -> AsyncIterator["Stage"]:
        """The same as another web process serves it."""
        port = free_port()
        async with serving(self.settings, port), client(port) as http:
            await until(lambda: is_ready(http), STARTS_S)
            yield replace(self, http=http)

    async def restart_media_server(self) -> None:
        """It forgets every room."""
        await self.media_server.aclose()
        await start_media_server(self.media_server, self.settings, self.directory, self.http)

    async def join(self, earlier_token: str = "", **body: str) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {earlier_token}"} if earlier_token else {}
        answer = await self.http.post("/api/meetings/m1/join", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        place: dict[str, str] = answer.json()
        return place

    async def join_as_listener(self) -> dict[str, str]:
        return await self.join(role="listener")

    async def join_as_speaker(self) -> dict[str, str]:
        return await self.join(role="speaker", key="k1", name="Ana", language="en")

    async def choose(self, place: dict[str, str], language: str | None, sound: bool) -> None:
        answer = await self.http.post(
            f"/api/rooms/{place['room']}/choice",
            json={"language": language, "sound": sound},
            headers={"Authorization": f"Bearer {place['token']}"},
        )
        assert answer.status_code == 204, answer.text

    async def metadata(self, room: str) -> RoomMetadata:
        rooms = await self.livekit.room.list_rooms(api.ListRoomsRequest(names=[room]))
        metadata = decode_metadata(rooms.rooms[0].metadata)
        assert metadata is not None
        return metadata

    async def floor_dispatches(self, room: str) -> list[str]:
        """The metadata of each; LiveKit adds a nameless dispatch of its own to every room."""
        sent = await self.livekit.agent_dispatch.list_dispatch(room)
        return [one.metadata for one in sent if one.agent_name == FLOOR_AGENT]

    async def is_live(self, room: str) -> bool:
        rooms = await self.livekit.room.list_rooms(api.ListRoomsRequest(names=[room]))
        return bool(rooms.rooms)


@asynccontextmanager
async def stage(
    tmp_path: Path, serve: Callable[[WebSettings, int], Serving] | None = None, **changes: object
) -> AsyncIterator[Stage]:
    """A meeting `m1`, web in this process or as `serve` runs it, and a media server."""
    keys = new_keys()
    settings = web_settings(
        tmp_path,
        **{
            "look_s": 0.2,
            "LIVEKIT_URL": server_url(free_port()),
            "LIVEKIT_API_KEY": keys.api_key,
            "LIVEKIT_API_SECRET": keys.api_secret,
            **changes,
        },
    )
    migrate(settings.database_url)
    store = open_store(settings.database_url)
    db = Database(store)
    meeting = Meeting(id="m1", name="M", spoken=["en"], offered=["es", "ca"], speaker_key="k1")
    await db.run(lambda session: session.add(meeting))
    port = free_port()
    async with AsyncExitStack() as media_server, client(port) as http:
        await start_media_server(media_server, settings, tmp_path / "livekit", http)
        async with (
            (serve or serving)(settings, port),
            api.LiveKitAPI(settings.livekit_url, keys.api_key, keys.api_secret) as livekit,
        ):
            await until(lambda: is_ready(http), STARTS_S)
            yield Stage(settings, http, livekit, db, tmp_path / "livekit", media_server)
    db.close()
    store.dispose()


async def start_media_server(
    running: AsyncExitStack, settings: WebSettings, directory: Path, web: httpx.AsyncClient
) -> None:
    """A LiveKit server until `running` is closed; it tells web what happens."""
    binary = find_server_binary(settings.model_copy(update={"state_dir": Path("var")}))
    port = int(settings.livekit_url.rpartition(":")[2])
    keys = Keys(settings.livekit_api_key, settings.livekit_api_secret)
    webhook = str(web.base_url.join("/livekit/webhook"))
    await running.enter_async_context(local_livekit(binary, directory, port, webhook, keys=keys))


def client(port: int) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=WAIT_S)


class WebProcess:
    """Web as a process that can be killed and started again, on one port."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._settings: WebSettings | None = None
        self._port = 0

    @asynccontextmanager
    async def serving(self, settings: WebSettings, port: int) -> AsyncIterator[None]:
        self._settings, self._port = settings, port
        await self.start()
        try:
            yield
        finally:
            await self.kill()

    async def start(self) -> None:
        assert self._settings is not None
        settings = self._settings
        command = ["-m", "uvicorn", "web.app:create_app", "--factory", "--port", str(self._port)]
        environment = {**child_environment(settings), "INTERPRETER_LOOK_S": str(settings.look_s)}
        with (settings.state_dir / "web.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, *command, env=environment, cwd=ROOT, stdout=log, stderr=log
            )

    async def kill(self) -> None:
        """SIGKILL: it says goodbye to nobody."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            await process.wait()


@asynccontextmanager
async def serving(settings: WebSettings, port: int) -> AsyncIterator[None]:
    config = uvicorn.Config(create_app(settings), port=port, log_config=None, lifespan="on")
    server = uvicorn.Server(config)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(server.serve(), name="web")
        try:
            yield
        finally:
            server.should_exit = True
            await task


async def is_ready(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/readyz")).status_code == 200
    except httpx.TransportError:
        return False


async def until(holds: Callable[[], Awaitable[bool]], wait_s: float = WAIT_S) -> None:
    """Wait for the real servers to get there; TimeoutError after `wait_s`."""
    async with asyncio.timeout(wait_s):
        while not await holds():  # noqa: ASYNC110  (the servers have no event to wait for)
            await asyncio.sleep(0.02)


@asynccontextmanager
async def connected(place: dict[str, str]) -> AsyncIterator[rtc.Room]:
    room = rtc.Room()
    await room.connect(place["url"], place["token"], rtc.RoomOptions(auto_subscribe=False))
    try:
        yield room
    finally:
        await room.disconnect()
