"""A company's proxy: it leads wherever it is asked to, as one address here, or to nobody."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from tests.emulators.places import HOST

_ASKS_WHO = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"


@dataclass(slots=True)
class Proxy:
    """Where it leads, and who was asked for."""

    port: int
    """Of the server on this machine that stands for all others."""
    asks_who: bool = False
    """It lets nobody through without a name and a password."""
    slow_s: float = 0.0
    """So long it takes to lead anywhere."""
    far_s: float = 0.0
    """So long everything takes that passes, each way."""
    asked: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        self.asked.append(head.partition("\r\n")[0])
        await asyncio.sleep(self.slow_s)
        if self.asks_who and "\r\nproxy-authorization:" not in head.casefold():
            writer.write(_ASKS_WHO)
            await writer.drain()
        else:
            behind, ahead = await asyncio.open_connection(HOST, self.port)
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(self._pass_on(reader, ahead), self._pass_on(behind, writer))
        await _closed(writer)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        now_s, on_its_way = asyncio.get_running_loop().time, deque[tuple[float, bytes]]()

        async def leave() -> None:
            while piece := await reader.read(65_536):
                on_its_way.append((now_s() + self.far_s, piece))
                has_more.set()

        has_more = asyncio.Event()
        leaving = asyncio.get_running_loop().create_task(leave(), name="proxy:leave")
        leaving.add_done_callback(lambda _: has_more.set())
        with suppress(ConnectionError):
            while on_its_way or not leaving.done():
                if not on_its_way:
                    has_more.clear()
                    await has_more.wait()
                    continue
                arrives_s, piece = on_its_way.popleft()
                await asyncio.sleep(arrives_s - now_s())
                writer.write(piece)
                await writer.drain()
        with suppress(ConnectionError):
            await leaving
        await _closed(writer)


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


@asynccontextmanager
async def proxying(proxy: Proxy) -> AsyncIterator[str]:
    """Serve in the running loop; gives the address."""
    server = await asyncio.start_server(proxy.serve, HOST, 0)
    try:
        yield f"{HOST}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        left = [task for task in asyncio.all_tasks() if "Proxy.serve" in repr(task.get_coro())]
        await asyncio.gather(*left)
