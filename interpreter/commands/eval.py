"""`interpreter eval`: talks as a recogniser heard them, interpreted in virtual time and scored."""

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from rich.console import Console
from rich.progress import track
from typer.core import TyperGroup

from interpreter.commands.bench import find_talks, run_talks
from interpreter.commands.file import check_policy
from interpreter.engines.arguments import (
    ProfileName,
    TranslatorClass,
    TranslatorOptions,
    TtsClass,
    TtsOptions,
    engine_choice,
)
from interpreter.engines.chosen import is_local
from interpreter.engines.kinds import Kind
from interpreter.engines.plugins import open_llm, parsed_options
from interpreter.errors import InputError
from interpreter.evaluation.blocking_engines import private_settings
from interpreter.evaluation.case import write_case
from interpreter.evaluation.grades import GRADES, read_grades
from interpreter.evaluation.grading_page import HOST, create_app
from interpreter.evaluation.judge import agreements, judge
from interpreter.evaluation.live_piece import case_of_events
from interpreter.evaluation.recording import record
from interpreter.evaluation.report import write_report
from interpreter.evaluation.run import Plan, Played, Setting, plans, play_all, write_events
from interpreter.evaluation.scripted import case_of, read_script
from interpreter.evaluation.segments import rendered
from interpreter.evaluation.suite import (
    SCRIPTS,
    SUITE,
    Suite,
    find_cases,
    losses,
    read_results,
    read_suite,
    results_of,
    runs,
    write_results,
)
from interpreter.evaluation.table import agreement_table, table_of
from interpreter.evaluation.variants import with_variants
from interpreter.figures import Row, json_of
from interpreter.glossary_option import GlossaryFile, read_glossary
from interpreter.pair.policy import POLICIES
from interpreter.rehearsal.sound_file import check_sound
from interpreter.rehearsal.stage import Talk, private_stage
from interpreter.settings import chosen_engines
from interpreter.talks import read_talk

say = Console(highlight=False, width=None if sys.stdout.isatty() else 150)

LLM_DELAY_MS, TTS_DELAY_MS = 350, 150
STATE = Path("var")
"""Where `make setup` put server and talks."""


