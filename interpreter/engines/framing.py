"""Framed messages between engines, engine host and its children: a JSON header and raw audio.

On the wire: two big-endian 32-bit lengths, then header and payload. Knows nothing of engines.
"""

import asyncio
import json
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

_LENGTHS = struct.Struct("!II")
_MAX_HEADER = 1 << 20
_MAX_PAYLOAD = 1 << 22


class BadMessage(ValueError):
    """What arrived is no message of this protocol: the other side is broken or not ours."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message; the accessors raise BadMessage when a field is missing or of another type."""

    header: Mapping[str, object]
    payload: bytes = b""

    @property
    def kind(self) -> str:
        return self.text("kind")

    def text(self, name: str) -> str:
        value = self.header.get(name)
        if not isinstance(value, str):
            raise BadMessage(f"field {name} of a message is no text")
        return value

    def number(self, name: str) -> float:
        value = self.header.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadMessage(f"field {name} of a message is no number")
        return value

    def texts(self, name: str) -> list[str]:
        value = self.header.get(name)
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            raise BadMessage(f"field {name} of a message is no list of texts")
        return value

    def rows(self, name: str) -> list[list[object]]:
        value = self.header.get(name)
        if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
            raise BadMessage(f"field {name} of a message is no table")
        return value


def pack(kind: str, payload: bytes = b"", **fields: object) -> bytes:
    """The bytes of one message."""
    header = json.dumps({"kind": kind, **fields}).encode()
    return _LENGTHS.pack(len(header), len(payload)) + header + payload


async def read_message(reader: asyncio.StreamReader) -> Message:
    """The next message; raises EOFError when the other side has closed."""
    sizes = _sizes(await reader.readexactly(_LENGTHS.size))
    body = await reader.readexactly(sum(sizes))
    return _message(body, sizes[0])


def read_message_blocking(file: BinaryIO) -> Message:
    """The same from a blocking file, for child processes."""
    sizes = _sizes(_read_exactly(file, _LENGTHS.size))
    return _message(_read_exactly(file, sum(sizes)), sizes[0])


def own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output for messages only: what a library prints goes to standard error."""
    incoming = os.fdopen(os.dup(0), "rb")
    outgoing = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return incoming, outgoing


def _read_exactly(file: BinaryIO, count: int) -> bytes:
    data = file.read(count)
    if len(data) < count:
        raise EOFError
    return data


def _sizes(lengths: bytes) -> tuple[int, int]:
    header, payload = _LENGTHS.unpack(lengths)
    if header > _MAX_HEADER or payload > _MAX_PAYLOAD:
        raise BadMessage("a message is too long")
    return header, payload


def _message(body: bytes, header_size: int) -> Message:
    try:
        header = json.loads(body[:header_size])
    except ValueError as error:
        raise BadMessage("a message's header is not JSON") from error
    if not isinstance(header, dict):
        raise BadMessage("a message's header is no object")
    return Message(header, body[header_size:])
