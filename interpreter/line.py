"""A line on the wire between agents: numbered items sent to readers, healed by what each reader
says it wants.

Pure: messages in, messages out; the agents send and receive them by reliable data. Whoever writes
a line sends its items to each reader; each reader says every 500 ms which number it wants next,
which repairs any gap. A new epoch starts at number 0.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from interpreter.events import ItemKind, LineItem, Word

LINE_VERSION = 1
ITEMS_A_MESSAGE = 60
"""Keeps a message below LiveKit's 15 KiB for reliable data."""
HISTORY_S = 600.0
LACKS_TRANSLATION, LACKS_VOICE = "translation", "voice"
FROM_NOW = -1
"""Wanted by a reader that does not know any number yet: what was said last."""
PAYLOAD_STEP = 100
"""Payloads are as long as a multiple of this, bytes. livekit-rtc makes a ctypes type for each
length that it receives (`POINTER(c_byte * n)`), and ctypes keeps those for good: of all lengths
there are, agents grew by 3 to 6 MB an hour."""
RESEND_AFTER_S = 0.4
"""An item that a reader still wants so long after it was sent is sent again."""


@dataclass(frozen=True, slots=True)
class LineMessage:
    """Items of a line in order, and the display names of their speakers by identity."""

    line: str
    epoch: int
    items: tuple[LineItem, ...]
    names: dict[str, str]
    relays: dict[str, int] = field(default_factory=dict)
    """By identity, of those who interpret: the relay depth of what is made from their words."""


@dataclass(frozen=True, slots=True)
class ReaderMessage:
    """What a reader has and wants: subscription, gap repair, heartbeat and resume point in one."""

    line: str
    epoch: int
    next_seq: int
    spoken_seq: int
    """The last source word whose translation has been spoken; -1 before the first."""
    lag_s: float
    state: str
    target: str
    pair_epoch: int
    captioned_seq: int = -1
    """The last source word whose translation is final in captions and journal."""
    context: tuple[tuple[str, str], ...] = ()
    """The last (source, target) texts, for a replacement to go on from."""
    begun: tuple[int, str] = (-1, "")
    """The first word of the unit that the voice is in, and what has been heard of it."""
    is_heard: bool = False
    """Whether its voice sounds now, or is about to."""
    shown_seq: int = -1
    """The last source word of which readers have had a translation, final or not."""
    lacks: str = ""
    """Of a failed pair, what its channel goes on without; empty: nothing."""
    kept_waiting_s: float = 0.0
    """How long it was lately not let run when it should have been: its machine is too busy."""


def encode_line(message: LineMessage) -> bytes:
    return _encode(
        {
            "v": LINE_VERSION,
            "line": message.line,
            "epoch": message.epoch,
            "items": [_fields(item) for item in message.items],
            "names": message.names,
            "relays": message.relays,
        }
    )


