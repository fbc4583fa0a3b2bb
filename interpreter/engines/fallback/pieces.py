"""Speech in pieces for a recogniser that streams, but says nothing before an utterance is over,
where it stands in for one that does: listeners do not wait for whole sentences. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from interpreter.engines.fallback.kept import Item
from interpreter.engines.recorded import quietest

SHORTEST_S, LONGEST_S = 1.4, 2.2
"""A piece ends where the speaker is quietest between them."""
FIRST_S, LAST_S = 0.8, 0.8
"""What was kept is one piece as soon as it is given, from so much on; it ends somewhere in its last
part."""


@dataclass(slots=True)
class Pieces:
    """What one stream is to be given; an item without a frame ends a piece."""

    _held: list[Item] = field(default_factory=list)
    _is_first: bool = True

    def push(self, item: Item, *, is_live: bool) -> Iterator[Item]:
        """What may be given by now. `is_live`: nothing more is kept beyond this."""
        self._held.append(item)
        if item.frame is None:
            yield from self._all()
        elif is_live and self._is_first and self._held_s >= FIRST_S:
            yield from self._cut(max(self._held_s - LAST_S, FIRST_S / 2))
        elif is_live and self._held_s >= LONGEST_S:
            yield from self._cut(SHORTEST_S)

    def _all(self) -> Iterator[Item]:
        items, self._held = self._held, []
        yield from items

    def _cut(self, after_s: float) -> Iterator[Item]:
        self._is_first = False
        frames = [item.frame for item in self._held if item.frame is not None]
        place = quietest(frames, after_s)
        items, self._held = self._held[:place], self._held[place:]
        yield from items
        yield Item(-1, items[-1].ends_s, None)

    @property
    def _held_s(self) -> float:
        return sum(item.ends_s - item.starts_s for item in self._held)
