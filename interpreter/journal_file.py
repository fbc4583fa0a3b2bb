"""A journal on disk: one segment a line, and beside it how far the store has it, and the segments
that were still open when they were written last.

Knows nothing of the store. A write that the disk refuses leaves the file as it was; one that a
power failure cut off is left out when it is read.
"""

import glob
import json
import logging
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from interpreter.events import Origin, Segment

logger = logging.getLogger(__name__)

BATCH_SEGMENTS = 500
"""Read at once at most."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Segments that are not stored yet, in order."""

    segments: list[Segment]
    end: int
    """Offset in the journal after these segments."""


class JournalFile:
    """From the offset noted in its sidecar to `end` the file holds what is not stored yet."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.end = path.stat().st_size if path.exists() else 0
        """Offset after the last complete write; a reader must not look further."""
        self._sidecar = path.with_suffix(".stored")
        self._open = path.with_suffix(".open")
        self._stored = _noted(self._sidecar)

    @property
    def room_id(self) -> str:
        return self.path.parent.name

    @property
    def is_stored(self) -> bool:
        """Whether the store has all of it."""
        return self.end <= self._stored

    def append(self, file: int, lines: bytes) -> None:
        """Write at the end, all or nothing; raises OSError when the disk is full or fails."""
        try:
            written = os.write(file, lines)
        except OSError:
            self._cut(file)
            raise
        if written != len(lines):
            self._cut(file)
            raise OSError("The disk took a part of a line only.")
        self.end += written

    def read(self) -> Batch:
        with self.path.open("rb") as file:
            file.seek(self._stored)
            lines = file.read(self.end - self._stored).splitlines(keepends=True)[:BATCH_SEGMENTS]
        segments = [segment for line in lines if (segment := decode(line)) is not None]
        if len(segments) != len(lines):
            unreadable = len(lines) - len(segments)
            logger.error("unreadable lines in a journal", extra={"lines": unreadable})
        return Batch(segments, self._stored + sum(map(len, lines)))

    def mark_stored(self, end: int) -> None:
        """Note how far the store has it; a note that is lost only means storing again."""
        self._stored = end
        _replace(self._sidecar, str(end).encode())

    def keep_open(self, segments: Iterable[Segment]) -> None:
        """Note the segments as they read now; a note that is lost costs the death of the process
        one sentence."""
        _replace(self._open, b"".join(map(encode, segments)))

    def read_open(self) -> list[Segment]:
        """What was still open when the process died."""
        try:
            lines = self._open.read_bytes().splitlines()
        except OSError:
            return []
        return [segment for line in lines if (segment := decode(line)) is not None]

    def delete(self) -> None:
        """The journal, its notes, and what a writer that was killed left half-written of them."""
        with suppress(OSError):
            for path in (self.path, *self.path.parent.glob(f"{glob.escape(self.path.stem)}.*")):
                path.unlink(missing_ok=True)

    def _cut(self, file: int) -> None:
        """Take back what the disk took of a line; giving room back needs none."""
        with suppress(OSError):
            os.ftruncate(file, self.end)


def encode(segment: Segment) -> bytes:
    return json.dumps(asdict(segment), ensure_ascii=False).encode() + b"\n"


def decode(line: bytes) -> Segment | None:
    """The segment of a line; None when the line is not whole. Fields that are unknown here are a
    newer version's."""
    try:
        data: dict[str, Any] = json.loads(line)
        known = {name: value for name, value in data.items() if name in Segment.__slots__}
        known["origin"] = Origin(known["origin"])
        known["source_segments"] = tuple(known["source_segments"])
        return Segment(**known)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _replace(note: Path, content: bytes) -> None:
    """Write the note whole or not at all; where the disk refuses, the old one stays."""
    # Two processes may drain one journal for a moment, when one of them is about to end.
    draft = note.with_suffix(f"{note.suffix}-{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(note)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _noted(sidecar: Path) -> int:
    try:
        return int(sidecar.read_text())
    except (OSError, ValueError):
        return 0
