"""Whether a plugin can be made as it is chosen: by its key, address, options and languages."""

import languages
from interpreter.engines.chosen import resolved, secret_variables
from interpreter.engines.kinds import Kind
from interpreter.engines.plugins import (
    Options,
    check_interim_results,
    given_for,
    key_variables,
    make,
    options_for,
    plugins_of,
)
from interpreter.engines.profiles import Engine
from interpreter.engines.serving import serves
from interpreter.engines.whereabouts import check_whereabouts
from interpreter.errors import InputError, RequirementMissing
from interpreter.settings import EngineChoice, environment_value
from languages import Language

_QUOTES = ("'", '"')


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
            make(engine.plugin, kind, options_for(options, tag), {})
        return
    written = {*named, *engine.meant_for}
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
    made = make(engine.plugin, kind, options, given_for(kind, engine, language))
    if kind is Kind.STT:
        check_interim_results(engine, made)


def _languages_named(path: str, options: Options) -> set[str]:
    named = {name.partition("@")[2] for name in options if "@" in name}
    unknown = sorted(named - set(languages.available()))
    if unknown:
        raise InputError(
            f"Options of {path} name the language {unknown[0]!r}; languages are: "
            f"{', '.join(languages.available())}."
        )
    return named


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
