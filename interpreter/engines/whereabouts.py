"""Whether an engine's address and region can be any at all, before somebody is asked there.

Where no scheme is needed (Google's `endpoint`) a host alone is an address. No value is repeated.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from interpreter.engines.chosen import Told
from interpreter.engines.profiles import Engine
from interpreter.engines.serving import provider_of
from interpreter.errors import InputError
from interpreter.settings import environment_value

ADDRESSES = ("base_url", "endpoint", "speech_endpoint", "azure_endpoint")
"""Options that say where a server is."""
_WITHOUT_SCHEME = "endpoint"
_LEFT_OUT = ("", "none")
_SCHEMES = ("http", "https", "ws", "wss")
_REGION, _REGION_VARIABLE = "speech_region", "AZURE_SPEECH_REGION"
_NO_REGION_WITH = ("speech_endpoint", "speech_host")
_NO_REGION_WHERE = ("AZURE_SPEECH_ENDPOINT", "AZURE_SPEECH_HOST")
_READS = {
    "openai": ("base_url", "OPENAI_BASE_URL"),
    "azure": ("speech_endpoint", "AZURE_SPEECH_ENDPOINT"),
}
_ONE_WORD = re.compile(r"[\w-]+")


def check_whereabouts(engine: Engine, options: Mapping[str, object]) -> None:
    """Raise InputError for an address or a region that nobody can be reached at."""
    for option, value in {**_in_environment(engine.plugin), **options}.items():
        name = option.partition("@")[0]
        if not isinstance(value, str) or value in _LEFT_OUT:
            continue
        if name in ADDRESSES and not _is_address(value, name != _WITHOUT_SCHEME):
            raise InputError(f"{_place(engine, option, value)} is no address; {_remedy(name)}.")
        if name == _REGION:
            _check_region(_place(engine, option, value), value)
    if provider_of(engine.plugin) == "azure" and not _has_a_place(options):
        variable = f"{engine.place} ({engine.plugin}): {_REGION_VARIABLE}"
        _check_region(variable, environment_value(_REGION_VARIABLE) or "")


def _in_environment(plugin: str) -> dict[str, object]:
    """What the plugin reads there by itself where no option says it."""
    if plugin.endswith(".with_azure"):
        option, variable = "azure_endpoint", "AZURE_OPENAI_ENDPOINT"
    else:
        option, variable = _READS.get(provider_of(plugin), ("", ""))
    value = environment_value(variable) if variable else None
    return {option: Told.by(variable, value)} if value else {}


def _place(engine: Engine, option: str, value: str) -> str:
    read = f", read from {value.variable}," if isinstance(value, Told) else ""
    return f"{engine.place} ({engine.plugin}): {option}{read}"


def _remedy(name: str) -> str:
    if name == _WITHOUT_SCHEME:
        return "write a host, and a port from 1 to 65535 where it has one, as host.example:443"
    return (
        "write it whole, with a port from 1 to 65535 where it has one, as https://host.example/v1"
    )


def _is_address(text: str, needs_scheme: bool) -> bool:
    try:
        found = urlsplit(text.strip() if "://" in text else f"//{text.strip()}")
        port = found.port
    except ValueError:
        return False
    if re.search(r"\s", text.strip()) or port == 0:
        return False
    return not needs_scheme or (found.scheme in _SCHEMES and bool(found.hostname))


def _check_region(where: str, region: str) -> None:
    if region not in _LEFT_OUT and not _ONE_WORD.fullmatch(region):
        raise InputError(
            f"{where} is no region; write its short name in one word, as westeurope, without "
            "spaces, signs or an address."
        )


def _has_a_place(options: Mapping[str, object]) -> bool:
    """Whether the region of the environment is of no use."""
    named = {option.partition("@")[0] for option in options}
    told = any(environment_value(name) for name in _NO_REGION_WHERE)
    return told or not named.isdisjoint({_REGION, *_NO_REGION_WITH})
