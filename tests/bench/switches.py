"""`python -m tests.bench.switches`: twenty changes of who interprets while a talk goes on, in the
whole product, and what a listener's page plays of them: silence, overlap, loudness, captions."""

import asyncio
import math
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import quantiles

import numpy as np
import typer
from playwright.async_api import Page
from rich.console import Console
from rich.table import Table

from interpreter.events import Origin
from tests.bench.attribution import wrong_of_humans
from tests.bench.figures import Figure, JsonFile, end, figures_table
from tests.bench.scene import lost_words
from tests.bench.stage import (
    JOAN,
    MACHINE,
    MARIA,
    PITCHES_HZ,
    Booth,
    Kept,
    answers_now,
    beyond,
    kill_web,
    listener_page,
    write_tone,
)
from tests.bench.turns import STEP_S, Outcome, Switch, outcome
from tests.browser.chromium import CHROMIUM, take_sounds
from tests.live.bad_networks import reachable, with_media_on_links
from tests.live.booth import add_interpreter, console
from tests.live.links import CUT, FINE, Link, open_links, why_not
from tests.live.meeting import Meeting, Product, as_it_is, play, running_product, until
from tests.sound import Sound, pitch_db
from tests.speech import speak_talk

SENTENCES = (
    "The city council wants to build a new school near the river.",
    "The teachers asked for more time, and the parents asked for more money.",
    "The village has more than three hundred houses.",
    "Many people live in the old town, and they do not want to leave it.",
    "The old bridge will not be closed before the end of the year.",
    "We have twelve schools and two hospitals in this city.",
)
ROUNDS = 16
BLOCK = 16_384
"""Of the page's recorder."""
WEB_AWAY_S = 4.0
CUT_S, HEALS_S = 2.0, 3.0
LISTENS_S = 0.02
END_S = 8.0
SHOWN = """() => [...document.querySelectorAll("#lines .piece")]
  .filter(({ dataset }) => dataset.final === "true").map(({ dataset }) => dataset.segment)"""
BEGAN = """(block) => {
  const heard = recordings.filter(({ blocks }) => blocks.length > 0);
  const begin = Math.min(...heard.map(({ rate, blocks }) => blocks[0].frame / rate));
  const zero = Math.min(...heard.flatMap(({ rate, blocks }) =>
    blocks.map(({ frame, atMs }) => atMs / 1000 - (frame - block) / rate)));
  return zero + begin - 2 * block / heard[0].rate;
}"""
"""Unix time of the recording's first sample: the recorder gives a block, at its end, the time at
which it will be played: a block later."""


@dataclass(frozen=True, slots=True)
class Measured:
    switches: list[Switch]
    outcomes: list[Outcome | None]
    failures: list[str]
    troubles: list[str]
    changes: int
    """Of who is on air, while web was away and while the listener's line was cut."""
    lost: int
    """Words in no segment, and segments that the listener's page does not show."""
    misattributed: int
    """Of the talk's segments, which are all the machine's: nobody recognises a tone."""
    humans_misattributed: int
    humans_segments: int

    def figures(self) -> list[Figure]:
        heard = [one for one in self.outcomes if one is not None]
        louder = [abs(one.loudness_db) for one in heard if one.loudness_db is not None]
        return [
            Figure("silence at a switch, p95", _p95([one.gap_s for one in heard]), "s", 1.0),
            Figure("both at once, p95", _p95([one.overlap_s for one in heard]), "s", 0.2),
            Figure("difference of loudness, largest", max(louder, default=np.nan), "LU", 2.0),
            Figure("captions lost", self.lost, "", 0),
            Figure("segments attributed wrongly, machine's", self.misattributed, "", 0),
            Figure(
                f"segments attributed wrongly, of {self.humans_segments} of two humans",
                self.humans_misattributed if self.humans_segments else math.nan,
                "",
                0,
            ),
            Figure("switches that did not come", len(self.failures), "", 0),
            Figure("changes when web or a listener was away", self.changes, "", 0),
            Figure("voices that were not heard", self.outcomes.count(None), "", 0),
        ]


