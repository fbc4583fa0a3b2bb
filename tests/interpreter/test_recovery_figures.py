"""Recoveries become a table, JSON, and sentences about what misses its mark."""

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from interpreter.recovery import Recovery
from interpreter.recovery_figures import FaultRow, Marks, json_of, misses, table_of

USUAL = Recovery(0.0, 0.0, 1.5, 3.0, 0, 0, 0.0, 1.0)
FOUND = Recovery(2.5, 2.75, 2.4, 3.0, 0, 0, 3.5, 1.2)
STRICT = Marks(3.0, 3.0, 1.0, 0, 0, 1.0)
ROW = FaultRow("pair killed", STRICT, FOUND, USUAL)


@pytest.mark.parametrize(
    ("changes", "missed"),
    [
        ({}, []),
        ({"voice_back_s": 3.01}, ["the voice back after 3.01 s, above 3 s"]),
        ({"voice_back_s": None}, ["the voice never came back"]),
        ({"captions_back_s": 4.0}, ["captions back after 4.00 s, above 3 s"]),
        ({"longest_silence_s": 3.0}, ["silence added in the voice: 1.50 s, above 1 s"]),
        ({"lost_words": 2}, ["2 words lost, above 0"]),
        ({"double_words": 1}, ["1 words double, above 0"]),
        ({"unmarked_s": 4.0}, ["speech that is neither heard nor marked: 3.00 s, above 1 s"]),
    ],
)
def test_a_figure_beyond_its_mark_is_said(
    changes: dict[str, float | None], missed: list[str]
) -> None:
    row = replace(ROW, recovery=replace(FOUND, **changes))  # type: ignore[arg-type]
    assert misses([row]) == [f"pair killed: {miss}" for miss in missed]


def test_where_nothing_is_promised_nothing_is_missed() -> None:
    nothing_works = Recovery(None, None, 60.0, 60.0, 90, 90, 0.0, 60.0)
    assert misses([FaultRow("flood", Marks(), nothing_works, USUAL)]) == []


def test_the_table_fits_a_terminal_and_says_never() -> None:
    text = io.StringIO()
    rows = [ROW, replace(ROW, recovery=replace(FOUND, voice_back_s=None))]
    Console(file=text, width=80).print(table_of(rows))
    assert max(len(line) for line in text.getvalue().splitlines()) <= 80
    assert "never" in text.getvalue()
    assert "2.75" in text.getvalue()


def test_programs_get_every_figure_and_every_miss() -> None:
    data = json.loads(json_of([ROW], ["pair killed: late"]))
    assert data["rows"][0]["captions_back_s"] == 2.75
    assert data["rows"][0]["marks"]["lost_words"] == 0
    assert data["misses"] == ["pair killed: late"]
