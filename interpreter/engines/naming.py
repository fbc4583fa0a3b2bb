"""What tells one engine of a profile from another, for people who run them. Pure but for the
environment that options name.

An engine that cannot be opened has a name too; no secret is in it.
"""

from dataclasses import replace

from interpreter.engines.chosen import resolved
from interpreter.engines.profiles import Engine
from interpreter.errors import RequirementMissing


def place_of(engine: Engine) -> str:
    """Where it stands in its profile: `stt 2`."""
    return engine.place.partition(", ")[2] or engine.place


def shown(engine: Engine) -> str:
    """Its class and its model: `openai:LLM gpt-4.1-mini`."""
    name = engine.plugin.removeprefix("livekit.plugins.").removeprefix("interpreter.engines.")
    return " ".join((name, *marks_of(engine)))


def marks_of(engine: Engine) -> list[str]:
    """Its model or its voice, and its region, as far as its options have them."""
    model = _said(engine, "model") or _said(engine, "voice")
    region = _said(engine, "location") or _said(engine, "speech_region")
    return [one for one in (model, region) if one]


def _said(engine: Engine, option: str) -> str:
    """An option's text; empty where its variable is not set."""
    if option not in engine.options:
        return ""
    try:
        value = resolved(replace(engine, options={option: engine.options[option]}))[option]
    except RequirementMissing:
        return ""
    return value if isinstance(value, str) else ""
