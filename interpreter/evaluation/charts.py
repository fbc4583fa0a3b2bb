"""Numbers → the geometry of drawings that a template writes as SVG. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

COLOURS = ("#4477aa", "#ee6677", "#228833", "#b8860b", "#aa3377", "#33a0b8", "#777777")
"""Told apart by people who see colours differently (after Paul Tol)."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` on pixels from `first` to `last`."""

    low: float
    high: float
    first: float
    last: float

    def at(self, value: float) -> float:
        """Where a value stands, in pixels."""
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return round(self.first + share * (self.last - self.first), 1)

    def ticks(self) -> list[tuple[float, str]]:
        """About six round values: where they stand, and how they read."""
        step = _round_step((self.high - self.low) / 6 or 1.0)
        count = math.floor((self.high - self.low) / step + 1e-9)
        first = math.ceil(self.low / step - 1e-9) * step
        values = [first + number * step for number in range(count + 1)]
        return [(self.at(value), f"{value:g}") for value in values if value <= self.high + 1e-9]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a plot: its name, colour and points as SVG writes them."""

    name: str
    colour: str
    points: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A dot of a plot; one with a label is large."""

    x: float
    y: float
    colour: str
    label: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot with two axes."""

    title: str
    x_title: str
    y_title: str
    x: Scale
    y: Scale
    lines: tuple[Line, ...] = ()
    dots: tuple[Dot, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """Points of one name."""

    name: str
    points: Sequence[tuple[float, float]]


WIDTH, HEIGHT = 960.0, 320.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 12.0, 12.0, 40.0


def line_plot(title: str, x_title: str, y_title: str, series: Sequence[Series]) -> Plot:
    """A plot of lines; the y axis begins at 0."""
    points = [point for one in series for point in one.points]
    x = Scale(0.0, max((x for x, _ in points), default=1.0), LEFT, WIDTH - RIGHT)
    highest = max((y for _, y in points), default=1.0)
    lowest = min((y for _, y in points), default=0.0)
    y = Scale(min(lowest, 0.0), highest * 1.05, HEIGHT - BOTTOM, TOP)
    lines = tuple(
        Line(
            one.name,
            colour_of(number),
            " ".join(f"{x.at(at)},{y.at(value)}" for at, value in one.points),
        )
        for number, one in enumerate(series)
    )
    return Plot(title, x_title, y_title, x, y, lines)


def dot_plot(
    title: str, x_title: str, y_title: str, clouds: Sequence[tuple[Series, tuple[float, float]]]
) -> Plot:
    """Clouds of dots, each with the mean that stands for it."""
    points = [point for series, middle in clouds for point in (*series.points, middle)]
    x_values, y_values = [x for x, _ in points], [y for _, y in points]
    x = Scale(0.0, max(x_values, default=1.0) * 1.08, LEFT, WIDTH - RIGHT)
    y = Scale(min(y_values, default=0.0) - 1, max(y_values, default=1.0) + 1, HEIGHT - BOTTOM, TOP)
    dots: list[Dot] = []
    for number, (series, middle) in enumerate(clouds):
        colour = colour_of(number)
        dots += [Dot(x.at(one[0]), y.at(one[1]), colour) for one in series.points]
        dots.append(Dot(x.at(middle[0]), y.at(middle[1]), colour, series.name))
    return Plot(title, x_title, y_title, x, y, (), tuple(dots))


def colour_of(number: int) -> str:
    """The colour of the n-th name."""
    return COLOURS[number % len(COLOURS)]


def smoothed(points: Sequence[tuple[float, float]], width: float) -> list[tuple[float, float]]:
    """The mean of each stretch of this width."""
    stretches: dict[int, list[tuple[float, float]]] = {}
    for point in points:
        stretches.setdefault(int(point[0] // width), []).append(point)
    return [
        (
            sum(x for x, _ in inside) / len(inside),
            sum(y for _, y in inside) / len(inside),
        )
        for _, inside in sorted(stretches.items())
    ]


def _round_step(step: float) -> float:
    size = 10.0 ** math.floor(math.log10(step))
    return next((factor * size for factor in (1, 2, 5) if factor * size >= step), 10 * size)
