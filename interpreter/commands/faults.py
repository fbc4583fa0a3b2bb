"""`interpreter faults`: hurt a running meeting in mid-speech, one way at a time, and print one
table of how it recovered."""

import asyncio
import logging
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console

from interpreter.commands.file import check_languages
from interpreter.errors import InputError, InterpretationError
from interpreter.recovery import Recovery, recovery
from interpreter.recovery_figures import FaultRow, json_of, misses, table_of
from interpreter.rehearsal.fault_run import run_fault
from interpreter.rehearsal.faults import UNDISTURBED, Fault, all_faults
from interpreter.rehearsal.sound_file import Samples, check_sound, sound_blocks
from interpreter.talks import TEXTS, make_talks

TALK = "council"

say = Console(highlight=False, soft_wrap=True)


def faults(
    fault: Annotated[
        list[str] | None, typer.Option(help="Which faults; none: all of them.")
    ] = None,
    talk: Annotated[
        Path | None, typer.Option(help="A sound file that is spoken over and over; none: ours.")
    ] = None,
    source: Annotated[str, typer.Option("--from", help="Language of the talk.")] = "en",
    to: Annotated[str, typer.Option("--to", help="Target language.")] = "es",
    database_away_s: Annotated[
        float, typer.Option(help="For how long the database cannot be written to.")
    ] = 60.0,
    out: Annotated[Path, typer.Option(help="Folder for logs and events of each run.")] = Path(
        "var/faults"
    ),
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Also write the figures here.")
    ] = None,
    state_dir: Annotated[Path, typer.Option(help="Where `make setup` put the server.")] = Path(
        "var"
    ),
) -> None:
    """Kill, stop and cut off parts of the whole product while somebody speaks; print one table."""
    logging.getLogger("livekit").setLevel(logging.CRITICAL)  # it is hurt on purpose
    check_languages(source, [to])
    chosen = choose_faults(all_faults(database_away_s), fault or [])
    with say.status("Reading the talk; the first time, speaking it …"):
        sound = check_sound(talk or find_talk(state_dir / "talks"))
        samples = np.concatenate(list(sound_blocks(sound.path)))
    rows, failures = asyncio.run(_run(chosen, samples, source, to, out, state_dir / "bin"))
    _tell(rows, [*failures, *misses(rows)], json_file)


def choose_faults(known: dict[str, Fault], names: list[str]) -> list[Fault]:
    """Those of these names, or all."""
    for name in names:
        if name not in known:
            raise InputError(f"There is no fault {name!r}. Faults: {', '.join(known)}.")
    return [known[name] for name in names or known]


def find_talk(made: Path) -> Path:
    """Our own talk, spoken into `made` when it is not there yet."""
    return next(wav for wav in make_talks(TEXTS, made) if wav.stem == TALK)


async def _run(
    chosen: list[Fault], samples: Samples, source: str, target: str, out: Path, binaries: Path
) -> tuple[list[FaultRow], list[str]]:
    """A row for each fault, and a sentence for each that could not be tried."""
    rows: list[FaultRow] = []
    failures: list[str] = []

    async def measure(fault: Fault, usual: Recovery | None) -> Recovery:
        with say.status(f"{fault.name} …"):
            state_dir = out / fault.name.replace(" ", "-")
            evidence = await run_fault(
                fault, samples, source, target, state_dir, binaries, say.print
            )
        return recovery(evidence, usual)

    usual = await measure(UNDISTURBED, None)
    rows.append(FaultRow(UNDISTURBED.name, UNDISTURBED.marks, usual, usual))
    for fault in chosen:
        try:
            found = await measure(fault, usual)
        except* InterpretationError as errors:
            failures += [f"{fault.name}: {sentence}" for sentence in sentences_of(errors)]
        else:
            rows.append(FaultRow(fault.name, fault.marks, found, usual))
    return rows, failures


def sentences_of(errors: BaseExceptionGroup[BaseException]) -> list[str]:
    """What each error of a group, and of the groups in it, says."""
    found: list[str] = []
    for error in errors.exceptions:
        found += sentences_of(error) if isinstance(error, BaseExceptionGroup) else [str(error)]
    return list(dict.fromkeys(found))


def _tell(rows: list[FaultRow], missed: list[str], json_file: Path | None) -> None:
    """Print the table; exit code 1 when a fault could not be tried, or misses a mark."""
    console = Console()
    console.print(table_of(rows))
    if json_file is not None:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_text(json_of(rows, missed), encoding="utf-8")
    for sentence in missed:
        console.print(sentence, style="red", markup=False, highlight=False)
    if missed:
        raise typer.Exit(1)
