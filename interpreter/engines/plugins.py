"""livekit-agents plugins by import path: `module:Class` and `name=value` → an engine.

Knows no provider: what a class takes is read from its constructor, and which environment variable
holds its key from its source. Plugins register themselves, which livekit-agents allows on a
process's main thread only: `worker.py` imports them before jobs are forked.
"""

import re
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from livekit.agents import llm, stt, tts
from pydantic import JsonValue, SecretStr

from interpreter.engines.chosen import Told, profile_of
from interpreter.engines.kinds import OFFLINE_ENGINES, OPENAI, Kind
from interpreter.engines.plugin_classes import imported, maker_of
from interpreter.engines.plugin_keys import names_in
from interpreter.engines.plugin_options import Option, options_of
from interpreter.engines.profiles import Engine
from interpreter.engines.serving import code_of, provider_of
from interpreter.errors import InputError
from interpreter.redaction import without
from interpreter.settings import EngineChoice, secrets
from languages import Language

Options = Mapping[str, Any]
"""JSON values, and secrets as SecretStr."""

LANGUAGE_OPTIONS = (
    "language",
    "languages",
    "language_code",
    "target_language_code",
    "lang_code",
    "lang",
    "locale",
)
"""What classes call the language. One that is not told hears, or speaks, English."""

_SPEAKS_OF_A_LANGUAGE = re.compile(r"\blang|\blocale", re.IGNORECASE)
_OFFLINE = frozenset(OFFLINE_ENGINES.values())
_MISSING = re.compile(r"missing \d+ required [\w -]*arguments?: (.+)")
_OF_A_KEY = re.compile(r"\b(?:api[ _]?)?keys?\b|credential|secret|\btokens?\b|\bauth")
"""What of a class's own sentence says that it wants a key."""


def open_llm(path: str, options: Options, defaults: Options) -> llm.LLM[Any]:
    """The LLM of a path; `defaults` are given where the class takes them and nobody else does."""
    engine: llm.LLM[Any] = make(path, Kind.TRANSLATOR, options, defaults)
    return engine


def open_stt(path: str, options: Options, defaults: Options) -> stt.STT[Any]:
    """The recogniser of a path; one that does not stream hears utterance by utterance."""
    engine: stt.STT[Any] = make(path, Kind.STT, options, defaults)
    return engine


def open_tts(path: str, options: Options, defaults: Options) -> tts.TTS[Any]:
    """The voice of a path."""
    engine: tts.TTS[Any] = make(path, Kind.TTS, options, defaults)
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


def options_for(options: Options, language: str) -> dict[str, Any]:
    """The options that hold for a language: `voice@es` stands before `voice` in Spanish."""
    general = {name: value for name, value in options.items() if "@" not in name}
    own = {
        name.partition("@")[0]: value
        for name, value in options.items()
        if name.endswith(f"@{language}")
    }
    return {**general, **own}


def given_for(kind: Kind, engine: Engine, language: Language) -> dict[str, object]:
    """What a recogniser or a voice is told of a language by itself, where its class takes it."""
    given: dict[str, object] = dict.fromkeys(
        LANGUAGE_OPTIONS, code_of(language, engine.plugin, kind)
    )
    voice = language.engines.get(f"{provider_of(engine.plugin)}_voice")
    return {**given, "voice": voice} if kind is Kind.TTS and voice else given


def check_interim_results(engine: Engine, made: stt.STT[Any]) -> None:
    """Raise InputError where interim results of recordings are wanted of one that streams."""
    if engine.interim_results and made.capabilities.streaming:
        raise InputError(f"{engine.place}: {engine.plugin} streams; take interim_results out.")


def import_modules(choice: EngineChoice) -> None:
    """Import the chosen plugins, on the main thread."""
    for module in modules(choice):
        imported(module)


def modules(choice: EngineChoice) -> list[str]:
    """The modules that the chosen plugins are in."""
    found = (engine.plugin.partition(":")[0] for _, engine in plugins_of(choice))
    return list(dict.fromkeys(found))


def plugins_of(choice: EngineChoice) -> Iterator[tuple[Kind, Engine]]:
    """The engines of the choice that are plugins, those to fall back on too."""
    for kind, engine in profile_of(choice).engines():
        if engine.is_plugin or engine.plugin not in _OFFLINE:
            yield kind, engine


