"""Two machines on one table: network namespaces joined by a cable, seen by nobody else.

Nothing of this machine's own network is touched; the kernel removes all of it with the namespaces.
"""

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest

SERVER, CLIENT = "192.168.77.1", "192.168.77.2"
CARD = "lan0"


@dataclass(frozen=True, slots=True)
class Network:
    """The names of both namespaces; `server` has the address SERVER, `client` CLIENT."""

    server: str
    client: str

    def on_server(self, *command: str) -> list[str]:
        return ["ip", "netns", "exec", self.server, *command]

    def on_client(self, *command: str) -> list[str]:
        return ["ip", "netns", "exec", self.client, *command]

    def block(self, *match: str) -> None:
        """Let nothing out of the client that matches, in the words of ip-rule(8)."""
        run(*self.on_client("ip", "rule", "add", *match, "blackhole"))

    def listeners(self) -> set[str]:
        """What the server waits for TCP connections on, as address:port."""
        rows = run(*self.on_server("ss", "-Hltn")).splitlines()
        return {row.split()[3] for row in rows}


@contextmanager
def cable() -> Iterator[Network]:
    """Two namespaces joined by a cable; skips the test where they cannot be made."""
    if os.geteuid() != 0:
        pytest.skip("network namespaces need root")
    if shutil.which("ip") is None or shutil.which("ss") is None:
        pytest.skip("network namespaces need iproute2")
    tag = secrets.token_hex(3)
    network = Network(f"server-{tag}", f"client-{tag}")
    with ExitStack() as undo:
        for namespace in (network.server, network.client):
            try:
                run("ip", "netns", "add", namespace)
            except subprocess.CalledProcessError as error:
                pytest.skip(f"no network namespaces here: {error.stderr.strip()}")
            undo.callback(run, "ip", "netns", "delete", namespace)
        here, there = ("netns", network.server), ("netns", network.client)
        run("ip", "link", "add", CARD, *here, "type", "veth", "peer", "name", CARD, *there)
        for namespace, address in ((network.server, SERVER), (network.client, CLIENT)):
            run("ip", "-n", namespace, "address", "add", f"{address}/24", "dev", CARD)
            run("ip", "-n", namespace, "link", "set", CARD, "up")
            run("ip", "-n", namespace, "link", "set", "lo", "up")
        yield network


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout
