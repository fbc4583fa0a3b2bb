"""A connection to the machine's engine host, as the three offline engines use it."""

import asyncio
import os
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from interpreter.engines.framing import BadMessage, Message, pack, read_message
from interpreter.errors import (
    EngineRefused,
    EngineUnavailable,
    InterpretationError,
    RequirementMissing,
)

_CREDENTIALS = struct.Struct("3i")


class HostConnection:
    """One stream, utterance or text at the host; every failure is one of `errors.py`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, kind: str, payload: bytes = b"", **fields: object) -> None:
        """Hand over a message; waits while the host is behind."""
        try:
            self._writer.write(pack(kind, payload, **fields))
            await self._writer.drain()
        except ConnectionError as error:
            raise EngineUnavailable("The engine host has ended; try again.") from error

    async def receive(self) -> Message:
        """The host's next message; raises what a `failed` one tells of."""
        try:
            message = await read_message(self._reader)
        except (EOFError, ConnectionError, BadMessage) as error:
            raise EngineUnavailable("The engine host has ended; try again.") from error
        if message.kind == "failed":
            raise _failure(message)
        return message

    def close(self) -> None:
        self._writer.close()


@asynccontextmanager
async def connected(path: Path, timeout_s: float) -> AsyncIterator[HostConnection]:
    """A connection to the host at `path`; raises EngineUnavailable when none answers there."""
    try:
        async with asyncio.timeout(timeout_s):
            reader, writer = await asyncio.open_unix_connection(str(path))
    except (OSError, TimeoutError) as error:
        raise EngineUnavailable(
            "The engine host of this machine does not run; `interpreter worker` starts it."
        ) from error
    connection = HostConnection(reader, writer)
    try:
        _check_owner(writer)
        yield connection
    finally:
        connection.close()


def _check_owner(writer: asyncio.StreamWriter) -> None:
    """Refuse a socket that another user of this machine has put there."""
    peer: socket.socket = writer.get_extra_info("socket")
    credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _, user, _ = _CREDENTIALS.unpack(credentials)
    if user != os.getuid():
        raise EngineRefused(
            "The engine host's socket belongs to another user; set INTERPRETER_ENGINE_SOCKET."
        )


def _failure(message: Message) -> InterpretationError:
    sentence = message.text("sentence")
    for kind in (EngineRefused, RequirementMissing):
        if message.text("code") == kind.code:
            return kind(sentence)
    return EngineUnavailable(sentence)
