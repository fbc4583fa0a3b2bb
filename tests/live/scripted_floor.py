"""A floor agent in a process of its own that does nothing but answer web's pings; it can be killed,
frozen and made deaf."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from livekit import api, rtc

from interpreter.room import EPOCH, ROLE, Role
from web.settings import WebSettings

ROOT = Path(__file__).parents[2]


@dataclass
class ScriptedFloor:
    """The process, from outside."""

    identity: str
    process: asyncio.subprocess.Process

    def kill(self) -> None:
        self.process.kill()

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def deafen(self) -> None:
        self.process.send_signal(signal.SIGUSR1)


@asynccontextmanager
async def scripted_floor(
    settings: WebSettings, room: str, identity: str, epoch: int = 1
) -> AsyncIterator[ScriptedFloor]:
    """Join the room as a worker's floor agent does."""
    grants = api.VideoGrants(room_join=True, room=room, agent=True)
    token = (
        api.AccessToken(settings.livekit_api_key, settings.livekit_api_secret)
        .with_identity(identity)
        .with_kind("agent")
        .with_attributes({ROLE: Role.FLOOR.value, EPOCH: str(epoch)})
        .with_grants(grants)
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.live.scripted_floor", settings.livekit_url, token.to_jwt()),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    try:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        yield ScriptedFloor(identity, process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _attend(url: str, token: str) -> None:
    state = {"state": "ok", "told_s": 0.0}
    asyncio.get_running_loop().add_signal_handler(
        signal.SIGUSR1, lambda: state.update(state="deaf", told_s=9.0)
    )
    room = rtc.Room()
    over = asyncio.Event()
    room.on("disconnected", lambda _reason: over.set())
    await room.connect(url, token, rtc.RoomOptions(auto_subscribe=False))

    async def answer(_call: rtc.RpcInvocationData) -> str:
        return json.dumps(state)

    room.local_participant.register_rpc_method("ping", answer)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await over.wait()


if __name__ == "__main__":
    asyncio.run(_attend(sys.argv[1], sys.argv[2]))
