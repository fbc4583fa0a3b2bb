"""The caption frame and its healing receiver; pure, knows neither LiveKit nor a clock.

Data tracks lose frames, so every frame is self-contained, finals are repeated, the last finals go
round as a rolling snapshot (`caption_publisher.py`), and a receiver heals from the next frame.
`web/client/src/captions.ts` is the same receiver; both pass `tests/data/captions_cases.json`.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from interpreter.events import Origin
from interpreter.room import ROLE, TARGET, Role, captions_track

FRAME_VERSION = 1
FRAME_BYTES = 1200
"""What fits one packet; a longer frame gets through too, but is lost more easily."""


@dataclass(frozen=True, slots=True)
class CaptionFrame:
    """The full text of one segment at one revision; small enough for one packet (1,200 bytes)."""

    segment: str
    revision: int
    """Counts changes of this segment; a receiver never goes back."""
    seq: int
    """Counts frames of this publisher, repeats included."""
    is_final: bool
    language: str
    origin: Origin
    speaker: str
    start_s: float
    end_s: float
    sent_s: float
    """`at_s` of sending."""
    text: str
    """Empty in a final: the segment is withdrawn, nothing was said after all."""
    epoch: int
    source_segments: tuple[str, ...] = ()
    glossary_hits: tuple[str, ...] = ()
    stable_length: int = 0
    """Letters of `text` that will not change (all, in a final)."""
    text_language: str = ""
    """What `text` is written in where that is not `language`: words that nobody translated."""


def encode_frame(frame: CaptionFrame) -> bytes:
    """One JSON object; over 1,200 bytes it goes without glossary hits and source segments.

    The text is never cut.
    """
    payload = _encode(frame)
    if len(payload) > FRAME_BYTES:
        return _encode(replace(frame, source_segments=(), glossary_hits=()))
    return payload


def _encode(frame: CaptionFrame) -> bytes:
    return json.dumps(
        {
            "v": FRAME_VERSION,
            "seg": frame.segment,
            "rev": frame.revision,
            "seq": frame.seq,
            "final": frame.is_final,
            "lang": frame.language,
            "origin": frame.origin.value,
            "speaker": frame.speaker,
            "start": round(frame.start_s, 3),
            "end": round(frame.end_s, 3),
            "sent": round(frame.sent_s, 3),
            "text": frame.text,
            "epoch": frame.epoch,
            "src": frame.source_segments,
            "hits": frame.glossary_hits,
            "stable": frame.stable_length,
            **({"text_lang": frame.text_language} if frame.text_language else {}),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode(errors="replace")


def decode_frame(payload: bytes) -> CaptionFrame | None:
    """Read a frame of this or the previous version; None for anything else."""
    try:
        data: dict[str, Any] = json.loads(payload)
        if _whole(data["v"]) not in (FRAME_VERSION, FRAME_VERSION - 1):
            return None
        return CaptionFrame(
            segment=_text(data["seg"]),
            revision=_whole(data["rev"]),
            seq=_whole(data["seq"]),
            is_final=data["final"] is True,
            language=_text(data["lang"]),
            origin=Origin(data["origin"]),
            speaker=_text(data["speaker"]),
            start_s=_number(data["start"]),
            end_s=_number(data["end"]),
            sent_s=_number(data["sent"]),
            text=_text(data["text"]),
            epoch=_whole(data["epoch"]),
            source_segments=_texts(data.get("src", [])),
            glossary_hits=_texts(data.get("hits", [])),
            stable_length=_whole(data.get("stable", 0)),
            text_language=_text(data.get("text_lang", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError("not a number")
    return value


def _whole(value: object) -> int:
    number = _number(value)
    if number != int(number):
        raise TypeError("not a whole number")
    return int(number)


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return tuple(_text(item) for item in value)


def is_caption_source(is_agent: bool, attributes: Mapping[str, str], track: str) -> bool:
    """Whether captions on this data track count: only AGENT with the server-written role does.

    `is_agent` is LiveKit's participant kind AGENT, which no browser's token can claim.
    """
    if not is_agent:
        return False
    if attributes.get(ROLE) == Role.FLOOR:
        return track.startswith(captions_track(""))
    return attributes.get(ROLE) == Role.PAIR and track == captions_track(attributes.get(TARGET, ""))


class Change(StrEnum):
    """What a frame changed for a reader."""

    NOTHING = "nothing"
    OPEN = "open"
    FINAL = "final"


@dataclass(slots=True)
class _Sequence:
    """Frames of one (publisher, epoch)."""

    newest: int
    missing: set[int] = field(default_factory=set)


class CaptionReceiver:
    """Heals one language's captions: the union of its publishers, whatever was lost or reordered.

    Finals never change and stand in order of `start_s`; open segments never go back in revision.
    A line (the part of a segment's id before its epoch) belongs to its newest epoch: an older one
    may only add finals that began before, of each speaker. What it has made final is taken away
    where the newer one says the same words again: a pair that was cut off in mid-sentence ends with
    its first words, its replacement begins with them, and the store too keeps only the latter.
    """

    def __init__(self, history: int = 500) -> None:
        self._history = history
        self._finals: dict[str, CaptionFrame] = {}
        self._forgotten_before_s = -math.inf
        self._open: dict[str, tuple[str, CaptionFrame]] = {}
        self._sequences: dict[tuple[str, int], _Sequence] = {}
        self._epochs: dict[str, int] = {}
        """Line → its newest epoch."""
        self._begins: dict[tuple[str, str], tuple[int, float]] = {}
        """(line, speaker) → the newest epoch, and the earliest start of that epoch."""
        self._latest: dict[tuple[str, str], dict[int, float]] = {}
        """(line, speaker) → the latest start among each epoch's finals: who comes after all of
        these is compared with none of them."""

    @property
    def finals(self) -> list[CaptionFrame]:
        """Segments that will never change, in order of time; withdrawn ones are left out."""
        return sorted((frame for frame in self._finals.values() if frame.text), key=_order)

    @property
    def open(self) -> list[CaptionFrame]:
        """The newest revision of each segment that is still open."""
        return sorted((frame for _, frame in self._open.values()), key=_order)

    @property
    def lost_frames(self) -> int:
        """Missing among the last frames of each publisher; several at once call for the history."""
        return sum(len(sequence.missing) for sequence in self._sequences.values())

    def receive(self, publisher: str, frame: CaptionFrame) -> Change:
        """Take one frame of a publisher that the caller trusts (`is_caption_source`)."""
        self._count(publisher, frame)
        if frame.segment in self._finals or self._is_superseded(frame):
            return Change.NOTHING
        if frame.is_final:
            return self._add_final(frame)
        _, known = self._open.get(frame.segment, ("", None))
        if not frame.text or (known is not None and frame.revision <= known.revision):
            return Change.NOTHING
        self._open[frame.segment] = (publisher, frame)
        self._take_place(frame)
        return Change.OPEN

    def add_history(self, finals: Iterable[CaptionFrame]) -> bool:
        """Take final segments from the store; whether any was news."""
        news = [frame for frame in finals if frame.segment not in self._finals]
        changes = [self._add_final(frame) for frame in news if not self._is_replaced(frame)]
        return Change.FINAL in changes

    def forget_publisher(self, publisher: str) -> None:
        """A publisher has left for good: its open segments never end, its finals stay."""
        self._open = {key: kept for key, kept in self._open.items() if kept[0] != publisher}
        self._sequences = {
            key: kept for key, kept in self._sequences.items() if key[0] != publisher
        }

    def _count(self, publisher: str, frame: CaptionFrame) -> None:
        sequence = self._sequences.setdefault((publisher, frame.epoch), _Sequence(frame.seq))
        sequence.missing.discard(frame.seq)
        if frame.seq <= sequence.newest:
            return
        oldest = frame.seq - self._history
        sequence.missing = {seq for seq in sequence.missing if seq >= oldest}
        sequence.missing.update(range(max(sequence.newest + 1, oldest), frame.seq))
        sequence.newest = frame.seq

    def _is_superseded(self, frame: CaptionFrame) -> bool:
        line = _line_of(frame)
        newest = self._epochs.get(line, frame.epoch)
        epoch, since_s = self._begins.get((line, frame.speaker), (frame.epoch, math.inf))
        if frame.epoch < newest:
            return not frame.is_final or (epoch > frame.epoch and frame.start_s >= since_s)
        for key, (_, kept) in list(self._open.items()):
            if kept.epoch < frame.epoch and _line_of(kept) == line:
                del self._open[key]
        self._epochs[line] = frame.epoch
        since_s = since_s if epoch == frame.epoch else math.inf
        self._begins[line, frame.speaker] = (frame.epoch, min(since_s, frame.start_s))
        return False

    def _take_place(self, frame: CaptionFrame) -> None:
        """Instead of what an older epoch made of the same words."""
        latest = self._latest.get((_line_of(frame), frame.speaker), {})
        if not any(e < frame.epoch and at_s >= frame.start_s for e, at_s in latest.items()):
            return
        for key in [key for key, kept in self._finals.items() if _replaces(frame, kept)]:
            del self._finals[key]

    def _is_replaced(self, frame: CaptionFrame) -> bool:
        if any(_replaces(one, frame) for _, one in self._open.values()):
            return True
        latest = self._latest.get((_line_of(frame), frame.speaker), {})
        is_old = any(epoch > frame.epoch for epoch in latest)
        return is_old and any(_replaces(one, frame) for one in self._finals.values())

    def _add_final(self, frame: CaptionFrame) -> Change:
        was_open = self._open.pop(frame.segment, None) is not None
        if frame.start_s <= self._forgotten_before_s:
            return Change.OPEN if was_open else Change.NOTHING
        self._finals[frame.segment] = frame
        latest = self._latest.setdefault((_line_of(frame), frame.speaker), {})
        latest[frame.epoch] = max(latest.get(frame.epoch, -math.inf), frame.start_s)
        self._take_place(frame)
        if len(self._finals) > self._history:
            oldest = min(self._finals.values(), key=_order)
            del self._finals[oldest.segment]
            self._forgotten_before_s = oldest.start_s
        if frame.text:
            return Change.FINAL
        return Change.OPEN if was_open else Change.NOTHING


def _order(frame: CaptionFrame) -> tuple[float, str]:
    return frame.start_s, frame.segment


def _line_of(frame: CaptionFrame) -> str:
    return frame.segment.partition(".")[0]


def _replaces(newer: CaptionFrame, older: CaptionFrame) -> bool:
    """Whether both are of the same words; a withdrawn segment replaces nothing."""
    if newer.epoch <= older.epoch or not newer.text or newer.speaker != older.speaker:
        return False
    is_within = newer.start_s <= older.start_s < newer.end_s
    return is_within and _line_of(newer) == _line_of(older)
