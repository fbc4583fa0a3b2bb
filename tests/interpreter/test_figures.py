"""Rows of scores become a table, JSON, and sentences about what misses its mark."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from interpreter.commands.bench import find_talks, read_sentence_times
from interpreter.errors import InputError
from interpreter.figures import Row, json_of, misses, table_of
from interpreter.heard import Interval
from interpreter.kept_facts import KeptFacts, Share
from interpreter.latency import Scores
from interpreter.stage_times import Percentiles

SCORES = Scores(
    target="es",
    start_offset_s=2.1,
    lag_median_s=3.0,
    lag_p90_s=4.1,
    lag_max_s=5.2,
    end_offset_s=3.3,
    longest_gap_s=4.4,
    longest_silence_s=2.0,
    flicker=0.15,
    floor_flicker=0.05,
    mean_pace=1.08,
    recogniser_ratio=1.0,
    skipped_s=0.0,
    condensed_s=0.0,
    spoken_words=200,
    stages={"hypothesis": Percentiles(0.11, 0.22, 0.33, 100)},
)
CHUNKS = Row("council", "balanced", True, SCORES, 91.5)
SLOWER = replace(SCORES, start_offset_s=8.0, lag_median_s=12.0, end_offset_s=14.0)
BASELINE = Row("council", "sentence-final", True, SLOWER, 99.0)


IN_TURNS = Row(
    "hearing", "consecutive", True, replace(SCORES, turns=Percentiles(1.0, 1.9, 2.8, 14)), 97.0
)


def with_scores(row: Row, **figures: float | Percentiles | None) -> Row:
    return replace(row, scores=replace(row.scores, **figures))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rows", "missed"),
    [
        ([CHUNKS, BASELINE], []),
        ([CHUNKS], []),
        (
            [with_scores(CHUNKS, start_offset_s=3.01)],
            ["council → es: start offset 3.01 s is above 3 s"],
        ),
        (
            [with_scores(CHUNKS, end_offset_s=6.5)],
            ["council → es: end offset 6.50 s is above 6 s"],
        ),
        (
            [with_scores(CHUNKS, underruns=2)],
            ["council → es: the voice ran dry 2 times inside a unit"],
        ),
        ([replace(with_scores(CHUNKS, end_offset_s=9.0), is_gated=False)], []),
        (
            [CHUNKS, with_scores(BASELINE, start_offset_s=2.0)],
            ["council → es: start offset 2.10 s is no better than 2.00 s with sentence-final"],
        ),
        (
            [CHUNKS, with_scores(BASELINE, lag_median_s=3.0)],
            ["council → es: median lag 3.00 s is no better than 3.00 s with sentence-final"],
        ),
        ([CHUNKS, replace(with_scores(BASELINE, lag_median_s=1.0), talk="museum")], []),
        ([IN_TURNS], []),
        (
            [with_scores(IN_TURNS, turns=Percentiles(1.0, 2.1, 2.8, 14))],
            ["hearing → es: 95 % of the turns are answered within 2.10 s, which is above 2 s"],
        ),
        ([with_scores(IN_TURNS, turns=None)], ["hearing → es: no turn was interpreted"]),
    ],
)
def test_a_clean_talk_is_held_to_its_marks(rows: list[Row], missed: list[str]) -> None:
    assert misses(rows) == missed


def test_the_table_fits_a_narrow_terminal() -> None:
    console = Console(width=80, file=io.StringIO())

    console.print(table_of([CHUNKS, BASELINE, IN_TURNS]))

    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    figures = (
        "council",
        "sentence-final",
        "2.10",
        "4.10",
        "5.20",
        "91.5",
        "1.08×",
        "0.33",
        "1.00 1.90 2.80",
    )
    assert [figure for figure in figures if figure not in shown] == []
    assert "…" not in shown


def test_the_json_has_every_figure() -> None:
    document = json.loads(json_of([CHUNKS, BASELINE], ["council → es: too late"]))

    row = document["rows"][0]
    assert (row["talk"], row["policy"], row["target"], row["chrf"]) == (
        "council",
        "balanced",
        "es",
        91.5,
    )
    assert row["stages"]["hypothesis"]["p95_s"] == 0.22
    assert row["negations_kept"] is None
    assert document["misses"] == ["council → es: too late"]


def test_a_lost_not_is_in_the_json() -> None:
    facts = KeptFacts(Share(4, 4), Share(2, 1))

    (row,) = json.loads(json_of([replace(CHUNKS, facts=facts)], []))["rows"]

    assert (row["numbers_kept"], row["negations_kept"]) == (1.0, 0.5)
    assert row["facts"]["negations"] == {"asked": 2, "kept": 1, "invented": 0}


def test_sentence_times_are_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "talk.json"
    path.write_text(
        '[{"text": "b", "start_s": 3, "end_s": 4.5}, {"text": "a", "start_s": 1, "end_s": 2}]'
    )

    assert read_sentence_times(path) == (Interval(1.0, 2.0), Interval(3.0, 4.5))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[]", "lists no sentence"),
        ("{", "is no JSON list"),
        ('[{"text": "a"}]', "is no JSON list"),
        ('[["a", 1, 2]]', "is no JSON list"),
    ],
)
def test_wrong_sentence_times_are_refused(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "talk.json"
    path.write_text(content)

    with pytest.raises(InputError, match=sentence):
        read_sentence_times(path)


def test_missing_sentence_times_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--sentences"):
        find_talks([tmp_path / "talk.wav"], None, tmp_path)


def test_sentence_times_belong_to_one_talk(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="one sound file"):
        find_talks([tmp_path / "a.wav", tmp_path / "b.wav"], tmp_path / "a.json", tmp_path)


def test_a_talk_of_the_user_is_measured_but_not_held_to_marks(tmp_path: Path) -> None:
    (tmp_path / "council.json").write_text('[{"text": "a", "start_s": 1, "end_s": 2}]')

    talks = find_talks([tmp_path / "council.wav"], None, tmp_path)

    assert [talk.is_gated for talk in talks] == [False]
