"""Every line of every language with what is known of it, for spreadsheets: CSV."""

import csv
import io
from collections.abc import Sequence

from glossaries.cells import for_spreadsheet
from interpreter.cues import made_by
from interpreter.events import Segment
from interpreter.layout import unsteered

SUFFIX = "csv"
MEDIA_TYPE = "text/csv; charset=utf-8"
COLUMNS = (
    "id", "renders", "language", "start_s", "end_s", "speaker", "text", "made by",
    "terms found", "terms missed", "repaired", "false copies", "voice condensed",
    "language of text",
)  # fmt: skip


def export(segments: Sequence[Segment]) -> bytes:
    """UTF-8 with its mark, by which spreadsheets know it; no cell is a formula for them."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in sorted(segments, key=lambda segment: (segment.start_s, segment.language)):
        writer.writerow([*_words(one), *_numbers(one), one.text_language or one.language])
    return text.getvalue().encode("utf-8-sig")


def _words(segment: Segment) -> list[str]:
    cells = (
        segment.id,
        " ".join(segment.source_segments),
        segment.language,
        f"{segment.start_s:.3f}",
        f"{segment.end_s:.3f}",
        segment.speaker,
        segment.text,
        made_by(segment, segment.language),
    )
    return [for_spreadsheet(unsteered(cell)) for cell in cells]


def _numbers(segment: Segment) -> tuple[int, ...]:
    marks = (segment.glossary_hits, segment.glossary_misses, segment.repairs, segment.false_copies)
    return *marks, int(segment.condensed)
