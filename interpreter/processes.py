"""The product's processes on one machine, as rows of the table of children: the media server, the
web server, the workers. Knows nothing of what is spoken or who listens.
"""

import asyncio
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from interpreter.children import Child, ChildFailed
from interpreter.local_server import (
    HOST,
    LOOPBACK,
    Keys,
    answers,
    find_server_binary,
    free_port,
    new_keys,
    server_command,
    server_url,
    write_config,
)
from interpreter.phones import Phones
from interpreter.requirements import State, check_database
from interpreter.settings import Settings, child_environment

MEETING = "demo"
"""The meeting that web makes by itself."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Where each part listens, and what is spoken."""

    settings: Settings
    web_port: int
    livekit_port: int
    worker_ports: tuple[int, int]
    talk: Path
    phones: Phones | None = None
    """What the local network reaches; None keeps everything on this machine."""

    @property
    def web_url(self) -> str:
        """Where this machine reaches the pages."""
        return f"http://{HOST}:{self.web_port}"

    @property
    def meeting_url(self) -> str:
        """Where people reach the demo meeting."""
        return f"{self.phones.url if self.phones else self.web_url}/m/{MEETING}"

    @property
    def environment(self) -> dict[str, str]:
        """What every child is told of its surroundings."""
        return {
            **child_environment(self.settings),
            **(self.phones.environment if self.phones else {}),
            "INTERPRETER_FLOOR_PORT": str(self.worker_ports[0]),
            "INTERPRETER_PAIR_PORT": str(self.worker_ports[1]),
            "INTERPRETER_DEMO_MEETING": MEETING,
            "INTERPRETER_LEAVE_S": "0",  # no other worker could take over
            "PYTHONUNBUFFERED": "1",
        }


def private_plan(state_dir: Path) -> Plan:
    """Keys of its own and free ports of 127.0.0.1, for a product that nobody else uses."""
    keys = new_keys()
    media_port, web_port, floor_port, pair_port = (free_port() for _ in range(4))
    settings = Settings.model_validate(
        {
            "LIVEKIT_URL": server_url(media_port),
            "LIVEKIT_API_KEY": keys.api_key,
            "LIVEKIT_API_SECRET": keys.api_secret,
            "state_dir": state_dir,
        }
    )
    return Plan(settings, web_port, media_port, (floor_port, pair_port), talk=Path())


def media_server(plan: Plan) -> Child:
    """LiveKit; when it ends every room is gone, so it is not started again."""
    settings = plan.settings
    keys = Keys(settings.livekit_api_key, settings.livekit_api_secret)
    config = write_config(
        settings.state_dir / "livekit",
        plan.livekit_port,
        keys,
        f"{plan.web_url}/livekit/webhook",
        plan.phones.media if plan.phones else LOOPBACK,
    )
    return Child(
        "livekit-server",
        server_command(find_server_binary(settings), config),
        partial(answers, plan.livekit_port),
        restarts=0,
        stop_s=0.5,  # it would wait for everyone to leave, and keeps nothing that could be lost
    )


def web_server(plan: Plan) -> Child:
    """The pages and their API."""
    factory = ["web.app:create_app", "--factory", "--host", HOST, "--port", str(plan.web_port)]
    return Child(
        "web",
        [sys.executable, "-m", "uvicorn", *factory, "--timeout-graceful-shutdown", "3"],
        partial(answers, plan.web_port, "/readyz"),
        environment=plan.environment,
    )


def worker(plan: Plan, log: Path) -> Child:
    """The floor and pair agents and their engine host; ready when LiveKit knows both agents."""
    return Child(
        "worker",
        [sys.executable, "-m", "interpreter", "worker"],
        partial(asyncio.to_thread, _is_registered, log),
        environment=plan.environment,
    )


def _is_registered(worker_log: Path) -> bool:
    return worker_log.read_bytes().count(b"registered worker") >= 2


async def migrate(plan: Plan) -> None:
    """Bring the database to the newest tables, if it has not got them."""
    database = await asyncio.to_thread(check_database, plan.settings)
    if database.state is State.READY:
        return
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "web", "migrate"),
        env=plan.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    if process.returncode != 0:
        raise ChildFailed(f"The database could not be made ready: {said.decode().strip()}")
