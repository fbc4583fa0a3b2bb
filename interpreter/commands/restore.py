"""`interpreter restore FOLDER`: a backup back in place."""

from pathlib import Path
from typing import Annotated

import typer

from interpreter.backup import restore as restore_backup
from interpreter.settings import load_settings


def restore(
    folder: Annotated[Path, typer.Argument(help="What `interpreter backup` made.")],
) -> None:
    """Put a backup into an installation that has no database yet."""
    restore_backup(load_settings(), folder)
    typer.echo("Restored. Now run `python -m web migrate`, then start web and a worker.")
