"""Digits and Roman numerals → values, by the language's signs. Pure."""

import re
from decimal import Decimal

from interpreter.facts.tokens import Token
from languages import Language

_SPACES = re.compile(r"[ \u00a0\u202f'’]")
_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_GROUP = 3


def values_of(text: str, language: Language) -> tuple[Decimal, ...]:
    """What digits mean: one value, or several where their signs make no number ("555.12.34")."""
    joined = _SPACES.sub("", text)
    signs = [sign for sign in joined if sign in ".,"]
    parts = re.split(r"[.,]", joined)
    if not signs:
        return (Decimal(joined),)
    if len(set(signs)) == 2:
        whole, decimals = "".join(parts[:-1]), parts[-1]
        return (Decimal(f"{whole}.{decimals}"),) if signs.count(signs[-1]) == 1 else _each(parts)
    are_groups = all(len(part) == _GROUP for part in parts[1:]) and len(parts[0]) <= _GROUP
    if len(signs) > 1:
        return (Decimal("".join(parts)),) if are_groups else _each(parts)
    if signs[0] == language.group_sign and are_groups:
        return (Decimal("".join(parts)),)
    return (Decimal(f"{parts[0]}.{parts[1]}"),)


def _each(parts: list[str]) -> tuple[Decimal, ...]:
    return tuple(Decimal(part) for part in parts)


def other_reading(text: str) -> tuple[Decimal, ...]:
    """The numbers, where a space may part two of them or groups of one."""
    return tuple(Decimal(part) for part in text.split(" ")) if re.fullmatch(r"[\d ]+", text) else ()


def clock_minutes(text: str) -> tuple[int, int] | None:
    """Hour and minutes of "14:30" or "14h30"."""
    hour, minutes = (int(part) for part in re.split("[:hH.]", text)[:2])
    return (hour, minutes) if hour <= 24 and minutes < 60 else None


def roman(token: Token, suffixes: tuple[str, ...]) -> int:
    """The value of a Roman numeral in capitals, with an ordinal's ending or without; else 0."""
    text = token.text
    for suffix in sorted(suffixes, key=len, reverse=True):
        if text.endswith(suffix) and len(text) > len(suffix):
            text = text.removesuffix(suffix)
            break
    if not text or not _ROMAN.fullmatch(text):
        return 0
    values = [_ROMAN_VALUES[letter] for letter in text]
    after = [*values[1:], 0]
    return sum(
        -one if one < following else one for one, following in zip(values, after, strict=True)
    )
