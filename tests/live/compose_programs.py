"""The programs of the compose project, run with its config on ports of 127.0.0.1: only names and
ports are replaced.
"""

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from interpreter.certificates import ensure_certificate
from interpreter.local_server import (
    HOST,
    answers,
    dies_with_parent,
    find_server_binary,
    free_port,
    last_line,
)
from interpreter.requirements import ROOT
from interpreter.settings import Settings
from tests.test_compose import FILLED, read_project

COMPOSE = ROOT / "deploy" / "compose"
HAPROXY = shutil.which("haproxy", path="/usr/sbin:/usr/bin:/usr/local/sbin") or ""
CADDY = shutil.which("caddy", path=f"{ROOT / 'var' / 'bin'}:/usr/local/bin:/usr/bin") or ""
needs_caddy = pytest.mark.skipif(not CADDY, reason="no caddy: go install it into var/bin")
needs_redis = pytest.mark.skipif(not shutil.which("redis-server"), reason="no redis-server")
needs_haproxy = pytest.mark.skipif(not HAPROXY, reason="no haproxy")
TURN, PAGES = FILLED["TURN_DOMAIN"], FILLED["DOMAIN"]
LETS_ENCRYPT = "acme-v02.api.letsencrypt.org-directory"


@dataclass(frozen=True, slots=True)
class Media:
    """A running media server."""

    port: int
    turn_port: int


@asynccontextmanager
async def media_server(folder: Path, redis_port: int = 0) -> AsyncIterator[Media]:
    """livekit-server with the config of compose.yaml; without Redis when there is no port of it."""
    media = Media(free_port(), free_port())
    config = yaml.safe_load(services()["livekit"]["environment"]["LIVEKIT_CONFIG"])
    if redis_port:
        config["redis"]["address"] = f"{HOST}:{redis_port}"
    else:
        del config["redis"]
    config |= {"port": media.port, "bind_addresses": [HOST]}
    udp = [free_port(socket.SOCK_DGRAM) for _ in range(2)]
    here = {"use_external_ip": False, "node_ip": HOST, "interfaces": {"includes": ["lo"]}}
    config["rtc"] |= {**here, "udp_port": udp[0], "tcp_port": 0, "enable_loopback_candidate": True}
    config["turn"] |= {"tls_port": media.turn_port, "udp_port": udp[1], "bind_addresses": [HOST]}
    binary = find_server_binary(Settings.model_construct(state_dir=ROOT / "var"))
    environment = {"LIVEKIT_CONFIG": yaml.safe_dump(config)}
    log = folder / "livekit.log"
    # On SIGTERM it would wait until every room is closed.
    async with program(log, environment, str(binary), end=signal.SIGKILL) as process:
        await until_answers(process, log, media.port)
        yield media


@asynccontextmanager
async def redis(folder: Path) -> AsyncIterator[int]:
    """Redis with the command of compose.yaml, healthy by its own check; gives its port."""
    service, port = services()["redis"], free_port()
    shell, option, line = service["command"]
    own = f"redis-server --port {port} --bind {HOST} --dir {folder}"
    environment = {**service["environment"], "PATH": "/usr/bin:/bin"}
    start = (shell, option, line.replace("$$", "$").replace("redis-server", own, 1))
    check = service["healthcheck"]["test"][1].replace("redis-cli", f"redis-cli -p {port}")
    async with program(folder / "redis.log", environment, *start) as process:
        async with asyncio.timeout(20.0):
            while await asyncio.to_thread(_status, check, environment) != 0:
                assert process.returncode is None, last_line(folder / "redis.log")
                await asyncio.sleep(0.05)
        yield port


def _status(check: str, environment: dict[str, str]) -> int:
    return subprocess.run(["/bin/sh", "-c", check], env=environment, check=False).returncode


def services() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(read_project(FILLED).stdout)["services"]
    return found


@asynccontextmanager
async def program(
    log: Path,
    environment: dict[str, str],
    *command: str,
    end: signal.Signals = signal.SIGTERM,
) -> AsyncIterator[asyncio.subprocess.Process]:
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *dies_with_parent(), *command, env=environment, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(end)
        await process.wait()