def _encode(fields: dict[str, object]) -> bytes:
    """JSON, with spaces after it up to the next whole step."""
    payload = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    return payload.ljust(-(-len(payload) // PAYLOAD_STEP) * PAYLOAD_STEP)


def decode_line(payload: bytes) -> LineMessage | None:
    """Read a message of this or the previous version; None for anything else."""
    try:
        data: dict[str, Any] = json.loads(payload)
        if data["v"] not in (LINE_VERSION, LINE_VERSION - 1):
            return None
        items = tuple(_item(*fields) for fields in data["items"])
        relays = {str(who): int(depth) for who, depth in data.get("relays", {}).items()}
        names = dict(data["names"])
        return LineMessage(str(data["line"]), int(data["epoch"]), items, names, relays)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None


def _fields(item: LineItem) -> list[object]:
    times = [round(item.start_s, 3), round(item.end_s, 3)]
    fields: list[object] = [item.seq, item.kind.value, item.text, *times]
    fields += [item.speaker, item.segment]
    if item.kind is not ItemKind.FINAL:
        return fields if item.covers == (-1, -1) else [*fields, list(item.covers)]
    words = [[word.text, round(word.start_s, 3), round(word.end_s, 3)] for word in item.words]
    return [*fields, list(item.covers), words]


def _item(
    seq: int,
    kind: str,
    text: str,
    start_s: float,
    end_s: float,
    speaker: str,
    segment: str,
    covers: Sequence[int] = (-1, -1),
    words: Sequence[Sequence[Any]] = (),
) -> LineItem:
    return LineItem(
        int(seq),
        ItemKind(kind),
        str(text),
        float(start_s),
        float(end_s),
        speaker,
        segment,
        (int(covers[0]), int(covers[1])),
        tuple(Word(str(text), float(start), float(end)) for text, start, end in words),
    )


def encode_reader(message: ReaderMessage) -> bytes:
    fields: dict[str, object] = {
        "v": LINE_VERSION,
        "line": message.line,
        "epoch": message.epoch,
        "next": message.next_seq,
        "spoken": message.spoken_seq,
        "lag": round(message.lag_s, 2),
        "state": message.state,
        "target": message.target,
        "pair_epoch": message.pair_epoch,
        "captioned": message.captioned_seq,
        "context": message.context,
        "begun": message.begun,
        "heard": message.is_heard,
        "shown": message.shown_seq,
        "lacks": message.lacks,
    }
    if waited_s := round(message.kept_waiting_s, 1):
        fields["kept_waiting"] = waited_s
    return _encode(fields)


def decode_reader(payload: bytes) -> ReaderMessage | None:
    """Read a message of this or the previous version; None for anything else."""
    try:
        data: dict[str, Any] = json.loads(payload)
        if data["v"] not in (LINE_VERSION, LINE_VERSION - 1):
            return None
        begun_seq, begun_text = data.get("begun", (-1, ""))
        return ReaderMessage(
            line=str(data["line"]),
            epoch=int(data["epoch"]),
            next_seq=int(data["next"]),
            spoken_seq=int(data["spoken"]),
            lag_s=float(data["lag"]),
            state=str(data["state"]),
            target=str(data["target"]),
            pair_epoch=int(data["pair_epoch"]),
            captioned_seq=int(data.get("captioned", -1)),
            context=tuple((str(a), str(b)) for a, b in data.get("context", ())),
            begun=(int(begun_seq), str(begun_text)),
            is_heard=bool(data.get("heard", False)),
            shown_seq=int(data.get("shown", data.get("captioned", -1))),
            lacks=str(data.get("lacks", "")),
            kept_waiting_s=float(data.get("kept_waiting", 0.0)),
        )
    except (ValueError, KeyError, TypeError):
        return None


@dataclass(slots=True)
class _Sent:
    item: LineItem
    at_s: float


@dataclass(slots=True)
class LineWriter:
    """Numbers items, remembers ten minutes of them, and knows what to send to whom."""

    line: str
    epoch: int
    last_word_seq: int = -1
    """The number of the last word; -1 before the first."""
    _history: list[_Sent] = field(default_factory=list)
    _next_seq: int = 0
    _names: dict[str, str] = field(default_factory=dict)
    _relays: dict[str, int] = field(default_factory=dict)

    @property
    def next_seq(self) -> int:
        return self._next_seq

    def append(
        self,
        kind: ItemKind,
        text: str,
        start_s: float,
        end_s: float,
        *,
        speaker: str,
        name: str,
        segment: str,
        now_s: float,
        covers: tuple[int, int] = (-1, -1),
        words: tuple[Word, ...] = (),
        relay: int = 0,
    ) -> LineItem:
        """Number one item and keep it; `relay` is the depth of what is made from its words."""
        item = LineItem(self._next_seq, kind, text, start_s, end_s, speaker, segment, covers, words)
        self._next_seq += 1
        if kind is ItemKind.WORD:
            self.last_word_seq = item.seq
        self._names[speaker], self._relays[speaker] = name, relay
        self._history.append(_Sent(item, now_s))
        while self._history and now_s - self._history[0].at_s > HISTORY_S:
            self._history.pop(0)
        return item

    def message(self, items: Sequence[LineItem]) -> LineMessage:
        """One message with these items and the names of their speakers."""
        names = {i.speaker: self._names.get(i.speaker, "") for i in items}
        relays = {who: self._relays[who] for who in names if self._relays.get(who)}
        return LineMessage(self.line, self.epoch, tuple(items), names, relays)

    def wanted(self, reader: ReaderMessage, now_s: float) -> list[LineMessage]:
        """What to send again: all from the reader's next number on, unless it may still be on its
        way."""
        next_seq = reader.next_seq if reader.epoch == self.epoch else 0
        missing = [s for s in self._history if s.item.seq >= next_seq]
        if not missing or now_s - missing[0].at_s < RESEND_AFTER_S:
            return []
        items = [s.item for s in missing]
        if next_seq < items[0].seq:
            items.insert(0, _forgotten(next_seq, items[0]))
        for sent in missing:
            sent.at_s = max(sent.at_s, now_s - RESEND_AFTER_S / 2)
        return [
            self.message(items[i : i + ITEMS_A_MESSAGE])
            for i in range(0, len(items), ITEMS_A_MESSAGE)
        ]

    def start_from(self, lag_s: float, now_s: float) -> int:
        """The number at which a new reader begins: what was said from `lag_s` before `now_s` on."""
        for sent in self._history:
            if sent.item.end_s >= now_s - lag_s:
                return sent.item.seq
        return self._next_seq

    def start_after(self, at_s: float, lag_s: float, now_s: float) -> int:
        """The number at which a new reader begins where another channel's reader had come to."""
        for sent in self._history:
            if sent.item.start_s >= at_s and sent.item.end_s >= now_s - lag_s:
                return sent.item.seq
        return self._next_seq

    def end_of(self, seq: int) -> float | None:
        """When the words up to this number were said; None where nobody remembers."""
        ends_s = [sent.item.end_s for sent in self._history if sent.item.seq <= seq]
        return max(ends_s, default=None)

    def resume_from(self, before: ReaderMessage, lag_s: float, now_s: float) -> int:
        """The number at which a reader begins that takes another's place: what was not heard of
        that is at most `lag_s` old, what is in no transcript whatever its age."""
        done_seq = min(before.spoken_seq, before.captioned_seq)
        begin = min(self.start_from(lag_s, now_s), before.captioned_seq + 1)
        oldest = self._history[0].item.seq if self._history else self._next_seq
        return max(done_seq + 1, begin, oldest)


def _forgotten(seq: int, oldest: LineItem) -> LineItem:
    """In the place of what nobody remembers any more, from this number on: a reader that is so far
    behind goes on with the oldest item that is left."""
    at_s, covers = oldest.start_s, (seq, oldest.seq - 1)
    return LineItem(seq, ItemKind.LOST, "", at_s, at_s, oldest.speaker, "", covers)


@dataclass(slots=True)
class LineReader:
    """Puts a line's items back in order, each once; a higher epoch starts over at number 0."""

    line: str
    epoch: int = 0
    next_seq: int = 0
    names: dict[str, str] = field(default_factory=dict)
    relays: dict[str, int] = field(default_factory=dict)
    _early: dict[int, LineItem] = field(default_factory=dict)
    _until_s: float = math.inf
    """The end of the last item."""

    def push(self, message: LineMessage) -> list[LineItem]:
        """Take a message; return the items that are now in order. What its writer has forgotten is
        lost since the item before."""
        if message.line != self.line or message.epoch < self.epoch:
            return []
        if message.epoch > self.epoch:
            self.epoch, self.next_seq = message.epoch, 0
            self._early.clear()
        self.names.update(message.names)
        self.relays.update(message.relays)
        for item in message.items:
            if item.seq >= self.next_seq:
                self._early[item.seq] = item
        ready: list[LineItem] = []
        while self.next_seq in self._early:
            item = self._early.pop(self.next_seq)
            if item.kind is ItemKind.LOST and item.covers[1] >= item.seq:
                item = replace(item, start_s=min(self._until_s, item.end_s))
            ready.append(item)
            self.next_seq, self._until_s = max(item.seq, item.covers[1]) + 1, item.end_s
        return ready
