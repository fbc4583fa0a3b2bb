"""`python -m tests.bench.soak`: an hour of talk into four languages in the whole product, and what
has grown by then: the memory of each process, and the lag of each voice."""

import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import psutil
import typer
from rich.console import Console

from interpreter.talks import TEXTS, join_talks, make_talks, read_manners
from tests.bench.figures import Figure, JsonFile, end, figures_table
from tests.bench.memory import (
    Sample,
    find_jobs,
    growth_mb_an_hour,
    read_memory,
    resident_growth_mb_an_hour,
    together,
)
from tests.bench.scene import lost_words, speak_talk, wanting
from tests.live.meeting import Meeting, running_product

SAMPLE_EVERY_S = 15.0
GROWTH_MARK_MB = 2.0
DRIFT_MARK_S = 1.0
"""The voice may be so much later in the last third of the talk than in the first."""
NOT_OURS = ("livekit-server",)
"""Its growth is told, and not judged here."""
OURS = ("python", "floor", "pair")
END_LIMIT_S = 60.0


@dataclass(slots=True)
class Soak:
    """What was seen while the talk went on."""

    samples: dict[tuple[int, str], list[Sample]] = field(default_factory=lambda: defaultdict(list))
    """By process and what it is."""
    seconds: float = 0.0
    lags: dict[str, list[float]] = field(default_factory=dict)
    """Of every unit that was spoken, in order, by target."""
    underruns: int = 0
    lost_words: dict[str, int] = field(default_factory=dict)
    """Said on the floor, and in no stored segment, by target."""


def main(
    minutes: Annotated[float, typer.Option(help="Length of the talk.")] = 60.0,
    to: Annotated[list[str] | None, typer.Option("--to", help="Targets; none: four.")] = None,
    warm_up: Annotated[float, typer.Option(help="Minutes that do not count.")] = 10.0,
    json_file: JsonFile = None,
) -> None:
    """Interpret for an hour; exit 1 where memory or lag grows, or a word is lost."""
    targets = to or ["es", "ca", "pt", "fr"]
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        talk = Path(folder) / "soak.wav"
        manners = read_manners(TEXTS)
        talks = [
            wav
            for wav in make_talks(TEXTS, Path("var/talks"))
            if not manners[wav.stem].answering_voice  # nobody waits for anybody
        ]
        join_talks(talks, minutes, talk)
        state = Path(folder) / "state"
        state.mkdir()
        with running_product(state, changes={}) as product:
            soak = asyncio.run(_soak(product, talk, targets))
    figures = list(_figures(soak, warm_up * 60))
    Console().print(figures_table(figures))
    end(any(one.is_missed for one in figures), _plain(soak, warm_up * 60), json_file)


async def _soak(product: Any, talk: Path, targets: list[str]) -> Soak:
    soak = Soak()
    async with AsyncExitStack() as stack:
        meeting: Meeting = await stack.enter_async_context(product.meeting(*targets))
        speaker = await stack.enter_async_context(meeting.speaker("Talk"))
        for target in targets:
            await stack.enter_async_context(wanting(meeting, target))
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        sampling = tasks.create_task(_sample(meeting, soak))
        await speak_talk(meeting, speaker, talk)
        ends = time.monotonic() + END_LIMIT_S
        while not meeting.is_over() and time.monotonic() < ends:
            await speaker.keep_silent(1.0)
        sampling.cancel()
        _read(meeting, targets, soak)
    return soak


async def _sample(meeting: Meeting, soak: Soak) -> None:
    """Every process of the product, every fifteen seconds."""
    began = time.monotonic()
    logs = meeting.product.settings.events_dir / meeting.room
    while True:
        soak.seconds = time.monotonic() - began
        jobs = await asyncio.to_thread(find_jobs, logs)
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                name = jobs.get(process.pid) or _name(process)
                memory = read_memory(process.pid)
                soak.samples[process.pid, name].append(
                    Sample(soak.seconds, memory.private_mb, memory.resident_mb)
                )
        await asyncio.sleep(SAMPLE_EVERY_S)


def _name(process: psutil.Process) -> str:
    """What a process that is no job is, from how it was started."""
    words = [Path(word).name for word in process.cmdline()]
    known = [word for word in words[1:] if not word.startswith("-") and word != "python"]
    return " ".join([words[0], *known][:3])[:40]


def _read(meeting: Meeting, targets: list[str], soak: Soak) -> None:
    events = meeting.events()
    for target in targets:
        units = {e["unit"]: e for e in events if e["event"] == "unit" and e["target"] == target}
        soak.lags[target] = [
            e["start_s"] - units[e["unit"]]["words"][0][2]
            for e in events
            if e["event"] == "playout" and e["target"] == target and e["unit"] in units
        ]
        soak.lost_words[target] = lost_words(meeting, target)
    soak.underruns = sum(e["event"] == "underrun" for e in events)


def _figures(soak: Soak, warm_up_s: float) -> Iterator[Figure]:
    for name, samples in _lines(soak):
        growth = growth_mb_an_hour(samples, warm_up_s)
        if growth is not None:
            mark = None if name.startswith(NOT_OURS) else GROWTH_MARK_MB
            yield Figure(f"memory of {name}, growth", growth, "MB an hour", mark)
            resident = resident_growth_mb_an_hour(samples, warm_up_s) or 0.0
            yield Figure("  of it, not copied from its parent", resident, "MB an hour")
            yield Figure("  its own at the end", samples[-1].private_mb, "MB")
    for target, lags in soak.lags.items():
        third = max(len(lags) // 3, 1)
        drift_s = median(lags[-third:]) - median(lags[:third])
        name = f"{target}: lag in the last third less that in the first"
        yield Figure(name, drift_s, "s", DRIFT_MARK_S)
        yield Figure(f"{target}: words in no stored segment", soak.lost_words[target], "", 0)
    yield Figure("underruns", soak.underruns)


def _lines(soak: Soak) -> list[tuple[str, Sequence[Sample]]]:
    """Each process of ours; Apertium's programs, which grow and are replaced, by their names."""
    lines = list[tuple[str, Sequence[Sample]]]()
    programs = defaultdict[str, list[list[Sample]]](list)
    for (pid, name), samples in soak.samples.items():
        if name.startswith((*NOT_OURS, *OURS)):
            lines.append((f"{name} ({pid})", samples))
        else:
            programs[name].append(samples)
    lines += [(f"{name}, {len(many)} processes", together(many)) for name, many in programs.items()]
    return sorted(lines, key=lambda one: one[0])


def _plain(soak: Soak, warm_up_s: float) -> dict[str, object]:
    return {
        "seconds": soak.seconds,
        "memory": [
            {
                "pid": pid,
                "name": name,
                "growth_mb_an_hour": growth_mb_an_hour(samples, warm_up_s),
                "resident_growth_mb_an_hour": resident_growth_mb_an_hour(samples, warm_up_s),
                "mb": [
                    [round(one.at_s), round(one.private_mb, 2), round(one.resident_mb, 2)]
                    for one in samples
                ],
            }
            for (pid, name), samples in soak.samples.items()
        ],
        "lags_s": {target: [round(lag, 2) for lag in lags] for target, lags in soak.lags.items()},
        "underruns": soak.underruns,
        "lost_words": soak.lost_words,
    }


if __name__ == "__main__":
    typer.run(main)
