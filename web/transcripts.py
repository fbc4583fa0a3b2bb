"""A meeting's sessions on one time base: segments to export, rows to read side by side. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from interpreter.events import Segment
from interpreter.line_names import language_of, machines_of
from interpreter.store import Room
from web.contexts import GlossaryFigures, TranscriptCell, TranscriptRow

Sessions = Sequence[tuple[Room, Sequence[Segment]]]


def on_one_clock(sessions: Sessions) -> list[Segment]:
    """All segments, their times counted from the first session's zero, their ids unique.

    Where an agent's clock is behind that of web, what it heard would begin before zero: then times
    are counted from there.
    """
    if not sessions:
        return []
    starts = [room.clock_zero + item.start_s for room, segments in sessions for item in segments]
    zero = min([sessions[0][0].clock_zero, *starts])
    return [
        _moved(segment, room.clock_zero - zero, "" if number == 0 else f"{number + 1}/")
        for number, (room, segments) in enumerate(sessions)
        for segment in segments
    ]


def rows_of(segments: Sequence[Segment]) -> list[TranscriptRow]:
    """What was said, in order of time, each with its renderings beside it."""
    rows: dict[str, TranscriptRow] = {}
    row_of: dict[str, str] = {}
    """By segment: a relay's renders a rendering."""
    for segment in sorted(segments, key=_renderings_last):
        row_id = next((row_of[one] for one in segment.source_segments if one in row_of), segment.id)
        row_of[segment.id] = row_id
        row = rows.setdefault(
            row_id, TranscriptRow(segment.start_s, clock_text(segment.start_s), segment.speaker, {})
        )
        row.cells.setdefault(segment.language, []).append(
            TranscriptCell(
                segment.id,
                segment.text,
                segment.origin.value,
                segment.engine,
                segment.speaker,
                segment.relay,
                _over(segment),
                segment.text_language,
            )
        )
    return sorted(rows.values(), key=lambda row: row.at_s)


def glossary_figures(segments: Sequence[Segment]) -> GlossaryFigures | None:
    """How the segments keep to the glossaries; None where no term of one was said."""
    return figures_of(
        sum(segment.glossary_hits for segment in segments),
        sum(segment.glossary_misses for segment in segments),
        sum(segment.repairs for segment in segments),
        sum(segment.false_copies for segment in segments),
    )


def figures_of(hits: int, misses: int, repaired: int, false: int) -> GlossaryFigures | None:
    """The same of what was summed up already."""
    return GlossaryFigures(hits + misses, hits, repaired, false) if hits + misses else None


def _renderings_last(segment: Segment) -> tuple[bool, int, float]:
    return bool(segment.source_segments), segment.relay, segment.start_s


def _over(segment: Segment) -> str:
    line = segment.source_line.partition("/")[0]
    return language_of(line) if machines_of(line) else ""


def clock_text(at_s: float) -> str:
    """Seconds as h:mm:ss."""
    minutes, seconds = divmod(int(at_s), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _moved(segment: Segment, by_s: float, prefix: str) -> Segment:
    return replace(
        segment,
        id=prefix + segment.id,
        start_s=segment.start_s + by_s,
        end_s=segment.end_s + by_s,
        source_segments=tuple(prefix + source for source in segment.source_segments),
    )
