"""`python -m tests.bench`: hold a meeting in the whole product, measure, print one table."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from statistics import fmean, median, quantiles
from typing import Annotated, Any

import typer
from playwright.async_api import Browser, Page
from rich.console import Console

from interpreter.rehearsal.speaker import TalkSpeaker
from interpreter.talks import read_talk
from tests.bench.figures import Figure, JsonFile, end, figures_table
from tests.bench.memory import find_pairs, read_memory
from tests.bench.scene import speak_talk, wanting
from tests.bench.visible import corrected, delays_s, lateness_s, read_drawings, said_words
from tests.browser.chromium import chromium, open_page
from tests.live.meeting import Meeting, Product, running_product

NOTES = Path(__file__).parent / "page.js"
SETTLE_S = 4.0
PAIRS = 10
PAIR_SETTLES_S = 15.0
TAPS = 6
TAP_EVERY_S = 6.0
TAP_LIMIT_MS = 20_000
SAMPLE_S, SAMPLES = 2.0, 15


def main(
    talk: Annotated[Path, typer.Option(help="A talk with the times of its sentences.")] = Path(
        "var/talks/council.wav"
    ),
    seconds: Annotated[float, typer.Option(help="Stop the talk after so long.")] = 1e9,
    json_file: JsonFile = None,
) -> None:
    """Measure captions in Chromium, the start of a listener, and the memory of one more pair."""
    console = Console()
    load_before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="bench-") as state:
        with running_product(Path(state), changes={}) as product:
            figures = asyncio.run(_measure(product, talk, seconds))
    console.print(figures_table(figures))
    console.print(f"Load of this machine: {load_before:.1f} before, {os.getloadavg()[0]:.1f} after")
    end(any(one.is_missed for one in figures), [asdict(one) for one in figures], json_file)


async def _measure(product: Product, talk: Path, seconds: float) -> list[Figure]:
    async with (
        product.meeting("es", "ca") as meeting,
        chromium() as browser,
        meeting.speaker("Talk") as speaker,
        wanting(meeting, "es"),
    ):
        captions = await _measure_captions(meeting, browser, speaker, talk, seconds)
        async with asyncio.TaskGroup() as tasks:
            talking = tasks.create_task(speak_talk(meeting, speaker, talk, seconds))
            await asyncio.sleep(SETTLE_S)
            taps = await _measure_taps(meeting, browser)
            talking.cancel()
        async with _silent_pairs(product, PAIRS - 2), wanting(meeting, "ca"):
            async with asyncio.TaskGroup() as tasks:
                talking = tasks.create_task(speak_talk(meeting, speaker, talk, seconds))
                memory = await _measure_memory(meeting, "ca")
                talking.cancel()
    return [*captions, *taps, *memory]


@asynccontextmanager
async def _silent_pairs(product: Product, count: int) -> AsyncIterator[None]:
    """Pairs of other meetings, in which nobody says anything."""
    async with AsyncExitStack() as stack:
        for _ in range(count // 2):
            meeting = await stack.enter_async_context(product.meeting("es", "ca"))
            await stack.enter_async_context(meeting.speaker("Nobody"))
            await stack.enter_async_context(wanting(meeting, "es"))
            await stack.enter_async_context(wanting(meeting, "ca"))
        yield


async def _measure_captions(
    meeting: Meeting, browser: Browser, speaker: TalkSpeaker, talk: Path, seconds: float
) -> list[Figure]:
    """Word → visible, in the speaker's own language, while another language is interpreted."""
    page = await open_page(browser, meeting.url, script=NOTES)
    await speaker.keep_silent(SETTLE_S)
    zero_s = await speak_talk(meeting, speaker, talk, seconds)
    await speaker.keep_silent(SETTLE_S)
    noted: dict[str, Any] = await page.evaluate("noted")
    await page.context.close()
    events = meeting.events()
    said = said_words(events)
    late_s = lateness_s([word.end_s for word in said], read_talk(talk)[1], zero_s)
    drawings = read_drawings(noted["captions"], meeting.clock_zero)
    delays = [delay_s + late_s for delay_s in delays_s(said, drawings)]
    return [
        Figure("word → visible, median", median(delays), "s", 0.8),
        Figure("word → visible, p95", quantiles(delays, n=20)[-1], "s", 1.5),
        Figure("word → visible, longest", max(delays), "s"),
        Figure("words said", len(said), ""),
        Figure("words that were shown", len(delays) / len(said) * 100, "%"),
        Figure("words that were corrected later", corrected(events, said) * 100, "%"),
        Figure("microphone → floor agent (part of the above)", late_s, "s"),
    ]


async def _measure_taps(meeting: Meeting, browser: Browser) -> list[Figure]:
    """New listeners of a running language, one after another."""
    sounds, captions = [], []
    for _ in range(TAPS):
        page = await open_page(browser, meeting.url, locale="es-ES", script=NOTES)
        await page.click("#sound")
        sound_s, caption_s = await _first_of(page)
        sounds.append(sound_s)
        captions.append(caption_s)
        await page.context.close()
        await asyncio.sleep(TAP_EVERY_S)
    first = [min(pair) for pair in zip(sounds, captions, strict=True)]
    return [
        Figure("tap → first sound or caption, longest", max(first), "s", 3.0),
        Figure("tap → first sound, median", median(sounds), "s"),
        Figure("tap → first sound, longest", max(sounds), "s"),
        Figure("tap → first caption, longest", max(captions), "s"),
    ]


async def _first_of(page: Page) -> tuple[float, float]:
    """Seconds from the tap to the first sound and to the first caption (0 if it was there)."""
    await page.wait_for_function(
        "() => noted.soundMs && noted.captions.some(({ pieces }) => pieces.length > 0)",
        timeout=TAP_LIMIT_MS,
    )
    noted: dict[str, Any] = await page.evaluate("noted")
    caption_ms = next(one["atMs"] for one in noted["captions"] if one["pieces"])
    tap_ms = noted["tapMs"]
    return (noted["soundMs"] - tap_ms) / 1000, max(0.0, caption_ms - tap_ms) / 1000


async def _measure_memory(meeting: Meeting, target: str) -> list[Figure]:
    """The pair that came last, while it interprets."""
    logs = meeting.product.settings.events_dir / meeting.room
    shared, own = [], []
    await asyncio.sleep(PAIR_SETTLES_S)
    for _ in range(SAMPLES):
        await asyncio.sleep(SAMPLE_S)
        memory = read_memory(find_pairs(logs)[target])
        shared.append(memory.pss_mb)
        own.append(memory.private_mb)
    return [
        Figure(f"memory of the {PAIRS}th pair, PSS, mean", fmean(shared), "MB", 40.0),
        Figure("of it: its own alone", fmean(own), "MB"),
    ]


if __name__ == "__main__":
    typer.run(main)
