"""A profile as the text of engines.toml. Pure."""

import json
from collections.abc import Iterator, Mapping

from interpreter.engines.kinds import Kind
from interpreter.engines.profiles import Engine, FromEnvironment, Profile


def engines_toml(profile: Profile) -> str:
    """What `parse_profiles` reads as this profile, its languages' own chains left out."""
    return "\n".join(_lines(profile)) + "\n"


def _lines(profile: Profile) -> Iterator[str]:
    yield f"[{profile.name}]"
    yield f"description = {json.dumps(profile.description)}"
    for kind in Kind:
        for engine in getattr(profile, kind):
            yield ""
            yield f"[[{profile.name}.{kind}]]"
            yield from _engine_lines(engine)


def _engine_lines(engine: Engine) -> Iterator[str]:
    yield f"plugin = {json.dumps(engine.plugin)}"
    if engine.languages:
        yield f"languages = {_value(engine.languages)}"
    if engine.needs:
        yield f"needs = {_value(engine.needs)}"
    if engine.interim_results:
        yield "interim_results = true"
    for name, value in engine.options.items():
        yield f"options.{json.dumps(name)} = {_value(value)}"


def _value(value: object) -> str:
    """JSON's texts, numbers and truth values are TOML's too."""
    if isinstance(value, FromEnvironment):
        default = {} if value.default is None else {"default": value.default}
        return _value({"env": value.name, **default})
    if isinstance(value, Mapping):
        inner = (f"{json.dumps(str(name))} = {_value(one)}" for name, one in value.items())
        return "{ " + ", ".join(inner) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
