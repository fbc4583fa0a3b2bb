"""The figures of a bench: judged, printed, written, and exit 1 where one misses its mark."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

JsonFile = Annotated[Path | None, typer.Option("--json", help="Also write it here.")]
"""An option that every bench has."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    name: str
    value: float
    unit: str = ""
    mark: float | None = None
    """At most this; None where nothing is promised."""

    @property
    def is_missed(self) -> bool:
        """Also where nothing was measured."""
        return self.mark is not None and not self.value <= self.mark


def figures_table(figures: Iterable[Figure]) -> Table:
    """As people read them; what misses its mark is red."""
    table = Table("figure", "value", "at most")
    for one in figures:
        mark = "" if one.mark is None else f"{one.mark:g} {one.unit}".rstrip()
        digits = 0 if one.unit in ("", "%") else 2
        value = f"{one.value:.{digits}f} {one.unit}".rstrip()
        table.add_row(one.name, value, mark, style="red" if one.is_missed else None)
    return table


def end(is_missed: bool, plain: object, json_file: Path | None) -> None:
    """Write what was measured, where that is wanted; exit 1 where a mark is missed."""
    if json_file is not None:
        text = json.dumps(plain, indent=1, ensure_ascii=False)
        json_file.write_text(text + "\n", encoding="utf-8")
    if is_missed:
        raise typer.Exit(1)
