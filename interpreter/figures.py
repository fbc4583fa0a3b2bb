"""Scores of several talks → one table, one JSON document, and what misses its mark. Pure."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich import box
from rich.markup import escape
from rich.table import Table

from interpreter.kept_facts import KeptFacts, Share
from interpreter.latency import Scores
from interpreter.stage_times import Percentiles
from interpreter.text_lag import TextLag

MEASURED_POLICY = "balanced"
BASELINE_POLICY = "sentence-final"
TURNS_POLICY = "consecutive"
START_OFFSET_S = 3.0
END_OFFSET_S = 6.0
TURN_S = {"50 %": 1.2, "95 %": 2.0, "99 %": 3.0}
"""From the end of a turn to the first translated sound."""

STAGES = {
    "hypothesis": "hypo-\nthesis",
    "commit": "com-\nmit",
    "first_token": "first\ntoken",
    "first_byte": "first\nbyte",
    "playout": "play-\nout",
}
LEGEND = (
    "Seconds, but for flicker, chrF and pace. start, end: first and last sound after the first "
    "and last word. lag: median, 90 % and longest of all spoken words. gap: longest without new "
    "text while the floor speaks. flicker: caption words taken back per word, of the target and "
    "of the floor. recog.: minutes recognised per minute of talk. Stages, 50, 95 "
    "and 99 %: sound to hypothesis, end of a word to its commit, then each from the one before. "
    "Below the target, where people take turns: end of a turn to the voice's beginning, likewise."
)


@dataclass(frozen=True, slots=True)
class Row:
    """One talk under one policy in one target language."""

    talk: str
    policy: str
    is_gated: bool
    """Whether the marks hold for this talk: neither noise nor telephone."""
    scores: Scores
    chrf: float
    """Against the same translator's whole sentences of what was recognised: blames the policy."""
    bleu: float = 0.0
    """The same in BLEU."""
    true_chrf: float | None = None
    """Against the same translator's rendering of what was really said: blames the recogniser
    too."""
    hand_chrf: float | None = None
    """Against a translation by hand: blames the translator as well."""
    text_lag: TextLag | None = None
    source: str = ""
    facts: KeptFacts = KeptFacts(None, None)
    """Numbers and negations of the source that were heard."""

    @property
    def numbers_kept(self) -> float | None:
        """Their share; None where there are none, or nobody can tell."""
        return _share(self.facts.numbers)

    @property
    def negations_kept(self) -> float | None:
        """The same of negations."""
        return _share(self.facts.negations)


def _share(of: Share | None) -> float | None:
    return of.kept / of.asked if of is not None and of.asked else None


def table_of(rows: Sequence[Row]) -> Table:
    """The rows as people read them, three figures of a kind below one another; 80 columns wide."""
    table = Table(
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
        caption=LEGEND,
        caption_justify="left",
    )
    table.add_column("talk\npolicy\ntarget", no_wrap=True)
    for heading in (
        "start\nend\nskip",
        "lag\n90 %\nmax",
        "gap\nflicker\nfloor's",
        "chrF\npace\nrecog.",
        *STAGES.values(),
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*_cells(row), end_section=True)
    return table


def _cells(row: Row) -> list[str]:
    scores = row.scores
    return [
        f"{escape(row.talk)}\n{row.policy}\n{scores.target}{_turns(row)}",
        _lines(scores.start_offset_s, scores.end_offset_s, scores.skipped_s),
        _lines(scores.lag_median_s, scores.lag_p90_s, scores.lag_max_s),
        _lines(scores.longest_gap_s, scores.flicker, scores.floor_flicker),
        f"{row.chrf:.1f}\n{scores.mean_pace:.2f}×\n{scores.recogniser_ratio:.2f}",
        *(_stage(scores.stages.get(stage)) for stage in STAGES),
    ]


def _turns(row: Row) -> str:
    took = row.scores.turns
    if row.policy != TURNS_POLICY or took is None:
        return ""
    return f"\n{took.p50_s:.2f} {took.p95_s:.2f} {took.p99_s:.2f}"


def _stage(took: Percentiles | None) -> str:
    return "–" if took is None else _lines(took.p50_s, took.p95_s, took.p99_s)


def _lines(*figures: float) -> str:
    return "\n".join(f"{figure:.2f}" if figure < 10 else f"{figure:.1f}" for figure in figures)


def json_of(rows: Sequence[Row], missed: Sequence[str]) -> str:
    """The rows for programs, with a sentence for each failure or missed mark."""
    data = {
        "rows": [
            {
                "talk": row.talk,
                "policy": row.policy,
                "source": row.source,
                "is_gated": row.is_gated,
                "chrf": row.chrf,
                "bleu": row.bleu,
                "true_chrf": row.true_chrf,
                "hand_chrf": row.hand_chrf,
                "numbers_kept": row.numbers_kept,
                "negations_kept": row.negations_kept,
                "facts": asdict(row.facts),
                "text_lag_ca_s": row.text_lag and row.text_lag.aware_s,
                "text_lag_cu_s": row.text_lag and row.text_lag.unaware_s,
                **asdict(row.scores),
            }
            for row in rows
        ],
        "misses": list(missed),
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def misses(rows: Sequence[Row]) -> list[str]:
    """A sentence for each figure of a clean talk that misses its mark."""
    baseline = {
        (row.talk, row.scores.target): row.scores for row in rows if row.policy == BASELINE_POLICY
    }
    found = []
    for row in rows:
        if row.is_gated and row.policy == MEASURED_POLICY:
            where = f"{row.talk} → {row.scores.target}"
            found += [f"{where}: {miss}" for miss in _limits(row.scores)]
            other = baseline.get((row.talk, row.scores.target))
            found += [f"{where}: {miss}" for miss in _comparison(row.scores, other)]
        if row.is_gated and row.policy == TURNS_POLICY:
            where = f"{row.talk} → {row.scores.target}"
            found += [f"{where}: {miss}" for miss in _late_turns(row.scores)]
    return found


def _limits(scores: Scores) -> list[str]:
    found = []
    if scores.start_offset_s > START_OFFSET_S:
        found.append(f"start offset {scores.start_offset_s:.2f} s is above {START_OFFSET_S:g} s")
    if scores.end_offset_s > END_OFFSET_S:
        found.append(f"end offset {scores.end_offset_s:.2f} s is above {END_OFFSET_S:g} s")
    if scores.underruns:
        found.append(f"the voice ran dry {scores.underruns} times inside a unit")
    return found


def _late_turns(scores: Scores) -> list[str]:
    if scores.turns is None:
        return ["no turn was interpreted"]
    took = (scores.turns.p50_s, scores.turns.p95_s, scores.turns.p99_s)
    return [
        f"{share} of the turns are answered within {took_s:.2f} s, which is above {mark_s:g} s"
        for (share, mark_s), took_s in zip(TURN_S.items(), took, strict=True)
        if took_s > mark_s
    ]


def _comparison(scores: Scores, other: Scores | None) -> list[str]:
    if other is None:
        return []
    figures = {
        "start offset": (scores.start_offset_s, other.start_offset_s),
        "median lag": (scores.lag_median_s, other.lag_median_s),
    }
    return [
        f"{name} {ours_s:.2f} s is no better than {theirs_s:.2f} s with {BASELINE_POLICY}"
        for name, (ours_s, theirs_s) in figures.items()
        if ours_s >= theirs_s
    ]
