"""Rows of figures → a table, one line a talk, and the means of each policy. Pure."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from rich import box
from rich.markup import escape
from rich.table import Table

from interpreter.evaluation.agreement import Agreement
from interpreter.figures import Row

LEGEND = (
    "Seconds, but for pace, chrF and flicker. start, end: first and last sound after the first and "
    "last word. lag, 90 %, max: of all spoken words. gap: longest without new text while the floor "
    "speaks. chrF: against the same translator's whole sentences of what was recognised; true: of "
    "what was said; hand: against a translation by hand. num, not: numbers and negations of what "
    "was recognised that were heard, per cent. yaal: LongYAAL of the committed text, by the clock. "
    "flick: caption words taken back per word. drift: how much the lag grows in a minute. turn: "
    "end of a stretch of speech to its first sound, median. cond, skip: voice condensed and left "
    "out. Clean talks have neither noise nor special difficulty."
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A column: its heading and what stands in it."""

    heading: str
    of: Callable[[Row], float]
    digits: int = 2


FIGURES = (
    Figure("start", lambda row: row.scores.start_offset_s),
    Figure("end", lambda row: row.scores.end_offset_s),
    Figure("lag", lambda row: row.scores.lag_median_s),
    Figure("90 %", lambda row: row.scores.lag_p90_s),
    Figure("max", lambda row: row.scores.lag_max_s, 1),
    Figure("pace", lambda row: row.scores.mean_pace),
    Figure("chrF", lambda row: row.chrf, 1),
    Figure("true", lambda row: _or_nan(row.true_chrf), 1),
    Figure("hand", lambda row: _or_nan(row.hand_chrf), 1),
    Figure("num", lambda row: _percent(row.numbers_kept), 0),
    Figure("not", lambda row: _percent(row.negations_kept), 0),
    Figure("yaal", lambda row: row.text_lag.aware_s if row.text_lag else 0.0),
    Figure("gap", lambda row: row.scores.longest_gap_s, 1),
    Figure("flick", lambda row: row.scores.flicker),
    Figure("drift", lambda row: row.scores.drift_s_a_minute),
    Figure("turn", lambda row: _turn_s(row)),
    Figure("cond", lambda row: row.scores.condensed_s, 1),
    Figure("skip", lambda row: row.scores.skipped_s, 1),
)


def table_of(rows: Sequence[Row]) -> Table:
    """The rows, talk by talk, then the means of each policy."""
    table = Table(
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
        caption=LEGEND,
        caption_justify="left",
    )
    for heading in ("talk", "pair", "policy"):
        table.add_column(heading, no_wrap=True)
    for figure in FIGURES:
        table.add_column(figure.heading, justify="right", no_wrap=True)
    for row in sorted(rows, key=lambda row: (row.talk, pair_of(row))):
        table.add_row(escape(row.talk), pair_of(row), escape(row.policy), *_cells([row]))
    table.add_section()
    for policy in dict.fromkeys(row.policy for row in rows):
        clean = [row for row in rows if row.policy == policy and row.is_gated]
        if clean:
            table.add_row("mean, clean", "", escape(policy), *_cells(clean), style="bold")
        every = [row for row in rows if row.policy == policy]
        if len(every) > len(clean):
            table.add_row("mean, all", "", escape(policy), *_cells(every))
    return table


def agreement_table(by_criterion: Mapping[str, Agreement]) -> Table:
    """How far a judge agrees with people, a line a criterion."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for heading in ("criterion", "segments", "Spearman", "weighted kappa", "mean difference"):
        table.add_column(heading, justify="left" if heading == "criterion" else "right")
    for name, one in by_criterion.items():
        table.add_row(
            name,
            str(one.count),
            f"{one.spearman:.2f}",
            f"{one.kappa:.2f}",
            f"{one.mean_difference:+.2f}",
        )
    return table


def pair_of(row: Row) -> str:
    """Source and target, as people read them."""
    return f"{row.source}→{row.scores.target}"


def shown(figure: Figure, rows: Sequence[Row]) -> str:
    """The mean of a figure, or a dash where it says nothing."""
    values = [value for row in rows if not math.isnan(value := figure.of(row))]
    return f"{mean(values):.{figure.digits}f}" if values else "–"


def _cells(rows: Sequence[Row]) -> list[str]:
    return [shown(figure, rows) for figure in FIGURES]


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value


def _percent(share: float | None) -> float:
    return 100 * _or_nan(share)


def _turn_s(row: Row) -> float:
    """Not a number where interpretation begins long before a turn ends."""
    turns = row.scores.turns
    return turns.p50_s if turns is not None and turns.p50_s > -1.0 else math.nan
