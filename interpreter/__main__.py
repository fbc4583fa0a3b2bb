"""The command line: `interpreter COMMAND`. Each command is a function of its name in `commands/`,
or an app of subcommands.

A command's module is imported when it is called for, so that `interpreter worker` stays light.
"""

import sys
from importlib import import_module
from pkgutil import iter_modules

import typer
from rich.console import Console

from interpreter import commands
from interpreter.errors import InterpretationError
from interpreter.redaction import hide_secrets, without
from interpreter.settings import adopt_environment_file, secrets, trim_secrets

EXIT_CANNOT = 2
"""The exit code when the person must change something first; the sentence on stderr says what."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command; what the person can mend is said in a sentence, without a traceback."""
    arguments = sys.argv[1:] if arguments is None else arguments
    adopt_environment_file()
    trim_secrets()
    hide_secrets(secrets())
    sentences: list[str] = []
    try:
        command_line(arguments)(arguments, prog_name="interpreter")
    except* InterpretationError as errors:
        sentences = _sentences(errors)
    if sentences:
        say = Console(stderr=True, highlight=False, soft_wrap=True)
        for sentence in sentences:
            say.print(without(sentence, secrets()), style="red", markup=False)
        sys.exit(EXIT_CANNOT)


def command_line(arguments: list[str]) -> typer.Typer:
    """The command that `arguments` call for, or all of them when help is wanted."""
    app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
    app.callback()(_interpreter)
    names = [module.name for module in iter_modules(commands.__path__)]
    wanted = arguments[0] if arguments else ""
    for name in [wanted] if wanted in names else sorted(names):
        module = import_module(f"{commands.__name__}.{name}")
        command = getattr(module, name)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app


def _interpreter() -> None:
    """Live interpretation for LiveKit meetings."""


def _sentences(errors: BaseExceptionGroup[BaseException]) -> list[str]:
    found: list[str] = []
    for error in errors.exceptions:
        found += _sentences(error) if isinstance(error, BaseExceptionGroup) else [str(error)]
    return list(dict.fromkeys(found))


if __name__ == "__main__":
    main()
