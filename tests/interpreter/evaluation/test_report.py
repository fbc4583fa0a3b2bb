"""What was played becomes one HTML file."""

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

from interpreter.evaluation.charts import Scale, Series, line_plot, smoothed
from interpreter.evaluation.replay import replay
from interpreter.evaluation.report import write_report
from interpreter.evaluation.run import Plan, Played
from interpreter.evaluation.scripted import Said, Script, case_of
from interpreter.pair.policy import POLICIES
from interpreter.scorer import row_of
from languages import load
from tests.scripted import ScriptedTranslator, ScriptedVoice

SAID = (Said("ana", "The <city> needs more water before the summer comes.", 1.0),)
CASE = case_of(Script("water", {"ana": "en"}, SAID, 150.0, 3))
POLICY = next(iter(POLICIES))


def test_a_report_needs_nothing_else(tmp_path: Path) -> None:
    replayed = replay(CASE, "en", "es", POLICY, ScriptedTranslator(), ScriptedVoice())
    row = row_of(
        "water",
        POLICY,
        replayed.events,
        load("en"),
        load("es"),
        CASE.floor,
        replayed.sounds,
        ["agua"],
        is_gated=True,
    )
    played = Played(Plan(CASE, "en", "es", POLICY), row, replayed)
    other = replace(played, row=replace(row, talk="other"))

    write_report([played, other], tmp_path / "report.html")

    text = (tmp_path / "report.html").read_text()
    HTMLParser().feed(text)
    assert "http" not in text
    assert "<script" not in text
    assert "needs" in text
    assert text.count("<circle") == 3


def test_ticks_are_round() -> None:
    assert [label for _, label in Scale(0.0, 11.0, 0.0, 100.0).ticks()] == [
        "0",
        "2",
        "4",
        "6",
        "8",
        "10",
    ]


def test_a_scale_puts_values_on_pixels() -> None:
    assert [at for at, _ in Scale(0.0, 1.0, 100.0, 0.0).ticks()][:2] == [100.0, 80.0]


def test_a_plot_of_nothing_is_empty() -> None:
    assert line_plot("t", "x", "y", [Series("none", [])]).lines[0].points == ""


def test_stretches_are_averaged() -> None:
    assert smoothed([(1.0, 2.0), (3.0, 4.0), (12.0, 8.0)], 10.0) == [(2.0, 3.0), (12.0, 8.0)]
