"""What was played → a report in one HTML file that needs nothing else.

Drawings are SVG that a template writes; there is no script in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from interpreter.evaluation.charts import (
    Plot,
    Scale,
    Series,
    dot_plot,
    line_plot,
    smoothed,
)
from interpreter.evaluation.run import Played
from interpreter.evaluation.table import FIGURES, LEGEND, pair_of, shown
from interpreter.figures import Row
from interpreter.latency import word_lags
from interpreter.unit_events import Event, int_of, number_of, read_units, text_of

TEMPLATES = Path(__file__).parent / "templates"
ROW_S = 10.0
TIMELINE_S = 80.0
SMOOTH_S = 10.0
TIMELINE_WIDTH = 1160.0


@dataclass(frozen=True, slots=True)
class Cells:
    """One row of a table."""

    name: str
    pair: str
    policy: str
    figures: list[str]


@dataclass(frozen=True, slots=True)
class StageRow:
    """How long each stage took under one policy."""

    policy: str
    figures: list[str]


@dataclass(frozen=True, slots=True)
class Box:
    """A word at its time; or a moment, where it has no width."""

    x: float
    width: float
    text: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some seconds of a talk: who said what, what was committed and what was heard."""

    start_s: float
    ticks: list[tuple[float, str]]
    source: list[Box]
    commits: list[Box]
    asked: list[Box]
    spoken: list[Box]


@dataclass(frozen=True, slots=True)
class Report:
    """What the template shows."""

    title: str
    legend: str
    headings: list[str]
    means: list[Cells]
    rows: list[Cells]
    stage_names: list[str]
    stages: list[StageRow]
    quality: Plot
    lag: Plot
    timeline_of: str
    timeline: list[Stretch]


def write_report(played: Sequence[Played], path: Path) -> None:
    """Write the report of at least one talk."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    html = environment.get_template("report.html.j2").render(report=report_of(played))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, encoding="utf-8")


def report_of(played: Sequence[Played]) -> Report:
    """The report's contents; lag and timeline are of the first talk, the timeline of its first
    policy."""
    rows = [one.row for one in played]
    policies = list(dict.fromkeys(row.policy for row in rows))
    first = played[0]
    same_talk = [
        one
        for one in played
        if (one.plan.case.name, one.plan.source, one.plan.target)
        == (first.plan.case.name, first.plan.source, first.plan.target)
    ]
    stage_names = list(dict.fromkeys(name for row in rows for name in row.scores.stages))
    talk = f"{first.plan.case.name}, {pair_of(first.row)}"
    return Report(
        title=f"Interpretation of {len({row.talk for row in rows})} talks",
        legend=LEGEND,
        headings=[figure.heading for figure in FIGURES],
        means=[_cells(f"{_talks(rows, policy)}", policy, rows) for policy in policies],
        rows=[
            Cells(row.talk, pair_of(row), row.policy, [shown(f, [row]) for f in FIGURES])
            for row in rows
        ],
        stage_names=stage_names,
        stages=[_stages(policy, rows, stage_names) for policy in policies],
        quality=_quality(rows, policies),
        lag=_lag(talk, same_talk),
        timeline_of=f"{talk}, {first.plan.policy}",
        timeline=_timeline(first),
    )


def _talks(rows: Sequence[Row], policy: str) -> str:
    return f"mean of {sum(row.policy == policy for row in rows)}"


def _cells(name: str, policy: str, rows: Sequence[Row]) -> Cells:
    own = [row for row in rows if row.policy == policy]
    return Cells(name, "", policy, [shown(figure, own) for figure in FIGURES])


def _stages(policy: str, rows: Sequence[Row], names: Sequence[str]) -> StageRow:
    """Mean over the talks of the median and of the 95th percentile."""
    figures = []
    for name in names:
        took = [
            row.scores.stages[name]
            for row in rows
            if row.policy == policy and name in row.scores.stages
        ]
        p50_s, p95_s = mean(one.p50_s for one in took), mean(one.p95_s for one in took)
        figures.append(f"{p50_s:.2f} / {p95_s:.2f}")
    return StageRow(policy, figures)


def _quality(rows: Sequence[Row], policies: Sequence[str]) -> Plot:
    clouds = []
    for policy in policies:
        own = [(row.scores.lag_median_s, row.chrf) for row in rows if row.policy == policy]
        middle = (mean(x for x, _ in own), mean(y for _, y in own))
        clouds.append((Series(policy, own), middle))
    return dot_plot(
        "Lag and quality: a dot a talk, the mean of each policy named",
        "median speech lag, s",
        "chrF",
        clouds,
    )


def _lag(talk: str, played: Sequence[Played]) -> Plot:
    series = []
    for one in played:
        units = read_units(one.replayed.events, one.plan.target)
        points = [(word.source_end_s, word.lag_s) for word in word_lags(units, one.replayed.sounds)]
        series.append(Series(one.plan.policy, smoothed(sorted(points), SMOOTH_S)))
    return line_plot(
        f"Lag over time: {talk}, mean of {SMOOTH_S:g} s",
        "second of the talk",
        "speech lag, s",
        series,
    )


def _timeline(played: Played) -> list[Stretch]:
    events, target = played.replayed.events, played.plan.target
    last_s = max(one.end_s for one in played.replayed.sounds)
    stretches = []
    start_s = 0.0
    while start_s < min(last_s, TIMELINE_S):
        scale = Scale(start_s, start_s + ROW_S, 0.0, TIMELINE_WIDTH)
        stretches.append(_stretch(events, target, scale))
        start_s += ROW_S
    return stretches


def _stretch(events: Sequence[Event], target: str, scale: Scale) -> Stretch:
    commits = [event for event in events if event["event"] == "commit"]
    asked = [
        event
        for event in events
        if event["event"] == "speech_request" and event.get("target") == target
    ]
    spoken = [
        (text, one.start_s + offset_s, one.start_s + next_s)
        for unit in read_units(events, target)
        for one in unit.utterances
        for text, offset_s, next_s in zip(
            _texts(one.text, len(one.offsets)),
            one.offsets,
            (*one.offsets[1:], one.duration_s),
            strict=True,
        )
    ]
    return Stretch(
        scale.low,
        [(scale.at(scale.low + second), f"{scale.low + second:.0f}") for second in range(0, 10, 2)],
        _boxes(
            scale,
            [
                (text_of(one, "text"), number_of(one, "start_s"), number_of(one, "end_s"))
                for one in commits
            ],
        ),
        _boxes(scale, [("", _at(one), _at(one)) for one in commits]),
        _boxes(scale, [(str(int_of(one, "unit")), _at(one), _at(one)) for one in asked]),
        _boxes(scale, spoken),
    )


def _texts(text: str, count: int) -> list[str]:
    """The words, as many as have times: a voice may tell one time for several."""
    words = text.split()
    return words if len(words) == count else [*words[:count], *[""] * (count - len(words))]


def _at(event: Event) -> float:
    return number_of(event, "at_s")


def _boxes(scale: Scale, timed: Sequence[tuple[str, float, float]]) -> list[Box]:
    return [
        Box(scale.at(start_s), round(scale.at(end_s) - scale.at(start_s), 1), text)
        for text, start_s, end_s in timed
        if scale.low <= start_s < scale.high
    ]
