"""What engines cost: prices.toml, and what was used → what a meeting costs. Pure.

What nobody knows the price of is unknown, never 0: a sum says whether it is whole.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from interpreter.errors import InputError
from interpreter.price_faults import RATES, fault
from interpreter.usage import Amounts, UsedEngine

SHIPPED = Path(__file__).parent / "engines" / "prices.toml"
MILLION = 1_000_000
_RATES = ("audio_minute", "million_characters", "million_input", "million_output")


def _no_truth_value(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("a truth value is no number")
    return value


Number = Annotated[float, Field(allow_inf_nan=False), BeforeValidator(_no_truth_value)]
"""`true` is none, nor is `inf`: no sum can be shown of it."""


class Price(BaseModel):
    """What one engine costs, for some of its models."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    engine: str
    provider: str = "*"
    models: tuple[str, ...] = Field(("*",), min_length=1)
    audio_minute: Number | None = Field(None, ge=0)
    million_characters: Number | None = Field(None, ge=0)
    million_input: Number | None = Field(None, ge=0)
    million_cached: Number | None = Field(None, ge=0)
    million_output: Number | None = Field(None, ge=0)
    gpu: str = ""
    own_machine: bool = False
    link: str = ""
    read: date | None = None

    @model_validator(mode="after")
    def _has_a_rate(self) -> "Price":
        ways = [any(getattr(self, rate) is not None for rate in _RATES), self.gpu, self.own_machine]
        if sum(map(bool, ways)) != 1:
            raise ValueError(f"give either rates ({RATES}), or gpu, or own_machine = true")
        if (self.million_input is None) != (self.million_output is None):
            raise ValueError("give million_input and million_output together")
        return self

    def fits(self, used: UsedEngine) -> bool:
        """Whether this row is the engine's."""
        return (
            fnmatchcase(used.engine, self.engine)
            and fnmatchcase(used.provider, self.provider)
            and any(fnmatchcase(used.model, model) for model in self.models)
        )


class Gpu(BaseModel):
    """A GPU that engines of one's own run on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hour: Number = Field(ge=0)
    shared_by: Number = Field(1, gt=0)
    """So many meetings use it at a time."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    price: tuple[Price, ...] = ()
    gpu: dict[str, Gpu] = {}


@dataclass(frozen=True, slots=True)
class Prices:
    """A price table; of two rows that fit, the first holds."""

    rows: tuple[Price, ...]
    gpus: Mapping[str, Gpu]

    def of(self, used: UsedEngine) -> Price | None:
        """The engine's price; None where it is unknown."""
        return next((row for row in self.rows if row.fits(used)), None)


@dataclass(frozen=True, slots=True)
class Cost:
    """Dollars, as far as they are known."""

    dollars: float = 0.0
    is_whole: bool = True
    """False where some of it has no known price, or was not counted."""

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.dollars + other.dollars, self.is_whole and other.is_whole)


UNKNOWN = Cost(is_whole=False)


@dataclass(frozen=True, slots=True)
class Used:
    """What one job used of one engine, from when to when (`at_s`)."""

    by: UsedEngine
    amounts: Amounts
    first_s: float
    last_s: float


@dataclass(frozen=True, slots=True)
class MeetingCost:
    """What a meeting has cost so far."""

    recognition: Mapping[str, Cost]
    """By spoken language: once for all channels."""
    recognised_s: Mapping[str, float]
    """Sound heard, by spoken language: each speaker's once."""
    channels: Mapping[str, Cost]
    """Translation and voice, by channel."""
    gpus: Mapping[str, Cost]
    unpriced: tuple[UsedEngine, ...]
    """Engines without a known price."""
    total: Cost


@cache
def prices_in(file: str) -> Prices:
    """The price table, once a process; `file`: one's own, empty for none. Raises InputError."""
    return read_prices(Path(file) if file else None)


def read_prices(own: Path | None = None) -> Prices:
    """The shipped table, and above it one's own; raises InputError."""
    shipped = parse_prices(SHIPPED.read_text(encoding="utf-8"), str(SHIPPED))
    if own is None:
        return shipped
    try:
        text = own.read_text(encoding="utf-8-sig")  # editors on Windows begin with a BOM
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{own} cannot be read ({error}); INTERPRETER_PRICES names it.") from error
    mine = parse_prices(text, str(own))
    return Prices((*mine.rows, *shipped.rows), {**shipped.gpus, **mine.gpus})


