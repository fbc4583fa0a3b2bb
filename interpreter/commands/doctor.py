"""`interpreter doctor`: every requirement of this machine, with its state and its remedy."""

import typer
from rich.console import Console
from rich.table import Table

from interpreter.requirements import Requirement, State, check_all

_STYLE = {State.READY: "green", State.OPTIONAL: "yellow", State.MISSING: "red"}


def doctor() -> None:
    """List everything that this machine must have, and what to do where it has not."""
    found = list(check_all())
    console = Console()
    console.print(_table(found))
    missing = [one for one in found if one.state is State.MISSING]
    if missing:
        console.print(f"Missing: {', '.join(one.name for one in missing)}.", style="red")
        raise typer.Exit(1)
    console.print("Everything that meetings need is here.", style="green")


def _table(found: list[Requirement]) -> Table:
    table = Table("Requirement", "State", "Found", "What to do", box=None, padding=(0, 2, 0, 0))
    for one in found:
        state = f"[{_STYLE[one.state]}]{one.state}[/]"
        table.add_row(one.name, state, one.found, one.remedy)
    return table
