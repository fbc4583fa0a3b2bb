"""`interpreter talks`: speak the test talks into files."""

from pathlib import Path
from typing import Annotated

import typer

from interpreter.talks import TEXTS, join_talks, make_talks


def talks(
    out: Annotated[Path, typer.Option(help="Folder of the WAV and JSON files.")] = Path(
        "var/talks"
    ),
    texts: Annotated[Path, typer.Option(help="Folder of the texts and talks.toml.")] = TEXTS,
    join: Annotated[
        float, typer.Option(help="Also write soak.wav: all talks in turn, this many minutes.")
    ] = 0.0,
) -> None:
    """Speak the test talks with flite; each gets a JSON file with the times of its sentences."""
    made = []
    for talk in make_talks(texts, out):
        typer.echo(str(talk))
        made.append(talk)
    if join > 0:
        join_talks(made, join, out / "soak.wav")
        typer.echo(str(out / "soak.wav"))
