"""What engines.toml has, row by row, and what may be wrong with it. Pure.

A fault is one sentence that names profile, kind and position, and what to do; no value of an option
is in it.
"""

import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter, ValidationError, model_validator

from interpreter.engines.kinds import OFFLINE_ENGINES, Kind
from interpreter.errors import InputError

WANTS_NO_KEY = "unused"
"""The one value that may stand for a secret: for servers that want none and must be told some."""

_SECRET = re.compile(
    r"(?:^|_)(?:key|api_?keys?|secret|passw(?:or)?d|passphrase|token|credentials|credentials_info"
    r"|authorization|cookie)$"
)
_CAPITAL_WITHIN = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_SECRETS = frozenset({"prompt_cache_key"})
_KEY_LIKE = re.compile(r"^(?:sk-|AIza|Bearer |Token )\S{8,}|//[^/@\s]+:[^/@\s]+@")
"""What keys of OpenAI and Google look like, headers with one, and addresses with a password."""
_VARIABLE = re.compile(r"^[A-Z][A-Z0-9_]*$")
_PATH = re.compile(r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*(?:\.[a-z_]\w*)?$")


class EngineRow(BaseModel):
    """An engine, or its name alone."""

    model_config = ConfigDict(extra="forbid")

    plugin: str
    options: dict[str, JsonValue] = {}
    languages: tuple[str, ...] = ()
    needs: str = ""
    interim_results: bool = False

    @model_validator(mode="before")
    @classmethod
    def _may_be_a_name(cls, row: object) -> object:
        return {"plugin": row} if isinstance(row, str) else row


class ChainRows(BaseModel):
    """A list for each kind."""

    model_config = ConfigDict(extra="forbid")

    stt: list[EngineRow] | None = None
    translator: list[EngineRow] | None = None
    tts: list[EngineRow] | None = None

    def chains(self) -> dict[Kind, list[EngineRow]]:
        rows = {kind: getattr(self, kind) for kind in Kind}
        return {kind: found for kind, found in rows.items() if found is not None}


class ProfileRow(ChainRows):
    """A profile, with what single languages have instead."""

    description: str = ""
    language: dict[str, ChainRows] = {}


_WANTED: Mapping[str, str] = {
    "model_type": "a table",
    "dict_type": "a table",
    "list_type": "a list, [ … ]",
    "tuple_type": "a list, [ … ]",
    "string_type": 'a text, "…"',
}
"""What pydantic's kinds of faults ask for."""
_FILE = TypeAdapter(dict[str, ProfileRow])


def read_rows(text: str, file: str) -> dict[str, ProfileRow]:
    """The profiles of a file's text; raises InputError with all its faults."""
    try:
        rows = _FILE.validate_python(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{file} is no TOML: {error}.") from error
    except ValidationError as error:
        raise refusal(file, [_said(one["loc"], one) for one in error.errors()]) from error
    faults = [fault for name, row in rows.items() for fault in _faults(name, row)]
    if not rows:
        faults = ["it has no profile: write at least one, as [offline]"]
    if faults:
        raise refusal(file, faults)
    return rows


def refusal(file: str, faults: list[str]) -> InputError:
    """The error with a file's faults, each told once."""
    return InputError("\n".join(f"{file}: {fault}." for fault in dict.fromkeys(faults)))


def looks_secret(option: str) -> bool:
    """Whether an option of this name holds what nobody else may see."""
    name = _CAPITAL_WITHIN.sub("_", option.partition("@")[0]).lower().replace("-", "_")
    return bool(_SECRET.search(name)) and name not in _NO_SECRETS


# --- what may be wrong with it


def _faults(name: str, row: ProfileRow) -> Iterator[str]:
    general = row.chains()
    for kind in Kind:
        if not general.get(kind):
            example = f'"{OFFLINE_ENGINES[kind]}"'
            yield f"profile {name} has no {kind}: give it at least one, for example [{example}]"
    yield from _engine_faults(f"profile {name}", general)
    for tag, own in row.language.items():
        where = f"profile {name}, language {tag}"
        yield from _unknown_languages(where, [tag])
        yield from _engine_faults(where, own.chains())
        for kind, chain in own.chains().items():
            if not chain:
                yield f"{where}, {kind} is empty: take it out, or name an engine"


def _engine_faults(where: str, chains: Mapping[Kind, list[EngineRow]]) -> Iterator[str]:
    for kind, rows in chains.items():
        for number, row in enumerate(rows, 1):
            place = f"{where}, {kind} {number}"
            yield from _plugin_faults(place, kind, row)
            if (first := rows.index(row) + 1) < number:
                yield (
                    f"{place} is the same as {kind} {first}, and nothing stands in for itself: "
                    "take one of them out, or give it another model, server or language"
                )
            if row.needs and not _VARIABLE.match(row.needs):
                yield (
                    f"{place}: needs names no environment variable; write capital letters, digits "
                    'and _, for example needs = "AZURE_SPEECH_REGION_2"'
                )
            if row.interim_results and kind is not Kind.STT:
                yield f"{place}: interim_results is for recognisers (stt); take it out"
            if row.interim_results and row.plugin == OFFLINE_ENGINES[Kind.STT]:
                yield f"{place}: {row.plugin} hears while people speak; take interim_results out"
            yield from _unknown_languages(place, row.languages)
            for option, value in row.options.items():
                yield from _option_faults(f"{place} ({row.plugin})", option, value)
                _, at, tag = option.partition("@")
                if at:
                    yield from _unknown_languages(f"{place}, option {option}", [tag])


def _plugin_faults(place: str, kind: Kind, row: EngineRow) -> Iterator[str]:
    offline = OFFLINE_ENGINES[kind]
    if row.plugin == offline:
        if row.options:
            yield f"{place}: {offline} takes no options; take them out"
    elif not _PATH.match(row.plugin):
        yield (
            f"{place}: {row.plugin!r} is no engine for {kind}; write {offline}, or a plugin as "
            "module:Class, for example livekit.plugins.openai:"
            f"{ {'stt': 'STT', 'translator': 'LLM', 'tts': 'TTS'}[kind] }"
        )


def _unknown_languages(place: str, tags: tuple[str, ...] | list[str]) -> Iterator[str]:
    import languages

    known = languages.available()
    for tag in tags:
        if tag not in known:
            yield f"{place}: there is no language {tag!r}; languages are {', '.join(known)}"


def _option_faults(place: str, option: str, value: JsonValue) -> Iterator[str]:
    """The value of a secret is in no sentence."""
    if isinstance(value, dict) and "env" in value:
        yield from _variable_faults(place, option, value)
    elif isinstance(value, dict):
        for name, inner in _fields(value):
            yield from _option_faults(place, name, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _option_faults(place, option, inner)
    elif _is_endless(value):
        yield f"{place}: {option} is no number that can be used; write one without nan and inf"
    elif looks_secret(option) or _holds_key(value):
        yield (
            f"{place}: {option} is a secret, and this file is read by many: put it into an "
            f'environment variable and write {option} = {{ env = "NAME_OF_THE_VARIABLE" }}, or '
            "leave it out where the plugin finds its key by itself"
        )


def _is_endless(value: JsonValue) -> bool:
    """Whether it is one of TOML's numbers that are none: no server takes them."""
    return isinstance(value, float) and not math.isfinite(value)


def _holds_key(value: JsonValue) -> bool:
    """Whether it looks like a key, or is an address with one after its question mark."""
    if not isinstance(value, str):
        return False
    asked = value.partition("?")[2] if "://" in value else ""
    return bool(_KEY_LIKE.search(value)) or any(looks_secret(name) for name, _ in parse_qsl(asked))


def _fields(table: dict[str, JsonValue]) -> Iterator[tuple[str, JsonValue]]:
    """Of a table, by name; what it has as `key` and `value` is one by the name of the former."""
    named = table.get("key")
    is_pair = isinstance(named, str) and "value" in table
    for name, inner in table.items():
        if is_pair and name in ("key", "value"):
            yield (str(named), inner) if name == "value" else ("name", inner)
        else:
            yield name, inner


def _variable_faults(place: str, option: str, value: dict[str, JsonValue]) -> Iterator[str]:
    name, default = value["env"], value.get("default")
    if not isinstance(name, str) or not _VARIABLE.match(name):
        yield (
            f"{place}: {option} names no environment variable; write capital letters, digits and "
            f'_, for example {option} = {{ env = "SELF_HOSTED_URL" }}'
        )
    if extra := sorted(value.keys() - {"env", "default"}):
        yield f"{place}: {option} has {extra[0]!r}; beside env there may be default alone"
    if isinstance(default, dict | list) or _is_endless(default):
        yield f"{place}: the default of {option} is no text, number or truth value"
    is_key = looks_secret(option) or _holds_key(default)
    if default is not None and is_key and default != WANTS_NO_KEY:
        yield (
            f"{place}: {option} is a secret, so its default may be no key; leave the default out, "
            f'or write "{WANTS_NO_KEY}" for a server that wants none'
        )


def _said(place: tuple[int | str, ...], error: Mapping[str, object]) -> str:
    """One of pydantic's faults, for people; no value of the file is repeated."""
    where, field_name = _where(place)
    kind = str(error["type"])
    if kind == "missing":
        return f"{where}: {field_name} is missing"
    if kind == "extra_forbidden":
        return (
            f"{where}: {field_name!r} is not known; a profile has description, stt, translator, "
            "tts and language, an engine has plugin, options, languages, needs and interim_results"
        )
    if kind == "model_type" and isinstance(place[-1], int):
        return f'{where}: {field_name} must be a name, "…", or a table'
    if wanted := _WANTED.get(kind):
        return f"{where}: {field_name} must be {wanted}"
    message = str(error["msg"])
    return f"{where}: {field_name} is wrong: {message[:1].lower()}{message[1:]}"


def _where(place: tuple[int | str, ...]) -> tuple[str, str]:
    """("profile openai, stt 2", "plugin") of a path into the file."""
    steps = list(place)
    words = [f"profile {steps.pop(0)}"] if steps else []
    if len(steps) > 1 and steps[0] == "language":
        words.append(f"language {steps[1]}")
        steps = steps[2:]
    if len(steps) > 1 and isinstance(steps[1], int):
        words.append(f"{steps[0]} {steps[1] + 1}")
        steps = steps[2:]
    return ", ".join(words), ".".join(str(step) for step in steps) or "this"
