"""Whether each engine of a profile can be used here, and what to do where it cannot: plugins as
`check_chosen` makes them, local engines opened for each of their languages.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import languages
from interpreter.engines import opening
from interpreter.engines.chosen import profile_of, unset_variables
from interpreter.engines.kinds import OFFLINE_ENGINES, Kind
from interpreter.engines.plugin_check import check_engine
from interpreter.engines.plugins import key_variables
from interpreter.engines.profile_rows import looks_secret
from interpreter.engines.profiles import Engine, Profile
from interpreter.engines.serving import serves, translates
from interpreter.errors import InputError, InterpretationError, RequirementMissing
from interpreter.settings import Settings, environment_value
from interpreter.usage import unnoticed


@dataclass(frozen=True, slots=True)
class Readiness:
    """One engine of a profile."""

    engine: Engine
    lacks: str
    """What to do before it can be used; empty: it is ready."""
    is_needed: bool
    """Whether meetings want it: they do without a local engine where others serve the same."""


def readiness(settings: Settings) -> list[Readiness]:
    """Every engine of the chosen profile, for a process's main thread, inside its event loop;
    raises InputError or RequirementMissing where there is no such profile."""
    profile = profile_of(settings)
    return [
        _of_local(kind, engine, profile, settings)
        if engine.plugin in OFFLINE_ENGINES.values()
        else Readiness(engine, lacking(kind, engine), is_needed=True)
        for kind, engine in profile.engines()
    ]


def lacking(kind: Kind, engine: Engine) -> str:
    """What to do before a plugin can be made here; empty where it can."""
    if missing := unset_variables(engine):
        return f"Set {', '.join(missing)} in the environment."
    try:
        check_engine(kind, engine)
    except RequirementMissing as error:
        return str(error)
    except InputError as error:
        keys = _unset_keys(kind, engine, error)
        return f"Set {' or '.join(keys)} in the environment." if keys else str(error)
    return ""


def _unset_keys(kind: Kind, engine: Engine, error: InputError) -> list[str]:
    """The variables of its key, where none is set and the plugin itself asks for one."""
    if error.__cause__ is None or any(looks_secret(option) for option in engine.options):
        return []
    names = key_variables(engine.plugin, kind)
    is_asked_for = any(name in str(error.__cause__) for name in names)
    return names if is_asked_for and not any(map(environment_value, names)) else []


def _of_local(kind: Kind, engine: Engine, profile: Profile, settings: Settings) -> Readiness:
    lacks, is_needed = list[str](), False
    for serving, opens in _uses(kind, engine, profile, settings):
        if engine not in serving:
            continue
        try:
            opens()
        except InterpretationError as error:
            lacks.append(str(error))
            is_needed |= len(serving) == 1
    return Readiness(engine, " ".join(dict.fromkeys(lacks)), is_needed)


def _uses(
    kind: Kind, engine: Engine, profile: Profile, settings: Settings
) -> Iterator[tuple[list[Engine], Callable[[], object]]]:
    """For each language, or pair: the engines that serve it, and what opens this one."""
    every = [languages.load(tag) for tag in languages.available()]
    for language in every:
        chain = profile.chain(kind, language.tag)
        if kind is Kind.TRANSLATOR:
            for source in every:
                serving = [one for one in chain if translates(one, source, language)]
                yield serving, partial(opening.check_translator, engine, source, language)
            continue
        serving = [one for one in chain if serves(kind, one, language)]
        if kind is Kind.STT:
            yield serving, partial(opening.recogniser, engine, language, settings, (), unnoticed)
        else:
            yield serving, partial(opening.check_voice, engine)
