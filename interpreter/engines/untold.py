"""Recognisers that are used for a language of which nobody tells them."""

from collections.abc import Iterator, Mapping

from interpreter.engines.kinds import Kind
from interpreter.engines.plugins import LANGUAGE_OPTIONS, option_names, options_for
from interpreter.engines.profiles import Engine

_OF_LANGUAGE = ("lang", "locale")
NOTE = (
    "It is told no language, as its class has no option of that name: it finds it out by itself, "
    'or hears its own; its documentation has an option for it, to be written "option@{tag}" = …'
)


def untold(engine: Engine, language: str) -> str:
    """What to know of a recogniser for a language; empty where it is told, or its options speak of
    a language, or were written for this one alone. A voice has its language by its name, often."""
    if not engine.is_plugin or option_names(engine.plugin, Kind.STT).intersection(LANGUAGE_OPTIONS):
        return ""
    is_for_it = engine.meant_for == (language,)
    if is_for_it and engine.options or any(one.endswith(f"@{language}") for one in engine.options):
        return ""
    named = " ".join(_names(options_for(engine.options, language))).casefold()
    if any(sign in named for sign in _OF_LANGUAGE):
        return ""
    return NOTE.format(tag=language)


def _names(options: object) -> Iterator[str]:
    """Of options, and of tables in them."""
    if isinstance(options, Mapping):
        for name, value in options.items():
            yield str(name)
            yield from _names(value)
