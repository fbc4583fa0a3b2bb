"""What counts as a loss; and the suite in the repository is whole."""

from pathlib import Path

import pytest

from interpreter.engines.reach import supported_targets
from interpreter.evaluation.case import read_case
from interpreter.evaluation.run import Plan, shared
from interpreter.evaluation.scripted import case_of, read_script
from interpreter.evaluation.suite import (
    REFERENCES,
    SCRIPTS,
    SUITE,
    Suite,
    losses,
    read_results,
    read_suite,
    results_of,
    runs,
    write_results,
)

TOLERANCES = {"chrf": 1.0, "lag_median_s": 0.2}
SMALL = Suite(
    {},
    {},
    {},
    {"drift_s_a_minute": ["long"]},
    {**TOLERANCES, "turns.p50_s": 0.2, "drift_s_a_minute": 0.05},
)
BEFORE = {"council en-es fast": {"chrf": 90.0, "lag_median_s": 2.0}}


@pytest.mark.parametrize(
    ("chrf", "lag_s", "sentences"),
    [
        (90.0, 2.0, []),
        (95.0, 1.0, []),
        (89.6, 2.1, []),
        (88.5, 2.0, ["council en-es fast: chrf 88.50 was 90.00 (may lose 1)"]),
        (90.0, 2.3, ["council en-es fast: lag_median_s 2.30 was 2.00 (may lose 0.2)"]),
    ],
)
def test_worse_by_more_than_the_tolerance_is_a_loss(
    chrf: float, lag_s: float, sentences: list[str]
) -> None:
    now = {"council en-es fast": {"chrf": chrf, "lag_median_s": lag_s}}

    found = [one for one in losses(now, BEFORE, TOLERANCES) if not one.startswith("mean")]

    assert found == sentences


def test_the_mean_may_lose_half_as_much() -> None:
    now = {"council en-es fast": {"chrf": 89.4, "lag_median_s": 2.0}}

    assert losses(now, BEFORE, TOLERANCES) == ["mean fast: chrf 89.40 was 90.00 (may lose 0.5)"]


@pytest.mark.parametrize(
    ("case", "policy", "is_run"),
    [
        ("council", "balanced", True),
        ("halfhour", "fast", False),
        ("halfhour", "balanced[commit.held_words=1]", True),
        ("council", "consecutive", False),
        ("interview", "consecutive", True),
    ],
)
def test_the_suite_says_what_runs(case: str, policy: str, is_run: bool) -> None:
    assert runs(read_suite(), case, policy) is is_run


def test_turns_count_where_interpretation_is_in_turns() -> None:
    row: dict[str, object] = {"talk": "a", "source": "en", "target": "es", "policy": "p"}
    late = {**row, "turns": {"p50_s": 1.1}}
    early = {**row, "turns": {"p50_s": -9.0}}

    assert results_of([late], SMALL) == {"a en-es p": {"turns.p50_s": 1.1}}
    assert results_of([early, row], SMALL) == {"a en-es p": {}}


def test_a_figure_may_be_gated_in_some_cases_only() -> None:
    row: dict[str, object] = {"source": "en", "target": "es", "policy": "p"}
    long = {**row, "talk": "long", "drift_s_a_minute": 0.1}

    assert results_of([long], SMALL) == {"long en-es p": {"drift_s_a_minute": 0.1}}
    assert results_of([{**long, "talk": "short"}], SMALL) == {"short en-es p": {}}


def test_a_figure_that_says_nothing_is_none() -> None:
    row = {"talk": "a", "source": "en", "target": "es", "policy": "p", "chrf": float("nan")}
    assert results_of([row], SMALL) == {"a en-es p": {}}


def test_what_is_new_is_no_loss() -> None:
    assert losses({"new en-es fast": {"chrf": 1.0}}, BEFORE, TOLERANCES) == []


def test_results_are_kept(tmp_path: Path) -> None:
    row = {"talk": "council", "source": "en", "target": "es", "policy": "fast", "chrf": 90.0}

    write_results(results_of([row], SMALL), tmp_path / "results.json")

    assert read_results(tmp_path / "results.json") == {"council en-es fast": {"chrf": 90.0}}


CASES = sorted(SUITE.glob("*.jsonl"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_case_of_the_suite_can_be_interpreted(path: Path) -> None:
    case = read_case(path)

    targets = {target for source in case.sources for target in supported_targets(source)}
    assert set(read_suite().targets[path.stem]) <= targets
    assert case.heard[-1].at_s > case.sentences[0].end_s


@pytest.mark.parametrize("path", sorted(SCRIPTS.glob("*.toml")), ids=lambda path: path.stem)
def test_a_scripted_case_is_what_its_script_says(path: Path) -> None:
    said = [one.text for one in case_of(read_script(path)).sentences]

    assert [one.text for one in read_case(SUITE / f"{path.stem}.jsonl").sentences] == said


@pytest.mark.parametrize("path", sorted(REFERENCES.glob("*.txt")), ids=lambda path: path.stem)
def test_a_translation_by_hand_has_a_line_a_sentence(path: Path) -> None:
    name, pair = path.stem.split(".")
    source, target = pair.split("-")
    part = read_case(SUITE / f"{name}.jsonl").in_language(source)

    assert len(path.read_text(encoding="utf-8").splitlines()) == len(part.sentences)
    assert target in read_suite().targets[name]


def test_the_suite_is_small() -> None:
    assert sum(path.stat().st_size for path in CASES) < 3_000_000


@pytest.mark.parametrize("jobs", [1, 2, 3, 9])
def test_however_many_jobs_there_are_one_plays_a_talk_under_every_policy(jobs: int) -> None:
    """The figures would else depend on the number of jobs."""
    policies = ["fast", "balanced", "accurate"]
    cases = [read_case(SUITE / f"{name}.jsonl") for name in ("council", "market", "museum")]
    planned = [
        Plan(case, "en", target, policy)
        for case in cases
        for target in ("es", "ca")
        for policy in policies
    ]
    shares = shared(planned, jobs)

    assert len(shares) == min(jobs, 6)
    assert sorted(one.key for share in shares for one in share) == sorted(p.key for p in planned)
    homes = {(plan.key[:3], number) for number, share in enumerate(shares) for plan in share}
    assert len(homes) == 6
