"""The people of a measured handover: who listens in Chromium, an interpreter in another Chromium, a
partner without a browser. Each voice is a pitch of its own."""

import asyncio
import shlex
import signal
import socket
import sys
import time
import wave
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from playwright.async_api import Page, expect

from interpreter.local_server import HOST, dies_with_parent
from interpreter.requirements import ROOT
from tests.bench.turns import Switch
from tests.browser.chromium import CHROMIUM, chromium, open_page
from tests.live.booth import Console
from tests.live.links import Link
from tests.live.meeting import Meeting, until

MACHINE, MARIA, JOAN = "machine", "maria", "joan"
PITCHES_HZ = {MACHINE: 880.0, MARIA: 660.0, JOAN: 430.0}
"""Too near to one another in what BS.1770 makes of them to be heard as louder."""
MICROPHONE_HZ = 48_000
PEAK = 0.25
LONGEST_S = 600
HOLDS_S = 4.0
COMES_S = 20.0

DEVICE = """(() => {
  const tracks = [];
  const keep = (track) => (tracks.push(track), track);
  const clone = MediaStreamTrack.prototype.clone;
  MediaStreamTrack.prototype.clone = function () { return keep(clone.call(this)); };
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await open(wanted);
    stream.getTracks().forEach(keep);
    return stream;
  };
  window.unplug = () => tracks.splice(0).forEach((track) => {
    track.stop();
    track.dispatchEvent(new Event("ended"));
  });
  window.plug = () => navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
})()"""
"""A microphone that can be pulled out, as a page sees it."""


def write_tone(wav: Path, hz: float) -> Path:
    """What a fake microphone plays: one pitch for as long as anybody measures."""
    at_s = np.arange(MICROPHONE_HZ) / MICROPHONE_HZ  # whole periods a second
    second = (32_767 * PEAK * np.sin(2 * np.pi * hz * at_s)).astype(np.int16).tobytes()
    with wave.open(str(wav), "wb") as file:
        file.setparams((1, 2, MICROPHONE_HZ, 0, "NONE", ""))
        for _ in range(LONGEST_S):
            file.writeframes(second)
    return wav


@asynccontextmanager
async def beyond(link: Link, program: Path, *ports: int) -> AsyncIterator[None]:
    """Make `program` start Chromium beyond the link, where this machine's ports are found all the
    same."""
    words = link.at_far_end(sys.executable, "-m", "tests.live.far_ports", *map(str, ports))
    process = await asyncio.create_subprocess_exec(
        *dies_with_parent(), *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    await process.stdout.readline()
    _write_program(program, link.at_far_end(str(CHROMIUM)))
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


def _write_program(program: Path, command: list[str]) -> None:
    program.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
    program.chmod(0o700)


@asynccontextmanager
async def browser_console(url: str, microphone: Path, program: Path) -> AsyncIterator[Page]:
    """An interpreter's console in a browser of its own, entered; it may be killed meanwhile."""
    async with chromium(microphone, program) as browser:
        context = await browser.new_context(
            viewport={"width": 1280, "height": 640}, locale="en-GB", permissions=["microphone"]
        )
        page = await context.new_page()
        await page.add_init_script(DEVICE)
        await page.goto(url)
        await expect(page.locator("#check-words")).not_to_be_empty()
        await page.click("#enter")
        await expect(page.locator("#live")).to_have_text("In the booth")
        await page.keyboard.press("h")  # a tone is no speech: they keep silent on purpose
        yield page


def kill_browser(microphone: Path) -> None:
    """SIGKILL for the browser that has this microphone, and all that belongs to it."""
    flag = f"--use-file-for-fake-audio-capture={microphone}"
    for process in psutil.Process().children(recursive=True):
        if any(word.startswith(flag) for word in process.cmdline()):
            for one in [process, *process.children(recursive=True)]:
                one.send_signal(signal.SIGKILL)
            return


def kill_web(port: int) -> None:
    """SIGKILL for the product's web server; whoever keeps it starts it again."""
    for process in psutil.Process().children(recursive=True):
        words = process.cmdline()
        if "web.app:create_app" in words and str(port) in words:
            process.send_signal(signal.SIGKILL)
            return


def answers_now(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as one:
        return one.connect_ex((HOST, port)) == 0


@asynccontextmanager
async def listener_page(meeting: Meeting, program: Path) -> AsyncIterator[Page]:
    """Somebody who listens in Spanish to the translation alone; their sound is recorded."""
    async with chromium(program=program) as browser:
        page = await open_page(browser, meeting.url)
        await page.evaluate("""() => {
          const balance = document.getElementById("balance");
          balance.value = "100";
          balance.dispatchEvent(new Event("input"));
        }""")
        await page.click("#language")
        await page.click("#languages [data-tag=es]")
        await page.click("#sound")
        yield page


@dataclass
class Booth:
    """Who is on air by the floor agent's word, and every switch so far, in Unix time."""

    joan: Console
    switches: list[Switch] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    changes: int = 0
    """Where there should have been none."""

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Nobody is to come or go meanwhile."""
        before = self.joan.on_air.get("number")
        yield
        self.changes += self.joan.on_air.get("number") != before

    @property
    def on_air(self) -> str:
        told: dict[str, Any] = self.joan.on_air
        if told.get("source") != "human":
            return str(told.get("source", ""))
        return JOAN if told.get("who") == self.joan.me else MARIA

    async def switch(
        self,
        what: str,
        after: str,
        act: Callable[[], Awaitable[object]],
        *,
        counts_from: str = "",
        holds_s: float = HOLDS_S,
    ) -> None:
        """Cause it, and let the next one be heard for a while; what has no cause of a moment
        (`counts_from`) counts from the floor agent's word."""
        before, at_s = self.on_air, time.time()
        await act()
        if before == after:
            self.failures.append(f"{what}: {after} was on air already")
            return
        try:
            await until(lambda: self.on_air == after, COMES_S)
        except TimeoutError:
            self.failures.append(f"{what}: {self.on_air} instead of {after}")
            return
        self.troubles.append(f"{what}: {self.joan.on_air.get('trouble')}")
        told_s = self.joan.told[-1][0]
        self.switches.append(Switch(what, told_s if counts_from else at_s, before, after))
        await asyncio.sleep(holds_s)


class Kept:
    """The one console browser, which may be killed and opened again."""

    def __init__(self, url: str, microphone: Path, program: Path) -> None:
        self._url = url
        self._microphone = microphone
        self._program = program
        self._exits = AsyncExitStack()
        self.page: Page | None = None

    async def open(self) -> None:
        console = browser_console(self._url, self._microphone, self._program)
        self.page = await self._exits.enter_async_context(console)

    async def kill(self) -> None:
        kill_browser(self._microphone)

    async def press(self, *keys: str) -> None:
        assert self.page is not None
        for key in keys:
            await self.page.keyboard.press(key)
            await asyncio.sleep(0.3)

    async def run(self, script: str) -> None:
        assert self.page is not None
        await self.page.evaluate(script)

    async def close(self) -> None:
        await self._exits.aclose()
