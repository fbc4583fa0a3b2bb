"""WebVTT, for video players."""

from collections.abc import Sequence

from interpreter.cues import write_vtt
from interpreter.events import Segment

SUFFIX = "vtt"
MEDIA_TYPE = "text/vtt; charset=utf-8"


def export(segments: Sequence[Segment], language: str) -> bytes:
    """The file of one language; segments in others are left out."""
    return write_vtt([item for item in segments if item.language == language], language).encode()
