"""The sound that has no final yet, and where utterances end in it: to be heard again. Pure."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from livekit import rtc

LONGEST_S = 30.0
"""More is not kept: who has no final for so long has committed most of it."""
LEAD_S = 0.2
"""So much is kept before the last final's end: a word begins a little before it is heard."""


@dataclass(frozen=True, slots=True)
class Item:
    """A frame, or the end of an utterance."""

    number: int
    starts_s: float
    frame: rtc.AudioFrame | None

    @property
    def ends_s(self) -> float:
        return self.starts_s + (self.frame.duration if self.frame is not None else 0.0)


@dataclass(slots=True)
class Kept:
    """What one speaker's stream has been given, numbered; times are seconds of its sound."""

    pushed_s: float = 0.0
    is_ended: bool = False
    _items: deque[Item] = field(default_factory=deque)
    _count: int = 0

    def push(self, frame: rtc.AudioFrame) -> None:
        self._add(frame)
        self.pushed_s += frame.duration
        while self.pushed_s - self._items[0].starts_s > LONGEST_S:
            self._items.popleft()

    def flush(self) -> None:
        self._add(None)

    def after(self, number: int) -> Item | None:
        """The first item beyond a number; None where there is none yet."""
        if not self._items or self._items[-1].number <= number:
            return None
        first = self._items[0].number
        return self._items[max(number + 1 - first, 0)]

    @property
    def open_flushes(self) -> int:
        """Ends of utterances that nobody has answered."""
        return sum(item.frame is None for item in self._items)

    @property
    def first_flush_s(self) -> float:
        """Where the first of them is."""
        return next((one.starts_s for one in self._items if one.frame is None), self.pushed_s)

    @property
    def begins_s(self) -> float:
        """Where what is kept begins."""
        return self._items[0].starts_s if self._items else self.pushed_s

    @property
    def is_empty(self) -> bool:
        return not self._items

    def final_until(self, at_s: float) -> None:
        """Words up to there are final. Ends of utterances stay until they are answered."""
        while (
            self._items
            and self._items[0].frame is not None
            and self._items[0].ends_s <= at_s - LEAD_S
        ):
            self._items.popleft()

    def answered(self) -> float:
        """The first end of an utterance is answered, and all before it: where it was."""
        while self._items:
            item = self._items.popleft()
            if item.frame is None:
                return item.starts_s
        return self.pushed_s

    def frames(self, from_s: float, until_s: float) -> list[rtc.AudioFrame]:
        """The sound of a time, as far as it is kept."""
        return [frame for item, frame in self._framed() if from_s <= item.starts_s < until_s]

    def _framed(self) -> Iterator[tuple[Item, rtc.AudioFrame]]:
        for item in self._items:
            if item.frame is not None:
                yield item, item.frame

    def _add(self, frame: rtc.AudioFrame | None) -> None:
        self._items.append(Item(self._count, self.pushed_s, frame))
        self._count += 1
