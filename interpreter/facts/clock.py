"""Times of day, as a language says them → minutes after noon or midnight. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from interpreter.facts.digits import clock_minutes
from interpreter.facts.fact import Figure, Kind
from interpreter.facts.tokens import Token, shown
from interpreter.facts.words import lore_of

HALF_DAY = 12 * 60
_HOURS = 24
_AFTER_DOT = frozenset({"am", "pm", "uhr", "a", "p", "h", "heures", "horas", "hores", "ore"})


@dataclass(frozen=True, slots=True)
class _Pattern:
    words: tuple[str, ...]
    minutes: int


_Patterns = dict[str, list[_Pattern]]
"""By their first word."""


@cache
def _patterns(tag: str) -> _Patterns:
    """The longest first."""
    found = [_Pattern(tuple(one.says.split()), one.minutes) for one in lore_of(tag).clock]
    by_first: _Patterns = {}
    for one in sorted(found, key=lambda one: len(one.words), reverse=True):
        by_first.setdefault(one.words[0], []).append(one)
    return by_first


def knows_times(tag: str) -> bool:
    """Whether it is known how the language says "half past two"."""
    return bool(_patterns(tag))


def with_times(found: Sequence[Figure], tokens: Sequence[Token], tag: str) -> list[Figure]:
    """The figures, with times of day in place of the numbers that they are said with."""
    at = {one.first: one for one in found}
    times = list(_times(at, tokens, _patterns(tag)))
    covered = {place for one in times for place in range(one.first, one.after)}
    return [one for one in found if one.first not in covered] + times


def _times(at: dict[int, Figure], tokens: Sequence[Token], patterns: _Patterns) -> Iterator[Figure]:
    place = 0
    while place < len(tokens):
        time = _written(tokens, place) or _said(at, tokens, place, patterns)
        if time is not None:  # "a las #" may go on: "las # y media"
            longer = _said(at, tokens, place + 1, patterns)
            time = longer if longer is not None and longer.after > time.after else time
        if time is not None:
            yield time
        place = time.after if time is not None else place + 1


def _written(tokens: Sequence[Token], place: int) -> Figure | None:
    """ "14:30", or "2.30 pm"."""
    token = tokens[place]
    parts = token.text.split(".")
    is_dotted = token.is_digits and [len(part) for part in parts] in ([1, 2], [2, 2])
    follows = tokens[place + 1].folded if place + 1 < len(tokens) else ""
    if not token.is_clock and not (is_dotted and follows in _AFTER_DOT):
        return None
    known = clock_minutes(token.text)
    return _time(tokens, place, place + 1, *known) if known is not None else None


def _said(
    at: dict[int, Figure], tokens: Sequence[Token], first: int, patterns: _Patterns
) -> Figure | None:
    if first >= len(tokens):
        return None
    known = patterns.get(tokens[first].folded, [])
    for pattern in known + (patterns.get("#", []) if first in at else []):
        place, numbers = first, list[int]()
        for word in pattern.words:
            if place >= len(tokens) or (place > first and _is_new_clause(tokens, place)):
                break
            figure = at.get(place)
            if word != "#":
                if tokens[place].folded != word:
                    break
                place += 1
            elif figure is not None and _fits(figure, len(numbers)):
                numbers.append(int(figure.value))
                place = figure.after
            else:
                break
        else:
            minutes = numbers[1] if len(numbers) > 1 else pattern.minutes
            return _time(tokens, first, place, numbers[0], minutes)
    return None


def _is_new_clause(tokens: Sequence[Token], place: int) -> bool:
    return not {",", ";", "?", "!", ":"}.isdisjoint(tokens[place].gap)


def _fits(figure: Figure, position: int) -> bool:
    is_whole = figure.value == int(figure.value) and figure.kind is Kind.NUMBER
    return is_whole and 0 <= figure.value < (60 if position else _HOURS + 1)


def _time(tokens: Sequence[Token], first: int, after: int, hour: int, minutes: int) -> Figure:
    of_day = (hour * 60 + minutes) % HALF_DAY
    return Figure(
        Kind.TIME,
        Decimal(of_day),
        shown(tokens, first, after),
        first,
        after,
        parts=(Decimal(hour), Decimal(minutes)),
    )
