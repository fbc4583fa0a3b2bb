"""What tells one engine of a profile from another, for people who run them. Pure but for the
environment that options name.

An engine that cannot be opened has a name too; no secret is in it.
"""

from dataclasses import replace
from urllib.parse import urlsplit

from interpreter.engines.chosen import resolved
from interpreter.engines.profiles import Engine
from interpreter.engines.serving import provider_of
from interpreter.engines.whereabouts import ADDRESSES
from interpreter.errors import RequirementMissing

_MODELS = ("model", "model_name", "voice")


def place_of(engine: Engine) -> str:
    """Where it stands in its profile: `stt 2`."""
    return engine.place.partition(", ")[2] or engine.place


def shown(engine: Engine, model: str = "") -> str:
    """Its class, its model, its region and its server: `openai:LLM gpt-4.1-mini`.

    `model`: the one that it was seen to use.
    """
    name = engine.plugin.removeprefix("livekit.plugins.").removeprefix("interpreter.engines.")
    return " ".join((name, *marks_of(engine, model)))


def printed(engine: Engine) -> str:
    """As transcripts have it, which everybody reads: its provider and its model, no server."""
    return " ".join(one for one in (provider_of(engine.plugin), _model(engine)) if one)


def marks_of(engine: Engine, model: str = "") -> list[str]:
    """Its model or its voice, its region and its server, as far as its options have them."""
    model = model or _model(engine)
    region = _said(engine, "location") or _said(engine, "speech_region")
    servers = (_server(_said(engine, option)) for option in ADDRESSES)
    return [one for one in (model, region, *servers) if one]


def _model(engine: Engine) -> str:
    return next(filter(None, (_said(engine, option) for option in _MODELS)), "")


def _said(engine: Engine, option: str) -> str:
    """An option's text; empty where its variable is not set."""
    if option not in engine.options:
        return ""
    try:
        value = resolved(replace(engine, options={option: engine.options[option]}))[option]
    except RequirementMissing:
        return ""
    return value if isinstance(value, str) else ""


def _server(url: str) -> str:
    """`127.0.0.1:8000` of an address, without a name and a password before it."""
    try:
        found = urlsplit(url if "//" in url else f"//{url}")
    except ValueError:
        return ""
    return found.netloc.rpartition("@")[2]
