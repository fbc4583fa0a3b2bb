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

import languages
from interpreter.engines.chosen import Told, profile_of, resolved, secret_variables
from interpreter.engines.kinds import OFFLINE_ENGINES, Kind
from interpreter.engines.plugin_classes import imported, maker_of
from interpreter.engines.plugin_keys import names_in
from interpreter.engines.plugin_options import Option, options_of
from interpreter.engines.profiles import Engine
from interpreter.engines.serving import code_of, provider_of, serves
from interpreter.engines.whereabouts import check_whereabouts
from interpreter.errors import InputError, RequirementMissing
from interpreter.redaction import without
from interpreter.settings import EngineChoice, environment_value, secrets
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
_OPENAI = "api.openai.com"
"""Whose raw samples have the rate that its plugin believes."""

_OF_A_LANGUAGE = re.compile(r", language ([^ ,]+),")
"""Where an engine stands that is in a chain for one language alone."""
_SPEAKS_OF_A_LANGUAGE = re.compile(r"\blang|\blocale", re.IGNORECASE)
_OFFLINE = frozenset(OFFLINE_ENGINES.values())
_MISSING = re.compile(r"missing \d+ required [\w -]*arguments?: (.+)")
_QUOTES = ("'", '"')
_OF_A_KEY = re.compile(r"\b(?:api[ _]?)?keys?\b|credential|secret|\btokens?\b|\bauth")
"""What of a class's own sentence says that it wants a key."""


def open_llm(path: str, options: Options, defaults: Options) -> llm.LLM[Any]:
    """The LLM of a path; `defaults` are given where the class takes them and nobody else does."""
    engine: llm.LLM[Any] = _made(path, Kind.TRANSLATOR, options, defaults)
    return engine


def open_stt(path: str, options: Options, defaults: Options) -> stt.STT[Any]:
    """The recogniser of a path; one that does not stream hears utterance by utterance."""
    engine: stt.STT[Any] = _made(path, Kind.STT, options, defaults)
    return engine


def open_tts(path: str, options: Options, defaults: Options) -> tts.TTS[Any]:
    """The voice of a path."""
    engine: tts.TTS[Any] = _made(path, Kind.TTS, options, defaults)
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


def check(choice: EngineChoice) -> None:
    """Raise a sentence for the first engine that cannot be made as it is chosen.

    Needs a running event loop, as some constructors do.
    """
    for kind, engine in plugins_of(choice):
        check_engine(kind, engine)


def check_engine(kind: Kind, engine: Engine) -> None:
    """Raise a sentence when a plugin cannot be made, for any of the languages it names, or for none
    of those that it serves: made as for a meeting, which tells it the language."""
    options = resolved(engine)
    _check_key(kind, engine)
    check_whereabouts(engine, options)
    named = _languages_named(engine.plugin, options)
    served = _served(kind, engine)
    if not served:
        for tag in {"", *named}:
            _made(engine.plugin, kind, options_for(options, tag), {})
        return
    is_of_all = len(engine.languages) == len(languages.available())  # as of a class alone
    written = {*named, *(() if is_of_all else engine.languages)}
    if own := _OF_A_LANGUAGE.search(engine.place):
        written = {own.group(1)}
    must = [one for one in served if one.tag in written]
    refused: list[InputError] = []
    for language in must or served:
        try:
            _check_for(kind, engine, options_for(options, language.tag), language)
        except InputError as error:
            refused.append(error)
        else:
            if not must:
                return
    if refused:
        raise refused[0]


def _served(kind: Kind, engine: Engine) -> list[Language]:
    """The languages that a recogniser or a voice is told of; a translator is told none."""
    every = map(languages.load, languages.available() if kind is not Kind.TRANSLATOR else ())
    return [one for one in every if serves(kind, engine, one)]


def _check_for(kind: Kind, engine: Engine, options: Options, language: Language) -> None:
    made = _made(engine.plugin, kind, options, given_for(kind, engine, language))
    if kind is Kind.STT:
        check_interim_results(engine, made)


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


def _check_key(kind: Kind, engine: Engine) -> None:
    """A key goes into a header: what has a sign that none takes reads as if nobody answered."""
    for name in secret_variables(engine.options) or key_variables(engine.plugin, kind):
        value, fault = environment_value(name) or "", ""
        is_file = name.endswith("_CREDENTIALS")
        if not (is_file or (value.isascii() and value.isprintable() and " " not in value)):
            fault = (
                "has a sign in it that no key has, a space, a line break or a letter with an "
                "accent. Copy the key again, alone"
            )
        elif value[:1] in _QUOTES and value[:1] == value[-1:]:
            fault = "has quotation marks around it, which nobody takes off. Write it without them"
        if fault:
            raise RequirementMissing(f"{engine.place} ({engine.plugin}): {name} {fault}.")


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


def _languages_named(path: str, options: Options) -> set[str]:
    named = {name.partition("@")[2] for name in options if "@" in name}
    unknown = sorted(named - set(languages.available()))
    if unknown:
        raise InputError(
            f"Options of {path} name the language {unknown[0]!r}; languages are: "
            f"{', '.join(languages.available())}."
        )
    return named


def _made(path: str, kind: Kind, options: Options, defaults: Options) -> Any:
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
    if arguments.get("response_format") == "pcm" and made.provider != _OPENAI:
        raise InputError(
            f"{path}: pcm does not say at which rate it is, and sound at another one is heard too "
            "fast or too slow. Leave response_format out, or set it to wav."
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
