"""livekit-agents plugins by import path: `module:Class` and `name=value` → an engine.

Knows no provider: what a class takes is read from its constructor, and which environment variable
holds its key from its source. Plugins register themselves, which livekit-agents allows on a
process's main thread only: `worker.py` imports them before jobs are forked.
"""

import inspect
import re
import typing
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from livekit.agents import llm, stt, tts
from pydantic import JsonValue

from interpreter.engines.plugin_options import Option, options_of
from interpreter.errors import InputError, RequirementMissing
from interpreter.settings import EngineChoice

Options = Mapping[str, JsonValue]

_KINDS: Mapping[str, type[Any]] = {"translator": llm.LLM, "stt": stt.STT, "tts": tts.TTS}
_ENVIRONMENT_NAME = re.compile(
    r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:KEY|SECRET|TOKEN|CREDENTIALS)\b"
)


def open_llm(path: str, options: Options, defaults: Options) -> llm.LLM[Any]:
    """The LLM of a path; `defaults` are given where the class takes them and nobody else does."""
    engine: llm.LLM[Any] = _made(path, "translator", options, defaults)
    return engine


def open_stt(path: str, options: Options, defaults: Options) -> stt.STT[Any]:
    """The recogniser of a path; one that does not stream hears utterance by utterance."""
    engine: stt.STT[Any] = _made(path, "stt", options, defaults)
    return engine


def open_tts(path: str, options: Options, defaults: Options) -> tts.TTS[Any]:
    """The voice of a path."""
    engine: tts.TTS[Any] = _made(path, "tts", options, defaults)
    return engine


def parsed_options(given: Iterable[str]) -> dict[str, JsonValue]:
    """What the command line says: `name=value` each."""
    options: dict[str, JsonValue] = {}
    for text in given:
        name, separator, value = text.partition("=")
        if not separator or not name:
            raise InputError(f"An engine's option is written name=value; {name!r} is not.")
        options[name] = value
    return options


def options_for(options: Options, language: str) -> dict[str, JsonValue]:
    """The options that hold for a language: `voice@es` stands before `voice` in Spanish."""
    general = {name: value for name, value in options.items() if "@" not in name}
    own = {
        name.partition("@")[0]: value
        for name, value in options.items()
        if name.endswith(f"@{language}")
    }
    return {**general, **own}


def check(choice: EngineChoice) -> None:
    """Raise a sentence for the first engine that cannot be made as it is chosen.

    Needs a running event loop, as some constructors do.
    """
    for name, path, options in _chosen(choice):
        for language in {"", *_languages_named(path, options)}:
            _made(path, name, options_for(options, language), {})


def import_modules(choice: EngineChoice) -> None:
    """Import the chosen plugins, on the main thread."""
    for module in modules(choice):
        _module(module)


def modules(choice: EngineChoice) -> list[str]:
    """The modules that the chosen plugins are in."""
    return list(dict.fromkeys(path.partition(":")[0] for _, path, _ in _chosen(choice)))


def _chosen(choice: EngineChoice) -> Iterator[tuple[str, str, Options]]:
    rows = (
        ("translator", choice.translator, choice.translator_options),
        ("stt", choice.stt, choice.stt_options),
        ("tts", choice.tts, choice.tts_options),
    )
    for name, path, options in rows:
        if path:
            yield name, path, options
        elif options:
            raise InputError(f"There are options for {name}, but no {name}: name it module:Class.")


def _languages_named(path: str, options: Options) -> set[str]:
    import languages

    named = {name.partition("@")[2] for name in options if "@" in name}
    unknown = sorted(named - set(languages.available()))
    if unknown:
        raise InputError(
            f"Options of {path} name the language {unknown[0]!r}; languages are: "
            f"{', '.join(languages.available())}."
        )
    return named


def _made(path: str, name: str, options: Options, defaults: Options) -> Any:
    engine = _class(path, name)
    takes = options_of(engine)
    arguments = {key: _value(path, engine, takes, key, value) for key, value in options.items()}
    for key, value in defaults.items():
        if key in takes and key not in arguments:
            arguments[key] = takes[key].converted(value)
    try:
        return engine(**arguments)
    except Exception as error:
        # whatever a provider's library raises; its own sentence says best what it lacks
        raise InputError(
            f"{path} cannot be made: {str(error).rstrip('. ')}. Its key is read from "
            f"{_environment_names(engine, path)}; a server of your own that wants none takes any."
        ) from error


def _value(
    path: str, engine: type[Any], takes: Mapping[str, Option], name: str, value: JsonValue
) -> object:
    option = takes.get(name)
    if option is None:
        raise InputError(
            f"{path} has no option {name!r}. Its options are: {_listed(takes)}. "
            "An option for one language is written name@language=value."
        )
    if option.is_secret:
        raise InputError(
            f"{name} is a secret, and options show in process lists and logs: set it in the "
            f"environment as {_environment_names(engine, path)}."
        )
    try:
        return option.converted(value)
    except ValueError as error:
        raise InputError(f"{path}: {name}={value} is not {option.described}.") from error


def _class(path: str, name: str) -> type[Any]:
    module_name, _, class_name = path.partition(":")
    if not module_name or not class_name:
        raise InputError(
            f"An engine is named module:Class, for example livekit.plugins.openai:LLM; "
            f"{path!r} is not."
        )
    kind = _KINDS[name]
    module = _module(module_name)
    found = getattr(module, class_name, None)
    if isinstance(found, type) and issubclass(found, kind):
        return found
    fault = "is not there" if found is None else f"is no {kind.__module__}.{kind.__name__}"
    raise InputError(
        f"{path} {fault}. {module_name} has for {name}: {_classes_of(module, kind) or 'nothing'}."
    )


def _classes_of(module: ModuleType, kind: type[Any]) -> str:
    found = inspect.getmembers(module, lambda it: isinstance(it, type) and issubclass(it, kind))
    return ", ".join(name for name, _ in found)


def _module(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        missing = getattr(error, "name", None) or name
        package = name.replace(".", "-") if name.startswith("livekit.plugins.") else name
        raise RequirementMissing(
            f"The module {missing} is not installed; install what holds {name}, "
            f"for example `uv add {package}`."
        ) from error


def _environment_names(engine: type[Any], path: str) -> str:
    """Where the class looks for its key, as its constructor, or else its module, says."""
    constructor = getattr(engine, "__init__")  # noqa: B009  (mypy: unsound on instances)
    for place in (constructor, inspect.getmodule(constructor)):
        try:
            names = _ENVIRONMENT_NAME.findall(inspect.getsource(typing.cast(Any, place)))
        except (OSError, TypeError):
            continue
        if names:
            return " or ".join(dict.fromkeys(names))
    return f"{path.partition(':')[0].rpartition('.')[2].upper()}_API_KEY"


def _listed(takes: Mapping[str, Option]) -> str:
    return ", ".join(sorted(name for name, option in takes.items() if not option.is_secret))