class _RunsTalks(TyperGroup):
    """What is no subcommand is a talk: `interpreter eval council` runs it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        is_own = bool(args) and (args[0] in self.commands or args[0] == "--help")
        return list(super().parse_args(ctx, args if is_own else ["run", *args]))


eval = typer.Typer(cls=_RunsTalks, help="Interpret recorded hypotheses in virtual time; score.")


@eval.command()
def run(
    talk: Annotated[list[str] | None, typer.Argument(help="Cases; none: the suite.")] = None,
    to: Annotated[
        list[str] | None, typer.Option("--to", help="Targets; none: as the suite says.")
    ] = None,
    policy: Annotated[list[str] | None, typer.Option(help="Policies; none: all.")] = None,
    vary: Annotated[
        list[str] | None,
        typer.Option(help="A rule, such as commit.held_words=1: each policy also with it alone."),
    ] = None,
    llm_delay_ms: Annotated[
        int | None,
        typer.Option(help="Until a translation begins; none: 350, or what a chosen one takes."),
    ] = None,
    tts_delay_ms: Annotated[int, typer.Option(help="Until a voice begins.")] = TTS_DELAY_MS,
    profile: ProfileName = "",
    translator: TranslatorClass = "",
    translator_option: TranslatorOptions = None,
    tts: TtsClass = "",
    tts_option: TtsOptions = None,
    glossary: GlossaryFile = None,
    jobs: Annotated[int, typer.Option(help="Processes that play at once.", min=1)] = 1,
    room: Annotated[
        bool, typer.Option(help="In real time, through a room of the real media server.")
    ] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Also write the figures here.")
    ] = None,
    html_file: Annotated[
        Path | None, typer.Option("--html", help="Also write a report with plots here.")
    ] = None,
    events: Annotated[Path | None, typer.Option(help="Folder for the events of each talk.")] = None,
    check: Annotated[
        bool, typer.Option(help="Compare with the last results; exit 1 on a loss.")
    ] = False,
    accept: Annotated[bool, typer.Option(help="Write these results as the last ones.")] = False,
) -> None:
    """Interpret talks in virtual time under named policies; print one table of figures."""
    began_s = time.monotonic()
    suite = read_suite()
    for name in policy or []:
        check_policy(name)
    policies = with_variants(policy or list(POLICIES), vary or [])
    chosen = engine_choice((translator, translator_option), ("", None), (tts, tts_option), profile)
    if llm_delay_ms is None and is_local(Kind.TRANSLATOR, chosen):
        llm_delay_ms = LLM_DELAY_MS
    planned = _planned(suite, talk or [], to or [], policies)
    setting = Setting(
        chosen,
        None if llm_delay_ms is None else llm_delay_ms / 1000,
        tts_delay_ms / 1000,
        read_glossary(glossary, "", to or []),
    )
    if room:
        rows, failures = _in_room(planned, setting)
    else:
        played, failures = _play(planned, setting, jobs)
        rows = [one.row for one in played]
        if events is not None:
            write_events(played, events)
        if html_file is not None and played:
            write_report(played, html_file)
    say.print(table_of(rows))
    minutes = sum(plan.case.minutes for plan in planned)
    say.print(f"{minutes:.0f} minutes of talk in {time.monotonic() - began_s:.1f} s")
    text = json_of(rows, failures)
    if json_file is not None:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_text(text, encoding="utf-8")
    now = results_of(json.loads(text)["rows"], suite)
    lost = losses(now, read_results(), suite.tolerances) if check else []
    if accept:
        write_results({**read_results(), **now})
        say.print("\n".join(["Accepted.", *lost]), markup=False)
    _tell([*failures, *([] if accept else lost)])


@eval.command(name="record")
def record_talk(
    wav: Annotated[list[Path], typer.Argument(help="Sound files, sentence times beside them.")],
    source: Annotated[str, typer.Option("--from", help="Language of the talks.")] = "en",
    out: Annotated[Path, typer.Option(help="Folder for the cases.")] = SUITE,
) -> None:
    """Let the product's own recogniser hear talks; write what it believed as cases."""
    clean = {timed.wav.stem for timed in find_talks([], None, STATE / "talks") if timed.is_gated}
    for path in wav:
        _, sentences = read_talk(path)
        with tempfile.TemporaryDirectory(prefix="evaluation-") as folder:
            settings = private_settings(Path(folder))
            is_clean = path.stem in clean
            case = asyncio.run(record(path, source, sentences, settings, is_clean=is_clean))
        write_case(case, out / f"{path.stem}.jsonl")
        say.print(f"  {out / path.stem}.jsonl", markup=False)


@eval.command()
def script(
    path: Annotated[list[Path] | None, typer.Argument(help="Scripts; none: the suite's.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the cases.")] = SUITE,
) -> None:
    """Write the cases of written talks, with a scripted recogniser's mistakes."""
    for one in path or sorted(SCRIPTS.glob("*.toml")):
        write_case(case_of(read_script(one)), out / f"{one.stem}.jsonl")
        say.print(f"  {out / one.stem}.jsonl", markup=False)


@eval.command()
def add(
    events: Annotated[Path, typer.Argument(help="A session's folder of events, or one file.")],
    name: Annotated[str, typer.Option(help="Name of the case.")],
    start_s: Annotated[float, typer.Option("--from-s", help="Second of the log.")] = 0.0,
    end_s: Annotated[float, typer.Option("--to-s", help="Second of the log.")] = 1e9,
    out: Annotated[Path, typer.Option(help="Folder for the case.")] = SUITE,
) -> None:
    """Turn a piece of a live meeting into a case; then correct its sentences by hand."""
    case = case_of_events(events, name, start_s, end_s)
    write_case(case, out / f"{name}.jsonl")
    say.print(
        f"  {out / name}.jsonl: {len(case.sentences)} sentences as they were recognised. "
        "Correct their words there, and add the case to suite.toml.",
        markup=False,
    )


