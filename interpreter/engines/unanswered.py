"""Sound that was given to a recogniser and that no final covers yet, with its flushes: what must be
given again to another connection, or another decoder, so that nothing is lost. Pure."""

from collections import deque
from collections.abc import Iterator

FLUSH = b""
"""Stands for a flush among pieces of sound."""
_BYTES = 2


class Unanswered:
    """Pieces of 16-bit mono sound and flushes, in order."""

    def __init__(self) -> None:
        self.start = 0
        """Samples of the stream before the first piece kept."""
        self.end = 0
        """Samples of the stream so far."""
        self._pieces: deque[bytes] = deque()

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)

    @property
    def has_flush(self) -> bool:
        return FLUSH in self._pieces

    @property
    def flushed(self) -> int:
        """Samples of the stream before the oldest flush; all where there is none."""
        at = self.start
        for piece in self._pieces:
            if piece == FLUSH:
                break
            at += len(piece) // _BYTES
        return at

    @property
    def has_sound_to_flush(self) -> bool:
        """Whether there is sound after the newest flush."""
        return bool(self._pieces) and self._pieces[-1] != FLUSH

    def add(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self.end += len(piece) // _BYTES

    def drop_before(self, sample: int) -> None:
        """Forget the sound that a final covers, up to the next flush."""
        while self._pieces and self._pieces[0] != FLUSH and self.start < sample:
            piece = self._pieces.popleft()
            covered = piece[: (sample - self.start) * _BYTES]
            self.start += len(covered) // _BYTES
            if len(covered) < len(piece):
                self._pieces.appendleft(piece[len(covered) :])

    def drop_flush(self) -> None:
        """Forget everything up to the oldest flush: it has been answered."""
        while self._pieces and (piece := self._pieces.popleft()) != FLUSH:
            self.start += len(piece) // _BYTES
