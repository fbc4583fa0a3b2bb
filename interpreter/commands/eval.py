"""`interpreter eval`: talks as a recogniser heard them, interpreted in virtual time and scored."""

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track
from typer.core import TyperGroup

from interpreter.commands.bench import find_talks
from interpreter.commands.file import check_policy
from interpreter.errors import InputError, InterpretationError
from interpreter.evaluation.blocking_engines import blocking_engines, private_settings
from interpreter.evaluation.case import Case, read_case, write_case
from interpreter.evaluation.recording import record
from interpreter.evaluation.run import SUITE, plans, play
from interpreter.evaluation.table import table_of
from interpreter.figures import Row, json_of
from interpreter.pair.chunking import POLICIES
from interpreter.talks import read_talk

say = Console(highlight=False, width=None if sys.stdout.isatty() else 100)


class _RunsTalks(TyperGroup):
    """What is no subcommand is a talk: `interpreter eval council` runs it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        is_own = bool(args) and (args[0] in self.commands or args[0] == "--help")
        return list(super().parse_args(ctx, args if is_own else ["run", *args]))


eval = typer.Typer(cls=_RunsTalks, help="Interpret recorded hypotheses in virtual time; score.")


@eval.command()
def run(
    talk: Annotated[list[str] | None, typer.Argument(help="Cases; none: the suite.")] = None,
    to: Annotated[list[str] | None, typer.Option("--to", help="Targets; none: es.")] = None,
    policy: Annotated[list[str] | None, typer.Option(help="Policies; none: all.")] = None,
    llm_delay_ms: Annotated[int, typer.Option(help="Added before a translation begins.")] = 350,
    tts_delay_ms: Annotated[int, typer.Option(help="Added before a voice begins.")] = 150,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Also write the figures here.")
    ] = None,
    events: Annotated[
        Path | None, typer.Option(help="Folder for the events of every talk.")
    ] = None,
) -> None:
    """Interpret talks in virtual time under named policies; print one table of figures."""
    began_s = time.monotonic()
    policies = policy or list(POLICIES)
    for name in policies:
        check_policy(name)
    planned = plans(find_cases(talk or []), to or ["es"], policies)
    rows: list[Row] = []
    failures: list[str] = []
    with blocking_engines(llm_delay_ms / 1000, tts_delay_ms / 1000) as engines:
        for plan in track(planned, "Interpreting …", console=say, transient=True):
            try:
                played = play(plan, engines)
            except InterpretationError as error:
                failures.append(str(error))
                continue
            rows.append(played.row)
            if events is not None:
                name = f"{plan.case.name}.{plan.source}-{plan.target}.{plan.policy}.jsonl"
                _write_events(played.replayed.events, events / name)
    say.print(table_of(rows))
    minutes = sum(plan.case.minutes for plan in planned)
    took_s = time.monotonic() - began_s
    say.print(f"{minutes:.0f} minutes of talk in {took_s:.1f} s")
    if json_file is not None:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_text(json_of(rows, failures), encoding="utf-8")
    for sentence in failures:
        say.print(sentence, style="red", markup=False)
    if failures:
        raise typer.Exit(1)


@eval.command(name="record")
def record_talk(
    wav: Annotated[list[Path], typer.Argument(help="Sound files, sentence times beside them.")],
    source: Annotated[str, typer.Option("--from", help="Language of the talks.")] = "en",
    out: Annotated[Path, typer.Option(help="Folder for the cases.")] = SUITE,
) -> None:
    """Let the product's own recogniser hear talks; write what it believed as cases."""
    clean = {timed.wav.stem for timed in find_talks([], None, Path("var/talks")) if timed.is_gated}
    for path in wav:
        _, sentences = read_talk(path)
        with tempfile.TemporaryDirectory(prefix="evaluation-") as folder:
            case = asyncio.run(
                record(
                    path,
                    source,
                    sentences,
                    private_settings(Path(folder)),
                    is_clean=path.stem in clean,
                )
            )
        write_case(case, out / f"{path.stem}.jsonl")
        say.print(f"  {out / path.stem}.jsonl")


def find_cases(names: list[str]) -> list[Case]:
    """The cases of these names or files; the whole suite when none is given."""
    if not names:
        return [read_case(path) for path in sorted(SUITE.glob("*.jsonl"))]
    paths = [Path(name) if name.endswith(".jsonl") else SUITE / f"{name}.jsonl" for name in names]
    missing = [path.stem for path in paths if not path.is_file()]
    if missing:
        known = ", ".join(sorted(path.stem for path in SUITE.glob("*.jsonl")))
        raise InputError(f"No such case: {', '.join(missing)}. The suite has: {known}.")
    return [read_case(path) for path in paths]


def _write_events(events: list[dict[str, object]], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for event in events:
            file.write(json.dumps(event, ensure_ascii=False) + "\n")
