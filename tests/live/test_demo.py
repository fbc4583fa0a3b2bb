"""`interpreter demo` as a new user sees it: one address that answers, and nothing left behind."""

import asyncio
import os
import re
import shutil
import signal
import sys
from pathlib import Path

import httpx
import numpy as np
import pytest

from interpreter.local_server import free_port, is_port_free
from interpreter.requirements import ROOT
from interpreter.talks import Sentence, write_talk

pytestmark = pytest.mark.live


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A fresh installation's state folder, with the server that the set-up built."""
    (tmp_path / "bin").symlink_to(ROOT / "var" / "bin")
    (tmp_path / "talks").mkdir()
    return tmp_path


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs util-linux")
async def test_demo_prints_an_address_that_answers_and_leaves_nothing_behind(state: Path) -> None:
    _speak_a_tone(state / "talks" / "council.wav")
    web_port, media_port = free_port(), free_port()
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "interpreter", "demo"),
        *("--port", str(web_port), "--livekit-port", str(media_port)),
        env={
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "INTERPRETER_STATE_DIR": str(state),
            "LIVEKIT_API_KEY": "key",
            "LIVEKIT_API_SECRET": "a secret of at least thirty-two letters",
        },
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, address = await _until_address(demo)
        assert address, said
        async with httpx.AsyncClient() as client:
            page = await client.get(address)
        assert page.status_code == 200
        assert "text/html" in page.headers["content-type"]
    finally:
        os.kill(demo.pid, signal.SIGTERM)
        rest, _ = await demo.communicate()
    assert demo.returncode == 0
    assert rest.decode().strip().endswith("Everything is stopped.")
    assert is_port_free(web_port)
    assert is_port_free(media_port)


async def _until_address(demo: asyncio.subprocess.Process) -> tuple[str, str]:
    assert demo.stdout is not None
    said = ""
    async for line in demo.stdout:
        said += line.decode()
        found = re.search(r"Open (http://\S+)", line.decode())
        if found:
            return said, found[1]
    return said, ""


def _speak_a_tone(wav: Path) -> None:
    tone = 0.3 * np.sin(np.arange(5 * 16_000) / 16_000 * 2 * np.pi * 300)
    write_talk(wav, tone, [Sentence("A tone.", 0.0, 5.0)])
