"""How an emulated server's WebSocket breaks off."""

import struct

from aiohttp import web

from tests.emulators.faults import Fault

_TEXT, _LENGTH_FOLLOWS = 0x81, 126


async def break_off(
    request: web.Request, fault: Fault, socket: web.WebSocketResponse, message: str = ""
) -> None:
    """Lose the connection as the fault says: without a word, in a message, or with a code."""
    transport = request.transport
    if fault.kind == "close":
        await socket.close(code=fault.code, message=fault.says.encode())
    elif transport is not None and fault.kind == "half_frame":
        payload = message.encode()
        head = struct.pack("!BBH", _TEXT, _LENGTH_FOLLOWS, len(payload))
        transport.write(head + payload[: len(payload) // 2])
        transport.close()
    elif transport is not None:
        transport.abort()
