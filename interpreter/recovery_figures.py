"""How meetings came through faults → one table, one JSON document, and what misses its mark.
Pure."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich import box
from rich.table import Table

from interpreter.recovery import Recovery

LEGEND = (
    "Seconds from the fault until the voice sounds and captions arrive again (0: they never "
    "stopped; never: they did not come back); the voice's longest silence after it while the "
    "floor speaks. Words that the floor committed and the store has not, or has twice. Seconds of "
    "speech that nobody heard: marked as such, and the longest stretch without a word or a mark "
    "(a talk pauses too)."
)


@dataclass(frozen=True, slots=True)
class Marks:
    """What a meeting must reach; None where nothing is promised."""

    voice_back_s: float | None = None
    captions_back_s: float | None = None
    added_silence_s: float | None = None
    """More than the same talk has without a fault."""
    lost_words: int | None = None
    double_words: int | None = None
    added_unmarked_s: float | None = None


@dataclass(frozen=True, slots=True)
class FaultRow:
    """One fault; `undisturbed` is the same talk without any."""

    fault: str
    marks: Marks
    recovery: Recovery
    undisturbed: Recovery


def table_of(rows: Sequence[FaultRow]) -> Table:
    """The rows as people read them; 80 columns wide."""
    table = Table(
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
        caption=LEGEND,
        caption_justify="left",
    )
    table.add_column("fault", no_wrap=True)
    for heading in (
        "voice\nback",
        "captions\nback",
        "longest\nsilence",
        "words\nlost",
        "words\ndouble",
        "unheard,\nmarked",
        "not\nmarked",
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        found = row.recovery
        table.add_row(
            row.fault,
            _seconds(found.voice_back_s),
            _seconds(found.captions_back_s),
            _seconds(found.longest_silence_s),
            str(found.lost_words),
            str(found.double_words),
            _seconds(found.marked_s),
            _seconds(found.unmarked_s),
        )
    return table


def json_of(rows: Sequence[FaultRow], missed: Sequence[str]) -> str:
    """The rows for programs, with a sentence for each failure or missed mark."""
    data = {
        "rows": [
            {"fault": row.fault, **asdict(row.recovery), "marks": asdict(row.marks)} for row in rows
        ],
        "misses": list(missed),
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def misses(rows: Sequence[FaultRow]) -> list[str]:
    """A sentence for each figure that misses its mark."""
    return [f"{row.fault}: {miss}" for row in rows for miss in _misses(row)]


def _misses(row: FaultRow) -> list[str]:
    found, usual, marks = row.recovery, row.undisturbed, row.marks
    return [
        *_late("the voice", found.voice_back_s, marks.voice_back_s),
        *_late("captions", found.captions_back_s, marks.captions_back_s),
        *_above(
            "silence added in the voice",
            found.longest_silence_s - usual.longest_silence_s,
            marks.added_silence_s,
        ),
        *_above(
            "speech that is neither heard nor marked",
            found.unmarked_s - usual.unmarked_s,
            marks.added_unmarked_s,
        ),
        *_too_many("lost", found.lost_words, marks.lost_words),
        *_too_many("double", found.double_words, marks.double_words),
    ]


def _late(what: str, back_s: float | None, limit_s: float | None) -> list[str]:
    if limit_s is None:
        return []
    if back_s is None:
        return [f"{what} never came back"]
    return [f"{what} back after {back_s:.2f} s, above {limit_s:g} s"] if back_s > limit_s else []


def _above(what: str, found_s: float, limit_s: float | None) -> list[str]:
    if limit_s is None or found_s <= limit_s:
        return []
    return [f"{what}: {found_s:.2f} s, above {limit_s:g} s"]


def _too_many(what: str, found: int, limit: int | None) -> list[str]:
    if limit is None or found <= limit:
        return []
    return [f"{found} words {what}, above {limit}"]


def _seconds(figure: float | None) -> str:
    return "never" if figure is None else f"{figure:.2f}"
