"""Words that wait for the recogniser's last word on them. Pure.

Some modes would rather be late than wrong: their pair reads a line as if the recogniser had said
nothing before it was sure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from interpreter.events import ItemKind, LineItem, Word

MISTIMED_S, RUN_MISTIMED_S = 0.5, 0.8
"""A word that is told again at a time so near is the same one, where its neighbours are others; and
several in a row, at a time so near: people say the same again a moment later."""


@dataclass(slots=True)
class ConfirmedWords:
    """One speaker's items: words go out when they are final, or those after them are; pauses when
    no word waits any more."""

    _waiting: list[LineItem] = field(default_factory=list)

    def push(self, item: LineItem, read: Sequence[LineItem] = ()) -> list[LineItem]:
        """Take an item; return those that may be read now, in order. `read`: the words that were
        read before, also by a mode that did not wait."""
        match item.kind:
            case ItemKind.WORD:
                self._waiting.append(item)
                return []
            case ItemKind.FINAL:
                first, last = item.covers
                before = [word for word in self._waiting if word.seq < first]
                covered = [word for word in self._waiting if first <= word.seq <= last]
                self._waiting = [word for word in self._waiting if word.seq > last]
                known = [word for word in read if first <= word.seq <= last]
                return [*before, *corrected(covered, _unread(item, known, covered))]
            case _:
                return [*self.flush(), item]

    def flush(self) -> list[LineItem]:
        """What waits, as it is: nothing more comes."""
        waiting, self._waiting = self._waiting, []
        return waiting


def _unread(final: LineItem, before: list[LineItem], covered: list[LineItem]) -> tuple[Word, ...]:
    """The final words that stand for those that waited: a mode that did not wait has read those
    `before`, or another pair has."""
    if not covered or covered[0].seq == final.covers[0]:
        return final.words
    return final.words[begins_at(final.words, before, covered, covered[0].start_s) :]


def corrected(committed: list[LineItem], words: tuple[Word, ...]) -> list[LineItem]:
    """Committed items as the recogniser hears them in the end: each final word in the place of the
    items that are as far into them, which it covers; one that has none of its own covers none."""
    if not committed or not words:
        return committed
    many, count = len(committed), len(words)
    found = []
    for place, word in enumerate(words):
        begin, end = place * many // count, (place + 1) * many // count
        item = committed[min(begin, many - 1)]
        covers = (item.seq, committed[end - 1].seq) if end > begin else (item.seq, item.seq - 1)
        found.append(
            replace(item, text=word.text, start_s=word.start_s, end_s=word.end_s, covers=covers)
        )
    return found


def begins_at(
    words: Sequence[Word],
    before: Sequence[LineItem],
    after: Sequence[LineItem],
    since_s: float,
) -> int:
    """The first of an utterance's final words that stands for `after`, and not for `before`, which
    is read already up to `since_s`: by the texts, as the recogniser may place a word elsewhere in
    the end; where these differ, by time."""
    by_time = sum((word.start_s + word.end_s) / 2 <= since_s for word in words)
    said, cut = [*before, *after], len(before)
    texts, final = [item.text for item in said], [word.text for word in words]
    pairs = [
        (block.a + at, block.b + at)
        for block in SequenceMatcher(None, texts, final, autojunk=False).get_matching_blocks()[:-1]
        if abs(said[block.a].start_s - words[block.b].start_s)
        <= (RUN_MISTIMED_S if block.size > 1 else MISTIMED_S)
        for at in range(block.size)
    ]
    last, earliest = max((pair for pair in pairs if pair[0] < cut), default=(-1, -1))
    first, latest = min((pair for pair in pairs if pair[0] >= cut), default=(-1, len(words)))
    if before and (last == cut - 1 or first == cut):  # what is new beside it is not read yet
        return min(earliest + cut - last, latest)
    return min(max(by_time, earliest + 1), latest)