def main(
    json_file: JsonFile = None,
) -> None:
    """Exit 1 where a listener notices more than is promised."""
    load_before, no_links = os.getloadavg()[0], why_not()
    laid = nullcontext(list[Link]()) if no_links else open_links(2)
    if no_links:
        Console().print(f"No line is cut: {no_links}.")
    with tempfile.TemporaryDirectory(prefix="switches-") as folder:
        state = Path(folder) / "state"
        state.mkdir()
        with laid as links:
            measured = asyncio.run(_measure(state, Path(folder), links))
    figures = measured.figures()
    for table in (_switches_table(measured), figures_table(figures)):
        Console().print(table)
    for line in (*measured.failures, *measured.troubles):
        Console().print(line)
    Console().print(
        f"Load of this machine: {load_before:.1f} before, {os.getloadavg()[0]:.1f} after"
    )
    plain = asdict(measured) | {"figures": [asdict(one) for one in figures]}
    end(any(one.is_missed for one in figures), plain, json_file)


async def _measure(state: Path, folder: Path, links: list[Link]) -> Measured:
    """The listener's and one console's browsers are each beyond a link, where there are links."""
    for link in links:
        link.start()
    adapt = with_media_on_links if links else as_it_is
    engines = {"INTERPRETER_TTS": "tests.bench.tone_voice:ToneVoice"}
    talk = folder / "talk.wav"
    await asyncio.to_thread(speak_talk, talk, "rms", *SENTENCES * ROUNDS, pause_s=0.2)
    tone = await asyncio.to_thread(write_tone, folder / "maria.wav", PITCHES_HZ[MARIA])
    async with AsyncExitStack() as exits:
        running = running_product(state, engines, adapt, may_be_killed=True)
        product = exits.enter_context(running)
        programs = [CHROMIUM, CHROMIUM]
        if links:
            await exits.enter_async_context(reachable(product))
            ports = (product.plan.web_port, product.plan.livekit_port)
            programs = [folder / "listener", folder / "interpreter"]
            for link, program in zip(links, programs, strict=True):
                await exits.enter_async_context(beyond(link, program, *ports))
        staged = await exits.enter_async_context(_meeting(product, talk, tone, programs))
        meeting, page, booth, maria, talking = staged
        await _all_switches(booth, maria, product.plan.web_port)
        changes = await _cut_lines(booth, maria, links)
        talking.cancel()
        await until(meeting.is_over)
        await asyncio.sleep(END_S)
        sound, zero_s = await _recorded(page)
        shown = set(await page.evaluate(SHOWN))
        stored = meeting.segments("es")
        lost = lost_words(meeting, "es")
        humans_misattributed, humans_segments = await wrong_of_humans(product, folder)
    levels = {
        who: await asyncio.to_thread(pitch_db, sound, hz, STEP_S, LISTENS_S)
        for who, hz in PITCHES_HZ.items()
    }
    switches = [
        Switch(one.what, one.at_s - zero_s, one.before, one.after) for one in booth.switches
    ]
    ends = [*(one.at_s for one in switches[1:]), math.inf]
    return Measured(
        switches,
        [outcome(one, levels, end_s) for one, end_s in zip(switches, ends, strict=True)],
        booth.failures,
        booth.troubles,
        changes,
        lost + sum(one.id not in shown for one in stored),
        sum(one.origin is not Origin.MACHINE for one in stored),
        humans_misattributed,
        humans_segments,
    )


@asynccontextmanager
async def _meeting(
    product: Product, talk: Path, tone: Path, programs: list[Path]
) -> AsyncIterator[tuple[Meeting, Page, Booth, Kept, asyncio.Task[None]]]:
    """A talk goes on, somebody listens in Spanish, and two are at their consoles."""
    async with AsyncExitStack() as exits:
        meeting = await exits.enter_async_context(product.meeting("es"))
        speaker = await exits.enter_async_context(meeting.speaker("Ana"))
        maria_key, joan_key = (add_interpreter(meeting, one, "es") for one in ("Maria", "Joan"))
        page = await exits.enter_async_context(listener_page(meeting, programs[0]))
        joining = console(meeting, joan_key, "es", PITCHES_HZ[JOAN])
        joan = await exits.enter_async_context(joining)
        maria = Kept(f"{meeting.url}/console?key={maria_key}", tone, programs[1])
        exits.push_async_callback(maria.close)
        await maria.open()
        tasks = await exits.enter_async_context(asyncio.TaskGroup())
        talking = tasks.create_task(play(speaker, talk), name="talk")
        try:
            await until(lambda: bool(meeting.events("playout")))
            await asyncio.sleep(END_S)
            yield meeting, page, Booth(joan), maria, talking
        finally:
            talking.cancel()