async def until_answers(process: asyncio.subprocess.Process, log: Path, port: int) -> None:
    async with asyncio.timeout(20.0):
        while not await answers(port):
            assert process.returncode is None, last_line(log)
            await asyncio.sleep(0.05)


@asynccontextmanager
async def edge(
    folder: Path,
    turn_port: int = 9,
    pages_port: int = 9,
    issuer: str = LETS_ENCRYPT,
    reads_again_s: int = 86_400,
) -> AsyncIterator[int]:
    """HAProxy as the compose project starts it; gives its port 443."""
    port, health = free_port(), free_port()
    config = (COMPOSE / "haproxy.cfg").read_text(encoding="utf-8")
    for name, value in (
        ("bind :443", f"bind {HOST}:{port}"),
        ("abns@turn", f"abns@turn-{port}"),
        ("caddy:443", f"{HOST}:{pages_port}"),
        ("livekit:5349", f"{HOST}:{turn_port}"),
        ("8404", str(health)),
        ("/certificates/certificates/", f"{folder}/certificates/"),
        (LETS_ENCRYPT, issuer),
    ):
        assert name in config, name
        config = config.replace(name, value)
    (folder / "haproxy.cfg").write_text(config, encoding="utf-8")
    script = (str(COMPOSE / "run-haproxy.sh"), str(folder / "haproxy.cfg"), str(reads_again_s))
    environment = {"TURN_DOMAIN": TURN, "PATH": f"{os.path.dirname(HAPROXY)}:/usr/bin:/bin"}
    async with program(folder / "edge.log", environment, "sh", *script) as process:
        await until_answers(process, folder / "edge.log", health)
        yield port


@asynccontextmanager
async def caddy(folder: Path, web_port: int, livekit_port: int) -> AsyncIterator[int]:
    """Caddy as the compose project starts it, but its own authority instead of Let's Encrypt; gives
    its port 443."""
    port = free_port()
    ports = f"\thttp_port {free_port()}\n\thttps_port {port}\n\tskip_install_trust\n"
    config = (COMPOSE / "Caddyfile").read_text(encoding="utf-8")
    for name, value in (
        ("\tacme_ca https://acme-v02.api.letsencrypt.org/directory\n", f"\tlocal_certs\n{ports}"),
        ("issuer acme {\n\t\t\tdisable_tlsalpn_challenge\n\t\t}", "issuer internal"),
        ("/certificates", str(folder)),
        ("servers :443", f"servers :{port}"),
        ("172.30.77.0/24", "127.0.0.0/8"),
        ("web:8080", f"{HOST}:{web_port}"),
        ("livekit:7880", f"{HOST}:{livekit_port}"),
    ):
        assert name in config, name
        config = config.replace(name, value)
    (folder / "Caddyfile").write_text(config, encoding="utf-8")
    environment = {**FILLED, "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    command = (CADDY, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile")
    turns = folder / "certificates" / "local" / TURN / f"{TURN}.crt"
    async with program(folder / "caddy.log", environment, *command) as process:
        async with asyncio.timeout(20.0):
            while not turns.is_file():
                assert process.returncode is None, last_line(folder / "caddy.log")
                await asyncio.sleep(0.05)
        yield port


@asynccontextmanager
async def echo(name: str) -> AsyncIterator[int]:
    """A web server that answers with its name and the request as it came; gives its port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        body = name.encode() + b"\r\n" + await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, HOST, 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def give_certificate(folder: Path) -> bytes:
    """A certificate where caddy puts TURN's, in its form; gives it."""
    made = ensure_certificate(folder / "made", HOST).server.read_bytes()
    shutil.rmtree(folder / "made")
    parts = re.findall(rb"-----BEGIN .*?-----END [A-Z ]+-----\n", made, re.DOTALL)
    key, certificate, _authority = parts
    place = folder / "certificates" / LETS_ENCRYPT / TURN
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{TURN}.key").write_bytes(key)
    (place / f"{TURN}.crt").write_bytes(certificate)
    return ssl.PEM_cert_to_DER_cert(certificate.decode())
