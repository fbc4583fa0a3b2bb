"""Messages between engines and their processes survive the wire, and nonsense is told apart."""

import asyncio
import io
import struct

import pytest

from interpreter.engines.framing import (
    BadMessage,
    Message,
    pack,
    read_message,
    read_message_blocking,
)

TWO = pack("audio", b"\x00\x01\x02", at=1.5) + pack("flush")


async def test_messages_arrive_in_order_with_their_sound() -> None:
    reader = asyncio.StreamReader()
    reader.feed_data(TWO)

    messages = [await read_message(reader), await read_message(reader)]

    assert messages == [
        Message({"kind": "audio", "at": 1.5}, b"\x00\x01\x02"),
        Message({"kind": "flush"}),
    ]


def test_a_child_reads_the_same_messages_from_a_file() -> None:
    file = io.BytesIO(TWO)

    kinds = [read_message_blocking(file).kind, read_message_blocking(file).kind]

    assert kinds == ["audio", "flush"]


@pytest.mark.parametrize("cut", [0, 4, 9, len(TWO) - 1])
async def test_a_closed_connection_is_the_end_wherever_it_is_cut(cut: int) -> None:
    reader = asyncio.StreamReader()
    reader.feed_data(pack("audio", bytes(100))[:cut])
    reader.feed_eof()

    with pytest.raises(EOFError):
        await read_message(reader)


@pytest.mark.parametrize(
    "data",
    [
        struct.pack("!II", 1 << 30, 0),
        struct.pack("!II", 2, 1 << 30),
        struct.pack("!II", 2, 0) + b"[]",
        struct.pack("!II", 2, 0) + b"{\xff",
        b"GET / HTTP/1.1\r\n\r\n",
    ],
    ids=["long header", "long sound", "no object", "no JSON", "another protocol"],
)
async def test_what_is_no_message_is_refused_without_reading_on(data: bytes) -> None:
    reader = asyncio.StreamReader()
    reader.feed_data(data)

    with pytest.raises(BadMessage):
        await read_message(reader)


@pytest.mark.parametrize("field", ["missing", "flag", "table"])
def test_a_field_of_another_type_is_a_bad_message(field: str) -> None:
    message = Message({"flag": True, "table": [1]})

    with pytest.raises(BadMessage):
        message.number(field)
    with pytest.raises(BadMessage):
        message.text(field)
    with pytest.raises(BadMessage):
        message.rows(field)