async def _cut_lines(booth: Booth, maria: Kept, links: list[Link]) -> int:
    """The listener's alone, of which nobody else is to notice; then the console's alone. How often
    the channel changed hands while web was away or the listener's line was cut."""
    if not links:
        return booth.changes
    listeners, consoles = links

    def mend() -> None:
        consoles.weather = FINE

    async def cut() -> None:
        consoles.weather = CUT
        asyncio.get_running_loop().call_later(CUT_S, mend)

    async def heals() -> None:
        """By itself, without a click."""

    await booth.switch("take", MARIA, lambda: maria.press("m"))
    with booth.unchanged():
        listeners.weather = CUT
        await asyncio.sleep(CUT_S)
        listeners.weather = FINE
        await asyncio.sleep(HEALS_S)
    await booth.switch("hand back", MACHINE, lambda: maria.press("m"))
    await booth.switch("take", MARIA, lambda: maria.press("m"))
    await booth.switch("console's line cut for 2 s", MACHINE, cut, holds_s=0)
    await booth.switch("console's line is back", MARIA, heals, counts_from="word")
    await booth.switch("hand back", MACHINE, lambda: maria.press("m"))
    return booth.changes


async def _all_switches(booth: Booth, maria: Kept, web_port: int) -> None:
    joan = booth.joan

    async def dies() -> None:
        joan.is_alive = False

    async def lives() -> None:
        joan.is_alive = True

    async def waits() -> None:
        """Of ten seconds without speech the floor agent says when they are over."""

    joan.is_holding = True
    await booth.switch("take", MARIA, lambda: maria.press("m"))
    await booth.switch("a partner takes it", JOAN, lambda: joan.take(force=True))
    await booth.switch("hand back", MACHINE, joan.hand_back)
    await booth.switch("take", JOAN, joan.take)
    await booth.switch("a partner takes it", MARIA, lambda: maria.press("m", "m"))
    await booth.switch("hand back", MACHINE, lambda: maria.press("m"))
    await booth.switch("take", MARIA, lambda: maria.press("m"))
    await booth.switch("microphone unplugged", MACHINE, lambda: maria.run("unplug()"))
    await booth.switch("microphone plugged in", MARIA, lambda: maria.run("plug()"))
    await booth.switch("a partner takes it", JOAN, lambda: joan.take(force=True))
    await booth.switch("a partner takes it", MARIA, lambda: maria.press("m", "m"))
    await booth.switch("browser killed", MACHINE, maria.kill, holds_s=0)
    await booth.switch("browser opened again", MARIA, maria.open, counts_from="word")
    await booth.switch("a partner takes it", JOAN, lambda: joan.take(force=True))
    with booth.unchanged():
        kill_web(web_port)
        await asyncio.sleep(WEB_AWAY_S)
        await until(lambda: answers_now(web_port))
    joan.is_holding = False
    await booth.switch("ten seconds without speech", MACHINE, waits, counts_from="word")
    joan.is_holding = True
    await booth.switch("take again", JOAN, joan.take)
    await booth.switch("console quiet", MACHINE, dies)
    await booth.switch("console back", JOAN, lives, counts_from="word")
    await booth.switch("a partner takes it", MARIA, lambda: maria.press("m", "m"))
    await booth.switch("a partner takes it", JOAN, lambda: joan.take(force=True))
    await booth.switch("hand back", MACHINE, joan.hand_back)
    await booth.switch("take", MARIA, lambda: maria.press("m"))
    await booth.switch("hand back", MACHINE, lambda: maria.press("m"))


async def _recorded(page: Page) -> tuple[Sound, float]:
    """What the page has played, and the Unix time at which it begins."""
    began_s: float = await page.evaluate(BEGAN, BLOCK)
    return np.sum(await take_sounds(page), axis=0), began_s


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else float("nan")


def _switches_table(measured: Measured) -> Table:
    table = Table("switch", "from", "to", "silence", "both at once", "louder by")
    for switch, one in zip(measured.switches, measured.outcomes, strict=True):
        names = (switch.what, switch.before, switch.after)
        if one is None:
            table.add_row(*names, "not heard", "", "", style="red")
            continue
        louder = "" if one.loudness_db is None else f"{one.loudness_db:+.1f} dB"
        table.add_row(*names, f"{one.gap_s:.2f} s", f"{one.overlap_s:.2f} s", louder)
    return table


if __name__ == "__main__":
    typer.run(main)
