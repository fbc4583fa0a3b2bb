"""Engines as commands take them: `--profile openai`, `--translator module:Class
--translator-option name=value`."""

from collections.abc import Sequence
from typing import Annotated

import typer

from interpreter.engines.chosen import profile_of
from interpreter.engines.plugins import parsed_options
from interpreter.settings import EngineChoice, chosen_engines

_OPTION = "An argument of its constructor, name=value; name@es=value for Spanish alone."

ProfileName = Annotated[
    str, typer.Option(help="A profile of engines.toml; none: the environment's, offline.")
]
TranslatorClass = Annotated[
    str, typer.Option(help="A livekit-agents LLM, module:Class; none: the profile's.")
]
TranslatorOptions = Annotated[
    list[str] | None, typer.Option("--translator-option", help=_OPTION, show_default=False)
]
SttClass = Annotated[
    str, typer.Option(help="A livekit-agents STT, module:Class; none: the profile's.")
]
SttOptions = Annotated[
    list[str] | None, typer.Option("--stt-option", help=_OPTION, show_default=False)
]
TtsClass = Annotated[
    str, typer.Option(help="A livekit-agents TTS, module:Class; none: the profile's.")
]
TtsOptions = Annotated[
    list[str] | None, typer.Option("--tts-option", help=_OPTION, show_default=False)
]


def engine_choice(
    translator: tuple[str, Sequence[str] | None],
    stt: tuple[str, Sequence[str] | None],
    tts: tuple[str, Sequence[str] | None],
    profile: str = "",
) -> EngineChoice:
    """What the environment names, and above it what the command line does.

    A class on the command line comes without the environment's options, a profile without its
    classes. Raises InputError for a profile that is not known.
    """
    changes: dict[str, object] = {}
    environment = chosen_engines()
    if profile:
        environment = EngineChoice.model_construct(profile=profile, engines=environment.engines)
    for name, (path, given) in (("translator", translator), ("stt", stt), ("tts", tts)):
        options = parsed_options(given or ())
        if path:
            changes |= {name: path, f"{name}_options": options}
        elif options:
            changes[f"{name}_options"] = {**getattr(environment, f"{name}_options"), **options}
    choice = environment.model_copy(update=changes)
    profile_of(choice)
    return choice
