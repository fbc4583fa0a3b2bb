"""The class that an import path names, or what to do where there is none."""

import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from livekit.agents import llm, stt, tts

from interpreter.engines.kinds import Kind
from interpreter.errors import InputError, RequirementMissing

_KINDS: Mapping[Kind, type[Any]] = {
    Kind.TRANSLATOR: llm.LLM,
    Kind.STT: stt.STT,
    Kind.TTS: tts.TTS,
}
_PACKAGES = {"livekit.plugins.minimax": "livekit-plugins-minimax-ai"}
"""Those that are not called as their module."""


def maker_of(path: str, kind: Kind) -> Callable[..., Any]:
    """The class of a path, or what makes an object of it (`LLM.with_azure`)."""
    module_name, _, name = path.partition(":")
    if not module_name or not name:
        raise InputError(
            f"An engine is named module:Class, for example livekit.plugins.openai:LLM; "
            f"{path!r} is not."
        )
    class_name, _, maker_name = name.partition(".")
    wanted, module = _KINDS[kind], imported(module_name)
    found = getattr(module, class_name, None)
    if not (isinstance(found, type) and issubclass(found, wanted)):
        fault = "is not there" if found is None else f"is no {wanted.__module__}.{wanted.__name__}"
        raise InputError(
            f"{path} {fault}. {module_name} has for {kind}: "
            f"{_classes_of(module, wanted) or 'nothing'}."
        )
    maker: Callable[..., Any] | None = getattr(found, maker_name, None) if maker_name else found
    if maker is None or not callable(maker):
        makers = ", ".join(one for one in dir(found) if one.startswith("with_"))
        raise InputError(f"{path} is not there. {class_name} has: {makers or 'nothing like it'}.")
    return maker


def _classes_of(module: ModuleType, kind: type[Any]) -> str:
    found = inspect.getmembers(module, lambda it: isinstance(it, type) and issubclass(it, kind))
    return ", ".join(name for name, _ in found)


def imported(name: str) -> ModuleType:
    """The module, or what to install."""
    try:
        return import_module(name)
    except ImportError as error:
        missing = getattr(error, "name", None) or name
        like = name.replace(".", "-") if name.startswith("livekit.plugins.") else name
        package = _PACKAGES.get(name, like)
        raise RequirementMissing(
            f"The module {missing} is not installed; install what holds {name}, "
            f"for example `uv add {package}`."
        ) from error
    except Exception as error:
        # whatever a module of somebody's own raises
        raise RequirementMissing(
            f"The module {name} is there and cannot be imported ({type(error).__name__}); try "
            f"`python -c 'import {name}'`."
        ) from error
