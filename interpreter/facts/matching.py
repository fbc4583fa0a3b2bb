"""Which number of one text answers which of the other. Pure."""

import re
from collections.abc import Sequence
from decimal import Decimal

from interpreter.facts.fact import Figure, Kind

_HALF_DAY_HOURS = 12
_HOURS = 24
_HALF = Decimal("0.5")
_CENTURY = 100
_DAYS_OF_WEEKS = {1: (7, 8), 2: (14, 15)}
"""Romance languages count the first day too."""


def unanswered(
    ours: Sequence[Figure], theirs: Sequence[Figure]
) -> tuple[list[Figure], list[Figure]]:
    """The certain figures of each side that the other does not have, in order."""
    missing = [one for one in ours if one.is_certain and not _has(theirs, one, ours)]
    extra = [one for one in theirs if one.is_certain and not _has(ours, one, theirs)]
    if missing and extra and _same_digits(missing, extra):
        return [], []
    return missing, extra


def _has(figures: Sequence[Figure], one: Figure, beside: Sequence[Figure]) -> bool:
    """Whether one of the figures answers this one, which stands beside those."""
    if any(answers(one, other) for other in figures):
        return True
    values = {other.value for other in figures}
    values |= {part for other in figures for part in other.parts}
    if one.kind is Kind.TIME or one.parts:
        return values.issuperset(one.parts)
    if one.value % 1 == _HALF:
        return values.issuperset({one.value - _HALF, _HALF})
    # "dos años y medio": 2, then a half, of 2.5
    return one.value + _HALF in values and any(other.value == _HALF for other in beside)


def answers(one: Figure, other: Figure) -> bool:
    """Whether both may be the same number."""
    if (one.kind is Kind.TIME) != (other.kind is Kind.TIME):
        time, number = (one, other) if one.kind is Kind.TIME else (other, one)
        return number.value in time.parts or _is_hour_of(time, number)
    if one.value == other.value:
        return True
    if one.is_decade or other.is_decade:
        return one.value % _CENTURY == other.value % _CENTURY
    return one.value in other.parts or _is_as_long(one, other) or _is_as_long(other, one)


def _is_as_long(weeks: Figure, days: Figure) -> bool:
    """ "two weeks" and "quinze jours"."""
    are_both = "duration-week" in weeks.measure and "duration-day" in days.measure
    return are_both and days.value in _DAYS_OF_WEEKS.get(int(weeks.value), ())


def _is_hour_of(time: Figure, number: Figure) -> bool:
    """14 of "two in the afternoon"."""
    hour = time.parts[0]
    is_hour = 0 <= number.value <= _HOURS and number.value % 1 == 0
    return is_hour and number.value % _HALF_DAY_HOURS == hour % _HALF_DAY_HOURS


def _same_digits(missing: Sequence[Figure], extra: Sequence[Figure]) -> bool:
    """Whether both are one row of digits, parted elsewhere: a telephone number, a year in two
    parts."""
    are_whole = all(one.value % 1 == 0 for one in (*missing, *extra))
    return are_whole and len(missing) != len(extra) and _digits(missing) == _digits(extra)


def _digits(figures: Sequence[Figure]) -> str:
    return "".join(re.sub(r"\D", "", one.text) or str(int(one.value)) for one in figures)
