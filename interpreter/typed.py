"""What a captioner's page and the floor agent say to each other while the floor's line is typed.
Pure.

The page numbers its segments. It says one at a time, as it reads now, again and again until the
floor agent answers that it has it: so nothing is lost in a reconnect, and nothing comes twice.
"""

import json
from dataclasses import dataclass
from typing import Any

TYPED_VERSION = 1
SEGMENT_LETTERS = 400
"""A longer segment is no caption; the page cuts what people type well below this."""
STREAM_LETTERS = 64


@dataclass(frozen=True, slots=True)
class TypedMessage:
    """One segment as it reads now, or only that the captioner is there (`segment` 0)."""

    stream: str
    """Random; a page that comes back has the one that it had."""
    language: str
    segment: int = 0
    """From 1, in order."""
    revision: int = 0
    """Counts what this segment has read; the highest counts."""
    text: str = ""
    """While it is open, the words that are complete."""
    is_end: bool = False
    """Sent: no more words follow."""
    is_fix: bool = False
    """Corrects a segment that was sent."""
    is_on: bool = False
    """Whether the captioner has said that they caption now."""


@dataclass(frozen=True, slots=True)
class TypedAnswer:
    """How far the floor agent is with a stream."""

    stream: str
    segment: int
    """The one taken last …"""
    revision: int
    """… and how it read."""
    done: int
    """Segments up to this number are on the line for good."""
    fixable: int
    """The segment that may still be corrected; 0: none."""


def encode_answer(answer: TypedAnswer) -> bytes:
    return json.dumps(
        {
            "v": TYPED_VERSION,
            "stream": answer.stream,
            "segment": answer.segment,
            "revision": answer.revision,
            "done": answer.done,
            "fixable": answer.fixable,
        },
        separators=(",", ":"),
    ).encode()


def decode_typed(payload: bytes) -> TypedMessage | None:
    """Read a message of this or the previous version; None for anything else, and for a segment
    that is too long."""
    try:
        data: dict[str, Any] = json.loads(payload)
        if data["v"] not in (TYPED_VERSION, TYPED_VERSION - 1):
            return None
        message = TypedMessage(
            stream=str(data["stream"]),
            language=str(data["language"]),
            segment=int(data.get("segment", 0)),
            revision=int(data.get("revision", 0)),
            text=one_line(str(data.get("text", ""))),
            is_end=data.get("end") is True,
            is_fix=data.get("fix") is True,
            is_on=data.get("on") is True,
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
    is_short = len(message.text) <= SEGMENT_LETTERS and len(message.stream) <= STREAM_LETTERS
    return message if is_short and message.stream and message.segment >= 0 else None


def one_line(text: str) -> str:
    """Without control characters, half surrogate pairs and runs of spaces."""
    kept = "".join(c if c.isprintable() or c in "\u200c\u200d" else " " for c in text)
    return " ".join(kept.split())
