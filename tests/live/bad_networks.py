"""A meeting with listeners on good and bad networks, as a program of its own that leaves this
machine's network first: one talk, each listener behind a link with weather of its own.

`python -m tests.live.bad_networks FOLDER` writes what each had, and what really was said, there.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from interpreter.children import Child
from interpreter.local_server import HOST, dies_with_parent
from interpreter.rehearsal.sound_file import sound_blocks
from interpreter.requirements import ROOT
from tests.live.far_listener import READY
from tests.live.links import CUT, FINE, NEAR, NEAR_CARD, Link, Weather, open_links
from tests.live.meeting import HASTE, Meeting, Product, running_product, until
from tests.speech import speak_talk

SENTENCES = (
    "The city council wants to build a new school near the river.",
    "The teachers asked for more time.",
    "The old bridge will not be closed before the end of the year.",
    "Many people live in the old town.",
    "We have twelve schools and two hospitals in this city.",
    "The city needs clean water and more doctors.",
    "The village has more than three hundred houses.",
)
CLEARS_AFTER = 4
"""So many sentences are spoken in bad weather; then it clears up."""
CUT_IN = 2
"""The line is cut with the first word of this sentence, counted from 0 …"""
CUT_S = 2.0
STARTS: dict[str, Weather] = {
    "good": FINE,
    "loss": Weather(loss=0.05),
    "jitter": Weather(delays_s=(0.0, 0.2)),
    "cut": FINE,
    "no-udp": Weather(has_udp=False),
}
"""The weather in which each joins. Jitter: 100 ms to either side of 100 ms."""
TRUTH = "truth.json"


@dataclass(frozen=True, slots=True)
class Truth:
    """What was said and spoken; times are Unix times."""

    stored: list[list[str]]
    """Id, speaker, text of each segment in the store."""
    playouts: list[dict[str, Any]]
    speaker: str
    """Identity."""
    cut_from: float
    cleared: float
    packets: dict[str, list[int]]
    """Network → carried, lost."""


async def hold_meeting(product: Product, links: dict[str, Link], folder: Path) -> None:
    """One talk for all, then what became of it."""
    times = speak_talk(folder / "talk.wav", "rms", *SENTENCES)
    cut_at_s, clear_at_s = times[CUT_IN].start_s, times[CLEARS_AFTER].start_s
    moments: dict[str, float] = {}
    async with AsyncExitStack() as stack:
        meeting = await stack.enter_async_context(product.meeting("es"))
        speaker = await stack.enter_async_context(meeting.speaker("Ana"))
        for name, link in links.items():
            await stack.enter_async_context(_far_listener(meeting, link, folder / name))
        async with asyncio.timeout(60.0):
            while not all((folder / name / READY).exists() for name in links):
                await speaker.keep_silent(0.2)
        async for played_s in speaker.play(sound_blocks(folder / "talk.wav")):
            if played_s >= cut_at_s and "cut" not in moments:
                moments["cut"] = meeting.now_s()
                links["cut"].weather = CUT
            if "cut" in moments and meeting.now_s() - moments["cut"] > CUT_S:
                links["cut"].weather = FINE
            if played_s >= clear_at_s and "cleared" not in moments:
                moments["cleared"] = meeting.now_s()
                for name in ("loss", "jitter"):
                    links[name].weather = FINE
        await until(meeting.is_over)
        await asyncio.sleep(3.0)  # two rounds of the captions' snapshot
    _write(meeting, moments, links, folder / TRUTH)


def _write(meeting: Meeting, moments: dict[str, float], links: dict[str, Link], to: Path) -> None:
    stored = meeting.segments("es")
    truth = Truth(
        [[one.id, one.speaker, one.text] for one in stored],
        [
            {**event, "start_s": event["start_s"] + meeting.clock_zero}
            for event in meeting.events("playout")
        ],
        next(one.source_line for one in stored if one.source_line).split("/")[1],
        moments["cut"] + meeting.clock_zero,
        moments["cleared"] + meeting.clock_zero,
        {name: [link.carried, link.lost] for name, link in links.items()},
    )
    to.write_text(json.dumps(asdict(truth)))


@asynccontextmanager
async def _far_listener(meeting: Meeting, link: Link, folder: Path) -> AsyncIterator[None]:
    """A listener beyond the link until the end of the block; it has written its report then."""
    place = await meeting.join(role="listener")
    place["url"] = place["url"].replace(HOST, NEAR)
    command = (sys.executable, "-m", "tests.live.far_listener", json.dumps(place))
    web_url = meeting.product.plan.web_url.replace(HOST, NEAR)
    with (folder / "listener.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *dies_with_parent(),
            *link.at_far_end(*command, web_url, "es", str(folder)),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
        )
    yield
    await process.communicate(b"")  # the end of its input


@asynccontextmanager
async def reachable(product: Product) -> AsyncIterator[None]:
    """Carry TCP from the links to web and LiveKit's signalling, as a proxy does."""
    async with AsyncExitStack() as stack:
        for port in (product.plan.web_port, product.plan.livekit_port):
            await stack.enter_async_context(
                await asyncio.start_server(relay_to(HOST, port), NEAR, port)
            )
        yield


def relay_to(host: str, port: int) -> Any:
    """Carries each connection there."""

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there_writer = await asyncio.open_connection(host, port)
        except ConnectionError:  # nobody is there now
            writer.close()
            return
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_pump(reader, there_writer))
            tasks.create_task(_pump(there_reader, writer))

    return relay


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


def with_media_on_links(child: Child) -> Child:
    """LiveKit's sound and captions go over the links, by UDP and TCP."""
    if child.name == "livekit-server":
        path = Path(child.command[-1])
        config = json.loads(path.read_text())
        config["rtc"] |= {
            "tcp_port": 7881,
            "node_ip": NEAR,
            "enable_loopback_candidate": False,
            "interfaces": {"includes": [NEAR_CARD]},
            "ips": {"includes": [f"{NEAR}/32"]},
        }
        path.write_text(json.dumps(config))
    return child


async def _main(folder: Path, links: dict[str, Link]) -> None:
    for name, link in links.items():
        link.weather = STARTS[name]
        link.start()
    with running_product(folder / "state", HASTE, with_media_on_links) as product:
        async with reachable(product):
            await hold_meeting(product, links, folder)


if __name__ == "__main__":
    for part in ("state", *STARTS):
        (Path(sys.argv[1]) / part).mkdir()
    with open_links(len(STARTS)) as laid:
        asyncio.run(_main(Path(sys.argv[1]), dict(zip(STARTS, laid, strict=True))))
