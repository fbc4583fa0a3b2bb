"""An aiohttp server: in a thread of its own, as another machine would be, or in the running loop,
where virtual time passes for it too."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from threading import Thread

from aiohttp import web

HOST = "127.0.0.1"
ENDS_S = 0.5
"""So long a server waits for open requests when it is told to end."""


@asynccontextmanager
async def in_thread(build: Callable[[], web.Application], port: int = 0) -> AsyncIterator[int]:
    """Serve what `build` makes in the thread's own loop on 127.0.0.1; gives the port."""
    listening = socket.create_server((HOST, port))
    loop, stopped = asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with _serving(build, listening):
            await stopped.wait()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(serve())

    thread = Thread(target=run, name="emulator")
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        loop.call_soon_threadsafe(stopped.set)
        await asyncio.to_thread(thread.join)


@asynccontextmanager
async def in_loop(build: Callable[[], web.Application], port: int = 0) -> AsyncIterator[int]:
    """Serve in the running loop on 127.0.0.1; gives the port."""
    with socket.create_server((HOST, port)) as listening:
        async with _serving(build, listening):
            yield listening.getsockname()[1]


@asynccontextmanager
async def _serving(
    build: Callable[[], web.Application], listening: socket.socket
) -> AsyncIterator[None]:
    runner = web.AppRunner(
        build(), access_log=None, shutdown_timeout=ENDS_S, handler_cancellation=True
    )
    await runner.setup()
    try:
        await web.SockSite(runner, listening).start()
        yield
    finally:
        await runner.cleanup()
