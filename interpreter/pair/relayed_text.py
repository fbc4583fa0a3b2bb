"""What a pair has interpreted, as numbered words for pairs that read its channel. Pure.

Closed text alone: nothing of it is taken back. Its words have the times of the words that they
render, so that whoever reads them knows how far the floor is ahead. A pause after each unit lets
readers begin at once, but for one that a cap cut off: its sentence goes on.
"""

from dataclasses import dataclass, field

from interpreter.events import ItemKind, LineItem, Word
from interpreter.line import LineMessage, LineWriter
from interpreter.pair.chunking import SENTENCE_PAUSE_S, CloseReason, Unit

SHORT_PAUSE_S = 0.1
LONG_PAUSE_S = SENTENCE_PAUSE_S + 0.1
"""Times are rounded on the wire."""


@dataclass(slots=True)
class RelayedText:
    """One pair's words for its readers."""

    line: LineWriter
    has_spaces: bool = True
    _told: dict[str, tuple[int, str, float]] = field(default_factory=dict)
    """By speaker: their last unit, their name, and its end."""
    _ended: set[int] = field(default_factory=set)
    """Units known to end a sentence before they were translated."""

    def translated(
        self, unit: Unit, segment: str, text: str, name: str, relay: int, now_s: float
    ) -> LineMessage:
        """The text of a closed unit; `relay`: from how many interpretations it was made."""
        words = spread(text, unit.start_s, unit.end_s, has_spaces=self.has_spaces)
        items = [
            self._append(ItemKind.WORD, w, unit.speaker, name, segment, now_s, relay + 1)
            for w in words
        ]
        self._told[unit.speaker] = (unit.number, name, unit.end_s)
        is_end = unit.number in self._ended
        self._ended.discard(unit.number)
        if is_end or (words and unit.reason is not CloseReason.CAP):
            items.append(self._pause(unit.speaker, now_s, relay + 1, is_long=is_end))
        return self.line.message(items)

    def lost(self, unit: Unit, name: str, relay: int, now_s: float) -> LineMessage:
        """There are no words: nobody heard any, or the translator had none."""
        gap = Word("", unit.start_s, unit.end_s)
        kind, speaker = ItemKind.LOST, unit.speaker
        return self.line.message([self._append(kind, gap, speaker, name, "", now_s, relay + 1)])

    def sentence_ended(
        self, speaker: str, last_unit: int, relay: int, now_s: float
    ) -> LineMessage | None:
        """The speaker made a long pause after this unit; None: it is not translated yet."""
        told = self._told.get(speaker)
        if told is None or told[0] < last_unit:
            self._ended.add(last_unit)
            return None
        return self.line.message([self._pause(speaker, now_s, relay + 1, is_long=True)])

    def _pause(self, speaker: str, now_s: float, relay: int, *, is_long: bool) -> LineItem:
        _, name, end_s = self._told[speaker]
        length_s = LONG_PAUSE_S if is_long else SHORT_PAUSE_S
        pause = Word("", end_s, end_s + length_s)
        return self._append(ItemKind.PAUSE, pause, speaker, name, "", now_s, relay)

    def _append(
        self,
        kind: ItemKind,
        word: Word,
        speaker: str,
        name: str,
        segment: str,
        now_s: float,
        relay: int,
    ) -> LineItem:
        return self.line.append(
            kind,
            word.text,
            word.start_s,
            word.end_s,
            speaker=speaker,
            name=name,
            segment=segment,
            now_s=now_s,
            relay=relay,
        )


def spread(text: str, start_s: float, end_s: float, *, has_spaces: bool = True) -> list[Word]:
    """A text's words over the time of what it renders, each as long as it has letters."""
    texts = text.split() if has_spaces else [text.strip()] if text.strip() else []
    letters = sum(map(len, texts))
    words, passed = [], 0
    for one in texts:
        since_s = start_s + (end_s - start_s) * passed / letters
        passed += len(one)
        words.append(Word(one, since_s, start_s + (end_s - start_s) * passed / letters))
    return words
