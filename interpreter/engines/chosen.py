"""The profile that the environment and the command line come to, and what its options hold.

What is chosen by class (`--stt module:Class`) stands in the place of the profile's engines of that
kind, for every language.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from pydantic import JsonValue, SecretStr

from interpreter.engines.kinds import OFFLINE_ENGINES, Kind
from interpreter.engines.profile_rows import looks_secret
from interpreter.engines.profiles import (
    OFFLINE,
    SHIPPED,
    Engine,
    FromEnvironment,
    Profile,
    read_profiles,
)
from interpreter.errors import InputError, RequirementMissing
from interpreter.settings import EngineChoice, environment_value


def known_profiles(choice: EngineChoice) -> dict[str, Profile]:
    """The shipped profiles, and those of the chosen file: one of the same name stands above."""
    own = _read(Path(choice.engines)) if choice.engines else {}
    return {**_read(SHIPPED), **own}


def profile_of(choice: EngineChoice) -> Profile:
    """What interprets by this choice; raises InputError."""
    profiles, name = known_profiles(choice), choice.profile or OFFLINE
    if name not in profiles:
        raise InputError(
            f"There is no engine profile {name!r}; there are: {', '.join(profiles)}. "
            "INTERPRETER_PROFILE or --profile names one, INTERPRETER_ENGINES a file with others."
        )
    return _with_classes(_with_what_is_there(profiles[name]), choice)


def is_local(kind: Kind, choice: EngineChoice) -> bool:
    """Whether an engine of this machine is preferred for the kind."""
    chain: tuple[Engine, ...] = getattr(profile_of(choice), kind)
    return not chain[0].is_plugin


class Told(str):
    """What an environment variable says: it is shown to nobody, whatever option it is given for."""

    __slots__ = ("variable",)
    variable: str

    @classmethod
    def by(cls, variable: str, text: str) -> "Told":
        told = cls(text)
        told.variable = variable
        return told


def secret_values(choice: EngineChoice) -> set[str]:
    """What the environment has for the secret options of the chosen engines."""
    engines = (engine for _, engine in profile_of(choice).engines())
    named = (name for engine in engines for name in secret_variables(engine.options))
    return {value for name in named if (value := environment_value(name))}


def secret_variables(options: Mapping[str, object]) -> list[str]:
    """The environment variables that secret options are read from, also inside of others."""
    found: list[str] = []
    for option, value in options.items():
        if isinstance(value, FromEnvironment) and looks_secret(option):
            found.append(value.name)
        for inner in value if isinstance(value, list) else (value,):
            found += secret_variables(inner) if isinstance(inner, Mapping) else ()
    return found


def resolved(engine: Engine) -> dict[str, object]:
    """An engine's options with what the environment has; secrets as SecretStr.

    Raises RequirementMissing for a variable that is not set.
    """
    return {name: _resolved(engine, name, value) for name, value in engine.options.items()}


def unset_variables(engine: Engine) -> list[str]:
    """The environment variables that its options name and that are not set; none of one that is
    left out."""
    if engine.needs and not environment_value(engine.needs):
        return []
    missing: list[str] = []
    for name, value in engine.options.items():
        try:
            _resolved(engine, name, value)
        except _NotSet as error:
            missing.append(error.variable)
    return missing


class _NotSet(RequirementMissing):
    def __init__(self, engine: Engine, option: str, variable: str) -> None:
        super().__init__(
            f"{engine.place} ({engine.plugin}): {option} is read from the environment variable "
            f"{variable}, which is not set. Set it where workers and web start."
        )
        self.variable = variable


def _resolved(engine: Engine, option: str, value: object) -> object:
    if isinstance(value, FromEnvironment):
        said = environment_value(value.name)
        found = value.default if said is None else said
        if found is None:
            raise _NotSet(engine, option, value.name)
        if looks_secret(option):
            return SecretStr(str(found))
        return found if said is None else Told.by(value.name, said)
    if isinstance(value, Mapping):
        return {name: _resolved(engine, name, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(engine, option, inner) for inner in value]
    return value


def _with_what_is_there(profile: Profile) -> Profile:
    """Without the engines whose variables are not set; of some there must be one."""
    chains = {kind.value: _there(getattr(profile, kind)) for kind in Kind}
    overrides = {
        tag: {kind: _there(chain) for kind, chain in own.items()}
        for tag, own in profile.overrides.items()
    }
    return replace(profile, **chains, overrides=overrides)  # type: ignore[arg-type]


def _there(chain: tuple[Engine, ...]) -> tuple[Engine, ...]:
    found = tuple(one for one in chain if not one.needs or environment_value(one.needs))
    if chain and not found:
        raise RequirementMissing(
            f"{chain[0].place} is left out, and so are those after it: set the environment "
            f"variable {chain[0].needs} where workers and web start."
        )
    return found


def _with_classes(profile: Profile, choice: EngineChoice) -> Profile:
    rows: tuple[tuple[Kind, str, Mapping[str, JsonValue]], ...] = (
        (Kind.TRANSLATOR, choice.translator, choice.translator_options),
        (Kind.STT, choice.stt, choice.stt_options),
        (Kind.TTS, choice.tts, choice.tts_options),
    )
    for kind, path, options in rows:
        if path in OFFLINE_ENGINES.values() and (path != OFFLINE_ENGINES[kind] or options):
            fault = "takes no options" if path == OFFLINE_ENGINES[kind] else f"is no {kind}"
            raise InputError(f"{path} {fault}; --{kind} or INTERPRETER_{kind.upper()} names it.")
        if path:
            profile = _with_class(profile, kind, path, options)
        elif options:
            raise InputError(f"There are options for {kind}, but no {kind}: name it module:Class.")
    return profile


def _with_class(
    profile: Profile, kind: Kind, path: str, options: Mapping[str, JsonValue]
) -> Profile:
    import languages

    place = f"--{kind} or INTERPRETER_{kind.upper()}"
    engine = Engine(path, options, tuple(languages.available()), place=place)
    overrides = {
        tag: {one: chain for one, chain in chains.items() if one is not kind}
        for tag, chains in profile.overrides.items()
    }
    changed = {kind.value: (engine,), "overrides": overrides}
    return replace(profile, **changed)  # type: ignore[arg-type]  # by the kind's field


@cache
def _read(path: Path) -> dict[str, Profile]:
    """Once a process."""
    return read_profiles(path)
