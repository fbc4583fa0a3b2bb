"""What was said to OpenAI's realtime transcription, item by item, and what it has heard in each, in
the order in which it was said. Pure: times are seconds of the connection's sound."""

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Item:
    """One turn."""

    start_s: float
    end_s: float | None = None
    """None while it grows."""
    id: str = ""
    """Empty until the server has named it."""
    text: str = ""
    is_complete: bool = False
    confidence: float = 0.0
    language: str = ""


@dataclass(slots=True)
class Items:
    """The items of one connection that are not answered yet."""

    _items: deque[Item] = field(default_factory=deque)

    @property
    def open(self) -> Item | None:
        """The one that grows."""
        return self._items[-1] if self._items and self._items[-1].end_s is None else None

    @property
    def oldest(self) -> Item | None:
        return self._items[0] if self._items else None

    def begin(self, at_s: float) -> None:
        self._items.append(Item(at_s))

    def commit(self, at_s: float) -> None:
        """The open one is over."""
        if (item := self.open) is not None:
            item.end_s = at_s

    def named(self, id_: str) -> None:
        """The server names what was committed first and has no name."""
        item = self._found(id_)
        if item is not None:
            item.id = id_

    def heard(self, id_: str, delta: str) -> Item | None:
        """The item that more was heard in; none where it is unknown."""
        item = self._found(id_)
        if item is not None:
            item.id = id_
            item.text += delta
        return item

    def text(self, id_: str) -> str:
        """What was heard so far in one."""
        item = self._found(id_)
        return "" if item is None else item.text

    def completed(self, id_: str, text: str, confidence: float, language: str) -> list[Item]:
        """Those whose last word may be said now, in order; one that is not complete holds back
        those after it."""
        item = self._found(id_)
        if item is not None:
            item.id, item.text, item.is_complete = id_, text, True
            item.confidence, item.language = confidence, language
        ready: list[Item] = []
        while self._items and self._items[0].is_complete:
            ready.append(self._items.popleft())
        return ready

    def _found(self, id_: str) -> Item | None:
        known = next((item for item in self._items if item.id == id_), None)
        return known or next((item for item in self._items if not item.id), None)
