"""What the translator is asked next: closed units in order, and of an open one only its newest
state. Pure."""

from collections import OrderedDict

from interpreter.pair.chunking import Unit


class Requests:
    """Units that wait for the translator; one request is in flight, the newest replaces older."""

    def __init__(self, step_words: int) -> None:
        self.step_words = step_words
        self._waiting: OrderedDict[int, Unit] = OrderedDict()
        self._asked: dict[int, tuple[str, ...]] = {}
        """The words of each open unit when it was put here last."""

    @property
    def closed(self) -> int:
        """Closed units that wait."""
        return sum(not unit.is_open for unit in self._waiting.values())

    @property
    def waiting(self) -> tuple[Unit, ...]:
        """The units that wait, as they are now."""
        return tuple(self._waiting.values())

    def put(self, unit: Unit) -> bool:
        """Take a unit as it is now; False for an open one that has hardly changed."""
        words = tuple(word.text for word in unit.words)
        if unit.is_open:
            before = self._asked.get(unit.number, ())
            is_revised = words[: len(before)] != before
            if before and not is_revised and len(words) - len(before) < self.step_words:
                return False
            self._asked[unit.number] = words
        else:
            self._asked.pop(unit.number, None)
        self._waiting[unit.number] = unit
        return True

    def repeat(self, unit: Unit) -> None:
        """Ask for an open unit again as it is, unless it has changed meanwhile or others wait."""
        if not self._waiting:
            self._waiting[unit.number] = unit

    def take(self) -> Unit | None:
        """The next unit to translate."""
        return self._waiting.popitem(last=False)[1] if self._waiting else None
