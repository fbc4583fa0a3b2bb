"""Web's own command line: `python -m web migrate`, `python -m web strings`."""

import typer

from interpreter.errors import InterpretationError
from web.catalogues import update_catalogues
from web.db import migrate
from web.settings import load_web_settings

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.command(name="migrate")
def migrate_command() -> None:
    """Bring the database to the newest tables; makes it if there is none."""
    try:
        migrate(load_web_settings().database_url)
    except InterpretationError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


@app.command(name="strings")
def strings_command() -> None:
    """Bring the catalogues of the pages' languages in step with code and templates."""
    for language, waiting in update_catalogues().items():
        typer.echo(f"{language}: {waiting} strings wait for a translation")


if __name__ == "__main__":
    app()
