"""In which environment variables a plugin looks for its key, read from its source."""

import inspect
import re
import sys
import typing
from collections.abc import Callable, Iterator
from typing import Any

_ENVIRONMENT_NAME = re.compile(
    r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:KEY|SECRET|TOKEN|CREDENTIALS)\b"
)
_KIND_AT_THE_END = re.compile(r"_(?:stt|tts|llm)$")


def names_in(engine: Callable[..., Any], path: str) -> list[str]:
    """Where a class looks for its key, as its constructor, or else its module, says; or those of
    the class that it is made of; or the modules beside it in its package (AWS' recogniser leaves
    its key to a library)."""
    module = path.partition(":")[0]
    for constructor in _constructors(engine):
        for place in (constructor, inspect.getmodule(constructor)):
            if names := _named_in(place):
                return names
    inside = (found for name, found in list(sys.modules.items()) if name.startswith(f"{module}."))
    if names := [name for found in inside for name in _named_in(found)]:
        return list(dict.fromkeys(names))
    return [f"{_KIND_AT_THE_END.sub('', module.rpartition('.')[2]).upper()}_API_KEY"]


def _named_in(place: object) -> list[str]:
    try:
        names = _ENVIRONMENT_NAME.findall(inspect.getsource(typing.cast(Any, place)))
    except (OSError, TypeError):
        return []
    return list(dict.fromkeys(names))


def _constructors(engine: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    if not isinstance(engine, type):
        yield engine
        return
    for one in engine.__mro__:
        if not one.__module__.startswith(("livekit.agents.", "livekit.rtc.", "builtins", "typing")):
            yield getattr(one, "__init__")  # noqa: B009
