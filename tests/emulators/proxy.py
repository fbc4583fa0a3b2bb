"""A company's proxy: it leads wherever it is asked to, as one address here, or to nobody."""

import asyncio
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
            await asyncio.gather(_pass_on(reader, ahead), _pass_on(behind, writer))
        await _closed(writer)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
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
