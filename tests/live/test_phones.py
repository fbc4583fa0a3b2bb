"""`make demo LAN=1` on a network of its own: phones read and hear, and nothing else is open."""

import asyncio
import json
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from interpreter.requirements import ROOT
from tests.live.cable import SERVER, Network, cable
from tests.live.phone import HEARD_S, Experience

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A fresh installation's state folder, with what the set-up built and spoke."""
    for name in ("bin", "talks"):
        (tmp_path / name).symlink_to(ROOT / "var" / name)
    return tmp_path


@asynccontextmanager
async def demo(network: Network, state: Path, *options: str) -> AsyncIterator[str]:
    """The demo on the server; gives what it has said when it is open."""
    process = await asyncio.create_subprocess_exec(
        *network.on_server(sys.executable, "-m", "interpreter", "demo", *options),
        env={
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin",
            "INTERPRETER_STATE_DIR": str(state),
            "LIVEKIT_API_KEY": "key",
            "LIVEKIT_API_SECRET": "a secret of at least thirty-two letters",
        },
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    said = ""
    try:
        async for line in process.stdout:
            said += line.decode()
            if "Ctrl-C ends the demo." in said:
                break
        yield said
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.communicate()


async def use_phone(network: Network, url: str, state: Path) -> Experience:
    authority = str(state / "lan" / "authority.crt")
    command = (sys.executable, "-m", "tests.live.phone", url, authority, "es")
    process = await asyncio.create_subprocess_exec(
        *network.on_client(*command),
        env={"PATH": "/usr/bin:/bin", "SSL_CERT_FILE": authority},
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await process.communicate()
    return Experience(**json.loads(printed))


async def test_phones_read_and_hear_with_udp_and_without_and_reach_nothing_else(
    state: Path,
) -> None:
    with cable() as network:
        async with demo(network, state, "--lan") as said:
            listeners = network.listeners()
            url = re.search(r"Open (https://\S+)", said)
            assert url, said
            free = await use_phone(network, url[1], state)
            network.block("ipproto", "udp")
            strict = await use_phone(network, url[1], state)
    assert url[1] == f"https://{SERVER}:8443/m/demo"
    assert (free.page, free.is_html) == (200, True)
    assert free.captions
    assert free.heard_s > HEARD_S
    assert strict.captions
    assert strict.heard_s > HEARD_S
    beyond = {one for one in listeners if not one.startswith("127.0.0.1:")}
    assert beyond == {f"{SERVER}:8443", "*:7881"}


async def test_the_ordinary_demo_is_open_to_nobody_else(state: Path) -> None:
    with cable() as network:
        async with demo(network, state) as said:
            listeners = network.listeners()
    assert "Open http://127.0.0.1:8080/m/demo" in said
    assert listeners
    assert all(one.startswith("127.0.0.1:") for one in listeners)


async def test_an_address_of_another_machine_is_refused_in_a_sentence(state: Path) -> None:
    with cable() as network:
        async with demo(network, state, "--lan", "--address", "192.168.77.9") as said:
            pass
    assert said == ("192.168.77.9 is no address of this machine. It has: 192.168.77.1 (lan0).\n")
