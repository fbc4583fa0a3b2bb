"""What a plugin's constructor takes, read from its annotations, and values made to fit. Pure."""

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any

import typing_extensions
from livekit.agents.types import NOT_GIVEN, NotGiven
from pydantic import JsonValue, PydanticSchemaGenerationError, PydanticUserError, TypeAdapter

from interpreter.engines.profile_rows import looks_secret

_LEFT_OUT = "none"
"""The value that leaves an option out, where the class can do without it and has no such value."""
_SHOWN_VALUES = 12


@dataclass(frozen=True, slots=True)
class Option:
    """One constructor argument that can be given as text or JSON."""

    name: str
    accepts: tuple[Any, ...]
    """The types, any of which a value may have."""
    nothing: object
    """What stands for no value: None or NOT_GIVEN; `...` where there must be one."""

    @property
    def is_secret(self) -> bool:
        return looks_secret(self.name)

    @property
    def described(self) -> str:
        """What a value may be, for people."""
        return " or ".join(dict.fromkeys(_described(one) for one in self.accepts))

    @property
    def _has_it(self) -> bool:
        """Whether "none" is a value of its own, as of a reasoning effort."""
        return any(_LEFT_OUT in typing.get_args(one) for one in self.accepts)

    def converted(self, value: JsonValue) -> object:
        """The value as the constructor's type; raises ValueError."""
        is_nothing = value is None or (value == _LEFT_OUT and not self._has_it)
        if self.nothing is not ... and is_nothing:
            return self.nothing
        adapter = _adapter(self.accepts)
        if unknown := _unknown(value, self.accepts):
            raise ValueError(f"there is no {unknown}")  # pydantic would leave it out, untold
        try:
            return adapter.validate_python(value)
        except ValueError:
            if isinstance(value, str) and value[:1] in ("{", "["):
                return adapter.validate_json(value)
            raise


@cache
def options_of(engine: Callable[..., object]) -> Mapping[str, Option]:
    """The arguments that a class, or what makes one of it, can be given from outside, by name.
    Read once a process."""
    is_class = isinstance(engine, type)
    constructor: Callable[..., object] = getattr(engine, "__init__") if is_class else engine  # noqa: B009
    found: dict[str, Option] = {}
    for parameter in inspect.signature(constructor).parameters.values():
        is_named = parameter.kind in (parameter.KEYWORD_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        if not is_named or parameter.name.startswith("_") or parameter.name == "self":
            continue
        members = tuple(map(_readable, _members(_resolved(parameter, constructor))))
        accepts = tuple(one for one in members if _can_be_given(one))
        if accepts:
            nothing = NOT_GIVEN if NotGiven in members else None if NoneType in members else ...
            found[parameter.name] = Option(parameter.name, accepts, nothing)
    return found


@cache
def _adapter(accepts: tuple[Any, ...]) -> TypeAdapter[object]:
    union: Any = typing.Union[accepts]  # noqa: UP007  (known when it runs)
    return TypeAdapter(union)


def _resolved(parameter: inspect.Parameter, constructor: Callable[..., object]) -> Any:
    """The annotation as a type; plain text where its module has names for type checkers only."""
    if parameter.annotation is parameter.empty:
        return str
    holder = type("_Holder", (), {"__annotations__": {parameter.name: parameter.annotation}})
    try:
        names = getattr(constructor, "__globals__", {})
        return typing.get_type_hints(holder, globalns=names)[parameter.name]
    except NameError:
        return str


def _members(annotation: Any) -> tuple[Any, ...]:
    if typing.get_origin(annotation) in (typing.Union, UnionType):
        return tuple(inner for one in typing.get_args(annotation) for inner in _members(one))
    return (annotation,)


def _readable(one: Any) -> Any:
    """The type as pydantic takes it: before Python 3.12 it takes no TypedDict of `typing`."""
    if not typing.is_typeddict(one):
        return one
    needed = one.__required_keys__
    hints = {
        name: hint if name in needed else typing_extensions.NotRequired[hint]
        for name, hint in typing.get_type_hints(one).items()
    }
    return typing_extensions.TypedDict(one.__name__, hints)  # type: ignore[operator]


def _unknown(value: object, accepts: tuple[Any, ...]) -> str:
    """A field that none of the dataclasses has which a table may stand for."""
    if not isinstance(value, Mapping):
        return ""
    tables = [one for one in accepts if _fields_of(one)]
    if not tables or len(tables) < sum(not _is_plain(one) for one in accepts):
        return ""
    known = {name for one in tables for name in _fields_of(one)}
    return next((repr(name) for name in value if name not in known), "")


def _is_plain(one: Any) -> bool:
    """Whether a table does not fit it anyway."""
    return one in (str, int, float, bool) or typing.get_origin(one) in (typing.Literal, list)


def _fields_of(one: Any) -> tuple[str, ...]:
    if is_dataclass(one):
        return tuple(field.name for field in fields(one) if field.init)
    return tuple(one.__annotations__) if typing_extensions.is_typeddict(one) else ()


def _can_be_given(one: Any) -> bool:
    if one in (NotGiven, NoneType, Any) or typing.get_origin(one) is Callable:
        return False
    try:
        TypeAdapter(one)
    except (PydanticSchemaGenerationError, PydanticUserError):
        return False
    return True


def _described(one: Any) -> str:
    names: Mapping[Any, str] = {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        str: "a text",
    }
    if typing.get_origin(one) is typing.Literal:
        values = [str(value) for value in typing.get_args(one)]
        more = ", …" if len(values) > _SHOWN_VALUES else ""
        return f"one of {', '.join(values[:_SHOWN_VALUES])}{more}"
    if typing.get_origin(one) in (dict, list) or one in (dict, list):
        return "a JSON object" if typing.get_origin(one) is dict or one is dict else "a JSON list"
    if isinstance(one, type) and issubclass(one, Enum):
        return f"one of {', '.join(str(member.value) for member in one)}"
    if names_in := _fields_of(one):
        return f"a table of {', '.join(names_in)}"
    return names.get(one, getattr(one, "__name__", str(one)))
