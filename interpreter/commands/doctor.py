"""`interpreter doctor`: every requirement of this machine, with its state and its remedy; with
`--profile`, every engine of a profile, tried.
"""

import asyncio
import tempfile
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import languages
from interpreter.cost import read_prices
from interpreter.engines.arguments import engine_choice
from interpreter.engines.chosen import profile_of
from interpreter.engines.host_process import supervise
from interpreter.engines.trial import State as TrialState
from interpreter.engines.trial import Trial, Trials, unserved
from interpreter.errors import InputError, UnknownLanguage
from interpreter.evaluation.blocking_engines import private_settings
from interpreter.profile_report import trial_row, trials_table, whole_names
from interpreter.requirements import Requirement, State, check_all
from interpreter.settings import EngineChoice, environment_value
from languages import Language

_STYLE = {State.READY: "green", State.OPTIONAL: "yellow", State.MISSING: "red"}

say = Console(highlight=False)


def doctor(
    profile: Annotated[
        str, typer.Option(help="Try every engine of this profile, instead; calls cost money.")
    ] = "",
    source: Annotated[str, typer.Option("--from", help="With it: the spoken language.")] = "en",
    target: Annotated[str, typer.Option("--to", help="With it: the language heard.")] = "es",
) -> None:
    """List everything that this machine must have, and what to do where it has not."""
    if profile:
        _try_profile(profile, source, target)
        return
    found = list(check_all())
    console = Console()
    console.print(requirements_table(found))
    missing = [one for one in found if one.state is State.MISSING]
    if missing:
        names = ", ".join(one.name for one in missing)
        console.print(f"Missing: {names}.", style="red", markup=False)
        raise typer.Exit(1)
    console.print("Everything that meetings need is here.", style="green")


def requirements_table(found: list[Requirement]) -> Table:
    """What there is, as people read it."""
    table = whole_names("Requirement", "State", "Found", "What to do")
    for one in found:
        state = f"[{_STYLE[one.state]}]{one.state}[/]"
        table.add_row(escape(one.name), state, escape(one.found), escape(one.remedy))
    return table


def _try_profile(name: str, source: str, target: str) -> None:
    choice = engine_choice(("", None), ("", None), ("", None), name)
    for tag in (source, target):
        if tag not in languages.available():
            known = ", ".join(languages.available())
            raise UnknownLanguage(f"There is no language {tag!r}; choose one of: {known}.")
    if source == target:
        raise InputError("--from and --to are one language; give the two of a meeting.")
    own = environment_value("INTERPRETER_PRICES")
    prices = read_prices(Path(own) if own else None)
    trials = asyncio.run(_trials(choice, source, target))
    say.print(trials_table([trial_row(trial, prices) for trial in trials]))
    _conclude(trials, languages.load(source), languages.load(target))


async def _trials(choice: EngineChoice, source: str, target: str) -> list[Trial]:
    """Every trial, with an engine host of their own where a local engine is among them."""
    profile = profile_of(choice)
    pair = languages.load(source), languages.load(target)
    with tempfile.TemporaryDirectory(prefix="doctor-") as folder:
        settings = private_settings(Path(folder)).model_copy(update=choice.model_dump())
        async with asyncio.TaskGroup() as tasks:
            answers = asyncio.Event()
            host = tasks.create_task(supervise(settings, answers), name="engine-host")
            await answers.wait()
            with say.status("Trying …") as status:
                trials: list[Trial] = []
                async for trial in Trials(profile, *pair, settings).run():
                    trials.append(trial)
                    status.update(f"Tried {trial.engine.plugin} …")
            host.cancel()
    return trials


def _conclude(trials: list[Trial], source: Language, target: Language) -> None:
    bad = [one for one in trials if one.state in (TrialState.FAILED, TrialState.NOT_SET)]
    lacks = unserved(trials, source, target)
    if bad:
        say.print(f"{len(bad)} of {len(trials)} do not work.", style="red")
    for sentence in lacks:
        say.print(sentence, style="red")
    if bad or lacks:
        raise typer.Exit(1)
    states = Counter(one.state for one in trials)
    rest = "".join(
        f"; {states[state]} {what}"
        for state, what in ((TrialState.DOUBTFUL, "badly"), (TrialState.UNTRIED, "not tried"))
        if states[state]
    )
    say.print(f"Every engine that was tried works{rest}.", style="yellow" if rest else "green")