@eval.command()
def grade(
    talk: Annotated[list[str], typer.Argument(help="Cases whose rendering is to be graded.")],
    by: Annotated[str, typer.Option(help="Who grades.")],
    to: Annotated[
        list[str] | None, typer.Option("--to", help="Targets; none: as the suite says.")
    ] = None,
    policy: Annotated[list[str] | None, typer.Option(help="Policies; none: all.")] = None,
    port: Annotated[int, typer.Option(help="Of the page on 127.0.0.1.")] = 8765,
) -> None:
    """Interpret talks, then serve a page on this machine to grade them sentence by sentence."""
    planned = _planned(read_suite(), talk, to or [], policy or list(POLICIES))
    played, failures = _play(
        planned, Setting(chosen_engines(), LLM_DELAY_MS / 1000, TTS_DELAY_MS / 1000), 1
    )
    for sentence in failures:
        say.print(sentence, style="red", markup=False)
    app = create_app([one for talk in played for one in rendered(talk)], GRADES, by)
    say.print(f"  http://{HOST}:{port}/   Ctrl-C ends; grades are kept in {GRADES}")
    uvicorn.run(app, host=HOST, port=port, log_level="warning")


@eval.command(name="judge")
def judge_grades(
    engine: Annotated[str, typer.Option("--llm", help="A livekit-agents LLM, module:Class.")],
    option: Annotated[
        list[str] | None, typer.Option("--llm-option", help="An argument of it, name=value.")
    ] = None,
    most: Annotated[int, typer.Option(help="Judge so many segments at most.")] = 1000,
) -> None:
    """Let an LLM grade what people graded; tell how far it agrees with them."""
    book = read_grades()
    segments = book.segments[:most]
    judged = asyncio.run(
        judge(open_llm(engine, parsed_options(option or ()), {}), segments, book.scale)
    )
    say.print(agreement_table(agreements(segments, judged)))
    missing = sum(one is None for one in judged)
    if missing:
        _tell([f"The judge gave no usable grades for {missing} of {len(segments)} segments."])


def _planned(suite: Suite, talks: list[str], targets: list[str], policies: list[str]) -> list[Plan]:
    """What is asked for; where nothing is, what the suite says."""
    found: list[Plan] = []
    for case in find_cases(talks or list(suite.targets)):
        own = [name for name in policies if talks or runs(suite, case.name, name)]
        if own:
            found += plans([case], targets or suite.targets.get(case.name, ["es"]), own)
    return found


def _play(planned: list[Plan], setting: Setting, jobs: int) -> tuple[list[Played], list[str]]:
    """What came of each plan, in their order, and a sentence for each of which nothing came."""
    done = list(
        track(
            play_all(planned, setting, jobs),
            "Interpreting …",
            total=len(planned),
            console=say,
            transient=True,
        )
    )
    place = {plan.key: number for number, plan in enumerate(planned)}
    played = [one for one in done if isinstance(one, Played)]
    failures = [one for one in done if isinstance(one, str)]
    return sorted(played, key=lambda one: place[one.plan.key]), failures


def _in_room(planned: list[Plan], setting: Setting) -> tuple[list[Row], list[str]]:
    """The same talks from their sound files, as the benchmark plays them."""
    timed = {one.wav.stem: one for one in find_talks([], None, STATE / "talks")}
    talks: dict[tuple[str, str, str], list[str]] = {}
    for plan in planned:
        if plan.case.name in timed:
            key = (plan.case.name, plan.source, plan.policy)
            talks.setdefault(key, []).append(plan.target)
    if not talks:
        raise InputError("None of these talks has a sound file; recorded ones have.")
    stage = private_stage(
        STATE,
        llm_delay_ms=round((setting.llm_delay_s or 0) * 1000),
        tts_delay_ms=round(setting.tts_delay_s * 1000),
        engines=setting.engines,
    )
    rehearsed = [
        Talk(check_sound(timed[name].wav), source, tuple(targets), policy, setting.entries)
        for (name, source, policy), targets in talks.items()
    ]
    floors = {one.wav: one for one in timed.values()}
    return asyncio.run(run_talks(rehearsed, floors, STATE / "eval", stage))


def _tell(sentences: list[str]) -> None:
    for sentence in sentences:
        say.print(sentence, style="red", markup=False)
    if sentences:
        raise typer.Exit(1)
