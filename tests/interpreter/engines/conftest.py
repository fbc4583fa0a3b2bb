"""An engine host in the test's own loop, with scripted children, and settings that reach it."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from interpreter.engines.host import Engines, running
from interpreter.settings import Settings

CHILD = Path(__file__).with_name("fake_child.py")


def settings_for(socket: Path) -> Settings:
    return Settings.model_validate(
        {
            "LIVEKIT_API_KEY": "key",
            "LIVEKIT_API_SECRET": "secret-of-a-test-that-nobody-uses",
            "engine_socket": socket,
        }
    )


@dataclass(frozen=True, slots=True)
class Machine:
    """A folder for the host's socket, its Apertium modes, and the trap that kills one child."""

    folder: Path

    @property
    def settings(self) -> Settings:
        return settings_for(self.folder / "host.sock")

    @property
    def trap(self) -> Path:
        return self.folder / "trap"

    def add_mode(self, pair: str, programs: str) -> None:
        (self.folder / f"{pair}.mode").write_text(programs)

    @asynccontextmanager
    async def host(self, idle_s: float = 60.0) -> AsyncIterator[Settings]:
        command = (sys.executable, str(CHILD), str(self.trap))
        engines = Engines(decoder=command, voice=command, modes=self.folder)
        settings = self.settings
        async with running(settings.engine_socket_path, idle_s, engines):
            yield settings


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)
