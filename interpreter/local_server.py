"""A LiveKit server of our own on 127.0.0.1 (its media also in the local network, if asked): its
config, its start, its end.

Knows nothing of rooms or meetings. `livekit-server --dev` would listen on every interface with a
well-known secret and no webhook; this config does not.
"""

import asyncio
import json
import secrets
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from interpreter.errors import RequirementMissing
from interpreter.settings import Settings

HOST = "127.0.0.1"
_ATTEMPTS = 3
"""A port found free can be taken before the server binds it; then another is tried."""
_STOP_S = 2.0


@dataclass(frozen=True, slots=True)
class Keys:
    """An API key and its secret, known to the server and to everyone who may sign for it."""

    api_key: str
    api_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LocalLiveKit:
    """A running server."""

    url: str
    """`ws://…`, for agents and browsers alike."""
    api_key: str
    api_secret: str = field(repr=False)
    pid: int


@dataclass(frozen=True, slots=True)
class MediaNetwork:
    """Where sound and captions travel; rooms are opened and joined on 127.0.0.1 in any case."""

    address: str = HOST
    interface: str = "lo"
    udp_port: int = 0
    """0 takes a free one."""
    tcp_port: int = 0
    """For networks without UDP; 0 means none. LiveKit opens it on every interface, and offers it
    on this one alone."""


LOOPBACK = MediaNetwork()


@asynccontextmanager
async def local_livekit(
    binary: Path,
    directory: Path,
    port: int | None = None,
    webhook_url: str | None = None,
    *,
    keys: Keys | None = None,
    start_timeout_s: float = 15.0,
) -> AsyncIterator[LocalLiveKit]:
    """Run a server for the time of the block; it is killed with this process too.

    `directory` receives its config and its log. Without `port` a free one is taken; without
    `keys` new ones are made.
    """
    keys = keys or new_keys()
    for attempt in range(1, _ATTEMPTS + 1):
        chosen = _claim(port)
        config = write_config(directory, chosen, keys, webhook_url)
        process = await _start(server_command(binary, config), directory / "livekit.log")
        try:
            if await _answers(process, chosen, start_timeout_s):
                yield LocalLiveKit(server_url(chosen), keys.api_key, keys.api_secret, process.pid)
                return
        finally:
            await _stop(process)
        if port is not None or attempt == _ATTEMPTS:
            raise RequirementMissing(
                f"livekit-server did not answer on {HOST}:{chosen}. Its last words are in "
                f"{directory / 'livekit.log'}: {last_line(directory / 'livekit.log')}"
            )


def find_server_binary(settings: Settings) -> Path:
    """The project's own livekit-server; raises RequirementMissing when it has not been built."""
    binary = settings.state_dir / "bin" / "livekit-server"
    if not binary.is_file():
        raise RequirementMissing(
            f"There is no livekit-server at {binary}. Run `make setup`: it builds one."
        )
    return binary


def new_keys() -> Keys:
    """A fresh key and secret; LiveKit wants 32 letters or more of secret."""
    return Keys(f"API{secrets.token_hex(6)}", secrets.token_urlsafe(36))


def write_config(
    directory: Path,
    port: int,
    keys: Keys,
    webhook_url: str | None,
    media: MediaNetwork = LOOPBACK,
) -> Path:
    """Write the server's config (it holds the secret: readable by its owner only)."""
    directory.mkdir(parents=True, exist_ok=True)
    config: dict[str, object] = {
        "port": port,
        "bind_addresses": [HOST],
        "keys": {keys.api_key: keys.api_secret},
        "room": {"auto_create": False},
        "rtc": {
            "tcp_port": media.tcp_port,
            "udp_port": media.udp_port or free_port(socket.SOCK_DGRAM),
            "node_ip": media.address,
            "use_external_ip": False,
            "enable_loopback_candidate": media is LOOPBACK,
            "interfaces": {"includes": [media.interface]},
            "ips": {"includes": [f"{media.address}/32"]},
        },
        "logging": {"level": "info", "json": True},
    }
    if webhook_url is not None:
        config["webhook"] = {"api_key": keys.api_key, "urls": [webhook_url]}
    path = directory / "livekit.yaml"
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(config, indent=2) + "\n")  # YAML reads JSON
    return path


def server_command(binary: Path, config: Path) -> list[str]:
    """How to run the server as a child that dies with the thread that starts it."""
    if not binary.is_file():
        raise RequirementMissing(
            f"There is no livekit-server at {binary}. Run `make setup`: it builds one."
        )
    return [*dies_with_parent(), str(binary), "--config", str(config)]


def dies_with_parent() -> list[str]:
    """The prefix that ties a command's life to its parent's; empty where util-linux is missing."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", "--"] if setpriv else []


def server_url(port: int) -> str:
    return f"ws://{HOST}:{port}"


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port of 127.0.0.1 that nobody uses now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_port_free(port: int, kind: socket.SocketKind = socket.SOCK_STREAM, host: str = HOST) -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:  # as servers do: a port in TIME_WAIT is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


async def answers(port: int, path: str = "/") -> bool:
    """Whether a server on 127.0.0.1 answers this path with 200 now."""
    try:
        reader, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    try:
        writer.write(f"GET {path} HTTP/1.0\r\nHost: {HOST}:{port}\r\n\r\n".encode())
        return b" 200 " in await reader.readline()
    except OSError:
        return False
    finally:
        writer.close()


def last_line(log: Path) -> str:
    """The last line that a program wrote to its log, without the frame that Python draws around
    the errors of a group; empty when there is none.
    """
    lines = log.read_text(errors="replace").split("\n") if log.is_file() else []
    return next((said for line in reversed(lines) if (said := line.strip(" \t|+-"))), "")


def _claim(port: int | None) -> int:
    if port is None:
        return free_port()
    if not is_port_free(port):
        raise RequirementMissing(
            f"Port {port} on {HOST} is used by another program. "
            f"Stop it (`ss -ltnp 'sport = :{port}'` names it), or give another port."
        )
    return port


async def _start(command: list[str], log: Path) -> asyncio.subprocess.Process:
    # An empty environment: LIVEKIT_KEYS, LIVEKIT_CONFIG, UDP_PORT … would override the config.
    with log.open("wb") as output:
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={},
            start_new_session=True,  # Ctrl-C in the terminal is ours to pass on, in order
        )


async def _answers(process: asyncio.subprocess.Process, port: int, timeout_s: float) -> bool:
    """Wait until the server answers HTTP; False when it ends or stays silent."""
    try:
        async with asyncio.timeout(timeout_s):
            while process.returncode is None:
                if await answers(port):
                    return True
                await asyncio.sleep(0.05)
    except TimeoutError:
        pass
    return False


async def _stop(process: asyncio.subprocess.Process) -> None:
    """The first signal would wait for every room to close; the second ends the server at once."""
    for signal_now in (process.terminate, process.terminate, process.kill):
        if process.returncode is not None:
            return
        signal_now()
        try:
            async with asyncio.timeout(_STOP_S if signal_now == process.kill else _STOP_S / 4):
                await process.wait()
        except TimeoutError:
            continue
