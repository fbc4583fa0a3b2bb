"""Policies with one rule changed, to see what it buys: `balanced[commit.held_words=1]`.

A variant is known by its name in the process that plays it; no meeting can choose it.
"""

import re
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from interpreter.errors import InputError
from interpreter.pair.policy import POLICIES

Rules = TypeVar("Rules")

_VARIANT = re.compile(r"(?P<base>[\w-]+)\[(?P<rule>[\w.]+)=(?P<value>[^\]]+)\]")


def variant_name(base: str, change: str) -> str:
    """What a policy with a change, such as `commit.held_words=1`, is called."""
    return f"{base}[{change}]"


def with_variants(policies: Sequence[str], changes: Sequence[str]) -> list[str]:
    """Each policy, followed by its variants with one change each, which are now known."""
    names: list[str] = []
    for policy in policies:
        variants = [variant_name(policy, change) for change in changes]
        for name in variants:
            make_known(name)
        names += [policy, *variants]
    return names


def make_known(name: str) -> None:
    """Let a variant be found by its name; raises InputError for a rule that there is not."""
    found = _VARIANT.fullmatch(name)
    if found is None or name in POLICIES:
        return
    if found["base"] not in POLICIES:
        raise InputError(f"There is no policy {found['base']!r}. Policies: {', '.join(POLICIES)}.")
    POLICIES[name] = changed(POLICIES[found["base"]], found["rule"].split("."), found["value"])


def changed(rules: Rules, path: list[str], text: str) -> Rules:
    """The rules with another value at this place; of the kind that stands there now."""
    if not is_dataclass(rules) or isinstance(rules, type):
        raise InputError(f"{path[0]} is no rule: a value stands there.")
    known = [field.name for field in fields(rules)]
    if path[0] not in known:
        raise InputError(f"There is no rule {path[0]!r} here. There are: {', '.join(known)}.")
    now = getattr(rules, path[0])
    value = changed(now, path[1:], text) if path[1:] else _value(now, text)
    return replace(rules, **{path[0]: value})


def _value(now: Any, text: str) -> bool | int | float:
    try:
        if isinstance(now, bool):
            return {"true": True, "false": False}[text.lower()]
        if isinstance(now, int | float):
            return type(now)(text)
    except (KeyError, ValueError) as error:
        raise InputError(f"{text} is no {type(now).__name__}.") from error
    raise InputError(f"Only numbers and true or false can be changed, not {now!r}.")
