"""`--glossary FILE`: a glossary for one run, and what of it could not be read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from glossaries import Entry, load
from interpreter.errors import InputError
from interpreter.terms import is_common

say = Console(highlight=False, stderr=True)

MOST_SAID = 20
"""Bad rows that are told one by one."""

GlossaryFile = Annotated[
    Path | None,
    typer.Option("--glossary", help="Terms to interpret by: CSV, TSV, TBX or two columns."),
]


def read_glossary(
    path: Path | None, source: str = "", targets: Sequence[str] = ()
) -> tuple[Entry, ...]:
    """The entries of a file, none without one; raises InputError where it has none, and says which
    rows are left out. Two columns without names are taken as the source and the only target."""
    if path is None:
        return ()
    try:
        target = targets[0] if len(set(targets)) == 1 else ""
        glossary = load(path, source, target, is_common)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    for bad in glossary.bad_rows[:MOST_SAID]:
        place = f"row {bad.row}: " if bad.row else ""
        say.print(f"{path}: {place}{bad.sentence}", style="yellow", markup=False)
    if len(glossary.bad_rows) > MOST_SAID:
        more = len(glossary.bad_rows) - MOST_SAID
        say.print(f"{path}: and {more} more", style="yellow", markup=False)
    if not glossary.entries:
        raise InputError(f"{path} has no term that could be read.")
    return glossary.entries
