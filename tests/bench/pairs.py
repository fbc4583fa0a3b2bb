"""`python -m tests.bench.pairs`: twenty pairs at once in the whole product, on engines that replay;
what a pair costs beside an empty streaming job of the same worker, and what listeners hear."""

import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import fmean, median, quantiles
from typing import Annotated

import psutil
import typer
from rich.console import Console

from interpreter.children import Child
from interpreter.heard import Interval
from tests.bench.audible import HeardVoice, holes
from tests.bench.costs import Cost, Costs, measure
from tests.bench.crowd import listening, with_an_empty_job
from tests.bench.empty_job import VOICE
from tests.bench.figures import Figure, JsonFile, end, figures_table
from tests.bench.memory import find_jobs
from tests.bench.prepared import TARGETS
from tests.bench.replay import Replaying, replaying, speak_prepared
from tests.bench.scene import lost_words, speak_talk, wanting
from tests.live.meeting import Meeting, Product, running_product, until

EMPTY_JOBS = 3
START_LIMIT_S = 60.0
SETTLES_S = 5.0
BEGINS_S = 15.0
"""Of the talk, before costs are measured."""
END_LIMIT_S = 40.0
MOST_PSS, MOST_CPU = 1.5, 1.3


@dataclass(slots=True)
class Run:
    """What was seen."""

    costs: Costs = field(default_factory=Costs)
    voices: dict[str, HeardVoice] = field(default_factory=dict)
    underruns: list[float] = field(default_factory=list)
    holes: list[float] = field(default_factory=list)
    lags_s: list[float] = field(default_factory=list)
    said: int = 0
    lost_words: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    """Events of all jobs."""
    speaks: float = 0.0
    """Share of the talk in which a pair's voice sounded; and an empty job's."""
    empty_speaks: float = 0.0
    engines: list[str] = field(default_factory=list)
    """What was asked of the engines, and nobody had prepared."""


def main(
    pairs: Annotated[int, typer.Option(help="In meetings of five languages.")] = 20,
    minutes: Annotated[float, typer.Option(help="Length of the talk.")] = 5.0,
    json_file: JsonFile = None,
    logs: Annotated[Path | None, typer.Option(help="Leave all that was logged here.")] = None,
) -> None:
    """Exit 1 where a voice runs dry, a word is lost, or a pair costs too much."""
    run = Run()
    with tempfile.TemporaryDirectory(prefix="pairs-") as temporary:
        folder = logs or Path(temporary)
        state = folder / "state"
        state.mkdir(parents=True)
        once, talk = speak_prepared(folder, minutes)
        with replaying(once, folder) as engines:
            with running_product(state, engines.environment(), _with_empty_jobs) as product:
                asyncio.run(_hold(run, product, engines, talk, pairs))
        run.engines = (folder / "replaying.log").read_text().splitlines()
    figures = list(_figures(run))
    Console().print(figures_table(figures))
    end(any(one.is_missed for one in figures), _plain(run), json_file)


def _with_empty_jobs(child: Child) -> Child:
    if child.name != "worker":
        return child
    return replace(child, command=[sys.executable, "-m", "tests.bench.empty_job"])


