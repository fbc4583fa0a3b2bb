"""`interpreter backup FOLDER`: a copy of what is kept, taken while everything runs."""

from pathlib import Path
from typing import Annotated

import typer

from interpreter.backup import back_up
from interpreter.settings import load_settings


def backup(
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
) -> None:
    """Copy database, journals and event logs to a folder, without stopping anything."""
    back_up(load_settings(), folder)
    typer.echo(f"Backed up to {folder}. Keep the keys in var/env elsewhere, if at all.")
