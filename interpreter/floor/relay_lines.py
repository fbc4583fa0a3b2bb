"""The lines that machines write: what pairs have interpreted, for pairs that read their channel.

The floor agent stays the only writer of lines: it asks the pairs, puts what they send in order, and
appends it as words of whoever spoke; so readers, gap repair and resuming are those of any line.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import astuple, dataclass, field
from itertools import groupby

from interpreter.events import ItemKind, LineItem
from interpreter.floor.supervision import Pair
from interpreter.line import FROM_NOW, LineMessage, LineReader, LineWriter, ReaderMessage
from interpreter.line_names import interpreted, steps_of

ASK_EVERY_S = 0.5
OVERLAP_S = 0.05


@dataclass(slots=True)
class _Written:
    """One line: what is read of the pair that interprets, and what is written."""

    writer: LineWriter
    reader: LineReader
    begins: bool = True
    """Whether the pair is to say where: a line begins, and begins again, a little back."""
    until_s: dict[str, float] = field(default_factory=dict)
    """The end of what was written, by speaker: a pair's replacement may say it again."""
    passed_s: dict[str, float] = field(default_factory=dict)
    """The same as it was when the pair that writes now began."""


@dataclass(slots=True)
class RelayLines:
    """The relays' lines of one room; `use` says which are read now."""

    epoch: int
    now_s: Callable[[], float]
    send: Callable[[LineWriter, Sequence[LineItem]], None]
    lines: dict[str, LineWriter] = field(default_factory=dict)
    _written: dict[str, _Written] = field(default_factory=dict)
    _used: frozenset[str] = frozenset()
    _asked_s: float = 0.0

    def use(self, lines: Collection[str]) -> None:
        """From now on these are written; others rest."""
        for name in lines:
            if name not in self._written:
                writer = self.lines[name] = LineWriter(name, self.epoch)
                self._written[name] = _Written(writer, LineReader(name))
            if name not in self._used:
                self._written[name].begins = True
        self._used = frozenset(lines)

    def due(self) -> Iterator[tuple[Pair, ReaderMessage]]:
        """What to ask now, and whom."""
        now_s = self.now_s()
        if now_s - self._asked_s < ASK_EVERY_S:
            return
        self._asked_s = now_s
        for name in sorted(self._used):
            one = self._written[name]
            next_seq = FROM_NOW if one.begins else one.reader.next_seq
            yield (
                Pair(*steps_of(name)[-1]),
                ReaderMessage(name, one.reader.epoch, next_seq, -1, 0.0, "live", "", 0),
            )

    def read(self, sender: Pair, message: LineMessage) -> None:
        """A pair has interpreted something."""
        if message.line not in self._used or message.line != interpreted(*astuple(sender)):
            return
        one = self._written[message.line]
        if not message.items or message.epoch < one.reader.epoch:
            return
        if one.begins or message.epoch > one.reader.epoch:
            one.passed_s = dict(one.until_s)
        if one.begins:
            one.begins = False
            one.reader = LineReader(message.line, message.epoch, message.items[0].seq)
        items = one.reader.push(message)
        for _, unit in groupby(items, key=lambda item: (item.segment, item.speaker)):
            self._write(one, list(unit))

    def _write(self, one: _Written, unit: list[LineItem]) -> None:
        """Append what one unit says; and at once that its words are final."""
        speaker, ends_s = unit[0].speaker, max(item.end_s for item in unit)
        if ends_s <= one.passed_s.get(speaker, 0.0) + OVERLAP_S:
            return
        written = [self._append(one, item) for item in unit]
        words = [item for item in written if item.kind is ItemKind.WORD]
        if words:
            one.until_s[speaker] = max(one.until_s.get(speaker, 0.0), ends_s)
            covers = (words[0].seq, words[-1].seq)
            written.append(self._append(one, words[-1], ItemKind.FINAL, covers))
        self.send(one.writer, written)

    def _append(
        self,
        one: _Written,
        item: LineItem,
        kind: ItemKind | None = None,
        covers: tuple[int, int] = (-1, -1),
    ) -> LineItem:
        return one.writer.append(
            kind or item.kind,
            "" if kind else item.text,
            item.start_s,
            item.end_s,
            speaker=item.speaker,
            name=one.reader.names.get(item.speaker, ""),
            segment=item.segment,
            now_s=self.now_s(),
            covers=covers,
            relay=one.reader.relays.get(item.speaker, 1),
        )
