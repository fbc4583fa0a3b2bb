"""Engines as commands take them: `--translator module:Class --translator-option name=value`."""

from collections.abc import Sequence
from typing import Annotated

import typer

from interpreter.engines.plugins import parsed_options
from interpreter.settings import EngineChoice, chosen_engines

_OPTION = "An argument of its constructor, name=value; name@es=value for Spanish alone."

TranslatorClass = Annotated[
    str, typer.Option(help="A livekit-agents LLM, module:Class; none: the environment's, Apertium.")
]
TranslatorOptions = Annotated[
    list[str] | None, typer.Option("--translator-option", help=_OPTION, show_default=False)
]
SttClass = Annotated[
    str, typer.Option(help="A livekit-agents STT, module:Class; none: pocketsphinx.")
]
SttOptions = Annotated[
    list[str] | None, typer.Option("--stt-option", help=_OPTION, show_default=False)
]
TtsClass = Annotated[str, typer.Option(help="A livekit-agents TTS, module:Class; none: eSpeak NG.")]
TtsOptions = Annotated[
    list[str] | None, typer.Option("--tts-option", help=_OPTION, show_default=False)
]


def engine_choice(
    translator: tuple[str, Sequence[str] | None],
    stt: tuple[str, Sequence[str] | None],
    tts: tuple[str, Sequence[str] | None],
) -> EngineChoice:
    """What the environment names, and above it what the command line does.

    A class on the command line comes without the environment's options.
    """
    changes: dict[str, object] = {}
    environment = chosen_engines()
    for name, (path, given) in (("translator", translator), ("stt", stt), ("tts", tts)):
        options = parsed_options(given or ())
        if path:
            changes |= {name: path, f"{name}_options": options}
        elif options:
            changes[f"{name}_options"] = {**getattr(environment, f"{name}_options"), **options}
    return environment.model_copy(update=changes)
