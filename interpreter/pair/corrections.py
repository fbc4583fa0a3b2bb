"""Which of a speaker's corrections are made silently. Pure.

"On Monday I mean Tuesday" is interpreted as Tuesday, unless the voice has come to Monday: then
people hear the correction too. What was decided for a unit stays, or its translation would jump.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from interpreter.pair.chunking import Unit
from interpreter.repairs import MayCorrect

SpokenWords = Callable[[Unit], int]
"""unit → how many of its source words the voice may have come to."""


@dataclass(slots=True)
class Corrections:
    """The decisions on the units that are open."""

    spoken_words: SpokenWords
    _decided: dict[int, dict[int, bool]] = field(default_factory=dict)
    """Unit → number of the first word taken back → whether it is."""

    def of(self, unit: Unit) -> MayCorrect:
        """What may be corrected in a unit as it is now."""
        decided = self._decided.pop(unit.number, {})
        if unit.is_open:
            self._decided[unit.number] = decided
        spoken = self.spoken_words(unit)
        return lambda index: decided.setdefault(unit.words[index].seq, index >= spoken)
