"""What of a translation is not held to its source, for want of a library or a file that knows a
language: pages and exports say it. Pure.
"""

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

from interpreter.facts.comparing import checked
from interpreter.facts.fact import Kind
from languages import Language


class Part(StrEnum):
    """What people are told of, in their words."""

    NUMBERS = "numbers"
    NEGATIONS = "negations"
    NAMES = "names"


_KINDS = {
    Part.NUMBERS: frozenset({Kind.NUMBER, Kind.TIME, Kind.DATE, Kind.CURRENCY, Kind.UNIT}),
    Part.NEGATIONS: frozenset({Kind.NEGATION}),
    Part.NAMES: frozenset({Kind.NAME}),
}


def unchecked(way: Sequence[Language]) -> tuple[Part, ...]:
    """What nobody holds to its source somewhere on the way, from what is spoken over what it is
    interpreted from to the channel's language."""
    hops = [checked(source, target) for source, target in pairwise(way)]
    return tuple(part for part, kinds in _KINDS.items() if not all(kinds <= hop for hop in hops))
