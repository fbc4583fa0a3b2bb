"""`interpreter engines`: which engines there are for a language, by profile."""

from typing import Annotated

import typer
from rich.console import Console

import languages
from interpreter.errors import UnknownLanguage
from interpreter.profile_report import languages_table, profiles_table
from interpreter.settings import chosen_engines

say = Console(highlight=False)


def engines(
    language: Annotated[str, typer.Argument(help="A tag, as es; none: every profile.")] = "",
) -> None:
    """List the engine profiles, or what each of them has for a language, the preferred first."""
    choice = chosen_engines()
    if not language:
        say.print(profiles_table(choice))
        say.print("`interpreter engines LANGUAGE` lists each profile's engines for one.")
        return
    if language not in languages.available():
        known = ", ".join(languages.available())
        raise UnknownLanguage(f"There is no language {language!r}; choose one of: {known}.")
    say.print(languages_table(choice, languages.load(language)))
    say.print("`interpreter doctor --profile NAME` tries a profile's engines.")
