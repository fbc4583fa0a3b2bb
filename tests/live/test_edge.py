"""The compose project's media server and its port 443, run by the real programs."""

import asyncio
import os
import ssl
import struct
from pathlib import Path

import pytest
from livekit import api

from interpreter.local_server import HOST
from tests.live.compose_programs import (
    PAGES,
    TURN,
    caddy,
    echo,
    edge,
    give_certificate,
    media_server,
    needs_caddy,
    needs_haproxy,
    needs_redis,
    redis,
)
from tests.test_compose import FILLED

pytestmark = pytest.mark.live

PROXY_V2 = b"\r\n\r\n\x00\r\nQUIT\n"
CLIENT_HELLO = b"\x16\x03"
STUN_MAGIC = 0x2112A442
ALLOCATE, ALLOCATE_REFUSED = 0x0003, 0x0113
REALM = 0x0014


def trusting() -> ssl.SSLContext:
    """The names are not in the certificate; which one is shown is asserted."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def shown_certificate(port: int, name: str) -> bytes | None:
    _, writer = await asyncio.open_connection(HOST, port, ssl=trusting(), server_hostname=name)
    shown: bytes | None = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    return shown


async def ask_for_a_relay(port: int, name: str) -> tuple[int, bytes]:
    """Ask a TURN server over TLS for a relay, without a password; its answer's type and body."""
    reader, writer = await asyncio.open_connection(HOST, port, ssl=trusting(), server_hostname=name)
    writer.write(struct.pack(">HHI", ALLOCATE, 0, STUN_MAGIC) + os.urandom(12))
    async with asyncio.timeout(5.0):
        kind, length, magic = struct.unpack(">HHI", (await reader.readexactly(20))[:8])
        body = await reader.readexactly(length)
    writer.close()
    assert magic == STUN_MAGIC
    return kind, body


async def get(port: int, path: str) -> str:
    """Ask for a page at the pages' name on this port."""
    reader, writer = await asyncio.open_connection(
        HOST, port, ssl=trusting(), server_hostname=PAGES
    )
    head = f"GET {path} HTTP/1.1\r\nHost: {PAGES}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode())
    async with asyncio.timeout(5.0):
        answer = (await reader.read()).decode()
    writer.close()
    return answer


async def test_the_media_server_takes_its_config_and_its_keys(tmp_path: Path) -> None:
    async with (
        media_server(tmp_path) as media,
        api.LiveKitAPI(
            f"http://{HOST}:{media.port}", FILLED["LIVEKIT_API_KEY"], FILLED["LIVEKIT_API_SECRET"]
        ) as client,
    ):
        await client.room.create_room(api.CreateRoomRequest(name="talk"))
        rooms = await client.room.list_rooms(api.ListRoomsRequest())
    assert [room.name for room in rooms.rooms] == ["talk"]


@needs_redis
async def test_the_media_server_keeps_its_rooms_in_redis_by_password(tmp_path: Path) -> None:
    async with (
        redis(tmp_path) as redis_port,
        media_server(tmp_path, redis_port) as media,
        api.LiveKitAPI(
            f"http://{HOST}:{media.port}", FILLED["LIVEKIT_API_KEY"], FILLED["LIVEKIT_API_SECRET"]
        ) as client,
    ):
        await client.room.create_room(api.CreateRoomRequest(name="talk"))
        rooms = await client.room.list_rooms(api.ListRoomsRequest())
    assert [room.name for room in rooms.rooms] == ["talk"]


@needs_haproxy
async def test_who_asks_for_turn_on_port_443_gets_livekits(tmp_path: Path) -> None:
    certificate = give_certificate(tmp_path)
    async with media_server(tmp_path) as media, edge(tmp_path, media.turn_port) as port:
        kind, body = await ask_for_a_relay(port, TURN)
        shown = await shown_certificate(port, TURN)
    assert shown == certificate
    assert kind == ALLOCATE_REFUSED
    assert struct.pack(">HH", REALM, len("livekit")) + b"livekit" in body


@needs_haproxy
async def test_who_asks_for_anything_else_gets_caddy_untouched(tmp_path: Path) -> None:
    give_certificate(tmp_path)
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def stand_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        start = await reader.readexactly(len(PROXY_V2) + 4)
        length = struct.unpack(">H", start[-2:])[0]
        await reader.readexactly(length)
        heard.put_nowait(start[: len(PROXY_V2)] + await reader.readexactly(2))
        writer.close()

    server = await asyncio.start_server(stand_in, HOST, 0)
    async with server, edge(tmp_path, 9, server.sockets[0].getsockname()[1]) as port:
        with pytest.raises(ConnectionError):
            await shown_certificate(port, PAGES)
        async with asyncio.timeout(5.0):
            first = await heard.get()
    assert first == PROXY_V2 + CLIENT_HELLO


@needs_haproxy
async def test_a_renewed_certificate_is_shown_without_a_restart(tmp_path: Path) -> None:
    old = give_certificate(tmp_path)
    async with edge(tmp_path, reads_again_s=1) as port:
        before = await shown_certificate(port, TURN)
        new = give_certificate(tmp_path)
        async with asyncio.timeout(20.0):
            while (shown := await shown_certificate(port, TURN)) != new:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    assert before == old != new == shown


@needs_haproxy
@needs_caddy
async def test_pages_and_signalling_pass_both_proxies_and_turn_has_caddys_certificate(
    tmp_path: Path,
) -> None:
    async with (
        echo("web") as web_port,
        echo("livekit") as livekit_port,
        caddy(tmp_path, web_port, livekit_port) as pages_port,
        edge(tmp_path, 9, pages_port, issuer="local") as port,
    ):
        page = await get(port, "/m/1")
        signalling = await get(port, "/rtc/v1?access_token=1")
        shown = await shown_certificate(port, TURN)
    stored = (tmp_path / "certificates" / "local" / TURN / f"{TURN}.crt").read_text()
    assert "\r\nweb\r\nGET /m/1 " in page
    assert "\r\nlivekit\r\nGET /rtc/v1?access_token=1 " in signalling
    assert f"X-Forwarded-For: {HOST}\r\n" in page
    assert "X-Forwarded-Proto: https\r\n" in page
    assert f"Host: {PAGES}\r\n" in page
    assert shown == ssl.PEM_cert_to_DER_cert(stored.split("-----END CERTIFICATE-----")[0] + _END)


_END = "-----END CERTIFICATE-----\n"
