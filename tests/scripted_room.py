"""A room that only remembers, in which a floor agent says what a test writes down."""

from interpreter.events import ItemKind, LineItem, Word
from interpreter.line import LineMessage
from interpreter.rehearsal.remembered_room import RememberedParticipant, RememberedRoom
from interpreter.room import RoomMetadata

ScriptedParticipant = RememberedParticipant


class ScriptedRoom(RememberedRoom):
    """A remembered room with words of 0.3 s each."""

    def __init__(self, metadata: RoomMetadata) -> None:
        super().__init__(metadata)
        self._seq = 0

    def say(
        self,
        text: str,
        start_s: float,
        *,
        speaker: str = "ana",
        relay: int = 0,
        line: str = "en",
    ) -> None:
        """The floor agent sends words of 0.3 s each; `|` is a short pause, `‖` a long one. What is
        interpreted has a `relay` depth, and a machine's words a line of their own."""
        items: list[LineItem] = []
        at_s = start_s
        for token in text.split():
            kind = ItemKind.PAUSE if token in "|‖" else ItemKind.WORD
            length_s = {"|": 0.3, "‖": 0.7}.get(token, 0.3)
            word = token if kind is ItemKind.WORD else ""
            items.append(LineItem(self._seq, kind, word, at_s, at_s + length_s, speaker, "en.1.1"))
            at_s += length_s
            self._seq += 1
        names = {speaker: speaker.title()}
        self.send(LineMessage(line, 1, tuple(items), names, {speaker: relay}), self.floor)

    def correct(self, text: str, start_s: float, *, speaker: str = "ana") -> None:
        """The recogniser's last word on the words that were said last, as many as these."""
        texts = text.split()
        words = tuple(
            Word(word, start_s + place * 0.3, start_s + (place + 1) * 0.3)
            for place, word in enumerate(texts)
        )
        covers = (self._seq - len(words), self._seq - 1)
        final = LineItem(
            self._seq,
            ItemKind.FINAL,
            "",
            start_s,
            words[-1].end_s,
            speaker,
            "en.1.1",
            covers,
            words,
        )
        self._seq += 1
        self.send(LineMessage("en", 1, (final,), {}), self.floor)

    def lose(self, start_s: float, end_s: float, *, speaker: str = "ana") -> None:
        """The floor agent says that it heard nothing for a while."""
        item = LineItem(self._seq, ItemKind.LOST, "", start_s, end_s, speaker, "en.1.2")
        self._seq += 1
        self.send(LineMessage("en", 1, (item,), {}), self.floor)
