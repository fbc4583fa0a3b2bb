"""The private LiveKit server: it answers on loopback, and never outlives its owner."""

import asyncio
import json
import os
import signal
import socket
import stat
import sys
from pathlib import Path

import pytest
from livekit import api

from interpreter.errors import RequirementMissing
from interpreter.local_server import find_server_binary, local_livekit
from interpreter.settings import Settings

pytestmark = pytest.mark.live


@pytest.fixture
def binary() -> Path:
    return find_server_binary(
        Settings.model_validate({"LIVEKIT_API_KEY": "key", "LIVEKIT_API_SECRET": "s" * 32})
    )


async def test_server_answers_and_accepts_its_generated_keys(binary: Path, tmp_path: Path) -> None:
    async with (
        local_livekit(binary, tmp_path) as server,
        api.LiveKitAPI(server.url, server.api_key, server.api_secret) as client,
    ):
        await client.room.create_room(api.CreateRoomRequest(name="talk"))
        rooms = await client.room.list_rooms(api.ListRoomsRequest())
    assert [room.name for room in rooms.rooms] == ["talk"]


async def test_server_ends_with_its_block_even_with_an_open_room(
    binary: Path, tmp_path: Path
) -> None:
    async with local_livekit(binary, tmp_path) as server:
        async with api.LiveKitAPI(server.url, server.api_key, server.api_secret) as client:
            await client.room.create_room(api.CreateRoomRequest(name="talk"))
    with pytest.raises(ProcessLookupError):
        os.kill(server.pid, 0)


async def test_config_is_private_and_listens_on_loopback_only(binary: Path, tmp_path: Path) -> None:
    async with local_livekit(binary, tmp_path, webhook_url="http://127.0.0.1:9/hook"):
        path = tmp_path / "livekit.yaml"
        config = json.loads(path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert config["bind_addresses"] == ["127.0.0.1"]
    assert config["room"] == {"auto_create": False}
    assert config["webhook"]["urls"] == ["http://127.0.0.1:9/hook"]


async def test_a_port_in_use_is_named_with_what_to_do(binary: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(RequirementMissing, match=rf"Port {port} .* used .*another port"):
            async with local_livekit(binary, tmp_path, port):
                pass


async def test_a_server_that_dies_at_once_shows_its_last_words(tmp_path: Path) -> None:
    broken = tmp_path / "livekit-server"
    broken.write_text("#!/bin/sh\necho cannot bind >&2\nexit 1\n")
    broken.chmod(0o755)
    with pytest.raises(RequirementMissing, match="did not answer .* cannot bind"):
        async with local_livekit(broken, tmp_path):
            pass


async def test_server_dies_with_a_killed_owner(binary: Path, tmp_path: Path) -> None:
    owner = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _OWNER, str(binary), str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert owner.stdout is not None
    server = os.pidfd_open(int(await owner.stdout.readline()))
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(server, ended.set)
    owner.send_signal(signal.SIGKILL)
    await owner.wait()
    await ended.wait()
    asyncio.get_running_loop().remove_reader(server)
    os.close(server)


_OWNER = """
import asyncio, sys
from pathlib import Path
from interpreter.local_server import local_livekit

async def own() -> None:
    async with local_livekit(Path(sys.argv[1]), Path(sys.argv[2])) as server:
        print(server.pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(own())
"""
