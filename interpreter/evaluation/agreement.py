"""How far two graders agree: rank correlation, and kappa with quadratic weights. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two graders on the same segments, by one criterion; not a number where one gave the same
    grade to all."""

    count: int
    spearman: float
    kappa: float
    """Cohen's, with quadratic weights."""
    mean_difference: float
    """The second grader's mean − the first's."""


def agreement(first: Sequence[int], second: Sequence[int], lowest: int, highest: int) -> Agreement:
    """How far the second grader agrees with the first."""
    one, other = np.array(first, float), np.array(second, float)
    return Agreement(
        len(first),
        _correlation(_ranks(one), _ranks(other)),
        _kappa(first, second, lowest, highest),
        float(np.mean(other - one)),
    )


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 1; equal values share the mean of theirs."""
    return np.array([(np.sum(values < v) + 1 + np.sum(values <= v)) / 2 for v in values])


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    if np.std(one) == 0 or np.std(other) == 0:
        return float("nan")
    return float(np.corrcoef(one, other)[0, 1])


def _kappa(first: Sequence[int], second: Sequence[int], lowest: int, highest: int) -> float:
    size = highest - lowest + 1
    seen = np.zeros((size, size))
    for one, other in zip(first, second, strict=True):
        seen[one - lowest, other - lowest] += 1
    expected = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / seen.sum()
    places = np.arange(size)
    weights = np.square(np.subtract.outer(places, places))
    by_chance = float((weights * expected).sum())
    return 1 - float((weights * seen).sum()) / by_chance if by_chance else float("nan")