def parse_prices(text: str, file: str) -> Prices:
    """A price table; raises InputError with what is wrong, by row."""
    try:
        found = _File.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{file} is no TOML: {error}.") from error
    except ValidationError as error:
        faults = dict.fromkeys(fault(one["loc"], one) for one in error.errors())
        raise InputError("\n".join(f"{file}: {one}." for one in faults)) from error
    for number, row in enumerate(found.price, 1):
        if row.gpu and row.gpu not in found.gpu:
            raise InputError(f"{file}: price {number}: there is no [gpu.{row.gpu}] in this file.")
    return Prices(found.price, found.gpu)


def cost_of(price: Price | None, amounts: Amounts) -> Cost:
    """What some use costs; a GPU's hours are counted elsewhere."""
    if price is None:
        return UNKNOWN if amounts.requests else Cost()
    if price.own_machine or price.gpu:
        return Cost()
    parts = (_sound(price, amounts), _characters(price, amounts), _tokens(price, amounts))
    return sum((one for one in parts if one is not None), Cost())


def meeting_cost(sessions: Sequence[Sequence[Used]], prices: Prices) -> MeetingCost:
    """What all that the jobs of a meeting's sessions used costs; each session has its own clock."""
    recognition: dict[str, Cost] = {}
    recognised: dict[str, float] = {}
    channels: dict[str, Cost] = {}
    gpus: dict[str, Cost] = {}
    every = [one for session in sessions for one in session]
    for one in every:
        cost, language = cost_of(prices.of(one.by), one.amounts), one.by.language
        if one.by.kind == "stt":
            recognition[language] = recognition.get(language, Cost()) + cost
            recognised[language] = recognised.get(language, 0.0) + one.amounts.audio_s
        else:
            channels[language] = channels.get(language, Cost()) + cost
    for session in sessions:
        for name, cost in _gpus(session, prices).items():
            gpus[name] = gpus.get(name, Cost()) + cost
    everything = [*recognition.values(), *channels.values(), *gpus.values()]
    unpriced = dict.fromkeys(one.by for one in every if prices.of(one.by) is None)
    return MeetingCost(
        recognition, recognised, channels, gpus, tuple(unpriced), sum(everything, Cost())
    )


def per_minute(price: Price | None, prices: Prices, minute: Amounts) -> Cost:
    """What a minute of work costs, of which this is used."""
    if price is not None and price.gpu:
        gpu = prices.gpus[price.gpu]
        return Cost(gpu.hour / 60 / gpu.shared_by)
    return cost_of(price, minute) if minute.requests or price is not None else UNKNOWN


def _sound(price: Price, amounts: Amounts) -> Cost | None:
    if price.audio_minute is None:
        return None
    is_counted = amounts.audio_s > 0 or not amounts.requests
    return Cost(amounts.audio_s / 60 * price.audio_minute, is_counted)


def _characters(price: Price, amounts: Amounts) -> Cost | None:
    if price.million_characters is None:
        return None
    is_counted = amounts.characters > 0 or not amounts.requests
    return Cost(amounts.characters / MILLION * price.million_characters, is_counted)


def _tokens(price: Price, amounts: Amounts) -> Cost | None:
    if price.million_input is None or price.million_output is None:
        return None
    cached_rate = price.million_input if price.million_cached is None else price.million_cached
    fresh = max(amounts.input_tokens - amounts.cached_tokens, 0)
    spent = (
        fresh * price.million_input
        + amounts.cached_tokens * cached_rate
        + amounts.output_tokens * price.million_output
    )
    has_tokens = amounts.input_tokens + amounts.output_tokens > 0 or not amounts.requests
    return Cost(spent / MILLION, has_tokens and not amounts.uncounted)


def _gpus(used: Sequence[Used], prices: Prices) -> dict[str, Cost]:
    spans: dict[str, list[tuple[float, float]]] = {}
    for one in used:
        price = prices.of(one.by)
        if price is not None and price.gpu:
            spans.setdefault(price.gpu, []).append((one.first_s, one.last_s))
    return {
        name: Cost(_covered_s(found) / 3600 * prices.gpus[name].hour / prices.gpus[name].shared_by)
        for name, found in spans.items()
    }


def _covered_s(spans: Iterable[tuple[float, float]]) -> float:
    """How long at least one of the spans lasts."""
    covered_s, until_s = 0.0, float("-inf")
    for first_s, last_s in sorted(spans):
        covered_s += max(0.0, last_s - max(first_s, until_s))
        until_s = max(until_s, last_s)
    return covered_s
