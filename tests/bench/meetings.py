"""`python -m tests.bench.meetings`: a live meeting on a profile of cloud engines, each an emulator
that speaks its provider's protocol, with every fault in turn; what was lost, doubled, or silent."""

import asyncio
import json
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from interpreter.talks import RATE_HZ, TEXTS, join_talks, make_talks, read_talk, write_talk
from tests.bench.figures import JsonFile, end
from tests.bench.held_meeting import Record, Stage, hold, spoken_into
from tests.bench.meeting_figures import rows
from tests.bench.meeting_report import faults_table, misses, summary
from tests.bench.providers import leaks, running_providers
from tests.bench.spoiling import WISHES
from tests.live.meeting import running_product

TALKS = ("council", "results", "device", "museum")
"""Each has its own words: where in the talk a sound is from can be told."""
LEAD_OUT_S = 1.5


def main(
    profile: Annotated[str, typer.Option(help="One of engines.toml.")] = "deepgram-openai",
    minutes: Annotated[
        float,
        typer.Option(help="Length of the talk; the shorter, the more faults have no time."),
    ] = 3.0,
    to: Annotated[list[str] | None, typer.Option("--to", help="Targets; none: es, ca, fr.")] = None,
    reference: Annotated[
        Path | None,
        typer.Option(help="The meeting without faults: where it is, or is kept once it is held."),
    ] = None,
    json_file: JsonFile = None,
    keep: Annotated[Path | None, typer.Option(help="Keep logs and events in this folder.")] = None,
) -> None:
    """Exit 1 where a word is lost or doubled, or a fault adds more than two seconds of silence.

    Without --reference two meetings are held, the first one without faults. With it, one: the one
    without faults where its file is not there yet, and else the other one.
    """
    is_known = reference is not None and reference.is_file()
    with tempfile.TemporaryDirectory(prefix="meetings-") as temporary:
        held = Path(temporary) if keep is None else keep
        talk = speak(held, minutes)
        before = _kept(reference) if reference is not None and is_known else None
        plan = _Plan(profile, talk, to or ["es", "ca", "fr"], held)
        before, after = asyncio.run(_hold(plan, before, has_faults=is_known or reference is None))
    if reference is not None and not is_known:
        reference.write_text(json.dumps(before.plain()) + "\n")
    table = rows(after.held(), before.held())
    missed = misses(after, before, table)
    Console().print(faults_table(profile, table))
    for line in summary(after, before):
        Console().print(line, highlight=False)
    for miss in missed:
        Console().print(miss, style="red", highlight=False)
    measured = {"rows": [asdict(row) for row in table], "misses": missed}
    held_two = {"reference": before.plain(), "meeting": after.plain()}
    end(bool(missed), {"profile": profile} | measured | held_two, json_file)


@dataclass(frozen=True, slots=True)
class _Plan:
    profile: str
    talk: Path
    targets: Sequence[str]
    folder: Path


def speak(folder: Path, minutes: float) -> Path:
    """Whole sentences, of so many minutes."""
    (folder / "state").mkdir(parents=True)
    made = {one.stem: one for one in make_talks(TEXTS, Path("var/talks"))}
    talk = folder / "talk.wav"
    join_talks([made[name] for name in TALKS], minutes, talk)
    sound, sentences = read_talk(talk)
    whole = [one for one in sentences if one.end_s <= minutes * 60]
    write_talk(talk, sound[: round((whole[-1].end_s + LEAD_OUT_S) * RATE_HZ)], whole)
    return talk


def _kept(reference: Path) -> Record:
    return Record(**json.loads(reference.read_text()))


async def _hold(plan: _Plan, before: Record | None, *, has_faults: bool) -> tuple[Record, Record]:
    """The meeting without a fault, where it is not known, and the one with all of them."""
    async with AsyncExitStack() as stack:
        providers = await stack.enter_async_context(
            running_providers(plan.profile, plan.talk, plan.targets, plan.folder)
        )
        changes = spoken_into(plan.profile, providers)
        product = stack.enter_context(running_product(plan.folder / "state", changes))
        stage = Stage(product, providers, plan.talk, plan.targets)
        if before is None:
            before = await hold(stage)
        after = await hold(stage, WISHES) if has_faults else before
    after.leaks = leaks(plan.folder)
    return before, after


if __name__ == "__main__":
    typer.run(main)
