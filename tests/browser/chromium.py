"""Chromium as people use it: a fake microphone that plays a talk, pages whose sound is recorded."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.async_api import Browser, Page, async_playwright

from tests.sound import RATE_HZ, Sound, resampled

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
CHROMIUM = Path("/usr/bin/chromium")
RECORDER = Path(__file__).parent / "sound_recorder.js"


@asynccontextmanager
async def chromium(
    microphone: Path | None = None, program: Path = CHROMIUM
) -> AsyncIterator[Browser]:
    """A browser whose microphone plays this file, once, when it is opened; `program` may start it
    elsewhere."""
    sound = [f"--use-file-for-fake-audio-capture={microphone}%noloop"] if microphone else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=[*FLAGS, *sound])
        try:
            yield browser
        finally:
            await browser.close()


async def open_page(
    browser: Browser, url: str, locale: str = "en-GB", script: Path = RECORDER
) -> Page:
    """A page of its own person; `script` runs before its own, and records its sound by default."""
    context = await browser.new_context(locale=locale, viewport={"width": 390, "height": 844})
    await context.add_init_script(path=script)
    page = await context.new_page()
    await page.goto(url)
    return page


async def take_sounds(page: Page) -> list[Sound]:
    """What each source of the page sent to the loudspeaker, all from the same moment on."""
    taken = [_Recording(**one) for one in await page.evaluate("takeRecordings()")]
    begin = min(one.begin for one in taken)
    sounds = [one.sound(begin) for one in taken]
    length = min(len(sound) for sound in sounds)
    return [sound[:length] for sound in sounds]


@dataclass(frozen=True, slots=True)
class _Recording:
    rate: int
    begin: int
    samples: str

    def sound(self, begin: int) -> Sound:
        samples = np.frombuffer(base64.b64decode(self.samples), np.int16) / 32_768
        padded = np.concatenate([np.zeros(self.begin - begin), samples])
        return resampled(padded, self.rate) if self.rate != RATE_HZ else padded
