"""Logs without keys, files that browsers may keep, connections that pages may open."""

import logging
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from web.security import CachedStaticFiles, WithoutQuery, content_security_policy


def test_the_access_log_holds_no_key() -> None:
    record = logging.LogRecord(
        "uvicorn.access",
        logging.INFO,
        "",
        0,
        '%s - "%s %s HTTP/%s" %d',
        ("127.0.0.1:1", "GET", "/m/m1/speak?key=secret", "1.1", 200),
        None,
    )
    assert WithoutQuery().filter(record)
    assert record.getMessage() == '127.0.0.1:1 - "GET /m/m1/speak HTTP/1.1" 200'


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("listen.js", "no-cache"),
        ("listen-5F2A9C1B.js", "public, max-age=31536000, immutable"),
        ("style.css", "no-cache"),
    ],
)
async def test_only_files_that_never_change_are_kept_for_good(
    tmp_path: Path, name: str, rule: str
) -> None:
    (tmp_path / name).write_text("x")
    app = Starlette(routes=[Mount("/static", CachedStaticFiles(directory=tmp_path))])
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://web.test") as http:
        answer = await http.get(f"/static/{name}")
    assert answer.headers["cache-control"] == rule


@pytest.mark.parametrize(
    ("livekit_url", "allowed"),
    [
        ("ws://127.0.0.1:7880", "ws://127.0.0.1:7880 http://127.0.0.1:7880"),
        ("wss://media.example/path", "wss://media.example https://media.example"),
        ("https://media.example", "wss://media.example https://media.example"),
    ],
)
def test_pages_connect_to_the_media_server_and_to_nobody_else(
    livekit_url: str, allowed: str
) -> None:
    assert f"connect-src 'self' {allowed};" in content_security_policy(livekit_url)