async def _hold(run: Run, product: Product, engines: Replaying, talk: Path, pairs: int) -> None:
    async with AsyncExitStack() as stack:
        for count in range(EMPTY_JOBS):
            await stack.enter_async_context(with_an_empty_job(product, run.voices))
            await _all_heard(run, count + 1)
        meetings, speakers = [], []
        for number in range(-(-pairs // len(TARGETS))):
            targets = TARGETS[: pairs - number * len(TARGETS)]
            meeting = await stack.enter_async_context(product.meeting(*targets))
            speakers.append(await stack.enter_async_context(meeting.speaker(f"Talk {number}")))
            for target in targets:
                await stack.enter_async_context(wanting(meeting, target))
            await stack.enter_async_context(listening(meeting, targets, run.voices))
            meetings.append(meeting)
            await _all_heard(run, EMPTY_JOBS + min(pairs, (number + 1) * len(TARGETS)))
        await asyncio.gather(*(speaker.keep_silent(SETTLES_S) for speaker in speakers))
        sounded = {name: voice.sounded_s for name, voice in run.voices.items()}
        began_s = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            talks = [
                tasks.create_task(speak_talk(meeting, speaker, talk))
                for meeting, speaker in zip(meetings, speakers, strict=True)
            ]
            await asyncio.sleep(BEGINS_S)
            measuring = tasks.create_task(
                measure(lambda: _processes(product, engines, meetings, run), run.costs)
            )
            await asyncio.wait(talks)
            measuring.cancel()
        _note_shares(run, sounded, time.monotonic() - began_s)
        ends = time.monotonic() + END_LIMIT_S
        while not all(m.is_over() for m in meetings) and time.monotonic() < ends:
            await asyncio.gather(*(speaker.keep_silent(1.0) for speaker in speakers))
        for meeting in meetings:
            _read(meeting, run)


async def _all_heard(run: Run, count: int) -> None:
    try:
        await until(lambda: len(run.voices) == count, START_LIMIT_S)
    except TimeoutError:
        heard = ", ".join(sorted(run.voices))
        raise TimeoutError(
            f"{count - len(run.voices)} voices are missing; heard: {heard}"
        ) from None


def _processes(
    product: Product, engines: Replaying, meetings: list[Meeting], run: Run
) -> dict[int, str]:
    """What runs: jobs by what they are, other parts by their program."""
    names = {engines.pid: "emulators", os.getpid(): "bench (speakers, listeners)"}
    for name in run.voices:
        if name.startswith(VOICE):
            names[int(name.removeprefix(VOICE))] = "empty"
    for meeting in meetings:
        names |= find_jobs(product.settings.events_dir / meeting.room)
    for process in psutil.Process().children(recursive=True):
        names.setdefault(process.pid, f"other: {_program(process)}")
    return names


def _program(process: psutil.Process) -> str:
    try:
        words = [Path(word).name for word in process.cmdline()]
    except psutil.Error:
        return "gone"
    return " ".join(word for word in words[:4] if not word.startswith("-"))[:40]


def _note_shares(run: Run, before: dict[str, float], seconds: float) -> None:
    shares = {
        name: (voice.sounded_s - before[name]) / seconds for name, voice in run.voices.items()
    }
    run.empty_speaks = fmean(share for name, share in shares.items() if name.startswith(VOICE))
    run.speaks = fmean(share for name, share in shares.items() if not name.startswith(VOICE))


def _read(meeting: Meeting, run: Run) -> None:
    events = meeting.events()
    run.counts.update(str(event["event"]) for event in events)
    run.said += sum(event["event"] == "commit" for event in events)
    run.underruns += [event["seconds"] for event in events if event["event"] == "underrun"]
    for target in sorted({e["target"] for e in events if e["event"] == "unit"}):
        units = {e["unit"]: e for e in events if e["event"] == "unit" and e["target"] == target}
        played = [e for e in events if e["event"] == "playout" and e["target"] == target]
        run.lags_s += [
            e["start_s"] - units[e["unit"]]["words"][0][2] for e in played if e["unit"] in units
        ]
        spoken = [Interval(e["start_s"], e["start_s"] + e["duration_s"]) for e in played]
        silences = run.voices[f"{meeting.id} {target}"].silences
        run.holes += [one.end_s - one.start_s for one in holes(silences, spoken)]
        run.lost_words += lost_words(meeting, target)


def _figures(run: Run) -> Iterator[Figure]:
    costs = run.costs
    pairs, empty = costs.of("pair"), costs.of("empty")
    yield Figure("pairs measured", len(pairs))
    yield Figure("for", costs.seconds, "s")
    for kind, several in (("pair", pairs), ("empty job", empty), ("floor", costs.of("floor"))):
        yield Figure(f"{kind}: PSS, median", median(one.pss for one in several), "MB")
        yield Figure(f"{kind}: PSS, most", max(one.pss for one in several), "MB")
        yield Figure(
            f"{kind}: its own memory, median", median(one.private for one in several), "MB"
        )
        yield Figure(f"{kind}: CPU, median", median(map(costs.cpu, several)), "% of a core")
        yield Figure(f"{kind}: CPU, most", max(map(costs.cpu, several)), "% of a core")
    for thread in sorted({name for one in pairs for name in one.threads_s}):
        used = [median(one.threads_s[thread] for one in some) for some in (pairs, empty)]
        if used[0] > costs.seconds / 1000:
            share, empty_share = (one / costs.seconds * 100 for one in used)
            yield Figure(f"  a pair's {thread}", share, f"% (empty job {empty_share:.2f} %)")
    yield Figure(
        "pair beside empty job, PSS", _ratio(pairs, empty, lambda one: one.pss), "×", MOST_PSS
    )
    yield Figure("pair beside empty job, CPU", _ratio(pairs, empty, costs.cpu), "×", MOST_CPU)
    yield Figure("a pair's voice sounds", run.speaks * 100, "% of the time")
    yield Figure("an empty job's voice sounds", run.empty_speaks * 100, "% of the time")
    yield Figure("underruns", len(run.underruns), "", 0)
    yield Figure("  longest", max(run.underruns, default=0.0), "s")
    yield Figure("holes heard inside a unit", len(run.holes), "", 0)
    yield Figure("  longest", max(run.holes, default=0.0), "s")
    yield Figure("words said, times targets", run.said * len(TARGETS))
    yield Figure("  of them in no stored segment", run.lost_words, "", 0)
    yield Figure("voice behind the speaker, median", median(run.lags_s), "s")
    yield Figure("voice behind the speaker, p95", quantiles(run.lags_s, n=20)[-1], "s")
    yield Figure("texts that nobody had prepared", len(run.engines))
    for name, count in run.counts.most_common():
        yield Figure(f"events: {name}", count)
    rest = [one for one in costs.by_pid.values() if one not in (*pairs, *empty)]
    for one in sorted(rest, key=lambda one: -one.cpu_s)[:16]:
        yield Figure(f"CPU of {one.name}", costs.cpu(one), "% of a core")
    yield Figure("CPU of all", sum(map(costs.cpu, costs.by_pid.values())), "% of a core")


def _ratio(pairs: list[Cost], empty: list[Cost], cost: Callable[[Cost], float]) -> float:
    return median(map(cost, pairs)) / median(map(cost, empty))


def _plain(run: Run) -> dict[str, object]:
    costs = run.costs
    return {
        "seconds": costs.seconds,
        "processes": [
            {
                "pid": pid,
                "name": one.name,
                "cpu_percent": round(costs.cpu(one), 2),
                "threads_percent": {
                    thread: round(used / costs.seconds * 100, 2)
                    for thread, used in one.threads_s.items()
                },
                "pss_mb": [round(mb, 2) for mb in one.pss_mb],
                "private_mb": [round(mb, 2) for mb in one.private_mb],
            }
            for pid, one in costs.by_pid.items()
        ],
        "speaks": run.speaks,
        "empty_speaks": run.empty_speaks,
        "underruns_s": run.underruns,
        "holes_s": run.holes,
        "lags_s": [round(lag, 2) for lag in run.lags_s],
        "said": run.said,
        "lost_words": run.lost_words,
        "events": dict(run.counts),
        "unprepared": run.engines,
    }


if __name__ == "__main__":
    typer.run(main)
