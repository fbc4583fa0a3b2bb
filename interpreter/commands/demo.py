"""`interpreter demo`: everything on this machine, on 127.0.0.1, until Ctrl-C; with `--lan` also for
the phones of the local network.

`_start` is the whole of it: the media server, the web server, the agents, the proxy for phones, and
a speaker whose talk is a sound file.
"""

import asyncio
import fcntl
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from sqlmodel import Session

from interpreter.certificates import ensure_certificate
from interpreter.children import Child, ChildFailed, Children
from interpreter.errors import RequirementMissing
from interpreter.lan import find_lan_address
from interpreter.local_server import (
    HOST,
    MediaNetwork,
    free_port,
    is_port_free,
    server_url,
)
from interpreter.phones import Phones
from interpreter.processes import MEETING, Plan, media_server, migrate, web_server, worker
from interpreter.settings import Settings, load_settings
from interpreter.store import Meeting, open_store
from interpreter.tls_proxy import TlsProxy, proxy_command, write_proxy_config

EVERY_ADDRESS = "0.0.0.0"
_PORTS_TRIED = 20

console = Console(highlight=False, soft_wrap=True)


def demo(
    port: Annotated[
        int, typer.Option(help="Port of the pages; the next free one is taken.")
    ] = 8080,
    livekit_port: Annotated[int, typer.Option(help="Port of the media server, likewise.")] = 7880,
    talk: Annotated[str, typer.Option(help="Test talk that is on the floor.")] = "council",
    lan: Annotated[
        bool, typer.Option("--lan", help="Also for phones of the local network.")
    ] = False,
    address: Annotated[
        str, typer.Option(help="With --lan: this machine's address there, if it has several.")
    ] = "",
) -> None:
    """Start a demo meeting on this machine and print its address; Ctrl-C ends it."""
    settings = load_settings()
    sound = settings.state_dir / "talks" / f"{talk}.wav"
    if not sound.is_file():
        raise RequirementMissing(f"There is no talk {sound}. Run `make setup`: it makes them.")
    with only_one(settings.state_dir / "demo.lock") as note_address:
        web_port = next_free_port(port)
        media_port = next_free_port(livekit_port, not_this=web_port)
        plan = Plan(
            settings.model_copy(update={"livekit_url": server_url(media_port)}),
            web_port,
            media_port,
            (free_port(), free_port()),
            sound,
            open_to_phones(settings.state_dir, address, web_port, media_port) if lan else None,
        )
        note_address(plan.meeting_url)
        asyncio.run(_run(plan))


def open_to_phones(state_dir: Path, address: str, web_port: int, livekit_port: int) -> Phones:
    """Choose this machine's address in the local network, a certificate for it, and free ports."""
    own = find_lan_address(address)
    certificate = ensure_certificate(state_dir / "lan", own.address)
    https_port = next_free_port(8443, host=own.address)
    media = MediaNetwork(
        own.address,
        own.interface,
        udp_port=next_free_port(7882, host=own.address, kind=socket.SOCK_DGRAM),
        tcp_port=next_free_port(7881, host=EVERY_ADDRESS, not_this=livekit_port),
    )
    return Phones(TlsProxy(own.address, https_port, certificate, web_port, livekit_port), media)


def next_free_port(
    port: int,
    not_this: int = 0,
    host: str = HOST,
    kind: socket.SocketKind = socket.SOCK_STREAM,
) -> int:
    """`port`, or the next one that nobody uses; a change is said."""
    for candidate in range(port, port + _PORTS_TRIED):
        if candidate != not_this and is_port_free(candidate, kind, host):
            if candidate != port:
                console.print(f"Port {port} is used by another program; taking {candidate}.")
            return candidate
    raise RequirementMissing(
        f"Ports {port} to {port + _PORTS_TRIED - 1} on {host} are all used. Give another."
    )


async def _run(plan: Plan) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, _cancel, asyncio.current_task())
    with suppress(asyncio.CancelledError):
        async with Children(plan.settings.state_dir / "log", console.print) as children:
            await _start(children, plan)
            await asyncio.Event().wait()
    console.print("Everything is stopped.")


def _cancel(task: "asyncio.Task[None] | None") -> None:
    if task is not None:
        task.cancel()


async def _start(children: Children, plan: Plan) -> None:
    console.print("Starting the media server …")
    await children.start(media_server(plan))
    await migrate(plan)
    console.print("Starting the web server and the interpreters …")
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(children.start(web_server(plan)), name="start:web")
        tasks.create_task(children.start(worker(plan, children.log("worker"))), name="start:worker")
    if plan.phones is not None:
        await children.start(tls_proxy(plan.phones.proxy, plan.settings.state_dir))
    await children.start(speaker(plan, await asyncio.to_thread(speaker_key, plan.settings)))
    here = f"\nOpen {plan.meeting_url}"
    console.print(plan.phones.invitation(f"/m/{MEETING}") if plan.phones else here)
    console.print("\nCtrl-C ends the demo.")


def tls_proxy(proxy: TlsProxy, state_dir: Path) -> Child:
    """What phones reach; ready when the pages are there through it."""
    config = write_proxy_config(state_dir / "lan" / "haproxy.cfg", proxy)
    return Child("proxy", proxy_command(config), proxy.answers)


def speaker(plan: Plan, key: str) -> Child:
    """Somebody who speaks English without end; by the way that phones take, where there is one."""
    link = f"{plan.meeting_url}/speak?key={key}"
    trust = {"SSL_CERT_FILE": str(plan.phones.proxy.certificate.authority)} if plan.phones else {}
    return Child(
        "speaker",
        [sys.executable, "-m", "interpreter", "play", str(plan.talk), "--meeting", link, "--loop"],
        environment={**plan.environment, **trust},
    )


def speaker_key(settings: Settings) -> str:
    """The secret of the demo meeting's speaker link."""
    store = open_store(settings.database_url)
    try:
        with Session(store) as session:
            meeting = session.get(Meeting, MEETING)
    finally:
        store.dispose()
    if meeting is None:
        raise ChildFailed("The web server made no demo meeting. Its log is var/log/web.log.")
    return meeting.speaker_key


@contextmanager
def only_one(lock: Path) -> Iterator[Callable[[str], None]]:
    """Refuse a second demo of the same folder: both would use one database and one engine host."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise RequirementMissing(
                f"A demo of this folder runs already: {file.read()}. End it with Ctrl-C first."
            ) from error

        def note_address(address: str) -> None:
            file.truncate(0)
            file.write(address)
            file.flush()

        yield note_address
