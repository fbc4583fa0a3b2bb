"""The suite: its cases, what is run of them, the last results, and what counts as a loss."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from statistics import mean

from interpreter.errors import InputError
from interpreter.evaluation.case import Case, read_case

SUITE = Path(__file__).parents[2] / "tests" / "suite"
REFERENCES = SUITE / "references"
SCRIPTS = SUITE / "scripts"
RESULTS = SUITE / "results.json"
MORE_IS_BETTER = frozenset({"chrf", "numbers_kept", "negations_kept"})
MEAN = "mean"
LEAST_TURN_S = -1.0
"""Who has begun to interpret so long before a turn ends does not interpret in turns."""

Figures = Mapping[str, float]
Results = dict[str, dict[str, float]]
"""`talk en-es policy` → figure → value."""


@dataclass(frozen=True, slots=True)
class Suite:
    """What `suite.toml` says."""

    targets: dict[str, list[str]]
    policies: dict[str, list[str]]
    """Of cases that do not run under all of them."""
    cases: dict[str, list[str]]
    """Of policies that are not made for all of them."""
    figures: dict[str, list[str]]
    """The cases of figures that are gated in some only."""
    tolerances: dict[str, float]


def read_suite(path: Path = SUITE / "suite.toml") -> Suite:
    """Read the suite's list; raises InputError where there is none."""
    if not path.is_file():
        raise InputError(f"There is no {path}. Run this in a checkout of the project.")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return Suite(
        data["targets"], data["policies"], data["cases"], data["figures"], data["tolerances"]
    )


def runs(suite: Suite, case: str, policy: str) -> bool:
    """Whether the suite runs this case under this policy, or a variant of it."""
    base = policy.partition("[")[0]
    is_for_case = base in suite.policies.get(case, [base])
    return is_for_case and case in suite.cases.get(base, [case])


def find_cases(names: Sequence[str]) -> list[Case]:
    """The cases of these names or files."""
    paths = [Path(name) if name.endswith(".jsonl") else SUITE / f"{name}.jsonl" for name in names]
    missing = [path.stem for path in paths if not path.is_file()]
    if missing:
        known = ", ".join(sorted(path.stem for path in SUITE.glob("*.jsonl")))
        raise InputError(f"No such case: {', '.join(missing)}. The suite has: {known}.")
    return [read_case(path) for path in paths]


def read_results(path: Path = RESULTS) -> Results:
    """The last accepted figures; none before the first."""
    if not path.is_file():
        return {}
    results: Results = json.loads(path.read_text(encoding="utf-8"))
    return results


def write_results(results: Results, path: Path = RESULTS) -> None:
    """Accept these figures."""
    rounded = {
        name: {figure: round(value, 3) for figure, value in figures.items()}
        for name, figures in sorted(results.items())
    }
    path.write_text(json.dumps(rounded, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def results_of(rows: Sequence[Mapping[str, object]], suite: Suite) -> Results:
    """The gated figures of rows as `figures.json_of` writes them."""
    return {
        f"{row['talk']} {row['source']}-{row['target']} {row['policy']}": {
            figure: float(value)
            for figure in suite.tolerances
            if str(row["talk"]) in suite.figures.get(figure, [str(row["talk"])])
            if isinstance(value := _figure(row, figure), int | float) and isfinite(value)
        }
        for row in rows
    }


def _figure(row: Mapping[str, object], path: str) -> object:
    """A figure of a row, such as `chrf` or `turns.p50_s`; none where it says nothing."""
    name, _, inner = path.partition(".")
    value = row.get(name)
    if not inner:
        return value
    if not isinstance(value, Mapping):
        return None
    found = value.get(inner)
    is_begun_before = isinstance(found, int | float) and found < LEAST_TURN_S
    return None if is_begun_before else found


def losses(now: Results, before: Results, tolerances: Figures) -> list[str]:
    """A sentence for each figure that got worse by more than its tolerance; what only one of the
    two has is not compared."""
    found: list[str] = []
    for name, figures in now.items():
        for figure, limit in tolerances.items():
            if figure in figures and figure in before.get(name, {}):
                found += _loss(name, figure, figures[figure], before[name][figure], limit)
    for policy, means in _means(now, before).items():
        for figure, (now_mean, before_mean) in means.items():
            found += _loss(
                f"{MEAN} {policy}", figure, now_mean, before_mean, tolerances.get(figure, 0.0) / 2
            )
    return found


def _loss(name: str, figure: str, now: float, before: float, limit: float) -> list[str]:
    worse = before - now if figure in MORE_IS_BETTER else now - before
    if worse <= limit + 1e-9:
        return []
    return [f"{name}: {figure} {now:.2f} was {before:.2f} (may lose {limit:g})"]


def _means(now: Results, before: Results) -> dict[str, dict[str, tuple[float, float]]]:
    """By policy, the mean of each figure over what both have."""
    common = [name for name in now if name in before]
    means: dict[str, dict[str, tuple[float, float]]] = {}
    for policy in dict.fromkeys(name.split()[-1] for name in common):
        names = [name for name in common if name.split()[-1] == policy]
        shared = set.intersection(*({*now[name]} & {*before[name]} for name in names))
        means[policy] = {
            figure: (mean(now[n][figure] for n in names), mean(before[n][figure] for n in names))
            for figure in sorted(shared)
        }
    return means
