"""A measured meeting as people read it, and what of it is worse than promised. Pure."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from tests.bench.held_meeting import Record
from tests.bench.meeting_figures import LONGEST_S, Row

TOLD_S, PAGE_S = 3.0, 5.0
"""A switch is in an attribute, and on the organiser's page, by then, unless the next one is too."""


def faults_table(profile: str, rows: Sequence[Row]) -> Table:
    table = Table(
        *("at", "engine", "fault", "times", "silence added", "later", "took over", "back", "told"),
        title=f"{profile}: faults in a meeting",
    )
    for row in rows:
        is_missed = _is_missed(row)
        table.add_row(
            f"{row.fault.at_s:.1f} s",
            f"{row.fault.place} {row.fault.engine}",
            row.fault.fault,
            str(row.fault.told),
            f"{row.silence_s:.1f} s {row.channel if row.silence_s else ''}",
            f"{row.later_s:.1f} s",
            ", ".join(row.took_over) or "–",
            "–" if row.back_s is None else f"{row.back_s:.0f} s",
            "; ".join(row.told) or "–",
            style="red" if is_missed else None,
        )
    return table


def summary(record: Record, reference: Record) -> Iterator[str]:
    """What is not of one fault alone."""
    yield (
        f"line: {len(record.line['lost'])} words lost, {len(record.line['doubled'])} doubled, "
        f"{record.line['marked']} under marked gaps"
    )
    for tag, words in record.segments.items():
        twice, usual = record.repeated[tag], reference.repeated[tag]
        yield (
            f"{tag}: {len(words['lost'])} words in no segment, {len(words['doubled'])} in two; "
            f"repeated in captions {len(twice['captions'])} ({len(usual['captions'])} without "
            f"faults), in the voice {len(twice['voice'])} ({len(usual['voice'])})"
        )
    yield (
        f"underruns {record.underruns} ({reference.underruns} without faults), "
        f"skipped {record.skipped_s:.1f} s ({reference.skipped_s:.1f} s)"
    )
    yield f"switches {len(record.switches)}; engine failures: {', '.join(record.failed) or 'none'}"
    if record.left:
        yield f"no time for: {', '.join(record.left)}"


def misses(record: Record, reference: Record, rows: Sequence[Row]) -> list[str]:
    """What is worse than promised, a sentence each."""
    return [
        *_word_misses("line", record.line),
        *(miss for tag, words in record.segments.items() for miss in _word_misses(tag, words)),
        *_repetitions(record, reference),
        *_odd(record, reference),
        *(
            f"{row.fault.fault} of {row.fault.engine} at {row.fault.at_s:.0f} s: "
            f"{row.silence_s:.1f} s of silence added in {row.channel}"
            for row in rows
            if _is_missed(row)
        ),
        *(f"a key is written in {file}" for file in record.leaks),
        *untold(record),
    ]


def _is_missed(row: Row) -> bool:
    """What never happened has caused nothing."""
    return row.fault.told > 0 and row.silence_s > LONGEST_S


def _odd(record: Record, reference: Record) -> Iterator[str]:
    """What is odd without faults too is the text's own."""
    usual = {one["text"] for one in reference.odd}
    for one in record.odd:
        if one["text"] not in usual:
            what = "more" if one["over_s"] > 0 else "less"
            yield (
                f"{one['language']}: the voice said {abs(one['over_s']):.1f} s {what} than "
                f"its text at {one['at_s']:.0f} s: {one['text']}"
            )


def _word_misses(where: str, words: dict[str, list[str]]) -> Iterator[str]:
    for what in ("lost", "doubled"):
        if words[what]:
            yield f"{where}: {what} {', '.join(words[what])}"


def _repetitions(record: Record, reference: Record) -> Iterator[str]:
    for tag, twice in record.repeated.items():
        for where, found in twice.items():
            new = [one for one in found if one not in reference.repeated[tag][where]]
            if new:
                yield f"{tag}: said twice in {where}: {'; '.join(new)}"


@dataclass(frozen=True, slots=True)
class _Switch:
    at_s: float
    kind: str
    language: str
    after: str


def untold(record: Record, late_s: float = 0.0) -> list[str]:
    """Switches that listeners' attributes, or the organiser's page, do not say; on a machine that
    may be busy, so much later."""
    found = list[str]()
    switches = [_Switch(row[0], row[1], row[2], row[4]) for row in record.switches]
    for place, one in enumerate(switches):
        later = [
            other.at_s
            for other in switches[place + 1 :]
            if (other.kind, other.language) == (one.kind, one.language)
        ]
        until_s = min([record.length_s, *later])
        if one.after and until_s - one.at_s > TOLD_S and not _is_attribute(record, one, late_s):
            found.append(f"no attribute says that {one.after} serves {one.language} ({one.kind})")
        if one.after and until_s - one.at_s > PAGE_S and not _is_on_page(record, one, late_s):
            found.append(f"no page says that {one.after} serves {one.language} ({one.kind})")
    return list(dict.fromkeys(found))


def _is_attribute(record: Record, one: _Switch, late_s: float) -> bool:
    wanted = [one.kind, one.language, one.after]
    rows = _shown(record.attributes, one.at_s, TOLD_S + late_s)
    return any(list(row[:3]) == wanted for at in rows for row in at)


def _is_on_page(record: Record, one: _Switch, late_s: float) -> bool:
    return any(one.after in text for text in _shown(record.pages, one.at_s, PAGE_S + late_s))


def _shown(changes: Sequence[Sequence[Any]], at_s: float, limit_s: float) -> list[Any]:
    """What was shown in this time: each until the next change."""
    ends = [*(one[0] for one in changes[1:]), math.inf]
    return [
        one[1]
        for one, end_s in zip(changes, ends, strict=True)
        if one[0] <= at_s + limit_s and end_s > at_s
    ]