def make(path: str, kind: Kind, options: Options, defaults: Options) -> Any:
    """The engine of a path, by its constructor; raises a sentence that says what to do."""
    engine = maker_of(path, kind)
    takes = options_of(engine)
    arguments = {key: _value(path, engine, takes, key, value) for key, value in options.items()}
    for key, value in defaults.items():
        if key in takes and key not in arguments:
            arguments |= _default(path, takes[key], value)
    try:
        made = engine(**arguments)
    except Exception as error:
        # whatever a provider's library raises; its own sentence says best what it lacks
        told = {one: arguments[one] for one in LANGUAGE_OPTIONS if one in {*arguments} - {*options}}
        said = f"{_not_made(path, kind, error, options)}{_as_told(told, error)}"
        raise InputError(said) from error
    if arguments.get("response_format") == "pcm" and made.provider != OPENAI:
        raise InputError(
            f"{path}: pcm does not say at which rate it is, and sound at another one is heard too "
            "fast or too slow. Leave response_format out, or set it to wav."
        )
    if arguments.get("response_format") == "flac":
        # livekit-agents 1.8.9 plays a stream of it from its second block on (`codecs/decoder.py`)
        raise InputError(
            f"{path}: of sound in flac the first word is not heard. Leave response_format out, or "
            "set it to wav."
        )
    return made


def _not_made(path: str, kind: Kind, error: Exception, options: Options) -> str:
    if isinstance(error, TypeError) and (lacks := _MISSING.search(str(error))):
        names = re.sub(r"'(\w+)'", r"options.\1", lacks.group(1))
        return f"{path} cannot be made without {names}, which it has no value of its own for."
    text = str(error)
    said = f"{path} cannot be made: {without_secrets(text, options).rstrip('. ')}."
    keys = key_variables(path, kind)
    if not _OF_A_KEY.search(text.casefold()) and not any(name in text for name in keys):
        return said
    where = " or ".join(keys)
    return f"{said} Its key is read from {where}; a server of your own that wants none takes any."


def _as_told(told: Mapping[str, object], error: Exception) -> str:
    """Which language it was told by itself, where it is of a language that it speaks."""
    if not told or not _SPEAKS_OF_A_LANGUAGE.search(str(error)):
        return ""
    name, value = next(iter(told.items()))
    return (
        f" It was told {name} = {value!r} by itself: write what its provider calls the language, "
        f'"{name}@LANGUAGE" = "…", or {name} = "none" to tell it nothing.'
    )


def without_secrets(text: str, options: Options) -> str:
    """The text, with nothing of a secret option in it, nor of another key in the environment."""
    return without(text, {*_secrets_in(options), *secrets()}, "…")


def _secrets_in(value: object) -> Iterator[str]:
    if isinstance(value, SecretStr) and value.get_secret_value():
        yield value.get_secret_value()
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _secrets_in(inner)


def _open(value: object) -> object:
    """What the constructor is given, its secrets unwrapped."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, Mapping):
        return {name: _open(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return list(map(_open, value))
    return str(value) if isinstance(value, Told) else value


def _value(
    path: str, engine: Callable[..., Any], takes: Mapping[str, Option], name: str, value: object
) -> object:
    option = takes.get(name)
    if option is None:
        raise InputError(
            f"{path} has no option {name!r}. Its options are: {_listed(takes)}. "
            "An option for one language is written name@language=value."
        )
    if option.is_secret and not isinstance(value, SecretStr):
        raise InputError(
            f"{name} is a secret, and options show in process lists and logs: set it in the "
            f"environment as {' or '.join(names_in(engine, path))}."
        )
    try:
        return option.converted(typing.cast(JsonValue, _open(value)))
    except ValueError as error:
        shown = (
            f"{name}, read from {value.variable}," if isinstance(value, Told) else f"{name}={value}"
        )
        # a value of the environment is in no sentence, and in no cause of one either
        cause = None if isinstance(value, Told) or any(_secrets_in(value)) else error
        raise InputError(f"{path}: {shown} is not {option.described}.") from cause


def _default(path: str, option: Option, value: JsonValue) -> dict[str, object]:
    """What is given by itself; a class may want a list of it. What does not fit is left to the
    class, but for a language: it would take another one."""
    for given in (value, [value]):
        with suppress(ValueError):
            return {option.name: option.converted(given)}
    if option.name not in LANGUAGE_OPTIONS:
        return {}
    raise InputError(
        f"{path}: {option.name}={value} is not {option.described}. Write the engine's languages = "
        f'[…] without it, or what its provider calls it: "{option.name}@LANGUAGE" = "…".'
    )


def key_variables(path: str, kind: Kind) -> list[str]:
    """The variables in which a plugin looks for its key; any of them may do."""
    return names_in(maker_of(path, kind), path)


def option_names(path: str, kind: Kind) -> frozenset[str]:
    """What a plugin can be given."""
    return frozenset(options_of(maker_of(path, kind)))


def _listed(takes: Mapping[str, Option]) -> str:
    return ", ".join(sorted(name for name, option in takes.items() if not option.is_secret))
